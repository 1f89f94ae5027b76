import { EOS, PAD, UNK, best, bufferOf, run, softmax, tokenize, unpack } from "./gru.js";
import { arrow, draw, make, paint, percent, signed } from "./drawing.js";
import { unitArithmetic, unitChart } from "./unit.js";

/**
 * The X-ray: the whole encoder-decoder, unrolled. `mount` draws it for a model with anywidget's interface: `get`, `set`,
 * `save_changes`, `on` and `off`; `plainModel` makes one from a plain object, for a page without Jupyter.
 * Its traits are those of XRay in xray.py.
 */

const NUM_SHOWN = 3, NUM_CHOICES = 10, NUM_MARKED = 6, GUTTER = 24, PAUSE_MS = 40;
const SIZES = [112, 96, 80, 64]; // of a state's picture, in CSS pixels: the largest that fits
const CONTEXTS = { kept: "kept", drifting: "drifting (the article's)", none: "none" };
const CONTEXT_WORDS = {
  kept: (size) => `context: the same ${size} numbers of the encoder beside every word`,
  drifting: () => "context: replaced by the decoder's own last state after the first word (the article)",
  none: () => "context: none, zeros in its place",
};

/** What XRay's traits are before anybody sets them. */
const DEFAULTS = { context: "kept", fed: "own", labels: "words", pads: 0, skip_pads: true, temperature: 1, forced: [], reference: "" };

/** A model as anywidget has it, from a plain object. */
export function plainModel(values) {
  const listeners = new Map(), state = { ...DEFAULTS, ...values };
  const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
  return {
    get: (name) => state[name],
    set: (name, value) => {
      if (state[name] === value) return;
      state[name] = value;
      for (const listen of [...of(`change:${name}`)]) listen();
    },
    save_changes: () => {},
    on: (event, listen) => of(event).add(listen),
    off: (event, listen) => of(event).delete(listen),
  };
}

/**
 * Draw the X-ray in an element and keep it up to date.
 * @param {HTMLElement} el
 * @param {object} model
 * @param {{ownStep?: boolean}} options ownStep: with a slider and a play button of its own
 * @returns {() => void} takes it off again
 */
export function mount(el, model, { ownStep = false } = {}) {
  const sizes = model.get("sizes"), words = { source: model.get("source_tokens"), target: model.get("target_tokens") };
  const part = (name, tag = "div", attributes = {}) => make(tag, { class: `xray-${name}`, ...attributes });
  const view = {
    model, sizes, words, network: unpack(model.get("weights"), model.get("precision"), sizes), listeners: [],
    ids: new Map(words.source.map((word, id) => [word, id])), targetIds: new Map(words.target.map((word, id) => [word, id])),
    steps: [], columns: [], has: (name) => model.get("switches").includes(name), on: (names, react) => {
      for (const name of names) view.listeners.push([`change:${name}`, react]), model.on(`change:${name}`, react);
    },
    root: part("root", "div", { "data-lm-suppress-shortcuts": "true", role: "group", "aria-label": "X-ray of a translation" }),
    status: part("status", "div", { role: "status", "aria-live": "polite" }), pointed: part("pointed"),
    stage: part("stage"), legend: part("legend"), detail: part("detail"), law: part("law"), choices: null, unit: null,
  };
  view.spread = spreadOf(view.network.encoder.embedding);
  view.root.append(controls(view, ownStep), view.status, view.stage, view.pointed, view.legend, view.detail, view.law);
  el.append(view.root);
  view.on(["reference", "context", "fed", "pads", "skip_pads", "forced"], () => compute(view));
  view.on(["sentence"], () => (view.total = 0, model.get("forced").length ? put(view, "forced", []) : compute(view)));
  view.on(["labels"], () => arrange(view));
  view.on(["temperature"], () => view.columns.forEach((column) => score(view, column)));
  view.on(["step"], () => show(view));
  listen(view);
  let width = 0;
  const watch = new ResizeObserver(() => {
    nameNeighbours(el);
    if (width !== (width = view.stage.clientWidth)) fit(view);
  });
  watch.observe(el);
  compute(view);
  setTimeout(() => checkLaw(view));
  return () => {
    view.job = null;
    watch.disconnect();
    for (const [event, react] of view.listeners) model.off(event, react);
    view.root.remove();
  };
}

export default { render: ({ model, el }) => mount(el, model) };

/** Set a trait, here and in the kernel if there is one. */
function put(view, name, value) {
  view.model.set(name, value);
  view.model.save_changes();
}

/** How far a table of embeddings reaches, for a fixed scale of their colours: twice their standard deviation. */
function spreadOf(/** @type {Float32Array} */ table) {
  return 2 * Math.sqrt(table.reduce((sum, value) => sum + value * value, 0) / table.length);
}

