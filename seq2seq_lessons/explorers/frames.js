import { make, nameControls } from "./elements.js";

/**
 * One of several pictures that were drawn beforehand, with its status line, its law and its hot spots. frames.py says
 * what the traits hold. The controls are ipywidgets beside this one, linked in the browser to at0, at1 and at2: a move
 * needs no kernel.
 *
 * @typedef {{box: number[], words: string[][], control: number, seen: number}} Grid places with words in a picture, of
 *   which the first columns may be read; a click on a column moves the control of that number (-1: none)
 * @typedef {{grid: Grid, row: number, column: number}} Spot
 */

const NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="; // one white pixel
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const NAME = "values in the picture: arrow keys read, Enter chooses";
const READABLE = { role: "group", tabindex: "0", "aria-label": NAME };

const isIn = ({ grid, row, column }) => grid.words[row]?.[column] !== undefined;
const wordsOf = ({ grid, row, column }) => (column < grid.seen ? grid.words[row][column] : "");

function render({ model, el }) {
  const [width, height] = model.get("size");
  const status = make("div", { class: "s2s-status", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  const picture = make("img", { width, height, decoding: "sync" }), mark = make("div", { class: "s2s-mark" });
  const card = make("div", { class: "s2s-card", style: `width: ${width}px` }, picture, mark);
  const sign = make("span"), law = make("div", { class: "s2s-law" }, sign, "");
  el.classList.add("s2s-frames");
  el.append(status, card, law);

  let urls = [], frame, grids = [], explorer = null;
  /** @type {Spot | null} */
  let spot = null;

  function show() {
    const frames = model.get("frames");
    let number = 0; // as Python's itertools.product counts
    model.get("shape").forEach(([first, count], i) => { number = number * count + model.get(`at${i}`) - first; });
    frame = frames[frames.length > 1 ? number : 0];
    if (!frame) return; // the traits come one after another
    const png = model.get("pictures")[frame.picture];
    const urlOf = () => (typeof png === "string" ? png : URL.createObjectURL(new Blob([png], { type: "image/png" })));
    if (png) urls[frame.picture] ??= urlOf();
    picture.src = png ? urls[frame.picture] : NOTHING;
    picture.alt = frame.alt;
    picture.dataset.status = frame.status;
    sign.textContent = frame.law && (frame.holds ? "✓" : "✗");
    law.lastChild.textContent = ` ${frame.law}`;
    law.classList.toggle("s2s-broken", !frame.holds);
    grids = frame.spots.map(([grid, seen]) => ({ ...model.get("grids")[grid], seen: seen ?? Infinity }));
    for (const [name, value] of Object.entries(READABLE))
      grids.length ? card.setAttribute(name, value) : card.removeAttribute(name);
    point(null);
    if (explorer) nameControls(explorer);
  }

  function forget() {
    urls.forEach((url) => URL.revokeObjectURL(url));
    urls = [];
  }

  /** The place under a pointer. */
  function under(event) {
    const shown = picture.getBoundingClientRect(), scale = width / shown.width;
    const x = (event.clientX - shown.left) * scale, y = (event.clientY - shown.top) * scale;
    return grids.map((grid) => {
      const [left, top, across, down] = grid.box;
      const column = Math.floor(((x - left) / across) * grid.words[0].length);
      return { grid, row: Math.floor(((y - top) / down) * grid.words.length), column };
    }).find(isIn);
  }

  /** Say what stands at a place, and outline it; nowhere: the picture's own words again. */
  function point(/** @type {Spot | null | undefined} */ at) {
    spot = at && wordsOf(at) ? at : null;
    const said = spot ? wordsOf(spot) : frame.status;
    if (status.textContent !== said) status.textContent = said;
    mark.hidden = !spot;
    if (!spot) return;
    const [left, top, across, down] = spot.grid.box, percent = (share) => `${100 * share}%`;
    const [w, h] = [across / spot.grid.words[0].length, down / spot.grid.words.length];
    mark.style.left = percent((left + spot.column * w) / width);
    mark.style.top = percent((top + spot.row * h) / height);
    mark.style.width = percent(w / width);
    mark.style.height = percent(h / height);
  }

  /** Move the control that a place belongs to; a column counts from 1. */
  function choose({ grid: { control }, column }) {
    const position = column + 1, [first, count] = model.get("shape")[control] ?? [0, 0];
    if (position < first || position >= first + count) return;
    model.set(`at${control}`, position);
    model.save_changes();
  }

  /** The place that a key leads to: over the end of a grid into the next one. */
  function beyond({ grid, row, column }, [right, down]) {
    const next = { grid, row: row + down, column: column + right };
    if (isIn(next) && next.column < grid.seen) return next;
    const other = grids[grids.indexOf(grid) + right + down];
    if (!other) return { grid, row, column };
    const last = { row: other.words.length - 1, column: other.words[0].length - 1 };
    if (down) return { grid: other, row: down > 0 ? 0 : last.row, column: Math.min(column, last.column) };
    return { grid: other, row: Math.min(row, last.row), column: right > 0 ? 0 : last.column };
  }

  card.addEventListener("keydown", (event) => {
    if (!grids.length) return;
    if (event.key in ARROWS) point(spot ? beyond(spot, ARROWS[event.key]) : { grid: grids[0], row: 0, column: 0 });
    else if (event.key === "Enter" && spot) choose(spot);
    else if (event.key === "Escape") point(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  card.addEventListener("pointermove", (event) => {
    const at = under(event);
    card.style.cursor = at?.grid.control >= 0 ? "pointer" : "";
    point(at);
  });
  for (const leaves of ["blur", "pointerleave"]) card.addEventListener(leaves, () => point(null));
  card.addEventListener("click", (event) => {
    const at = under(event);
    if (at) choose(at);
  });

  // The explorer around it, once there is one
  const pressed = new MutationObserver(() => nameControls(explorer));
  const placed = new ResizeObserver(() => {
    if (explorer || !(explorer = el.closest(".s2s-explorer"))) return;
    nameControls(explorer);
    pressed.observe(explorer, { subtree: true, childList: true, attributeFilter: ["class"] });
  });
  placed.observe(el);

  for (const name of ["frames", "at0", "at1", "at2"]) model.on(`change:${name}`, show);
  model.on("change:pictures", () => (forget(), show()));
  show();
  return () => {
    placed.disconnect();
    pressed.disconnect();
    forget();
  };
}

export default { render };
