import { make, nameControls, traitsOf } from "./elements.js";

/**
 * One of several pictures that were drawn beforehand, with its status line, its law and its hot spots. frames.py says
 * what the traits hold. The controls are ipywidgets beside this one, linked in the browser to at0, at1 and at2: a move
 * needs no kernel.
 *
 * @typedef {{cell: number[], words: string[][], control: number, seen: number}} Grid places with words in a picture, of
 *   which the first columns may be read, and the first of which has this left, top, width and height; a click on a
 *   column moves the control of that number (-1: none)
 * @typedef {{grid: Grid, row: number, column: number}} Spot
 */

const NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="; // one white pixel
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const NAME = "values in the picture: arrow keys read, Enter chooses";
const FAR = 1e9;

const isIn = ({ grid, row, column }) => grid.words[row]?.[column] !== undefined;
const wordsOf = ({ grid, row, column }) => (column < grid.seen ? grid.words[row][column] : "");
const clip = (/** @type {number} */ place, { length }) => Math.max(0, Math.min(length - 1, place));

function render({ model, el }) {
  const { get, put, on, follow, end } = traitsOf(model), [width, height] = get("size");
  const status = make("div", { class: "s2s-status", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  const picture = make("img", { width, height, decoding: "sync" }), mark = make("div", { class: "s2s-mark" });
  const leave = () => point(null), click = (event) => choose(under(event));
  const listeners = { keydown, pointermove, click, blur: leave, pointerleave: leave };
  const card = make("div", { class: "s2s-card", style: `width: ${width}px`, ...listeners }, picture, mark);
  const law = make("div", { class: "s2s-law" });
  el.classList.add("s2s-frames");
  el.append(status, card, law);

  let urls = [], frame, grids = [], explorer = null;
  /** @type {Spot | null} */
  let spot = null;

  function show() {
    const frames = get("frames");
    let number = 0; // as Python's itertools.product counts
    get("shape").forEach(([first, count], i) => { number = number * count + get(`at${i}`) - first; });
    frame = frames[frames.length > 1 ? number : 0];
    if (!frame) return; // the traits come one after another
    picture.src = urls[frame.picture] ?? NOTHING;
    picture.alt = frame.alt;
    picture.dataset.status = frame.status;
    law.replaceChildren(make("span", {}, frame.law && (frame.holds ? "✓" : "✗")), ` ${frame.law}`);
    law.classList.toggle("s2s-broken", !frame.holds);
    grids = frame.spots.map(([grid, seen]) => ({ ...get("grids")[grid], seen: seen ?? Infinity }));
    for (const [name, value] of [["role", "group"], ["tabindex", "0"], ["aria-label", NAME]])
      grids.length ? card.setAttribute(name, value) : card.removeAttribute(name);
    point(null);
  }

  const forget = () => urls.forEach((url) => URL.revokeObjectURL(url));

  function load() {
    forget();
    const urlOf = (bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    urls = get("pictures").map((png) => (typeof png === "string" ? png : urlOf(png))); // the site has addresses
    show();
  }

  /** The place under a pointer. */
  function under({ offsetX, offsetY }) {
    const scale = width / picture.clientWidth;
    return grids.map((grid) => {
      const [left, top, across, down] = grid.cell, row = Math.floor((offsetY * scale - top) / down);
      return { grid, row, column: Math.floor((offsetX * scale - left) / across) };
    }).find(isIn);
  }

  /** Say what stands at a place, and outline it; nowhere: the picture's own words again. */
  function point(/** @type {Spot | null | undefined} */ at) {
    spot = at && wordsOf(at) ? at : null;
    const said = spot ? wordsOf(spot) : frame.status;
    if (status.textContent !== said) status.textContent = said;
    mark.hidden = !spot;
    if (!spot) return;
    const [left, top, across, down] = spot.grid.cell, share = (part, whole) => `${(100 * part) / whole}%`;
    mark.style.left = share(left + spot.column * across, width);
    mark.style.top = share(top + spot.row * down, height);
    mark.style.width = share(across, width);
    mark.style.height = share(down, height);
  }

  /** Move the control that a place belongs to; a column counts from 1. */
  function choose(/** @type {Spot | null | undefined} */ at) {
    const [first, count] = get("shape")[at?.grid.control] ?? [0, 0], position = at?.column + 1;
    if (position >= first && position < first + count) put(`at${at.grid.control}`, position);
  }

  /** The place that a key leads to: over the end of a grid into the next one. */
  function beyond({ grid, row, column }, [right, down]) {
    const next = { grid, row: row + down, column: column + right };
    if (isIn(next) && next.column < grid.seen) return next;
    const other = grids[grids.indexOf(grid) + right + down];
    if (!other) return { grid, row, column };
    const { words } = other; // into it at the edge that is nearest
    return { grid: other, row: clip(row - down * FAR, words), column: clip(column - right * FAR, words[0]) };
  }

  function keydown(event) {
    if (!grids.length) return;
    if (event.key in ARROWS) point(spot ? beyond(spot, ARROWS[event.key]) : { grid: grids[0], row: 0, column: 0 });
    else if (event.key === "Enter" && spot) choose(spot);
    else if (event.key === "Escape") point(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function pointermove(event) {
    const at = under(event);
    card.style.cursor = at?.grid.control >= 0 ? "pointer" : "";
    point(at);
  }

  // The explorer around it, once there is one
  const pressed = new MutationObserver(() => nameControls(explorer));
  const placed = new ResizeObserver(() => {
    if (explorer || !(explorer = el.closest(".s2s-explorer"))) return;
    nameControls(explorer);
    pressed.observe(explorer, { subtree: true, childList: true, attributeFilter: ["class"] });
  });
  placed.observe(el);

  on(["frames", "at0", "at1", "at2"], show);
  follow(["pictures"], load);
  return () => {
    placed.disconnect();
    pressed.disconnect();
    end();
    forget();
  };
}

export default { render };