/** ipywidgets leaves its slider's handle and Play's buttons nameless, and the notebook's keys reach through them. */
function nameNeighbours(el) {
  const around = el.closest(".s2s-xray");
  if (!around) return;
  for (const one of around.querySelectorAll(".noUi-handle, .widget-play button")) one.dataset.lmSuppressShortcuts = "true";
  for (const handle of around.querySelectorAll(".noUi-handle")) handle.setAttribute("aria-label", "step");
  for (const play of around.querySelectorAll(".widget-play"))
    ["play or pause", "stop and go back to the first step"].forEach((name, i) => play.querySelectorAll("button")[i]?.setAttribute("aria-label", name));
}

// ---------------------------------------------------------------- what is computed

/** The ids of a source sentence as text.pad_rows makes them: cut to the steps that there are, `<eos>` last. */
function sourceIds(view, sentence) {
  const tokens = tokenize(sentence, view.model.get("tokenizer"));
  return [...tokens.slice(0, view.sizes.steps - 1).map((token) => view.ids.get(token) ?? UNK), EOS];
}

/** Run the model for what the switches say, and draw it; a long run lets the page answer in between. */
async function compute(view) {
  const { model } = view, tokens = tokenize(model.get("sentence"), model.get("tokenizer")), job = (view.job = {});
  if (!tokens.length) return void (view.status.textContent = "Type a sentence with at least one word.");
  const reference = tokenize(model.get("reference"), model.get("tokenizer")).map((token) => view.targetIds.get(token) ?? UNK);
  const steps = [], task = {
    source: sourceIds(view, model.get("sentence")), pads: model.get("pads"), skipPads: model.get("skip_pads"),
    context: model.get("context"), right: model.get("fed") === "right" && reference.length ? reference : null,
    forced: new Map(model.get("forced")),
  };
  view.root.setAttribute("aria-busy", "true");
  let since = performance.now();
  for (const step of run(view.network, task)) {
    steps.push(step);
    if (performance.now() - since < PAUSE_MS) continue;
    await new Promise((go) => setTimeout(go));
    if (view.job !== job) return;
    since = performance.now();
  }
  const unknown = tokens.filter((token) => !view.ids.has(token)), lacking = model.get("fed") === "right" && !reference.length;
  view.note = lacking ? " Type the right words to feed them." : "";
  view.note += unknown.length ? ` Read as <unk>, too rare in training: ${[...new Set(unknown)].join(", ")}.` : "";
  if (tokens.length >= view.sizes.steps) view.note += ` Cut after ${view.sizes.steps - 1} words.`;
  [view.steps, view.task] = [steps, task];
  const before = view.total ?? model.get("num_steps"), total = (view.total = steps.length);
  const step = model.get("step") >= before ? total : Math.min(model.get("step"), total);
  for (const [name, value] of total > before ? [["num_steps", total], ["step", step]] : [["step", step], ["num_steps", total]])
    if (model.get(name) !== value) view.settling = true, put(view, name, value), view.settling = false;
  arrange(view);
  view.root.setAttribute("aria-busy", "false");
}

/** The page's states against PyTorch's, for the sentence that came with the model. */
function checkLaw(view) {
  const { model, network, sizes } = view, traced = new Float32Array(bufferOf(model.get("traced"))), ids = model.get("traced_ids");
  const steps = [...run(network, { source: sourceIds(view, model.get("first_sentence")) })], { layers, hiddens } = sizes;
  let most = traced.length === steps.length * layers * hiddens ? 0 : Infinity;
  steps.forEach((step, t) => step.layers.forEach(({ after }, layer) => after.forEach((value, unit) => {
    most = Math.max(most, Math.abs(value - traced[(t * layers + layer) * hiddens + unit]));
  })));
  const same = steps.filter((step) => step.writes).every((step, i) => step.said === ids[i]);
  const holds = same && most < (model.get("precision") === "int16" ? 0.003 : 0.00001);
  view.law.textContent = `${holds ? "✓" : "✗"} computed in this page; against PyTorch's trace of “${model.get("first_sentence")}” `
    + `the largest difference of a state is ${most.toPrecision(2)}, the words are ${same ? "the same" : "others"}`;
  view.law.classList.toggle("xray-broken", !holds);
}

// ---------------------------------------------------------------- what is said

/** The word of an id in the half of the machine that a step belongs to. */
function wordOf(view, step, id = step.fed) {
  return view.words[step.writes ? "target" : "source"][id];
}

