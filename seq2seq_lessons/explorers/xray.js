import { EOS, UNK, bufferOf, run, tokenize, unpack } from "./gru.js";
import { closeChoices, openChoices } from "./choices.js";
import { columnOf, namesOf, score } from "./columns.js";
import { draw, make, nameControls } from "./elements.js";
import { detail, mark, point, unitUnder, walk } from "./pointing.js";
import { controls, put } from "./switches.js";
import { wire } from "./wires.js";
import { inWords, wordOf } from "./words.js";

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

/**
 * The X-ray: the whole encoder-decoder, unrolled. Draw it in an element and keep it up to date.
 * @param {HTMLElement} el
 * @param {object} model with anywidget's interface and the traits of XRay in xray.py; `modelOf` makes one
 * @param {{ownStep?: boolean}} options ownStep: with a slider and a play button of its own
 * @returns {() => void} takes it off again
 */
export function mount(el, model, { ownStep = false } = {}) {
  const sizes = model.get("sizes"), words = { source: model.get("source_tokens"), target: model.get("target_tokens") };
  const idsOf = (/** @type {string[]} */ list) => new Map(list.map((word, id) => [word, id]));
  const part = (name, attributes = {}) => make("div", { class: `xray-${name}`, ...attributes });
  const listeners = [];
  const view = {
    model, sizes, words, ids: idsOf(words.source), targetIds: idsOf(words.target),
    note: "", unit: null, isOpen: false, choices: null, steps: [], columns: [], width: 0,
    has: (name) => model.get("switches").includes(name),
    on: (names, react) => names.forEach((name) => {
      listeners.push([`change:${name}`, react]);
      model.on(`change:${name}`, react);
    }),
    follow: (names, take) => (view.on(names, take), take()),
    root: part("root", { role: "group", "aria-label": "X-ray of a translation" }),
    status: part("status", { role: "status", "aria-live": "polite" }), stage: part("stage"), pointed: part("pointed"),
    legend: part("legend"), detail: part("detail"), law: part("law"),
  };
  view.root.append(controls(view, ownStep), view.status, view.stage, view.pointed, view.legend, view.detail, view.law);
  el.append(view.root);
  view.follow(["weights"], () => {
    view.network = unpack(model.get("weights"), model.get("precision"), sizes);
    view.spread = spreadOf(view.network.encoder.embedding);
    compute(view).then(() => checkLaw(view));
  });
  view.on(["reference", "context", "fed", "pads", "skip_pads", "forced"], () => compute(view));
  view.on(["sentence"], () => {
    view.total = 0; // to the new end
    if (model.get("forced").length) put(view, "forced", []);
    else compute(view);
  });
  view.on(["labels"], () => arrange(view));
  view.on(["temperature"], () => view.columns.forEach((column, t) => score(view, column, t)));
  view.on(["step"], () => show(view));
  listen(view);
  const watch = new ResizeObserver(() => {
    const explorer = el.closest(".s2s-xray"), before = view.width;
    if (explorer) nameControls(explorer);
    if (before !== (view.width = view.stage.clientWidth)) fit(view);
  });
  watch.observe(el);
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
  const asked = model.get("fed") === "right", reference = asked ? tokensOf(view, "reference") : [];
  const task = {
    source: sourceIds(view, tokens), pads: model.get("pads"), skipPads: model.get("skip_pads"),
    context: model.get("context"), forced: new Map(model.get("forced")),
    right: reference.length ? reference.map((token) => view.targetIds.get(token) ?? UNK) : null,
  };
  const steps = await stepsOf(view, task, () => view.job === job);
  if (!steps) return;
  const unknown = new Set(tokens.filter((token) => !view.ids.has(token)));
  view.note = asked && !task.right ? " Type the right words to feed them." : "";
  if (unknown.size) view.note += ` Read as <unk>, too rare in training: ${[...unknown].join(", ")}.`;
  if (tokens.length >= view.sizes.steps) view.note += ` Cut after ${view.sizes.steps - 1} words.`;
  if (task.forced.size && !task.right) view.note += unforced(view, task);
  Object.assign(view, { steps, task });
  settle(view);
  arrange(view);
  view.root.setAttribute("aria-busy", "false");
}

