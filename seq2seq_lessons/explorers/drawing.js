/** What the X-ray's pictures are made of: elements, numbers as words, colours, arrows. Text is always set as text. */

const SVG = "http://www.w3.org/2000/svg";
const NO_SHORTCUTS = { "data-lm-suppress-shortcuts": "true" };

/** An element with attributes (functions are listeners) and children; null and false children are left out. */
export function make(/** @type {string} */ tag, attributes = {}, ...children) {
  const takesFocus = tag === "button" || tag === "input"; // and then JupyterLab's and Notebook's own keys must not act
  return furnish(document.createElement(tag), takesFocus ? { ...NO_SHORTCUTS, ...attributes } : attributes, children);
}

/** The same for SVG. */
export function draw(/** @type {string} */ tag, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
}

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
  points = points.filter((p, i) => i === 0 || p[0] !== points[i - 1][0] || p[1] !== points[i - 1][1]);
  const towards = ([x, y], [u, v], reach) => {
    const length = Math.hypot(u - x, v - y), part = Math.min(reach, length / 2) / length;
    return [x + (u - x) * part, y + (v - y) * part];
  };
  const end = points[points.length - 1], last = points[points.length - 2];
  const length = Math.hypot(end[0] - last[0], end[1] - last[1]);
  const [dx, dy] = [(end[0] - last[0]) / length, (end[1] - last[1]) / length];
  const tip = head ? [end[0] - dx * head, end[1] - dy * head] : end;
  let line = `M${points[0]}`;
  for (let i = 1; i < points.length - 1; i++)
    line += `L${towards(points[i], points[i - 1], 6)}Q${points[i]} ${towards(points[i], points[i + 1], 6)}`;
  const parts = [draw("path", { class: `xray-line ${kind}`, d: `${line}L${tip}` })];
  if (head) {
    const [x, y] = [end[0] - dx * head * 1.6, end[1] - dy * head * 1.6];
    const d = `M${end}L${x - dy * head},${y + dx * head}L${x + dy * head},${y - dx * head}Z`;
    parts.push(draw("path", { class: `xray-head ${kind}`, d }));
  }
  return parts;
}