/** What happens at a step, in a sentence. */
function inWords(view, t) {
  const step = view.steps[t], place = `Step ${t + 1} of ${view.steps.length}: `, word = `“${wordOf(view, step)}”`;
  if (!step.writes) return place + (step.skipped ? "the encoder skips a pad, its state stays." : `the encoder reads ${word} (id ${step.fed}).`);
  const column = view.columns[t], chance = (id) => percent(column.chances[id]);
  const said = `“${wordOf(view, step, step.said)}” (${chance(step.said)})`;
  if (view.task.right) {
    const right = step.said === step.right ? "which is right" : `right is “${wordOf(view, step, step.right)}” (${chance(step.right)})`;
    return `${place}fed the right word ${word}, the decoder says ${said}, ${right}.`;
  }
  return `${place}fed ${word}, the decoder ${column.forced ? "is made to say" : "says"} ${said}.`;
}

/** A unit's value at a step, in words. */
function unitWords(view, t, { layer, unit }) {
  const { before, after } = view.steps[t].layers[layer], storey = view.sizes.layers > 1 ? `layer ${layer + 1}, ` : "";
  return `${storey}unit ${unit} after “${wordOf(view, view.steps[t])}”: ${signed(after[unit])} (was ${signed(before[unit])})`;
}

// ---------------------------------------------------------------- what is drawn

/** All columns, anew. */
function arrange(view) {
  const half = (name, title, steps) => {
    const columns = steps.map((step) => columnOf(view, step));
    view.columns.push(...columns);
    const band = make("div", { class: "xray-columns" }, namesOf(view, name), ...columns.map((column) => column.root));
    const heading = make("div", { class: "xray-heading" }, make("b", {}, name.toUpperCase()), ` ${title}`);
    return make("section", { class: `xray-band of-${name}`, "aria-label": name }, heading, band);
  };
  view.columns = [];
  closeChoices(view);
  const reads = view.steps.filter((step) => !step.writes), writes = view.steps.filter((step) => step.writes);
  const shapes = view.model.get("labels") === "shapes", { embed, hiddens, layers } = view.sizes, length = reads.length;
  const encoder = half("encoder", shapes ? `X (1, ${length}) → embedding (1, ${length}, ${embed}) → permute (${length}, 1, ${embed}) → `
    + `output (${length}, 1, ${hiddens}), state (${layers}, 1, ${hiddens})` : "reads", reads);
  const decoder = half("decoder", view.task.right ? "is fed the right words, and says" : "writes", writes);
  view.wires = draw("svg", { class: "xray-wires", "aria-hidden": "true" });
  view.stage.replaceChildren(encoder, decoder, view.wires);
  const line = (kind, text) => make("span", {}, make("i", { class: `xray-sample ${kind}` }), text);
  view.legend.replaceChildren(
    line("first", "first state: the encoder's last"), line(view.task.context, CONTEXT_WORDS[view.task.context](hiddens)),
    view.task.right ? "" : line("feed", "what it says is fed next"),
    make("span", {}, make("i", { class: "xray-scale" }), "state −1 to 1, units that behave alike stand together"),
    make("span", {}, make("i", { class: "xray-mark" }), "changed most at this step"),
  );
  view.columns.forEach((column) => score(view, column));
  fit(view);
}

/** The names of a column's parts, or their shapes, at the left of a band. */
function namesOf(view, half) {
  const { embed, hiddens, layers, target } = view.sizes, shapes = view.model.get("labels") === "shapes", writes = half === "decoder";
  const name = (kind, word, shape) => make("div", { class: `xray-${kind}` }, make("span", {}, word), shapes && make("span", {}, shape));
  const states = Array.from({ length: layers }, (_, i) =>
    name("state", layers > 1 ? `state, layer ${layers - i}` : "state", `(1, 1, ${hiddens})`));
  return make("div", { class: "xray-names", "aria-hidden": "true" },
    writes && name("said", "says", "(1, 1)"), writes && name("bars", "scores", `(1, 1, ${target.toLocaleString("en")})`), writes && make("div", { class: "xray-up" }),
    ...states, name("lane", writes ? "context" : "", writes ? `(1, 1, ${hiddens})` : ""), name("embedding", "embedding", `(1, 1, ${embed})`),
    make("div", { class: "xray-rise" }), name("fed", writes ? "is fed" : "reads", "(1, 1)"), make("div", { class: "xray-id" }));
}

