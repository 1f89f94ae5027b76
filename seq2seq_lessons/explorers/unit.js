import { arrow, colour, signed } from "./drawing.js";
import { draw, make } from "./elements.js";

/**
 * One unit of a state, close up: its numbers over all steps, and this step's arithmetic with a hand on the update gate.
 * @typedef {import("./gru.js").Step} Step
 * @typedef {{layer: number, unit: number}} Place
 */

/** The lines of the chart: what they show, and where it is in a layer's step. */
const LINES = [["h", "state", "after"], ["z", "update", "z"], ["r", "reset", "r"], ["n", "candidate", "n"]];
const HEIGHT = 176, LEFT = 34, RIGHT = 94, TOP = 10, BOTTOM = 30;

const text = (/** @type {number} */ x, /** @type {number} */ y, words, anchor = "middle", attributes = {}) =>
  draw("text", { x, y, "text-anchor": anchor, ...attributes }, words);

/** A line chart of h, z, r and n over all steps, exact; a click sets the step. */
export function unitChart(/** @type {Step[]} */ steps, /** @type {Place} */ place, now, words, width, go) {
  const right = width - RIGHT, low = HEIGHT - BOTTOM, spacing = (right - LEFT) / Math.max(1, steps.length - 1);
  const x = (t) => LEFT + spacing * t, y = (value) => TOP + ((low - TOP) * (1 - value)) / 2;
  const line = (kind, x1, y1, x2, y2) => draw("line", { class: kind, x1, y1, x2, y2 });
  const series = LINES.map(([name, meaning, of]) => ({ name, meaning, points: steps.flatMap(({ layers }, t) =>
    layers.length ? [[t, layers[place.layer][of][place.unit]]] : []) }));
  const said = series.map(({ name, points }) => `${name} ${points.map(([, value]) => signed(value, 2)).join(", ")}`);
  const label = `Unit ${place.unit} over the steps ${words.join(", ")}: ${said.join("; ")}`;
  const border = x(steps.findIndex((step) => step.writes) - 0.5);
  const size = { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` };
  const click = ({ currentTarget, clientX }) => {
    const at = Math.round((clientX - currentTarget.getBoundingClientRect().left - LEFT) / spacing);
    go(Math.max(0, Math.min(steps.length - 1, at)));
  };
  const chart = draw("svg", { class: "xray-chart", ...size, role: "img", "aria-label": label, click },
    ...[-1, 0, 1].flatMap((value) =>
      [line("xray-grid", LEFT, y(value), right, y(value)), text(LEFT - 8, y(value) + 4, signed(value, 0), "end")]),
    line("xray-border", border, TOP, border, low), line("xray-cursor", x(now), TOP, x(now), low),
  );
  const letters = Math.floor((spacing - 4) / 6.5), every = Math.max(1, Math.ceil(26 / spacing));
  words.forEach((word, t) => {
    const cut = word.length > letters ? `${word.slice(0, letters - 1)}…` : word, number = t % every ? "" : `${t + 1}`;
    const look = `of-${steps[t].writes ? "write" : "read"}${t === now ? " xray-now" : ""}`;
    chart.append(text(x(t), HEIGHT - 12, letters < 4 ? number : cut, "middle", { class: look }));
  });
  // names at the lines' ends, none over another
  const ends = series.map(({ points }) => y(points.at(-1)[1])), order = [0, 1, 2, 3].sort((a, b) => ends[a] - ends[b]);
  order.forEach((i, rank) => (ends[i] = Math.max(ends[i], rank ? ends[order[rank - 1]] + 13 : 0)));
  const overrun = Math.max(0, ends[order[3]] - (low + 6));
  const through = (points) => points.map(([t, value]) => `${x(t)},${y(value)}`).join(" ");
  series.forEach(({ name, meaning, points }, i) => chart.append(
    draw("polyline", { class: `xray-series of-${name}`, points: through(points) }),
    ...points.map(([t, value]) =>
      draw("circle", { class: `xray-dot of-${name}`, cx: x(t), cy: y(value), r: t === now ? 4.5 : 2.2 })),
    text(right + 8, ends[i] - overrun + 4, `${name} ${meaning}`, "start", { class: `xray-name of-${name}` }),
  ));
  return chart;
}

/** A circle in a value's colour, its name inside, its value beside it. */
function bead(x, y, name, value) {
  const ink = Math.abs(value) > 0.55 ? "#fff" : "#111";
  return draw("g", {},
    draw("circle", { cx: x, cy: y, r: 17, class: "xray-bead", fill: `rgb(${colour(value)})` }),
    text(x, y + 5, name, "middle", { style: `fill:${ink}`, class: "xray-symbol" }),
    text(x, y - 23, signed(value), "middle", { class: "xray-value" }),
  );
}

/** The cell: what is kept of h flows along the top, what is written comes up from n; a pipe is as thick as its gate. */
function cell({ h, r, z, n, x, after }) {
  const pipe = (share, ...points) =>
    draw("g", { style: `stroke-width:${1 + 11 * share}px` }, ...arrow(points, "pipe", 0));
  const kept = `h ${signed(h)} is kept by z ${signed(z)}`;
  const written = `n ${signed(n)} is written by 1 − z ${signed(1 - z)}`;
  const label = `${kept}; ${written}; h′ ${signed(after)}`;
  return draw("svg", { class: "xray-cell", viewBox: "0 0 400 178", role: "img", "aria-label": label },
    pipe(z, [40, 44], [262, 44]), pipe(r, [40, 44], [40, 128], [160, 128]),
    pipe(1 - z, [160, 128], [262, 128], [262, 44]),
    ...arrow([[262, 44], [335, 44]], "", 6), ...arrow([[160, 172], [160, 147]]),
    draw("circle", { cx: 262, cy: 44, r: 10, class: "xray-plus" }),
    draw("path", { class: "xray-line", d: "M257,44h10M262,39v10" }),
    text(150, 31, `z ${signed(z)} kept`), text(274, 92, `1 − z ${signed(1 - z)} written`, "start"),
    text(50, 92, `r ${signed(r)} seen`, "start"), text(172, 174, `x gives ${signed(x)}`, "start"),
    bead(40, 44, "h", h), bead(160, 128, "n", n), bead(354, 44, "h′", after),
  );
}

/** The step's arithmetic with the unit's own numbers, and a slider that puts z elsewhere. */
export function unitArithmetic(/** @type {Step} */ step, /** @type {Place} */ place) {
  const { before, after, r, z, n, ofInput, ofState } = step.layers[place.layer], i = place.unit, size = before.length;
  const [h, gate] = [before[i], z[i]], plus = (a, b) => `${signed(a)} ${b < 0 ? "−" : "+"} ${signed(Math.abs(b))}`;
  const [[xr, xz, xn], [hr, hz, hn]] = [ofInput, ofState].map((of) => [of[i], of[size + i], of[2 * size + i]]);
  const inner = (value) => (value < 0 ? `(${signed(value)})` : signed(value));
  const row = (name, sum, meaning) => make("div", { class: "xray-equation" },
    make("b", {}, name), make("span", {}, sum), make("small", {}, meaning));
  const [picture, last, number] = ["div", "div", "span"].map((tag) => make(tag));
  const slider = make("input", { type: "range", min: 0, max: 1, step: 0.001, value: gate,
    "aria-label": "z, the update gate, by hand", input: () => update(Number(slider.value)) });
  const reset = make("button", { type: "button", click: () => {
    slider.value = `${gate}`;
    update(gate);
    slider.focus();
  } }, "the model's z");
  const update = (/** @type {number} */ by) => {
    const own = by === gate, result = own ? after[i] : by * h + (1 - by) * n[i];
    number.textContent = `z = ${signed(by)}`;
    slider.setAttribute("aria-valuetext", `z ${signed(by)}: h′ ${signed(result)}`);
    reset.disabled = own;
    picture.replaceChildren(cell({ h, r: r[i], z: by, n: n[i], x: xn, after: result }));
    const sum = `z·h + (1 − z)·n = ${signed(by)} · ${inner(h)} + ${signed(1 - by)} · ${inner(n[i])} = ${signed(result)}`;
    last.replaceChildren(row("h′", sum, own ? "the new state" : "the new state, had z been this"));
  };
  update(gate);
  return make("div", { class: "xray-arithmetic" },
    make("div", {}, picture, make("div", { class: "xray-by-hand" },
      make("span", {}, "candidate"), slider, make("span", {}, "old state"), number, reset)),
    make("div", {},
      row("r", `σ(${plus(xr, hr)}) = ${signed(r[i])}`, "how much of the old state the candidate sees"),
      row("z", `σ(${plus(xz, hz)}) = ${signed(gate)}`, "how much of the old state is kept"),
      row("n", `tanh(${signed(xn)} + ${signed(r[i])} · ${inner(hn)}) = ${signed(n[i])}`, "the candidate"),
      last, make("small", {}, "In each bracket what comes from the input x, then what comes from the old state h."),
    ),
  );
}
