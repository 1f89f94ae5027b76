import { draw } from "./elements.js";

/** What the X-ray's pictures are made of: numbers as words, colours, arrows. */

/** −0.832 as −.832, with a minus sign. */
export function signed(/** @type {number} */ value, digits = 3) {
  const text = Math.abs(value).toFixed(digits).replace(/^0\./, ".");
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A probability in words. */
export function percent(/** @type {number} */ p) {
  return p > 0 && p < 0.005 ? "<1 %" : `${Math.round(100 * p)} %`;
}

// From −1 over 0 to 1: the colours of matplotlib's RdBu_r.
const ANCHORS = [
  [5, 48, 97], [33, 102, 172], [67, 147, 195], [146, 197, 222], [209, 229, 240], [247, 247, 247],
  [253, 219, 199], [244, 165, 130], [214, 96, 77], [178, 24, 43], [103, 0, 31],
];
const SHADES = Array.from({ length: 256 }, (_, level) => {
  const place = (level / 255) * (ANCHORS.length - 1), low = Math.min(Math.floor(place), ANCHORS.length - 2);
  return ANCHORS[low].map((value, i) => Math.round(value + (place - low) * (ANCHORS[low + 1][i] - value)));
});

/** Red, green, blue of a value from −1 to 1; what lies outside gets the outermost colour. */
export function colour(/** @type {number} */ value) {
  return SHADES[Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)))];
}

/** Paint numbers as cells, one pixel each, row by row; the page enlarges them. */
export function paint(canvas, /** @type {Float32Array} */ values, columns, order = null, scale = 1) {
  const rows = Math.ceil(values.length / columns), pixels = new Uint8ClampedArray(4 * columns * rows);
  for (let place = 0; place < values.length; place++) {
    const [red, green, blue] = colour(values[order ? order[place] : place] / scale);
    pixels.set([red, green, blue, 255], 4 * place);
  }
  [canvas.width, canvas.height] = [columns, rows];
  canvas.getContext("2d").putImageData(new ImageData(pixels, columns, rows), 0, 0);
  return canvas;
}

/** A line through points, its corners rounded, and a head at its end. */
export function arrow(/** @type {[number, number][]} */ points, kind = "", head = 5) {
  points = points.filter(([x, y], i) => i === 0 || x !== points[i - 1][0] || y !== points[i - 1][1]);
  const towards = ([x, y], [u, v], reach) => {
    const length = Math.hypot(u - x, v - y), part = Math.min(reach, length / 2) / length;
    return [x + (u - x) * part, y + (v - y) * part];
  };
  let d = `M${points[0]}`;
  for (let i = 1; i < points.length - 1; i++)
    d += `L${towards(points[i], points[i - 1], 6)}Q${points[i]} ${towards(points[i], points[i + 1], 6)}`;
  const [before, end] = points.slice(-2), [x, y] = towards(end, before, 1.6 * head);
  const line = draw("path", { class: `xray-line ${kind}`, d: `${d}L${towards(end, before, head)}` });
  if (!head) return [line];
  const [dx, dy] = [(end[0] - x) / 1.6, (end[1] - y) / 1.6];
  const triangle = `M${end}L${x - dy},${y + dx}L${x + dy},${y - dx}Z`;
  return [line, draw("path", { class: `xray-head ${kind}`, d: triangle })];
}
