import { EOS, UNK, bufferOf, run, tokenize, unpack } from "./gru.js";
import { closeChoices, openChoices } from "./choices.js";
import { columnOf, namesOf, score } from "./columns.js";
import { draw, make } from "./drawing.js";
import { modelOf } from "./plain.js";
import { detail, mark, point, unitUnder, walk } from "./pointing.js";
import { controls, put } from "./switches.js";
import { wire } from "./wires.js";
import { inWords, stateWords, wordOf } from "./words.js";

/**
 * The X-ray: the whole encoder-decoder, unrolled. `mount` draws it for a model with anywidget's interface (`get`,
 * `set`, `save_changes`, `on`, `off`) and the traits of XRay in xray.py; `plainModel` makes one from a plain object,
 * for a page without Jupyter.
 */

const GUTTER = 24, SLICE_MS = 10;
const SIZES = [112, 96, 80, 64]; // of a state's picture, in CSS pixels: the largest that fits

const MOVES = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0],
};
const CONTEXT_WORDS = {
  kept: (size) => `context: the same ${size} numbers of the encoder beside every word`,
  drifting: () => "context: replaced by the decoder's own last state after the first word (the article)",
  none: () => "context: none, zeros in its place",
};

/** What XRay's traits are before anybody sets them. */
const DEFAULTS = {
  context: "kept", fed: "own", labels: "words", pads: 0, skip_pads: true, temperature: 1, forced: [], reference: "",
};

/** A model as anywidget has it, from a plain object. */
export const plainModel = (values) => modelOf({ ...DEFAULTS, ...values });

/**
 * Draw the X-ray in an element and keep it up to date.
 * @param {HTMLElement} el
 * @param {object} model
 * @param {{ownStep?: boolean}} options ownStep: with a slider and a play button of its own
 * @returns {() => void} takes it off again
 */
export function mount(el, model, { ownStep = false } = {}) {
  const sizes = model.get("sizes"), words = { source: model.get("source_tokens"), target: model.get("target_tokens") };
  const networkNow = () => unpack(model.get("weights"), model.get("precision"), sizes);
  const network = networkNow(), listeners = [];
  const idsOf = (/** @type {string[]} */ list) => new Map(list.map((word, id) => [word, id]));
  const part = (name, attributes = {}) => make("div", { class: `xray-${name}`, ...attributes });
  const view = {
    model, sizes, words, network, ids: idsOf(words.source), targetIds: idsOf(words.target),
    spread: spreadOf(network.encoder.embedding), note: "", unit: null, isOpen: false, choices: null,
    steps: [], columns: [], show: () => show(view), has: (name) => model.get("switches").includes(name),
    on: (names, react) => names.forEach((name) => {
      listeners.push([`change:${name}`, react]);
      model.on(`change:${name}`, react);
    }),
    root: part("root", { role: "group", "aria-label": "X-ray of a translation", "data-lm-suppress-shortcuts": "true" }),
    status: part("status", { role: "status", "aria-live": "polite" }), stage: part("stage"), pointed: part("pointed"),
    legend: part("legend"), detail: part("detail"), law: part("law"),
  };
  view.root.append(controls(view, ownStep), view.status, view.stage, view.pointed, view.legend, view.detail, view.law);
  el.append(view.root);
  view.on(["reference", "context", "fed", "pads", "skip_pads", "forced"], () => compute(view));
  view.on(["sentence"], () => {
    view.total = 0; // to the new end
    if (model.get("forced").length) put(view, "forced", []);
    else compute(view);
  });
  view.on(["weights"], () => {
    view.network = networkNow();
    compute(view).then(() => checkLaw(view));
  });
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
  compute(view).then(() => checkLaw(view));
  return () => {
    view.job = null;
    watch.disconnect();
    for (const [event, react] of listeners) model.off(event, react);
    view.root.remove();
  };
}

export default { render: ({ model, el }) => mount(el, model) };

/** How far a table of embeddings reaches, for a fixed scale of their colours: twice their standard deviation. */
function spreadOf(/** @type {Float32Array} */ table) {
  return 2 * Math.sqrt(table.reduce((sum, value) => sum + value * value, 0) / table.length);
}

/** ipywidgets leaves its slider's handle and Play's buttons nameless, and the notebook's keys reach through them. */
function nameNeighbours(el) {
  const around = el.closest(".s2s-xray");
  if (!around) return;
  const names = ["step", "play or pause", "stop and go back to the first step"];
  [".noUi-handle", ".widget-play button:first-child", ".widget-play button:nth-child(2)"].forEach((part, i) => {
    for (const element of around.querySelectorAll(part)) {
      element.setAttribute("aria-label", names[i]);
      element.dataset.lmSuppressShortcuts = "true";
    }
  });
}

const tokensOf = (view, trait) => tokenize(view.model.get(trait), view.model.get("tokenizer"));