/** What the decoder would write by itself. */
function unforced(view, task) {
  const steps = [...run(view.network, { ...task, forced: new Map() })];
  const words = steps.filter((step) => step.writes && step.said !== EOS).map((step) => wordOf(view, step, step.said)).join(" ");
  return ` Without your ${task.forced.size > 1 ? "words" : "word"}: ${words}`;
}

/** The steps that there are now: who stood at the end stands at the new end. A slider's range goes before its place. */
function settle(view) {
  const { model } = view, before = view.total ?? model.get("num_steps"), total = (view.total = view.steps.length);
  const step = model.get("step") >= before ? total : Math.min(model.get("step"), total);
  const range = [["step", step], ["num_steps", total]];
  view.columns = []; // nothing is to be shown yet
  for (const [name, value] of total > model.get("num_steps") ? range.reverse() : range)
    if (model.get(name) !== value) put(view, name, value);
}

/** The page's states against PyTorch's, for the sentence that came with the model. */
async function checkLaw(view) {
  const { model, law, network } = view, sentence = model.get("first_sentence"), ids = model.get("traced_ids");
  if (model.get("arriving")) return void (law.textContent = model.get("arriving"));
  const task = { source: sourceIds(view, tokensOf(view, "first_sentence")) };
  const steps = await stepsOf(view, task, () => view.network === network && view.root.isConnected);
  if (!steps) return;
  const states = steps.flatMap(({ layers }) => layers.flatMap(({ after }) => [...after]));
  const traced = new Float32Array(bufferOf(model.get("traced"))), isWhole = traced.length === states.length;
  const most = states.reduce((most, value, i) => Math.max(most, Math.abs(value - traced[i])), isWhole ? 0 : Infinity);
  const same = steps.filter((step) => step.writes).every((step, i) => step.said === ids[i]);
  const holds = same && most < (model.get("precision") === "int16" ? 0.003 : 0.00001);
  law.textContent = `${holds ? "✓" : "✗"} computed in this page; against PyTorch's trace of “${sentence}” the largest `
    + `difference of a state is ${most.toPrecision(2)}, the words are ${same ? "the same" : "others"}`;
  law.classList.toggle("xray-broken", !holds);
}

/** All columns, anew. */
function arrange(view) {
  const { steps, stage, task: { right, context }, sizes: { embed, hiddens, layers } } = view;
  const shapes = (view.shapes = view.model.get("labels") === "shapes");
  closeChoices(view);
  view.columns = steps.map((step) => columnOf(view, step));
  view.columns.forEach((column, t) => score(view, column, t));
  const half = (name, title, writes) => make("div", { class: `xray-band of-${name}`, role: "group", "aria-label": name },
    make("div", { class: "xray-heading" }, make("b", {}, name.toUpperCase()), ` ${title}`),
    make("div", { class: "xray-columns" }, namesOf(view, writes),
      ...view.columns.filter(({ step }) => step.writes === writes).map(({ root }) => root)));
  const length = steps.filter((step) => !step.writes).length;
  const shapesRead = `X (1, ${length}) → embedding (1, ${length}, ${embed}) → permute (${length}, 1, ${embed}) → `
    + `output (${length}, 1, ${hiddens}), state (${layers}, 1, ${hiddens})`;
  view.wires = draw("svg", { class: "xray-wires", "aria-hidden": "true" });
  stage.replaceChildren(half("encoder", shapes ? shapesRead : "reads", false),
    half("decoder", right ? "is fed the right words, and says" : "writes", true), view.wires);
  const line = (kind, words) => make("span", {}, make("i", { class: kind }), words);
  view.legend.replaceChildren(
    line("xray-sample first", "first state: the encoder's last"),
    line(`xray-sample ${context}`, CONTEXT_WORDS[context](hiddens)),
    right ? "" : line("xray-sample feed", "what it says is fed next"),
    line("xray-scale", "state −1 to 1, units that behave alike stand together"),
    line("xray-mark", "changed most at this step"),
  );
  fit(view);
}

