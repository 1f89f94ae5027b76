/**
 * One of several pictures that were drawn beforehand, with its status line, its law and its hot spots. frames.py says
 * what the traits hold. The controls are ipywidgets beside this one, linked in the browser to at0, at1 and at2: a move
 * needs no kernel.
 *
 * @typedef {{box: number[], words: string[][], control: number}} Grid places with words in a picture; a click on a
 *   column moves the control of that number (-1: none)
 * @typedef {{grid: Grid, row: number, column: number}} Spot
 */

const NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="; // one white pixel

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * What ipywidgets leaves out: names for a slider's handle and Play's buttons, and which button of a group is pressed.
 * And JupyterLab's and Notebook's own keys (m, d d, arrows) must not act while the focus is here; they look for this
 * attribute from the focused element upwards, and no further than it.
 */
function furnish(explorer) {
  for (const element of explorer.querySelectorAll("button, input, [tabindex]"))
    element.dataset.lmSuppressShortcuts = "true";
  for (const slider of explorer.querySelectorAll(".widget-slider"))
    slider.querySelector(".noUi-handle")?.setAttribute("aria-label", slider.querySelector("label").textContent);
  for (const play of explorer.querySelectorAll(".widget-play"))
    ["play or pause", "stop and go back to the first step"].forEach((name, number) => {
      const button = play.querySelectorAll("button")[number];
      button?.setAttribute("aria-label", name);
      button?.setAttribute("title", name);
    });
  for (const group of explorer.querySelectorAll(".widget-toggle-buttons")) {
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", group.querySelector("label").textContent);
    for (const button of group.querySelectorAll("button"))
      button.setAttribute("aria-pressed", button.classList.contains("mod-active"));
  }
}

function render({ model, el }) {
  const [width, height] = model.get("size");
  const status = make("div", { class: "s2s-status", role: "status", "aria-live": "polite", "aria-atomic": "true" });
  const picture = make("img", { width, height, decoding: "sync" });
  const mark = make("div", { class: "s2s-mark", hidden: "" });
  const card = make("div", { class: "s2s-card", style: `width: ${width}px` }, picture, mark);
  const sign = make("span", {}), law = make("div", { class: "s2s-law" }, sign, "");
  el.classList.add("s2s-frames");
  el.append(status, card, law);

  let urls = [], frame, spot = null;

  function draw() {
    const frames = model.get("frames");
    let number = 0; // as Python's itertools.product counts
    model.get("shape").forEach(([first, count], i) => { number = number * count + model.get(`at${i}`) - first; });
    frame = frames[frames.length > 1 ? number : 0];
    if (!frame) return; // the traits come one after another
    const png = model.get("pictures")[frame.picture];
    if (png) urls[frame.picture] ??= typeof png === "string" ? png : URL.createObjectURL(new Blob([png], { type: "image/png" }));
    picture.src = png ? urls[frame.picture] : NOTHING;
    picture.alt = frame.alt;
    picture.dataset.status = frame.status;
    sign.textContent = frame.law && (frame.holds ? "✓" : "✗");
    law.lastChild.textContent = ` ${frame.law}`;
    law.classList.toggle("s2s-broken", !frame.holds);
    const grids = frame.spots.length;
    const role = { role: "group", tabindex: "0", "aria-label": "values in the picture: arrow keys read, Enter chooses" };
    for (const [name, value] of Object.entries(role)) grids ? card.setAttribute(name, value) : card.removeAttribute(name);
    point(null);
    if (explorer) furnish(explorer);
  }

  function forget() {
    urls.forEach((url) => URL.revokeObjectURL(url));
    urls = [];
    draw();
  }

  // Hot spots

  const grids = () => frame.spots.map(([number]) => model.get("grids")[number]);
  const seen = ({ grid, column }) => column < (frame.spots[grids().indexOf(grid)][1] ?? Infinity);
  const wordsOf = (at) => (seen(at) ? at.grid.words[at.row][at.column] : "");

  /** The place under a pointer, or null. */
  function under(event) {
    const shown = picture.getBoundingClientRect(), scale = width / shown.width;
    const x = (event.clientX - shown.left) * scale, y = (event.clientY - shown.top) * scale;
    for (const grid of grids()) {
      const [left, top, across, down] = grid.box;
      const column = Math.floor(((x - left) / across) * grid.words[0].length);
      const row = Math.floor(((y - top) / down) * grid.words.length);
      if (grid.words[row]?.[column] !== undefined) return { grid, row, column };
    }
    return null;
  }

  /** Say what stands at a place, and outline it; null: the picture's own words again. */
  function point(/** @type {Spot | null} */ at) {
    spot = at && wordsOf(at) ? at : null;
    const said = spot ? wordsOf(spot) : frame.status;
    if (status.textContent !== said) status.textContent = said;
    mark.hidden = !spot;
    if (!spot) return;
    const [left, top, across, down] = spot.grid.box;
    const [w, h] = [across / spot.grid.words[0].length, down / spot.grid.words.length];
    const place = { left: (left + spot.column * w) / width, top: (top + spot.row * h) / height, width: w / width, height: h / height };
    for (const [side, share] of Object.entries(place)) mark.style[side] = `${100 * share}%`;
  }

  /** Move the control that a place belongs to; a column counts from 1. */
  function choose({ grid: { control }, column }) {
    const position = column + 1, [first, count] = model.get("shape")[control] ?? [0, 0];
    if (position < first || position >= first + count || model.get(`at${control}`) === position) return;
    model.set(`at${control}`, position);
    model.save_changes();
  }

  /** The place that a key leads to: over the end of a grid into the next one. */
  function beyond({ grid, row, column }, [right, down]) {
    const all = grids(), next = { grid, row: row + down, column: column + right };
    if (grid.words[next.row]?.[next.column] !== undefined && seen(next)) return next;
    const other = all[all.indexOf(grid) + right + down];
    if (!other) return { grid, row, column };
    const last = { row: other.words.length - 1, column: other.words[0].length - 1 };
    if (down) return { grid: other, row: down > 0 ? 0 : last.row, column: Math.min(column, last.column) };
    return { grid: other, row: Math.min(row, last.row), column: right > 0 ? 0 : last.column };
  }

  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  card.addEventListener("keydown", (event) => {
    if (!frame.spots.length) return;
    if (event.key in ARROWS) {
      const first = { grid: grids()[0], row: 0, column: 0 };
      point(spot ? beyond(spot, ARROWS[event.key]) : first);
    } else if (event.key === "Enter" && spot) choose(spot);
    else if (event.key === "Escape") point(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  card.addEventListener("blur", () => point(null));
  card.addEventListener("pointermove", (event) => {
    const at = under(event);
    card.style.cursor = at?.grid.control >= 0 ? "pointer" : "";
    point(at);
  });
  card.addEventListener("pointerleave", () => point(null));
  card.addEventListener("click", (event) => {
    const at = under(event);
    if (at) choose(at);
  });

  // The explorer around it, once there is one

  let explorer = null;
  const pressed = new MutationObserver(() => furnish(explorer));
  const placed = new ResizeObserver(() => {
    if (explorer || !(explorer = el.closest(".s2s-explorer"))) return;
    furnish(explorer);
    pressed.observe(explorer, { subtree: true, childList: true, attributeFilter: ["class"] });
  });
  placed.observe(el);

  for (const name of ["frames", "at0", "at1", "at2"]) model.on(`change:${name}`, draw);
  model.on("change:pictures", forget);
  draw();
  return () => {
    placed.disconnect();
    pressed.disconnect();
    urls.forEach((url) => URL.revokeObjectURL(url));
  };
}

export default { render };