/** The ids of a source sentence as text.pad_rows makes them: cut to the steps that there are, `<eos>` last. */
function sourceIds(view, tokens) {
  return [...tokens.slice(0, view.sizes.steps - 1).map((token) => view.ids.get(token) ?? UNK), EOS];
}

/** The steps of a task, or none when they are no longer wanted; the page answers in between, and never waits long. */
async function stepsOf(view, task, isWanted) {
  const steps = [];
  let since = performance.now();
  for (const step of run(view.network, task)) {
    steps.push(step);
    if (performance.now() - since < SLICE_MS) continue;
    await (globalThis.scheduler?.yield?.() ?? new Promise((go) => setTimeout(go)));
    if (!isWanted()) return null;
    since = performance.now();
  }
  return steps;
}

/** Run the model for what the switches say, and draw it. */
async function compute(view) {
  const { model } = view, tokens = tokensOf(view, "sentence"), job = (view.job = {});
  view.root.setAttribute("aria-busy", `${tokens.length > 0}`);
  if (!tokens.length) return void (view.status.textContent = "Type a sentence with at least one word.");
  const reference = tokensOf(view, "reference").map((token) => view.targetIds.get(token) ?? UNK);
  const asked = model.get("fed") === "right", right = asked && reference.length ? reference : null;
  const task = {
    source: sourceIds(view, tokens), pads: model.get("pads"), skipPads: model.get("skip_pads"),
    context: model.get("context"), right, forced: new Map(model.get("forced")),
  };
  const steps = await stepsOf(view, task, () => view.job === job);
  if (!steps) return;
  const unknown = new Set(tokens.filter((token) => !view.ids.has(token)));
  view.note = asked && !right ? " Type the right words to feed them." : "";
  if (unknown.size) view.note += ` Read as <unk>, too rare in training: ${[...unknown].join(", ")}.`;
  if (tokens.length >= view.sizes.steps) view.note += ` Cut after ${view.sizes.steps - 1} words.`;
  if (task.forced.size && !right) view.note += unforced(view, task);
  [view.steps, view.task] = [steps, task];
  settle(view);
  arrange(view);
  view.root.setAttribute("aria-busy", "false");
}

/** What the decoder would write by itself. */
function unforced(view, task) {
  const steps = [...run(view.network, { ...task, forced: new Map() })].filter((step) => step.writes && step.said !== EOS);
  const words = steps.map((step) => wordOf(view, step, step.said)).join(" ");
  return ` Without your ${task.forced.size > 1 ? "words" : "word"}: ${words}`;
}

/** The steps that there are now: who stood at the end stands at the new end. A slider's range goes before its place. */
function settle(view) {
  const { model } = view, before = view.total ?? model.get("num_steps"), total = (view.total = view.steps.length);
  const step = model.get("step") >= before ? total : Math.min(model.get("step"), total);
  const range = [["step", step], ["num_steps", total]];
  view.settling = true; // nothing is to be shown yet
  for (const [name, value] of total > model.get("num_steps") ? range.reverse() : range)
    if (model.get(name) !== value) put(view, name, value);
  view.settling = false;
}

/** The page's states against PyTorch's, for the sentence that came with the model. */
async function checkLaw(view) {
  const { model, network, sizes: { layers, hiddens } } = view, ids = model.get("traced_ids");
  if (model.get("arriving")) return void (view.law.textContent = model.get("arriving"));
  const traced = new Float32Array(bufferOf(model.get("traced")));
  const source = sourceIds(view, tokensOf(view, "first_sentence"));
  const steps = await stepsOf(view, { source }, () => view.network === network && view.root.isConnected);
  if (!steps) return;
  let most = traced.length === steps.length * layers * hiddens ? 0 : Infinity;
  steps.forEach((step, t) => step.layers.forEach(({ after }, layer) => after.forEach((value, unit) => {
    most = Math.max(most, Math.abs(value - traced[(t * layers + layer) * hiddens + unit]));
  })));
  const same = steps.filter((step) => step.writes).every((step, i) => step.said === ids[i]);
  const others = same ? "the same" : "others";
  const holds = same && most < (model.get("precision") === "int16" ? 0.003 : 0.00001);
  view.law.textContent = `${holds ? "✓" : "✗"} computed in this page; against PyTorch's trace of `
    + `“${model.get("first_sentence")}” the largest difference of a state is ${most.toPrecision(2)}, `
    + `the words are ${others}`;
  view.law.classList.toggle("xray-broken", !holds);
}

