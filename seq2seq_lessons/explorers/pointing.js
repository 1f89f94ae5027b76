import { best } from "./gru.js";
import { make } from "./elements.js";
import { put } from "./switches.js";
import { unitArithmetic, unitChart } from "./unit.js";
import { unitWords, wordOf } from "./words.js";

/** Single cells of the X-ray: which changed most, which is pointed at, and the close-up of the one that was chosen. */

const NUM_MARKED = 6;
const HINT = "Point at a cell, or press ↑ ↓ on a state; click or Enter: its arithmetic.";

/** A unit's column and row. */
function cellOf({ model }, layer, unit) {
  const place = model.get("places")[layer].indexOf(unit), columns = model.get("columns");
  return [place % columns, Math.floor(place / columns)];
}

/** Outline the cells that changed most at the step. */
export function mark(view, now) {
  for (const old of view.stage.querySelectorAll(".xray-mark")) old.remove();
  view.columns[now].step.layers.forEach(({ before, after }, layer) => {
    const change = after.map((value, unit) => Math.abs(value - before[unit]));
    for (const unit of best(change, Math.min(NUM_MARKED, Math.ceil(change.length / 8)))) {
      const [left, top] = cellOf(view, layer, unit), style = `--left:${left};--top:${top}`;
      view.columns[now].states[layer].append(make("i", { class: "xray-mark", style }));
    }
  });
}

/** Point at a unit: its cell is outlined at every step, its value said below the picture. */
export function point(view, place, t, aloud = false) {
  view.root.classList.toggle("xray-pointing", Boolean(place));
  if (!place || !view.steps[t].layers.length) return void (view.pointed.textContent = view.has("unit") ? HINT : "");
  const [left, top] = cellOf(view, place.layer, place.unit);
  for (const { states } of view.columns) states.forEach((state, layer) => {
    state.classList.toggle("xray-probed", layer === place.layer);
    state.style.setProperty("--left", left); // on each picture: a property of the root would style all the page anew
    state.style.setProperty("--top", top);
  });
  view.pointed.textContent = unitWords(view, t, place);
  if (aloud) view.status.textContent = view.pointed.textContent;
}

/** The close-up of the unit that was chosen, if one was. */
export function detail(view) {
  const { unit: place, isOpen, steps, sizes } = view, now = view.model.get("step") - 1, step = steps[now];
  if (!isOpen) {
    view.parts = null;
    return view.detail.replaceChildren();
  }
  view.parts ??= openDetail(view);
  const { number, title, chart, sums } = view.parts, words = steps.map((each) => wordOf(view, each));
  if (Number(number.value) !== place.unit) number.value = place.unit;
  const storey = sizes.layers > 1 ? `layer ${place.layer + 1} of ` : "";
  title.textContent = `${storey}the ${step.writes ? "decoder" : "encoder"}, step ${now + 1}, fed “${words[now]}”`;
  const width = Math.max(280, Math.min(900, view.detail.clientWidth - 2));
  chart.replaceChildren(unitChart(steps, place, now, words, width, (t) => put(view, "step", t + 1)));
  sums.replaceChildren(step.layers.length ? unitArithmetic(step, place) : "This pad is skipped: the state stays.");
}

function openDetail(view) {
  const [title, chart, sums] = ["span", "div", "div"].map((tag) => make(tag));
  const ends = { min: 0, max: view.sizes.hiddens - 1 };
  const number = make("input", { type: "number", ...ends, "aria-label": "unit", input: () => {
    const unit = Math.round(Number(number.value));
    if (number.value !== "" && unit >= 0 && unit < view.sizes.hiddens) choose(view, { ...view.unit, unit });
  } });
  const close = make("button", { type: "button", click: () => {
    view.isOpen = false;
    detail(view);
    view.shown.states[0]?.focus();
  } }, "close");
  view.detail.append(make("div", { class: "xray-title" }, make("b", {}, "unit"), number, title, close), chart, sums);
  return { number, title, chart, sums };
}

function choose(view, place, aloud = false) {
  view.unit = place;
  point(view, place, view.model.get("step") - 1, aloud);
  detail(view);
}

/** The unit whose cell in a state's picture is under the pointer. */
export function unitUnder(view, event) {
  const state = event.target.closest?.(".xray-state[data-layer]");
  if (!state || !view.has("unit")) return null;
  const { left, top, width, height } = state.firstChild.getBoundingClientRect();
  const columns = view.model.get("columns"), rows = Math.ceil(view.sizes.hiddens / columns);
  const clip = (value, count) => Math.max(0, Math.min(count - 1, Math.floor(value * count)));
  const place = clip((event.clientY - top) / height, rows) * columns + clip((event.clientX - left) / width, columns);
  const layer = Number(state.dataset.layer), unit = view.model.get("places")[layer][place];
  return unit === undefined ? null : { layer, unit };
}

/** To the unit beside, above or below. */
export function walk(view, layer, [right, down]) {
  const places = view.model.get("places")[layer];
  const from = view.unit?.layer === layer ? places.indexOf(view.unit.unit) : -1;
  const to = from < 0 ? 0 : from + down * view.model.get("columns") + (Number.isFinite(right) ? right : 0);
  if (places[to] !== undefined) choose(view, { layer, unit: places[to] }, true);
}
