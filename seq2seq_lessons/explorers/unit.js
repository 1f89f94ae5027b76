import { arrow, colour, draw, make, signed } from "./drawing.js";

/**
 * One unit of a state, close up: its numbers over all steps, and this step's arithmetic with a hand on the update gate.
 * @typedef {import("./gru.js").Step} Step
 * @typedef {{layer: number, unit: number}} Place
 */

/** The lines of the chart: what they show, and what is read off a layer's step. */
const LINES = [
  ["h", "state", (step) => step.after],
  ["z", "update", (step) => step.z],
  ["r", "reset", (step) => step.r],
  ["n", "candidate", (step) => step.n],
];

/** A line chart of h, z, r and n over all steps, exact; a click sets the step. */
export function unitChart(/** @type {Step[]} */ steps, /** @type {Place} */ place, now, words, width, go) {
  const [left, right, top, bottom] = [34, 94, 10, 30], height = 176;
  const x = (t) => left + ((width - left - right) * t) / Math.max(1, steps.length - 1);
  const y = (value) => top + ((height - top - bottom) * (1 - value)) / 2;
  const spacing = (width - left - right) / Math.max(1, steps.length - 1);
  const chart = draw("svg", { class: "xray-chart", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
  const series = LINES.map(([name, meaning, of]) => ({
    name, meaning,
    points: steps.flatMap((step, t) => (step.layers.length ? [[t, of(step.layers[place.layer])[place.unit]]] : [])),
  }));
  const said = series.map(({ name, points }) => `${name} ${points.map(([, value]) => signed(value, 2)).join(", ")}`);
  chart.setAttribute("aria-label", `Unit ${place.unit} over the steps ${words.join(", ")}: ${said.join("; ")}`);
  for (const value of [-1, 0, 1])
    chart.append(
      draw("line", { class: "xray-grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      draw("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, value < 0 ? "−1" : `${value}`),
    );
  const writes = steps.findIndex((step) => step.writes);
  const border = x(writes) - spacing / 2;
  chart.append(
    draw("line", { class: "xray-border", x1: border, x2: border, y1: top, y2: height - bottom }),
    draw("line", { class: "xray-cursor", x1: x(now), x2: x(now), y1: top, y2: height - bottom }),
  );
  const letters = Math.floor((spacing - 4) / 6.5), every = Math.max(1, Math.ceil(26 / spacing));
  words.forEach((word, t) => {
    const cut = word.length > letters ? `${word.slice(0, letters - 1)}…` : word, number = t % every ? "" : `${t + 1}`;
    const look = `of-${steps[t].writes ? "write" : "read"}${t === now ? " xray-now" : ""}`;
    const mark = { x: x(t), y: height - 12, "text-anchor": "middle", class: look };
    chart.append(draw("text", mark, letters < 4 ? number : cut));
  });
  let floor = -Infinity;
  const ends = series.map(({ points }, i) => [i, y(points[points.length - 1][1])]).sort((a, b) => a[1] - b[1]);
  const labels = new Map(ends.map(([i, at]) => [i, (floor = Math.max(at, floor + 13))]));
  const overrun = Math.max(0, floor - (height - bottom + 6));
  series.forEach(({ name, meaning, points }, i) => {
    const line = points.map(([t, value]) => `${x(t)},${y(value)}`).join(" ");
    chart.append(draw("polyline", { class: `xray-series of-${name}`, points: line }));
    for (const [t, value] of points)
      chart.append(draw("circle", { class: `xray-dot of-${name}`, cx: x(t), cy: y(value), r: t === now ? 4.5 : 2.2 }));
    const end = { class: `xray-name of-${name}`, x: width - right + 8, y: labels.get(i) - overrun + 4 };
    chart.append(draw("text", end, `${name} ${meaning}`));
  });
  chart.addEventListener("click", (event) => {
    const at = (event.clientX - chart.getBoundingClientRect().left - left) / spacing;
    go(Math.max(0, Math.min(steps.length - 1, Math.round(at))));
  });
  return chart;
}

/** A circle in a value's colour, its name inside, its value beside it. */
function bead(x, y, name, value, below) {
  const [red, green, blue] = colour(value), ink = Math.abs(value) > 0.55 ? "#fff" : "#111";
  return draw("g", {},
    draw("circle", { cx: x, cy: y, r: 17, class: "xray-bead", fill: `rgb(${red},${green},${blue})` }),
    draw("text", { x, y: y + 5, "text-anchor": "middle", style: `fill:${ink}`, class: "xray-symbol" }, name),
    draw("text", { x, y: y + (below ? 33 : -23), "text-anchor": "middle", class: "xray-value" }, signed(value)),
  );
}

/** The cell: what is kept of h flows along the top, what is written comes up from n; a pipe is as thick as its gate. */
function cell({ h, r, z, n, x, after }) {
  const pipe = (points, share) => arrow(points, "pipe", 0).map((path) => {
    path.setAttribute("style", `stroke-width:${1 + 11 * share}px`);
    return path;
  });
  const words = (at, level, text, anchor = "middle") => draw("text", { x: at, y: level, "text-anchor": anchor }, text);
  const kept = `h ${signed(h)} is kept by z ${signed(z)}`;
  const written = `n ${signed(n)} is written by 1 − z ${signed(1 - z)}`;
  const label = `${kept}; ${written}; h′ ${signed(after)}`;
  return draw("svg", { class: "xray-cell", viewBox: "0 0 400 178", role: "img", "aria-label": label },
    ...pipe([[40, 44], [262, 44]], z), ...pipe([[40, 44], [40, 128], [160, 128]], r),
    ...pipe([[160, 128], [262, 128], [262, 44]], 1 - z),
    ...arrow([[262, 44], [335, 44]], "", 6), ...arrow([[160, 172], [160, 147]], "", 5),
    draw("circle", { cx: 262, cy: 44, r: 10, class: "xray-plus" }),
    draw("path", { class: "xray-line", d: "M257,44h10M262,39v10" }),
    words(150, 31, `z ${signed(z)} kept`), words(274, 92, `1 − z ${signed(1 - z)} written`, "start"),
    words(50, 92, `r ${signed(r)} seen`, "start"), words(172, 174, `x gives ${signed(x)}`, "start"),
    bead(40, 44, "h", h, false), bead(160, 128, "n", n, false), bead(354, 44, "h′", after, false),
  );
}

/** The step's arithmetic with the unit's own numbers, and a slider that puts z elsewhere. */
export function unitArithmetic(/** @type {Step} */ step, /** @type {Place} */ place) {
  const { before, after, r, z, n, ofInput, ofState } = step.layers[place.layer], i = place.unit, size = before.length;
  const [h, gate] = [before[i], z[i]], plus = (a, b) => `${signed(a)} ${b < 0 ? "−" : "+"} ${signed(Math.abs(b))}`;
  const [[xr, xz, xn], [hr, hz, hn]] = [ofInput, ofState].map((of) => [of[i], of[size + i], of[2 * size + i]]);
  const inner = (value) => (value < 0 ? `(${signed(value)})` : signed(value));
  const row = (name, text, meaning) => make("div", { class: "xray-equation" },
    make("b", {}, name), make("span", {}, text), make("small", {}, meaning));
  const picture = make("div"), last = make("div"), number = make("span");
  const named = { "aria-label": "z, the update gate, by hand" };
  const slider = make("input", { type: "range", min: 0, max: 1, step: 0.001, value: gate, ...named });
  const reset = make("button", { type: "button" }, "the model's z");
  const update = (/** @type {number} */ by) => {
    const result = by === gate ? after[i] : by * h + (1 - by) * n[i], own = by === gate;
    number.textContent = `z = ${signed(by)}`;
    slider.setAttribute("aria-valuetext", `z ${signed(by)}: h′ ${signed(result)}`);
    reset.disabled = own;
    picture.replaceChildren(cell({ h, r: r[i], z: by, n: n[i], x: xn, after: result }));
    const sum = `${signed(by)} · ${inner(h)} + ${signed(1 - by)} · ${inner(n[i])}`;
    const meaning = own ? "the new state" : "the new state, had z been this";
    last.replaceChildren(row("h′", `z·h + (1 − z)·n = ${sum} = ${signed(result)}`, meaning));
  };
  reset.addEventListener("click", () => {
    slider.value = `${gate}`;
    update(gate);
    slider.focus();
  });
  slider.addEventListener("input", () => update(Number(slider.value)));
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