/** One step as a column, from the top: what is said, the scores, the states, the embedding, what is fed. */
function columnOf(view, step) {
  const shapes = view.model.get("labels") === "shapes", word = wordOf(view, step);
  const places = view.model.get("places"), columns = view.model.get("columns"), half = step.writes ? "write" : "read";
  const column = { step, states: [], embedding: null, said: null, bars: null };
  column.states = step.layers.map((layer, i) => {
    const canvas = paint(make("canvas", { "aria-hidden": "true" }), layer.after, columns, places[i]);
    return make("button", { type: "button", class: "xray-state", tabindex: -1, "data-layer": i }, canvas);
  });
  if (step.skipped) column.states = [];
  column.embedding = paint(make("canvas", { class: "xray-embedding", "aria-hidden": "true" }), step.embedding, Math.ceil(step.embedding.length / 4), null, view.spread);
  column.fed = make("div", { class: "xray-fed", title: word }, make("span", {}, shapes ? `${step.fed}` : word));
  column.lane = make("div", { class: "xray-lane" });
  if (step.writes) {
    column.forced = view.task.forced.has(view.steps.indexOf(step) - view.steps.findIndex((each) => each.writes));
    const wrong = view.task.right && step.said !== step.right;
    const text = shapes ? `${step.said}` : `${wrong ? "✗ " : ""}${wordOf(view, step, step.said)}`;
    const look = `xray-said${column.forced ? " xray-forced" : ""}${wrong ? " xray-wrong" : ""}`;
    column.said = view.has("force") && !view.task.right
      ? make("button", { type: "button", class: look, tabindex: -1, "aria-haspopup": "true", "aria-expanded": "false" }, make("span", {}, text))
      : make("div", { class: look }, make("span", {}, text));
    column.bars = make("div", { class: "xray-bars" });
  }
  column.root = make("div", { class: `xray-column of-${half}${step.skipped ? " xray-skipped" : ""}${step.fed === PAD && !step.writes ? " xray-pad" : ""}`, role: "group" },
    column.said, column.bars, step.writes && make("div", { class: "xray-up" }),
    ...(step.skipped ? view.model.get("places").map(() => make("div", { class: "xray-state" })) : [...column.states].reverse()),
    column.lane, column.embedding, make("div", { class: "xray-rise" }), column.fed,
    make("div", { class: "xray-id" }, shapes ? word : `id ${step.fed}`));
  return column;
}

/** The best scores of a column as bars, at the temperature that is set. */
function score(view, column) {
  if (!column.step.writes) return;
  const { step } = column;
  column.chances = softmax(step.logits, view.model.get("temperature"));
  column.bars.replaceChildren(...best(column.chances, NUM_SHOWN).map((id) => {
    const shown = view.model.get("labels") === "shapes" ? `${id}` : wordOf(view, step, id), chance = column.chances[id];
    return make("div", { class: `xray-bar${id === step.said ? " xray-chosen" : ""}`, style: `--share:${chance}` },
      make("span", {}, shown), make("small", {}, percent(chance)));
  }));
  const t = view.columns.indexOf(column);
  if (t === view.model.get("step") - 1) view.status.textContent = inWords(view, t) + view.note;
}

/** Give the states the largest size that the room has, and draw the wires anew. */
function fit(view) {
  if (!view.columns.length || !view.root.isConnected) return;
  const style = view.root.style, room = view.stage.clientWidth, cells = view.model.get("columns");
  if (!room) return;
  view.root.classList.remove("xray-stacked");
  const shapes = view.model.get("labels") === "shapes", names = room >= 700 || shapes;
  view.root.classList.toggle("xray-named", names);
  style.setProperty("--state", "0px"); // the words' own widths
  const widths = view.columns.map((column) => column.root.offsetWidth), sides = 48 + (names ? 2 * (shapes ? 138 : 76) : 0);
  const reads = view.columns.filter((column) => !column.step.writes).length;
  const row = (from, to, size) => widths.slice(from, to).reduce((sum, width) => sum + Math.max(width, size) + GUTTER, 0);
  const whole = (size) => Math.max(cells > 32 ? 2 : 3, Math.floor(size / cells)) * cells;
  const beside = SIZES.find((size) => row(0, reads, whole(size)) + row(reads, undefined, whole(size)) + sides + 16 <= room);
  const below = SIZES.slice(2).find((size) => Math.max(row(0, reads, whole(size)), row(reads, undefined, whole(size))) + sides <= room);
  const size = whole(beside ?? below ?? (room < 500 ? 64 : 80));
  view.root.classList.toggle("xray-stacked", !beside);
  style.setProperty("--state", `${size}px`);
  style.setProperty("--rows", `${Math.ceil(view.sizes.hiddens / cells)}`);
  style.setProperty("--cells", `${cells}`);
  wire(view, !beside);
  show(view);
}

