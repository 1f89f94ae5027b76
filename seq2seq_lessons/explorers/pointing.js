import { cellOf } from "./columns.js";
import { make } from "./elements.js";
import { unitArithmetic, unitChart } from "./unit.js";
import { storey, unitWords, wordOf } from "./words.js";

/** Single units of the X-ray: which is pointed at, and the close-up of the one that was chosen. */

const HINT = "Point at a cell, or press ↑ ↓ on a state; click or Enter: its arithmetic.";

/** Point at a unit: its cell is outlined at every step, its value said below the picture. */
export function point(view, place = view.unit, t = view.now(), aloud = false) {
  view.root.classList.toggle("xray-pointing", Boolean(place));
  if (!place || !view.steps[t].layers.length) return void (view.pointed.textContent = view.has("unit") ? HINT : "");
  const cell = cellOf(view, place.layer, place.unit);
  for (const { states } of view.columns) states.forEach((state, layer) => {
    state.classList.toggle("xray-probed", layer === place.layer);
    state.style.cssText = cell; // of each picture: a property of the root would style all the page anew
  });
  view.pointed.textContent = unitWords(view, t, place);
  if (aloud) view.status.textContent = view.pointed.textContent;
}

/** The close-up of the unit that was chosen, hidden until one is: `update` follows the unit and the step. */
export function closeUp(view) {
  const [title, chart, sums] = ["span", "div", "div"].map((tag) => make(tag));
  const number = make("input", {
    type: "number", min: 0, max: view.sizes.hiddens - 1, "aria-label": "unit",
    input: () => number.value && number.validity.valid && choose(view, { ...view.unit, unit: number.valueAsNumber }),
  });
  const close = make("button", { type: "button", click: () => {
    root.hidden = true;
    view.shown.states[0]?.focus();
  } }, "close");
  const root = make("div", { class: "xray-detail", hidden: true },
    make("div", { class: "xray-title" }, make("b", {}, "unit"), number, title, close), chart, sums);
  const update = () => {
    if (root.hidden) return;
    const { unit: place, steps } = view, now = view.now(), step = steps[now];
    const words = steps.map((each) => wordOf(view, each)), width = Math.max(280, Math.min(900, root.clientWidth - 2));
    if (number.valueAsNumber !== place.unit) number.value = place.unit;
    const half = `${storey(view, place.layer, "", " of ")}the ${step.writes ? "decoder" : "encoder"}`;
    title.textContent = `${half}, step ${now + 1}, fed “${words[now]}”`;
    chart.replaceChildren(unitChart(steps, place, now, words, width, (t) => view.put("step", t + 1)));
    sums.replaceChildren(step.layers.length ? unitArithmetic(step, place) : "This pad is skipped: the state stays.");
  };
  return { root, update };
}

function choose(view, place, aloud = false) {
  view.unit = place;
  point(view, place, view.now(), aloud);
  view.closeUp.update();
}

/** The unit whose cell in a state's picture is under the pointer. */
export function unitUnder(view, event) {
  const state = event.target.closest?.("button.xray-state");
  if (!state || !view.has("unit")) return null;
  const { left, top, width, height } = state.firstChild.getBoundingClientRect(), { cells, rows } = view;
  const clip = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  const place = clip((event.clientY - top) / height, rows) * cells + clip((event.clientX - left) / width, cells);
  const layer = Number(state.dataset.layer), unit = view.places[layer][place];
  return unit === undefined ? null : { layer, unit };
}

/** To the unit beside, above or below. */
export function walk(view, layer, [right, down]) {
  const places = view.places[layer], from = view.unit?.layer === layer ? places.indexOf(view.unit.unit) : -1;
  const to = from < 0 ? 0 : from + down * view.cells + (Number.isFinite(right) ? right : 0);
  if (places[to] !== undefined) choose(view, { layer, unit: places[to] }, true);
}
