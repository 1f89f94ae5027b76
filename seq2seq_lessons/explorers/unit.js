import { arrow, colour } from "./drawing.js";
import { cellOf } from "./columns.js";
import { make } from "./elements.js";
import { signed, storey, unitWords, wordOf } from "./words.js";

/**
 * Single units of the X-ray: the one that is pointed at; the one that was chosen, close up: its numbers over all steps,
 * and this step's arithmetic with a hand on the update gate.
 * @typedef {import("./gru.js").Step} Step
 * @typedef {{layer: number, unit: number}} Place
 */

const HINT = "Point at a cell, or press ↑ ↓ on a state; click or Enter: its arithmetic.";
/** The lines of the chart: what they show, and where it is in a layer's step. */
const LINES = [["h", "state", "after"], ["z", "update", "z"], ["r", "reset", "r"], ["n", "candidate", "n"]];
const HEIGHT = 176, LEFT = 34, RIGHT = 94, TOP = 10, BOTTOM = 30;

/** Point at a unit: its cell is outlined at every step, its value said below the picture. */
export function point(view, /** @type {Place | null} */ place = view.unit, t = view.now(), aloud = false) {
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

/** The unit whose cell in a state's picture is under the pointer. @returns {Place | null} */
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

function choose(view, /** @type {Place} */ place, aloud = false) {
  view.unit = place;
  point(view, place, view.now(), aloud);
  view.closeUp.update();
}

/** The close-up of the unit that was chosen, hidden until one is; `update` follows the unit and the step. */
export function closeUp(view) {
  const [title, chart, sums] = ["span", "div", "div"].map((tag) => make(tag));
  const number = make("input", {
    type: "number", min: 0, max: view.sizes.hiddens - 1, "aria-label": "unit",
    input: () => number.value && number.validity.valid && choose(view, { ...view.unit, unit: number.valueAsNumber }),
  });
  const click = () => {
    root.hidden = true;
    view.shown.states[0]?.focus();
  };
  const root = make("div", { class: "xray-detail", hidden: true },
    make("div", { class: "xray-title" }, make("b", {}, "unit"), number, title, make("button", { click }, "close")),
    chart, sums);
  const update = () => {
    if (root.hidden) return;
    const { unit: place, steps } = view, now = view.now(), step = steps[now];
    const words = steps.map((each) => wordOf(view, each));
    if (number.valueAsNumber !== place.unit) number.value = place.unit;
    const half = `${storey(view, place.layer, "", " of ")}the ${step.writes ? "decoder" : "encoder"}`;
    title.textContent = `${half}, step ${now + 1}, fed “${words[now]}”`;
    chart.replaceChildren(unitChart(view, now, words, Math.max(280, Math.min(900, root.clientWidth - 2))));
    sums.replaceChildren(step.layers.length ? unitArithmetic(step, place) : "This pad is skipped: the state stays.");
  };
  return { root, update };
}

const text = (/** @type {number} */ x, /** @type {number} */ y, words, kind = "", anchor = "middle") =>
  make("text", { x, y, "text-anchor": anchor, class: kind }, words);

/** A line chart of h, z, r and n over all steps, exact; a click sets the step. */
function unitChart({ steps, unit: place, put }, now, words, width) {
  const right = width - RIGHT, low = HEIGHT - BOTTOM, spacing = (right - LEFT) / Math.max(1, steps.length - 1);
  const x = (t) => LEFT + spacing * t, y = (value) => TOP + ((low - TOP) * (1 - value)) / 2;
  const line = (kind, d) => make("path", { class: `xray-${kind}`, d });
  const series = LINES.map(([name, meaning, of]) => ({ name, meaning, points: steps.flatMap(({ layers }, t) =>
    layers.length ? [[t, layers[place.layer][of][place.unit]]] : []) }));
  const said = series.map(({ name, points }) => `${name} ${points.map(([, value]) => signed(value, 2)).join(", ")}`);
  const label = `Unit ${place.unit} over the steps ${words.join(", ")}: ${said.join("; ")}`;
  const border = x(steps.findIndex((step) => step.writes) - 0.5);
  const click = ({ currentTarget, clientX }) => {
    const at = Math.round((clientX - currentTarget.getBoundingClientRect().left - LEFT) / spacing);
    put("step", Math.max(1, Math.min(steps.length, at + 1)));
  };
  const letters = Math.floor((spacing - 4) / 6.5), every = Math.max(1, Math.ceil(26 / spacing));
  const names = words.map((word, t) => {
    const cut = word.length > letters ? `${word.slice(0, letters - 1)}…` : word, number = t % every ? "" : `${t + 1}`;
    const look = `of-${steps[t].writes ? "write" : "read"}${t === now ? " xray-now" : ""}`;
    return text(x(t), HEIGHT - 12, letters < 4 ? number : cut, look);
  });
  // what the lines are stands at their ends, no name over another
  const ends = series.map(({ points }) => y(points.at(-1)[1])), order = [0, 1, 2, 3].sort((a, b) => ends[a] - ends[b]);
  order.forEach((i, rank) => (ends[i] = Math.max(ends[i], rank ? ends[order[rank - 1]] + 13 : 0)));
  const overrun = Math.max(0, ends[order[3]] - (low + 6));
  const size = { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` };
  return make("svg", { class: "xray-chart", ...size, role: "img", "aria-label": label, click },
    ...[-1, 0, 1].flatMap((value) =>
      [line("grid", `M${LEFT},${y(value)}H${right}`), text(LEFT - 8, y(value) + 4, signed(value, 0), "", "end")]),
    line("border", `M${border},${TOP}V${low}`), line("cursor", `M${x(now)},${TOP}V${low}`), ...names,
    ...series.flatMap(({ name, meaning, points }, i) => [
      line(`series of-${name}`, `M${points.map(([t, value]) => [x(t), y(value)]).join("L")}`),
      ...points.map(([t, value]) =>
        make("circle", { class: `xray-dot of-${name}`, cx: x(t), cy: y(value), r: t === now ? 4.5 : 2.2 })),
      text(right + 8, ends[i] - overrun + 4, `${name} ${meaning}`, `xray-name of-${name}`, "start"),
    ]));
}

/** A circle in a value's colour, its name inside, its value above it. */
function bead(x, y, name, value) {
  return make("g", {},
    make("circle", { cx: x, cy: y, r: 17, class: "xray-bead", fill: `rgb(${colour(value)})` }),
    text(x, y + 5, name, `xray-symbol${Math.abs(value) > 0.55 ? " on-dark" : ""}`),
    text(x, y - 23, signed(value), "xray-value"));
}

/** The cell: what is kept of h flows along the top, what is written comes up from n; a pipe is as thick as its gate. */
function cell({ h, r, z, n, x, after }) {
  const pipe = (share, ...points) =>
    make("g", { style: `stroke-width:${1 + 11 * share}px` }, ...arrow(points, "pipe", 0));
  const kept = `h ${signed(h)} is kept by z ${signed(z)}`;
  const written = `n ${signed(n)} is written by 1 − z ${signed(1 - z)}`;
  const label = `${kept}; ${written}; h′ ${signed(after)}`;
  return make("svg", { class: "xray-cell", viewBox: "0 0 400 178", role: "img", "aria-label": label },
    pipe(z, [40, 44], [262, 44]), pipe(r, [40, 44], [40, 128], [160, 128]),
    pipe(1 - z, [160, 128], [262, 128], [262, 44]),
    ...arrow([[262, 44], [335, 44]], "", 6), ...arrow([[160, 172], [160, 147]]),
    make("circle", { cx: 262, cy: 44, r: 10, class: "xray-plus" }),
    make("path", { class: "xray-line", d: "M257,44h10M262,39v10" }),
    text(150, 31, `z ${signed(z)} kept`), text(274, 92, `1 − z ${signed(1 - z)} written`, "", "start"),
    text(50, 92, `r ${signed(r)} seen`, "", "start"), text(172, 174, `x gives ${signed(x)}`, "", "start"),
    bead(40, 44, "h", h), bead(160, 128, "n", n), bead(354, 44, "h′", after));
}

/** The step's arithmetic with the unit's own numbers, and a slider that puts z elsewhere. */
function unitArithmetic(/** @type {Step} */ { layers }, /** @type {Place} */ { layer, unit }) {
  const numbers = layers[layer], size = numbers.before.length, sums = [numbers.ofInput, numbers.ofState];
  const [h, r, z, n, own] = ["before", "r", "z", "n", "after"].map((name) => numbers[name][unit]);
  const [[xr, hr], [xz, hz], [xn, hn]] = [0, 1, 2].map((gate) => sums.map((of) => of[gate * size + unit]));
  const plus = (a, b) => `${signed(a)} ${b < 0 ? "−" : "+"} ${signed(Math.abs(b))}`;
  const inner = (value) => (value < 0 ? `(${signed(value)})` : signed(value));
  const row = (name, sum, meaning) => make("div", { class: "xray-equation" },
    make("b", {}, name), make("span", {}, sum), make("small", {}, meaning));
  const [picture, last, number] = ["div", "div", "span"].map((tag) => make(tag));
  const slider = make("input", { type: "range", min: 0, max: 1, step: 0.001,
    "aria-label": "z, the update gate, by hand", input: () => put(Number(slider.value)) });
  const reset = make("button", { click: () => {
    put(z);
    slider.focus();
  } }, "the model's z");
  const put = (/** @type {number} */ by) => {
    const isOwn = by === z, after = isOwn ? own : by * h + (1 - by) * n, meaning = "the new state";
    const sum = `z·h + (1 − z)·n = ${signed(by)} · ${inner(h)} + ${signed(1 - by)} · ${inner(n)} = ${signed(after)}`;
    slider.value = by;
    slider.setAttribute("aria-valuetext", `z ${signed(by)}: h′ ${signed(after)}`);
    number.textContent = `z = ${signed(by)}`;
    reset.disabled = isOwn;
    picture.replaceChildren(cell({ h, r, z: by, n, x: xn, after }));
    last.replaceChildren(row("h′", sum, isOwn ? meaning : `${meaning}, had z been this`));
  };
  put(z);
  return make("div", { class: "xray-arithmetic" },
    make("div", {}, picture, make("div", { class: "xray-by-hand" },
      make("span", {}, "candidate"), slider, make("span", {}, "old state"), number, reset)),
    make("div", {},
      row("r", `σ(${plus(xr, hr)}) = ${signed(r)}`, "how much of the old state the candidate sees"),
      row("z", `σ(${plus(xz, hz)}) = ${signed(z)}`, "how much of the old state is kept"),
      row("n", `tanh(${signed(xn)} + ${signed(r)} · ${inner(hn)}) = ${signed(n)}`, "the candidate"),
      last, make("small", {}, "In each bracket what comes from the input x, then what comes from the old state h.")));
}