/** Where the parts of the columns are, from the stage's corner. */
function positions(view) {
  const corner = view.stage.getBoundingClientRect();
  const box = (element) => {
    if (!element) return null;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { left: left - corner.left, right: right - corner.left, top: top - corner.top, bottom: bottom - corner.top,
      x: (left + right) / 2 - corner.left, y: (top + bottom) / 2 - corner.top };
  };
  return view.columns.map(({ root, states, lane, embedding, fed, said, bars }) => ({
    root: box(root), states: states.map(box), lane: box(lane), embedding: box(embedding), fed: box(fed), said: box(said), bars: box(bars),
  }));
}

/** All arrows, a group for each step. */
function wire(view, stacked) {
  const at = positions(view), first = view.steps.findIndex((step) => step.writes), { context } = view.task;
  const last = view.steps.findLastIndex((step) => !step.writes && !step.skipped), own = !view.task.right;
  const gap = at[first - 1].root.bottom;
  const sameRow = (t) => t > 0 && t !== first && Math.abs(at[t].fed.y - at[t - 1].fed.y) < 4;
  view.groups = view.columns.map(({ step }, t) => {
    const here = at[t], before = at[t - 1], lines = [];
    const add = (points, kind, head) => lines.push(...arrow(points, kind, head));
    add([[here.fed.x, here.fed.top], [here.fed.x, here.embedding.bottom]], "", 4);
    if (!here.states.length) return draw("g", {}, ...lines);
    add([[here.fed.x, here.embedding.top], [here.fed.x, here.states[0].bottom]]);
    here.states.forEach((state, layer) => {
      if (layer) add([[state.x, here.states[layer - 1].top], [state.x, state.bottom]], "", 4);
      if (t === first) {
        const from = at[last].states[layer], out = at[last].root.right + 14;
        add(stacked ? [[from.right, from.y], [out, from.y], [out, gap + 20], [17, gap + 20], [17, state.y], [state.left, state.y]]
          : [[from.right, from.y], [state.left, state.y]], "first", 8);
      } else if (sameRow(t)) add([[before.states[layer].right, state.y], [state.left, state.y]]);
      else if (t) {
        add([[before.states[layer].right, before.states[layer].y], [before.root.right + 14, before.states[layer].y]], "", 0);
        add([[here.root.left - 13, state.y], [state.left, state.y]]);
      }
    });
    if (!step.writes) return draw("g", {}, ...lines);
    const top = here.states[here.states.length - 1], branch = here.states[0].left + Math.min(16, (here.states[0].right - here.states[0].left) / 4);
    add([[top.x, top.top], [top.x, here.bars.bottom]]);
    const up = [[branch, here.lane.y], [branch, here.states[0].bottom]];
    if (context !== "none") {
      const leaves = (column, x) => { const state = column.states[column.states.length - 1]; return [[state.right, state.bottom - 9], [x, state.bottom - 9]]; };
      if (t === first) {
        const out = at[last].root.right + 6;
        add([...leaves(at[last], out), ...(stacked ? [[out, gap + 9], [7, gap + 9], [7, here.lane.y]] : [[out, here.lane.y]]), ...up], context);
      } else if (context === "kept") {
        const from = at[t - 1].states[0].left + branch - here.states[0].left;
        add([...(sameRow(t) ? [[from, here.lane.y]] : [[7, before.lane.y], [7, here.lane.y]]), ...up], context);
      } else {
        const out = before.root.right + 6;
        if (!sameRow(t)) add([...leaves(before, out), [out, before.lane.y + 4]], context, 0);
        add([...(sameRow(t) ? [...leaves(before, out), [out, here.lane.y]] : [[here.root.left - 13, here.lane.y]]), ...up], context);
      }
    }
    if (own && t > first) {
      const out = before.root.right + 15;
      if (sameRow(t)) add([[before.said.right, before.said.y], [out, before.said.y], [out, here.fed.y], [here.fed.left, here.fed.y]], "feed");
      else {
        add([[before.said.right, before.said.y], [before.said.right + 14, before.said.y]], "feed", 0);
        add([[here.fed.left - 13, here.fed.y], [here.fed.left, here.fed.y]], "feed");
      }
    }
    return draw("g", {}, ...lines);
  });
  view.wires.replaceChildren(...view.groups);
}

