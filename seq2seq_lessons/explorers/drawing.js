import { make } from "./elements.js";

/** What the X-ray's pictures are made of: colours, cells, arrows. */

// From −1 over 0 to 1: the colours of matplotlib's RdBu_r.
const ANCHORS = [
  [5, 48, 97], [33, 102, 172], [67, 147, 195], [146, 197, 222], [209, 229, 240], [247, 247, 247],
  [253, 219, 199], [244, 165, 130], [214, 96, 77], [178, 24, 43], [103, 0, 31],
];

/** Red, green, blue of a value from −1 to 1; what lies outside gets the outermost colour. */
export function colour(/** @type {number} */ value) {
  const place = 5 * (1 + Math.max(-1, Math.min(1, value))), low = Math.min(Math.floor(place), 9);
  return ANCHORS[low].map((part, i) => part + (place - low) * (ANCHORS[low + 1][i] - part));
}

/** Numbers as cells, one pixel each, row by row; the page enlarges them. */
export function cellsOf(/** @type {number[]} */ values, /** @type {number} */ columns, kind) {
  const rows = Math.ceil(values.length / columns), pixels = new Uint8ClampedArray(4 * columns * rows);
  values.forEach((value, place) => pixels.set([...colour(value), 255], 4 * place));
  const canvas = make("canvas", { class: `xray-${kind}`, "aria-hidden": "true", width: columns, height: rows });
  canvas.getContext("2d").putImageData(new ImageData(pixels, columns, rows), 0, 0);
  return canvas;
}

/** A line through points, its corners rounded, and a head at its end. */
export function arrow(/** @type {[number, number][]} */ points, kind = "", head = 5) {
  const towards = ([x, y], [u, v], reach) => {
    const length = Math.hypot(u - x, v - y), part = Math.min(reach, length / 2) / length;
    return [x + (u - x) * part, y + (v - y) * part];
  };
  let d = `M${points[0]}`;
  for (let i = 1; i < points.length - 1; i++)
    d += `L${towards(points[i], points[i - 1], 6)}Q${points[i]} ${towards(points[i], points[i + 1], 6)}`;
  const [before, end] = points.slice(-2), [x, y] = towards(end, before, 1.6 * head);
  const line = make("path", { class: `xray-line ${kind}`, d: `${d}L${towards(end, before, head)}` });
  if (!head) return [line];
  const [dx, dy] = [(end[0] - x) / 1.6, (end[1] - y) / 1.6];
  const triangle = `M${end}L${x - dy},${y + dx}L${x + dy},${y - dx}Z`;
  return [line, make("path", { class: `xray-head ${kind}`, d: triangle })];
}
