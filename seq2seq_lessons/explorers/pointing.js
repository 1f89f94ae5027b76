import { best } from "./gru.js";
import { make } from "./drawing.js";
import { put } from "./switches.js";
import { unitArithmetic, unitChart } from "./unit.js";
import { unitWords, wordOf } from "./words.js";

/** Single cells of the X-ray: which changed most, which is pointed at, and the close-up of the one that was chosen. */

const NUM_MARKED = 6;
const HINT = "Point at a cell, or press ↑ ↓ on a state; click or Enter: its arithmetic.";

/** Outline the cells that changed most at the step. */
export function mark(view, now) {
  for (const old of view.stage.querySelectorAll(".xray-mark")) old.remove();
  const places = view.model.get("places");
  view.columns[now].step.layers.forEach(({ before, after }, layer) => {
    const change = after.map((value, unit) => Math.abs(value - before[unit]));
    const marks = best(change, Math.min(NUM_MARKED, Math.ceil(change.length / 8)));
    const cells = marks.map((unit) => cellAt(view, places[layer].indexOf(unit)));
    view.columns[now].states[layer].append(...cells.map(([left, top]) =>
      make("i", { class: "xray-mark", style: `--left:${left};--top:${top}` })));
  });
}

/** A cell's column and row. */
function cellAt(view, place) {
  const columns = view.model.get("columns");
  return [place % columns, Math.floor(place / columns)];
}

/** Point at a unit: its cell is outlined at every step, its value said below the picture. */
export function point(view, place, t, aloud = false) {
  view.root.classList.toggle("xray-pointing", Boolean(place));
  if (!place || !view.steps[t].layers.length) return void (view.pointed.textContent = view.has("unit") ? HINT : "");
  const [left, top] = cellAt(view, view.model.get("places")[place.layer].indexOf(place.unit));
  for (const { states } of view.columns) states.forEach((state, layer) => {
    state.classList.toggle("xray-probed", layer === place.layer);
    state.style.setProperty("--left", left); // on each picture: a property of the root would style all the page anew
    state.style.setProperty("--top", top);
  });
  view.pointed.textContent = unitWords(view, t, place);
  if (aloud) view.status.textContent = unitWords(view, t, place);
}

/** The close-up of the unit that was chosen, if one was. */
export function detail(view) {
  const { unit: place } = view, now = view.model.get("step") - 1, step = view.steps[now];
  if (!view.isOpen) return view.detail.replaceChildren();
  const number = view.detail.querySelector("input[type=number]"), words = view.steps.map((each) => wordOf(view, each));
  if (!number) openDetail(view);
  else if (Number(number.value) !== place.unit) number.value = place.unit;
  const [title, chart, sums] = view.detailParts, half = step.writes ? "decoder" : "encoder";
  const storey = view.sizes.layers > 1 ? `layer ${place.layer + 1} of ` : "";
  title.textContent = `${storey}the ${half}, step ${now + 1}, fed “${words[now]}”`;
  const width = Math.max(280, Math.min(900, view.detail.clientWidth - 2));
  chart.replaceChildren(unitChart(view.steps, place, now, words, width, (t) => put(view, "step", t + 1)));
  sums.replaceChildren(step.layers.length ? unitArithmetic(step, place) : "This pad is skipped: the state stays.");
}

function openDetail(view) {
  const parts = (view.detailParts = ["span", "div", "div"].map((tag) => make(tag)));
  const ends = { min: 0, max: view.sizes.hiddens - 1, value: view.unit.unit };
  const number = make("input", { type: "number", ...ends, "aria-label": "unit" });
  number.addEventListener("input", () => {
    const unit = Math.round(Number(number.value));
    if (number.value !== "" && unit >= 0 && unit < view.sizes.hiddens) choose(view, { ...view.unit, unit });
  });
  const close = make("button", { type: "button" }, "close");
  close.addEventListener("click", () => {
    view.isOpen = false;
    view.show();
    view.shown.states[0]?.focus();
  });
  const title = make("div", { class: "xray-title" }, make("b", {}, "unit"), number, parts[0], close);
  view.detail.replaceChildren(title, parts[1], parts[2]);
}

function choose(view, place) {
  view.unit = place;
  point(view, place, view.model.get("step") - 1);
  detail(view);
}

/** The cell of a state's picture under the pointer. */
export function unitUnder(view, event) {
  const state = event.target.closest?.(".xray-state[data-layer]");
  if (!state || !view.has("unit")) return null;
  const { left, top, width, height } = state.querySelector("canvas").getBoundingClientRect();
  const columns = view.model.get("columns"), rows = Math.ceil(view.sizes.hiddens / columns);
  const clip = (value, count) => Math.max(0, Math.min(count - 1, Math.floor(value * count)));
  const place = clip((event.clientY - top) / height, rows) * columns + clip((event.clientX - left) / width, columns);
  const layer = Number(state.dataset.layer), unit = view.model.get("places")[layer][place];
  return unit === undefined ? null : { layer, unit };
}

/** To the unit beside, above or below. */
export function walk(view, layer, [right, down]) {
  const places = view.model.get("places")[layer], columns = view.model.get("columns");
  const from = view.unit?.layer === layer ? places.indexOf(view.unit.unit) : -1;
  const to = from < 0 ? 0 : from + down * columns + (Number.isFinite(right) ? right : 0);
  if (places[to] === undefined) return;
  view.unit = { layer, unit: places[to] };
  point(view, view.unit, view.model.get("step") - 1, true);
  detail(view);
}