/** The step that is set: what has happened, what happens now, in colours and in words. */
function show(view) {
  const now = view.model.get("step") - 1;
  if (view.settling || !view.groups || now >= view.columns.length) return;
  const focused = view.stage.contains(document.activeElement) ? document.activeElement : null;
  view.columns.forEach((column, t) => {
    for (const element of [column.root, view.groups[t]]) {
      element.classList.toggle("xray-future", t > now);
      element.classList.toggle("xray-now", t === now);
    }
    for (const button of [column.said, ...column.states]) if (button) button.tabIndex = t === now ? 0 : -1;
    if (column.said?.type) {
      column.said.disabled = t > now;
      column.said.setAttribute("aria-label", t > now ? "not said yet" : `says “${wordOf(view, column.step, column.step.said)}”: what else?`);
    }
    for (const state of column.states) state.disabled = t > now;
    column.root.setAttribute("aria-label", t > now ? `step ${t + 1}: not yet` : inWords(view, t));
  });
  if (view.shown !== view.columns[now]) closeChoices(view);
  view.shown = view.columns[now];
  mark(view, now);
  view.status.textContent = inWords(view, now) + view.note;
  if (focused?.classList.contains("xray-state")) (view.shown.states[focused.dataset.layer] ?? view.shown.states[0])?.focus({ preventScroll: true });
  if (focused?.classList.contains("xray-said")) (view.shown.said ?? view.shown.states[0])?.focus({ preventScroll: true });
  for (const column of view.columns) for (const state of column.states)
    state.setAttribute("aria-label", `state${view.sizes.layers > 1 ? ` of layer ${Number(state.dataset.layer) + 1}` : ""} after “${wordOf(view, column.step)}”, ${view.sizes.hiddens} units`);
  point(view, view.unit, now);
  detail(view);
}

/** Outline the cells that changed most at the step. */
function mark(view, now) {
  for (const old of view.stage.querySelectorAll(".xray-mark")) old.remove();
  const places = view.model.get("places");
  view.columns[now].step.layers.forEach(({ before, after }, layer) => {
    const change = after.map((value, unit) => Math.abs(value - before[unit]));
    const marks = best(change, Math.min(NUM_MARKED, Math.ceil(change.length / 8)));
    view.columns[now].states[layer].append(...marks.map((unit) => make("i", { class: "xray-mark", style: cellAt(view, places[layer].indexOf(unit)) })));
  });
}

/** A cell's place in its picture, for CSS. */
function cellAt(view, place) {
  const columns = view.model.get("columns");
  return `--left:${place % columns};--top:${Math.floor(place / columns)}`;
}

/** Point at a unit: its cell is outlined at every step, its value said below the picture. */
function point(view, place, t, aloud = false) {
  view.root.classList.toggle("xray-pointing", Boolean(place));
  if (!place || !view.steps[t].layers.length) return void (view.pointed.textContent = view.has("unit") ? "Point at a cell, or press ↑ ↓ on a state; click or Enter: its arithmetic." : "");
  const at = view.model.get("places")[place.layer].indexOf(place.unit);
  view.root.style.cssText = view.root.style.cssText.replace(/--(left|top): ?\d+;/g, "") + cellAt(view, at);
  if (view.pointedLayer !== place.layer || view.pointedColumns !== view.columns) {
    [view.pointedLayer, view.pointedColumns] = [place.layer, view.columns];
    for (const { states } of view.columns) states.forEach((state, layer) => state.classList.toggle("xray-probed", layer === place.layer));
  }
  view.pointed.textContent = unitWords(view, t, place);
  if (aloud) view.status.textContent = unitWords(view, t, place);
}

/** The close-up of the unit that was chosen, if one was. */
function detail(view) {
  const { unit: place } = view, now = view.model.get("step") - 1, step = view.steps[now];
  if (!view.isOpen) return view.detail.replaceChildren();
  const number = view.detail.querySelector("input[type=number]"), words = view.steps.map((each) => wordOf(view, each));
  if (!number) openDetail(view);
  else if (Number(number.value) !== place.unit) number.value = place.unit;
  const [title, chart, sums] = view.detailParts, half = step.writes ? "decoder" : "encoder";
  title.textContent = `${view.sizes.layers > 1 ? `layer ${place.layer + 1} of ` : ""}the ${half}, step ${now + 1}, fed “${words[now]}”`;
  const width = Math.max(280, Math.min(900, view.detail.clientWidth - 2));
  chart.replaceChildren(unitChart(view.steps, place, now, words, width, (t) => put(view, "step", t + 1)));
  sums.replaceChildren(step.layers.length ? unitArithmetic(step, place) : "This pad is skipped: the state stays as it is.");
}

function openDetail(view) {
  const parts = (view.detailParts = ["span", "div", "div"].map((tag) => make(tag)));
  const number = make("input", { type: "number", min: 0, max: view.sizes.hiddens - 1, value: view.unit.unit, "aria-label": "unit" });
  number.addEventListener("input", () => {
    const unit = Math.round(Number(number.value));
    if (number.value !== "" && unit >= 0 && unit < view.sizes.hiddens) choose(view, { ...view.unit, unit });
  });
  const close = make("button", { type: "button", click: () => { view.isOpen = false; show(view); view.shown.states[0]?.focus(); } }, "close");
  view.detail.replaceChildren(make("div", { class: "xray-title" }, make("b", {}, "unit"), number, parts[0], close), parts[1], parts[2]);
}