/** All columns, anew. */
function arrange(view) {
  const half = (name, title, steps) => {
    const columns = steps.map((step) => columnOf(view, step));
    view.columns.push(...columns);
    const band = make("div", { class: "xray-columns" }, namesOf(view, name), ...columns.map((column) => column.root));
    const heading = make("div", { class: "xray-heading" }, make("b", {}, name.toUpperCase()), ` ${title}`);
    return make("div", { class: `xray-band of-${name}`, role: "group", "aria-label": name }, heading, band);
  };
  view.columns = [];
  closeChoices(view);
  const reads = view.steps.filter((step) => !step.writes), writes = view.steps.filter((step) => step.writes);
  const shapes = view.model.get("labels") === "shapes";
  const encoder = half("encoder", shapes ? shapesRead(view, reads.length) : "reads", reads);
  const decoder = half("decoder", view.task.right ? "is fed the right words, and says" : "writes", writes);
  view.wires = draw("svg", { class: "xray-wires", "aria-hidden": "true" });
  view.stage.replaceChildren(encoder, decoder, view.wires);
  explainLines(view);
  view.columns.forEach((column) => score(view, column));
  fit(view);
}

/** What becomes of the ids that the encoder reads. */
function shapesRead({ sizes: { embed, hiddens, layers } }, length) {
  const embedded = `X (1, ${length}) → embedding (1, ${length}, ${embed}) → permute (${length}, 1, ${embed})`;
  return `${embedded} → output (${length}, 1, ${hiddens}), state (${layers}, 1, ${hiddens})`;
}

/** The legend. */
function explainLines(view) {
  const { context, right } = view.task;
  const line = (kind, text) => make("span", {}, make("i", { class: kind }), text);
  view.legend.replaceChildren(
    line("xray-sample first", "first state: the encoder's last"),
    line(`xray-sample ${context}`, CONTEXT_WORDS[context](view.sizes.hiddens)),
    right ? "" : line("xray-sample feed", "what it says is fed next"),
    line("xray-scale", "state −1 to 1, units that behave alike stand together"),
    line("xray-mark", "changed most at this step"),
  );
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
  const widths = view.columns.map((column) => column.root.offsetWidth), sides = 48 + (names ? (shapes ? 276 : 152) : 0);
  const reads = view.columns.filter((column) => !column.step.writes).length;
  const whole = (size) => Math.max(cells > 32 ? 2 : 3, Math.floor(size / cells)) * cells; // pixels a cell
  const rows = (size) => [widths.slice(0, reads), widths.slice(reads)].map((half) =>
    half.reduce((sum, width) => sum + Math.max(width, whole(size)) + GUTTER, sides / 2));
  const beside = SIZES.find((size) => rows(size)[0] + rows(size)[1] + 16 <= room);
  const below = SIZES.slice(2).find((size) => Math.max(...rows(size)) + sides / 2 <= room);
  const size = whole(beside ?? below ?? (room < 500 ? 64 : 80));
  view.root.classList.toggle("xray-stacked", !beside);
  style.setProperty("--state", `${size}px`);
  style.setProperty("--rows", `${Math.ceil(view.sizes.hiddens / cells)}`);
  style.setProperty("--cells", `${cells}`);
  wire(view, !beside);
  show(view);
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
      const word = wordOf(view, column.step, column.step.said);
      column.said.setAttribute("aria-label", t > now ? "not said yet" : `says “${word}”: what else?`);
    }
    for (const state of column.states) state.disabled = t > now;
    column.states.forEach((state, layer) => state.setAttribute("aria-label", stateWords(view, t, layer)));
    column.root.setAttribute("aria-label", t > now ? `step ${t + 1}: not yet` : inWords(view, t));
  });
  if (view.shown !== view.columns[now]) closeChoices(view);
  view.shown = view.columns[now];
  mark(view, now);
  view.status.textContent = inWords(view, now) + view.note;
  const { said, states } = view.shown, has = (name) => focused?.classList.contains(name);
  const next = has("xray-state") ? states[focused.dataset.layer] : has("xray-said") ? said : null;
  if (focused) (next ?? states[0])?.focus({ preventScroll: true }); // it goes along
  point(view, view.unit, now);
  detail(view);
}

/** What a hand and a key do in the picture. */
function listen(view) {
  const stepOf = (element) => view.columns.findIndex((column) => column.root.contains(element));
  view.stage.addEventListener("pointermove", (event) => {
    const place = unitUnder(view, event), now = view.model.get("step") - 1, t = stepOf(event.target);
    if (place && t <= now) point(view, place, t);
    else point(view, view.unit, now);
  });
  view.stage.addEventListener("pointerleave", () => {
    if (view.columns.length) point(view, view.unit, view.model.get("step") - 1);
  });
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
    const move = MOVES[event.key], state = event.target.closest(".xray-state"), now = view.model.get("step");
    if (event.key === "Escape" && view.choices) closeChoices(view, true);
    else if (!move || event.target.closest(".xray-choices")) return;
    else if (state && view.has("unit") && (move[1] || event.shiftKey)) walk(view, Number(state.dataset.layer), move);
    else if (move[0] && view.has("step")) put(view, "step", Math.max(1, Math.min(view.columns.length, now + move[0])));
    else return;
    event.preventDefault();
  });
}