/** Give the states the largest size that the room has, and draw the wires anew. */
function fit(view) {
  const { root, columns, shapes } = view, cells = view.model.get("columns");
  const room = (view.width ||= view.stage.clientWidth); // asked for once: it costs a layout
  if (!columns.length || !room) return;
  const named = room >= 700 || shapes, sides = 48 + (shapes ? 276 : named ? 152 : 0);
  root.classList.remove("xray-stacked");
  root.classList.toggle("xray-named", named);
  root.style.setProperty("--state", "0px"); // the words' own widths
  const widths = columns.map((column) => column.root.offsetWidth);
  const reads = columns.filter(({ step }) => !step.writes).length;
  const whole = (size) => Math.max(cells > 32 ? 2 : 3, Math.floor(size / cells)) * cells; // pixels a cell
  const rows = (size) => [widths.slice(0, reads), widths.slice(reads)].map((half) =>
    half.reduce((sum, width) => sum + Math.max(width, whole(size)) + GUTTER, sides / 2));
  const beside = SIZES.find((size) => rows(size)[0] + rows(size)[1] + 16 <= room);
  const below = SIZES.slice(2).find((size) => Math.max(...rows(size)) + sides / 2 <= room);
  root.classList.toggle("xray-stacked", !beside);
  root.style.setProperty("--state", `${whole(beside ?? below ?? (room < 500 ? 64 : 80))}px`);
  root.style.setProperty("--rows", `${Math.ceil(view.sizes.hiddens / cells)}`);
  root.style.setProperty("--cells", `${cells}`);
  wire(view, !beside);
  show(view);
}

/** The step that is set: what has happened, what happens now, in colours and in words. */
function show(view) {
  const now = view.model.get("step") - 1, { columns, stage } = view;
  if (!view.wires?.childNodes.length || now >= columns.length) return;
  const focused = stage.contains(document.activeElement) ? document.activeElement : null;
  columns.forEach(({ root, said, states, step }, t) => {
    const isFuture = t > now;
    for (const element of [root, view.wires.childNodes[t]]) {
      element.classList.toggle("xray-future", isFuture);
      element.classList.toggle("xray-now", t === now);
    }
    for (const button of [said, ...states].filter((part) => part?.type)) {
      button.tabIndex = t === now ? 0 : -1;
      button.disabled = isFuture;
    }
    const word = isFuture ? "not said yet" : `says “${wordOf(view, step, step.said)}”: what else?`;
    if (said?.type) said.setAttribute("aria-label", word);
    root.setAttribute("aria-label", isFuture ? `step ${t + 1}: not yet` : inWords(view, t));
  });
  if (view.shown !== columns[now]) closeChoices(view);
  const { said, states } = (view.shown = columns[now]);
  mark(view, now);
  view.status.textContent = inWords(view, now) + view.note;
  const next = focused?.matches(".xray-said") ? said : states[focused?.dataset.layer];
  if (focused) (next ?? states[0])?.focus({ preventScroll: true }); // it goes along
  point(view, view.unit, now);
  detail(view);
}

/** What a hand and a key do in the picture. */
function listen(view) {
  const { stage } = view, now = () => view.model.get("step") - 1;
  const stepOf = (element) => view.columns.findIndex((column) => column.root.contains(element));
  stage.addEventListener("pointermove", (event) => {
    const place = unitUnder(view, event), t = stepOf(event.target);
    if (place && t <= now()) point(view, place, t);
    else point(view, view.unit, now());
  });
  stage.addEventListener("pointerleave", () => view.columns.length && point(view, view.unit, now()));
  stage.addEventListener("click", (event) => {
    const t = stepOf(event.target), place = unitUnder(view, event);
    if (t < 0) return;
    if (place) view.unit = event.detail ? place : (view.unit ?? place); // a key's click points at no cell
    view.isOpen ||= Boolean(place);
    if (t !== now() && view.has("step")) put(view, "step", t + 1);
    else show(view);
    if (event.target.closest("button.xray-said")) openChoices(view, view.columns[t]);
  });
  stage.addEventListener("keydown", (event) => {
    const move = MOVES[event.key], state = event.target.closest(".xray-state");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && view.choices) closeChoices(view, true);
    else if (!move || event.target.closest(".xray-choices")) return;
    else if (state && view.has("unit") && (move[1] || event.shiftKey)) walk(view, Number(state.dataset.layer), move);
    else if (move[0] && view.has("step"))
      put(view, "step", Math.max(1, Math.min(view.columns.length, now() + 1 + move[0])));
    else return;
    event.preventDefault();
  });
}