function choose(view, place) {
  view.unit = place;
  point(view, place, view.model.get("step") - 1);
  detail(view);
}

// ---------------------------------------------------------------- what a hand does

/** The cell of a state's picture under the pointer. */
function unitUnder(view, event) {
  const state = event.target.closest?.(".xray-state[data-layer]");
  if (!state || !view.has("unit")) return null;
  const { left, top, width, height } = state.querySelector("canvas").getBoundingClientRect(), columns = view.model.get("columns");
  const rows = Math.ceil(view.sizes.hiddens / columns), clip = (value, count) => Math.max(0, Math.min(count - 1, Math.floor(value * count)));
  const place = clip((event.clientY - top) / height, rows) * columns + clip((event.clientX - left) / width, columns);
  const layer = Number(state.dataset.layer), unit = view.model.get("places")[layer][place];
  return unit === undefined ? null : { layer, unit };
}

function listen(view) {
  const stepOf = (element) => view.columns.findIndex((column) => column.root.contains(element));
  view.stage.addEventListener("pointermove", (event) => {
    const place = unitUnder(view, event), now = view.model.get("step") - 1, t = stepOf(event.target);
    if (place && t <= now) point(view, place, t);
    else point(view, view.unit, now);
  });
  view.stage.addEventListener("pointerleave", () => view.columns.length && point(view, view.unit, view.model.get("step") - 1));
  view.stage.addEventListener("click", (event) => {
    const t = stepOf(event.target), column = view.columns[t];
    if (!column || event.target.closest(".xray-choices")) return;
    const place = unitUnder(view, event), said = event.target.closest("button.xray-said");
    if (place) view.unit = event.detail ? place : (view.unit ?? place); // a key's click points at no cell
    if (place) view.isOpen = true;
    if (t + 1 !== view.model.get("step") && view.has("step")) put(view, "step", t + 1);
    else show(view);
    if (said) openChoices(view, column);
  });
  view.stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0] }[event.key];
    const state = event.target.closest(".xray-state"), now = view.model.get("step");
    if (event.key === "Escape" && view.choices) closeChoices(view, true);
    else if (!move || event.target.closest(".xray-choices")) return;
    else if (state && view.has("unit") && (move[1] || event.shiftKey)) walk(view, Number(state.dataset.layer), move);
    else if (move[0] && view.has("step")) put(view, "step", Math.max(1, Math.min(view.columns.length, now + move[0])));
    else return;
    event.preventDefault();
  });
}

/** To the unit beside, above or below. */
function walk(view, layer, [right, down]) {
  const places = view.model.get("places")[layer], columns = view.model.get("columns");
  const from = view.unit?.layer === layer ? places.indexOf(view.unit.unit) : -1;
  const to = from < 0 ? 0 : from + down * columns + (Number.isFinite(right) ? right : 0);
  if (places[to] === undefined) return;
  view.unit = { layer, unit: places[to] };
  point(view, view.unit, view.model.get("step") - 1, true);
  detail(view);
}

/** The ten best words of a step, to choose one of. */
function openChoices(view, column) {
  const wasOpen = view.choices?.column === column;
  closeChoices(view);
  if (wasOpen || column.root.classList.contains("xray-future")) return;
  const first = view.steps.findIndex((step) => step.writes), number = view.columns.indexOf(column) - first;
  const force = (id) => {
    const kept = view.model.get("forced").filter(([at]) => at < number);
    closeChoices(view, true);
    view.total = 0; // to the new end
    if (id !== column.step.said) put(view, "forced", [...kept, [number, id]]);
  };
  const options = best(column.chances, Math.min(NUM_CHOICES, column.chances.length)).map((id) =>
    make("button", { type: "button", "aria-pressed": `${id === column.step.said}`, style: `--share:${column.chances[id]}`, click: () => force(id) },
      make("span", {}, wordOf(view, column.step, id)), make("small", {}, percent(column.chances[id]))));
  const undo = column.forced && make("button", { type: "button", class: "xray-undo", click: () => {
    closeChoices(view, true);
    view.total = 0;
    put(view, "forced", view.model.get("forced").filter(([at]) => at < number));
  } }, "its own choice again");
  const panel = make("div", { class: "xray-choices", role: "group", "aria-label": `what the decoder could say at step ${view.columns.indexOf(column) + 1}` }, ...options, undo);
  view.choices = { column, panel };
  column.said.setAttribute("aria-expanded", "true");
  view.stage.append(panel);
  const chip = column.said.getBoundingClientRect(), corner = view.stage.getBoundingClientRect();
  panel.style.left = `${Math.max(0, Math.min(chip.left - corner.left, corner.width - panel.offsetWidth))}px`;
  panel.style.top = `${chip.bottom - corner.top + 4}px`;
  panel.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = [...panel.querySelectorAll("button")];
    if (!step) return;
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    event.preventDefault();
  });
  options[0].focus({ preventScroll: true });
}

function closeChoices(view, focus = false) {
  if (!view.choices) return;
  const { column, panel } = view.choices;
  view.choices = null;
  panel.remove();
  column.said.setAttribute("aria-expanded", "false");
  if (focus) column.said.focus({ preventScroll: true });
}

// ---------------------------------------------------------------- the switches

/** The controls of the switches that are shown, in a row. */
function controls(view, ownStep) {
  const { model, has } = view;
  return make("div", { class: "xray-controls" },
    has("sentence") && textBox(view, "sentence", "sentence"),
    has("step") && ownStep && stepControl(view),
    has("context") && group(view, "context", "context", Object.entries(CONTEXTS)),
    has("fed") && group(view, "fed", "fed", [["own", "its own words"], ["right", "the right words"]]),
    has("fed") && only(view, "fed", "right", textBox(view, "reference", "they are")),
    has("padding") && group(view, "pads", "pads", [0, 1, 2, 3, 4].map((n) => [n, `${n}`])),
    has("padding") && only(view, "pads", 0, group(view, "skip_pads", "they are", [[true, "skipped"], [false, "read"]]), true),
    has("shapes") && group(view, "labels", "show", [["words", "words"], ["shapes", "ids and shapes"]]),
    has("temperature") && temperatureControl(view),
  );
}

/** A row of buttons, one of which is pressed. */
function group(view, name, title, options) {
  const buttons = options.map(([value, word]) => [value, make("button", { type: "button", click: () => put(view, name, value) }, word)]);
  const press = () => buttons.forEach(([value, button]) => button.setAttribute("aria-pressed", `${view.model.get(name) === value}`));
  view.on([name], press);
  press();
  return make("div", { class: "xray-group", role: "group", "aria-label": title }, make("span", {}, title), ...buttons.map(([, button]) => button));
}

/** A control that is there only while a trait has a value, or only while it has not. */
function only(view, name, value, control, not = false) {
  const look = () => (control.hidden = (view.model.get(name) === value) === not);
  view.on([name], look);
  look();
  return control;
}

/** A text, taken at Enter or when the box is left. */
function textBox(view, name, title) {
  const input = make("input", { type: "text", spellcheck: "false", autocomplete: "off", class: "xray-text", "aria-label": title });
  const take = () => (input.value = view.model.get(name) ?? "");
  input.addEventListener("change", () => put(view, name, input.value));
  input.addEventListener("keydown", (event) => event.key === "Enter" && put(view, name, input.value)); // JupyterLab eats the change
  view.on([name], take);
  take();
  return make("label", { class: `xray-box of-${name}` }, make("span", {}, title), input);
}

function temperatureControl(view) {
  const input = make("input", { type: "range", min: -1, max: 1, step: 0.05, "aria-label": "temperature" }), said = make("span");
  const take = () => {
    input.value = Math.log10(view.model.get("temperature"));
    said.textContent = view.model.get("temperature").toFixed(2);
    input.setAttribute("aria-valuetext", said.textContent);
  };
  input.addEventListener("input", () => put(view, "temperature", 10 ** Number(input.value)));
  view.on(["temperature"], take);
  take();
  return make("label", { class: "xray-box" }, make("span", {}, "temperature"), input, said);
}

/** For a page without ipywidgets: a slider and a play button. */
function stepControl(view) {
  const { model } = view, input = make("input", { type: "range", min: 1, "aria-label": "step" }), said = make("span");
  const play = make("button", { type: "button", "aria-pressed": "false" }, "▶ play");
  let clock = 0;
  const stop = () => (clearInterval(clock), (clock = 0), play.setAttribute("aria-pressed", "false"));
  const take = () => {
    [input.max, input.value] = [model.get("num_steps"), model.get("step")];
    said.textContent = `${model.get("step")} / ${model.get("num_steps")}`;
  };
  play.addEventListener("click", () => {
    if (clock) return stop();
    if (model.get("step") >= model.get("num_steps")) put(view, "step", 1);
    play.setAttribute("aria-pressed", "true");
    clock = setInterval(() => (model.get("step") < model.get("num_steps") && view.root.isConnected ? put(view, "step", model.get("step") + 1) : stop()), 700);
  });
  input.addEventListener("input", () => put(view, "step", Number(input.value)));
  view.on(["step", "num_steps"], take);
  take();
  return make("div", { class: "xray-box of-step" }, play, make("label", {}, make("span", {}, "step"), input), said);
}
