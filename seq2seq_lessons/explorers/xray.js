import { EOS, UNK, bufferOf, run, tokenize, unpack } from "./gru.js";
import { closeChoices, columnOf, namesOf, openChoices, score } from "./columns.js";
import { make, nameControls, traitsOf } from "./elements.js";
import { controls } from "./switches.js";
import { closeUp, point, unitUnder, walk } from "./unit.js";
import { wire } from "./wires.js";
import { inWords, wordOf } from "./words.js";

const GUTTER = 24, SLICE_MS = 10;
const SIZES = [112, 96, 80, 64]; // of a state's picture, in CSS pixels: the largest that fits
const MOVES = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0],
};

/**
 * The X-ray: the whole encoder-decoder, unrolled. Draw it in an element and keep it up to date.
 * @param {HTMLElement} el
 * @param {object} model with anywidget's interface and the traits of XRay in xray.py; `modelOf` makes one
 * @param {{ownStep?: boolean}} options ownStep: with a slider and a play button of its own
 * @returns {() => void} takes it off again
 */
export function mount(el, model, { ownStep = false } = {}) {
  const traits = traitsOf(model), { get, put, on, follow, end } = traits, sizes = get("sizes"), cells = get("columns");
  const rows = Math.ceil(sizes.hiddens / cells), style = `--cells:${cells};--rows:${rows}`;
  const part = (name, attributes = {}) => make("div", { class: `xray-${name}`, ...attributes });
  const view = {
    ...traits, sizes, cells, rows, places: get("places"), spread: sizes.spread,
    words: { source: get("source_tokens"), target: get("target_tokens") },
    has: (name) => get("switches").includes(name), now: () => get("step") - 1,
    note: "", toEnd: false, unit: null, choices: null, steps: [], columns: [], width: 0,
    root: part("root", { role: "group", "aria-label": "X-ray of a translation", style }),
    status: part("status", { role: "status", "aria-live": "polite" }),
    stage: part("stage", {
      pointermove: (event) => hover(view, event), pointerleave: () => view.columns.length && point(view),
      click: (event) => click(view, event), keydown: (event) => press(view, event),
    }),
    pointed: part("pointed"), legend: part("legend"), law: part("law"),
  };
  view.closeUp = closeUp(view);
  const { root, status, stage, pointed, legend, law } = view;
  root.append(controls(view, ownStep), status, stage, pointed, legend, view.closeUp.root, law);
  el.append(view.root);
  follow(["weights"], () => {
    view.network = unpack(get("weights"), get("precision"), sizes);
    compute(view).then(() => checkLaw(view));
  });
  on(["reference", "context", "fed", "pads", "skip_pads", "forced"], () => compute(view));
  on(["sentence"], () => {
    view.toEnd = true;
    if (get("forced").length) put("forced", []);
    else compute(view);
  });
  on(["labels"], () => arrange(view));
  on(["temperature"], () => {
    view.columns.forEach((column) => score(view, column));
    show(view);
  });
  on(["step"], () => show(view));
  const watch = new ResizeObserver(() => {
    const explorer = el.closest(".s2s-xray"), before = view.width;
    if (explorer) nameControls(explorer);
    if (before !== (view.width = view.stage.clientWidth)) fit(view);
  });
  watch.observe(el);
  return () => {
    view.job = null;
    watch.disconnect();
    end();
    view.root.remove();
  };
}

export default { render: ({ model, el }) => mount(el, model) };

const tokensOf = (view, trait) => tokenize(view.get(trait), view.get("tokenizer"));

/** Ids of tokens; a token that is not there is `<unk>`. */
const idsOf = (/** @type {string[]} */ words, tokens) => tokens.map((token) => Math.max(UNK, words.indexOf(token)));

/** The ids of a source sentence as text.pad_rows makes them: cut to the steps that there are, `<eos>` last. */
const sourceIds = ({ words, sizes }, tokens) => [...idsOf(words.source, tokens.slice(0, sizes.steps - 1)), EOS];

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
  const { get, words, sizes } = view, tokens = tokensOf(view, "sentence"), job = (view.job = {});
  view.root.setAttribute("aria-busy", `${tokens.length > 0}`);
  if (!tokens.length) return void (view.status.textContent = "Type a sentence with at least one word.");
  const asked = get("fed") === "right", reference = asked ? tokensOf(view, "reference") : [];
  const task = {
    source: sourceIds(view, tokens), pads: get("pads"), skipPads: get("skip_pads"), context: get("context"),
    forced: new Map(get("forced")), right: reference.length ? idsOf(words.target, reference) : null,
  };
  const steps = await stepsOf(view, task, () => view.job === job);
  if (!steps) return;
  const unknown = new Set(tokens.filter((token) => !words.source.includes(token)));
  view.note = asked && !task.right ? " Type the right words to feed them." : "";
  if (unknown.size) view.note += ` Read as <unk>, too rare in training: ${[...unknown].join(", ")}.`;
  if (tokens.length >= sizes.steps) view.note += ` Cut after ${sizes.steps - 1} words.`;
  if (task.forced.size && !task.right) view.note += unforced(view, task);
  Object.assign(view, { steps, task });
  settle(view);
  arrange(view);
  view.root.setAttribute("aria-busy", "false");
}

/** What the decoder would write by itself. */
function unforced(view, task) {
  const steps = [...run(view.network, { ...task, forced: new Map() })];
  const written = steps.filter(({ writes, said }) => writes && said !== EOS);
  const words = written.map((step) => wordOf(view, step, step.said)).join(" ");
  return ` Without your ${task.forced.size > 1 ? "words" : "word"}: ${words}`;
}

/** The steps that there are now: who stood at the end stands at the new end. A slider's range holds its place. */
function settle(view) {
  const { get, put } = view, total = view.steps.length, isAtEnd = view.toEnd || get("step") >= get("num_steps");
  view.columns = []; // nothing is to be shown yet
  view.toEnd = false;
  put("num_steps", Math.max(get("num_steps"), total));
  put("step", isAtEnd ? total : Math.min(get("step"), total));
  put("num_steps", total);
}

/** The page's states against PyTorch's, for the sentence that came with the model. */
async function checkLaw(view) {
  const { get, law, network } = view, sentence = get("first_sentence"), ids = get("traced_ids");
  if (get("arriving")) return void (law.textContent = get("arriving"));
  const task = { source: sourceIds(view, tokensOf(view, "first_sentence")) };
  const steps = await stepsOf(view, task, () => view.network === network && view.root.isConnected);
  if (!steps) return;
  const states = steps.flatMap(({ layers }) => layers.flatMap(({ after }) => [...after]));
  const traced = new Float32Array(bufferOf(get("traced"))), isWhole = traced.length === states.length;
  const most = states.reduce((most, value, i) => Math.max(most, Math.abs(value - traced[i])), isWhole ? 0 : Infinity);
  const same = steps.filter((step) => step.writes).every((step, i) => step.said === ids[i]);
  const holds = same && most < (get("precision") === "int16" ? 0.003 : 0.00001);
  law.textContent = `${holds ? "✓" : "✗"} computed in this page; against PyTorch's trace of “${sentence}” the largest `
    + `difference of a state is ${most.toPrecision(2)}, the words are ${same ? "the same" : "others"}`;
  law.classList.toggle("xray-broken", !holds);
}

/** All columns, anew. */
function arrange(view) {
  const { steps, stage, task: { right, context }, sizes: { embed, hiddens, layers } } = view;
  const shapes = (view.shapes = view.get("labels") === "shapes");
  closeChoices(view);
  view.columns = steps.map((step) => columnOf(view, step));
  view.columns.forEach((column) => score(view, column));
  const half = (name, title, writes) => {
    const columns = view.columns.filter(({ step }) => step.writes === writes).map(({ root }) => root);
    return make("div", { class: `xray-band of-${name}`, role: "group", "aria-label": name },
      make("div", { class: "xray-heading" }, make("b", {}, name.toUpperCase()), ` ${title}`),
      make("div", { class: "xray-columns" }, namesOf(view, writes), ...columns));
  };
  const length = steps.filter((step) => !step.writes).length;
  const shapesRead = `X (1, ${length}) → embedding (1, ${length}, ${embed}) → permute (${length}, 1, ${embed}) → `
    + `output (${length}, 1, ${hiddens}), state (${layers}, 1, ${hiddens})`;
  view.wires = make("svg", { class: "xray-wires", "aria-hidden": "true" });
  stage.replaceChildren(half("encoder", shapes ? shapesRead : "reads", false),
    half("decoder", right ? "is fed the right words, and says" : "writes", true), view.wires);
  const contexts = {
    kept: `context: the same ${hiddens} numbers of the encoder beside every word`,
    drifting: "context: replaced by the decoder's own last state after the first word (the article)",
    none: "context: none, zeros in its place",
  };
  const line = (kind, words) => make("span", {}, make("i", { class: kind }), words);
  view.legend.replaceChildren(
    line("xray-sample first", "first state: the encoder's last"),
    line(`xray-sample ${context}`, contexts[context]),
    right ? "" : line("xray-sample feed", "what it says is fed next"),
    line("xray-scale", "state −1 to 1, units that behave alike stand together"),
    line("xray-mark", "changed most at this step"),
  );
  fit(view);
}

/** Give the states the largest size that the room has, and draw the wires anew. */
function fit(view) {
  const { root, columns, shapes, cells } = view;
  const room = (view.width ||= view.stage.clientWidth); // asked for once: it costs a layout
  if (!columns.length || !room) return;
  const named = room >= 700 || shapes, sides = 48 + (shapes ? 276 : named ? 152 : 0);
  root.classList.remove("xray-stacked");
  root.classList.toggle("xray-named", named);
  root.style.setProperty("--state", "0px"); // the words' own widths
  const whole = (size) => Math.max(cells > 32 ? 2 : 3, Math.floor(size / cells)) * cells; // pixels a cell
  const widthOf = (half, size) => columns.filter(({ step }) => step.writes === half)
    .reduce((sum, column) => sum + Math.max(column.root.offsetWidth, whole(size)) + GUTTER, sides / 2);
  const beside = SIZES.find((size) => widthOf(false, size) + widthOf(true, size) + 16 <= room);
  const below = SIZES.slice(2).find((size) => Math.max(widthOf(false, size), widthOf(true, size)) + sides / 2 <= room);
  root.classList.toggle("xray-stacked", !beside);
  root.style.setProperty("--state", `${whole(beside ?? below ?? (room < 500 ? 64 : 80))}px`);
  wire(view, !beside);
  show(view);
}

/** The step that is set: what has happened, what happens now, in colours and in words. */
function show(view) {
  const now = view.now(), { columns, stage } = view;
  if (!view.wires?.childNodes.length || now >= columns.length) return;
  const focused = stage.querySelector(".xray-column :focus");
  columns.forEach(({ root, said, step }, t) => {
    const isFuture = t > now;
    for (const element of [root, view.wires.childNodes[t]]) {
      element.classList.toggle("xray-future", isFuture);
      element.classList.toggle("xray-now", t === now);
    }
    for (const button of root.querySelectorAll("button")) {
      button.tabIndex = t === now ? 0 : -1;
      button.disabled = isFuture;
    }
    const word = isFuture ? "not said yet" : `says “${wordOf(view, step, step.said)}”: what else?`;
    if (said?.type) said.setAttribute("aria-label", word);
    root.setAttribute("aria-label", isFuture ? `step ${t + 1}: not yet` : inWords(view, t));
  });
  if (view.shown !== columns[now]) closeChoices(view);
  const { said, states } = (view.shown = columns[now]);
  view.status.textContent = inWords(view, now) + view.note;
  const next = focused?.matches(".xray-said") ? said : states[focused?.dataset.layer];
  if (focused) (next || states[0])?.focus({ preventScroll: true }); // it goes along
  point(view);
  view.closeUp.update();
}

/** The step whose column an event happened in; −1: none. */
const stepUnder = (view, { target }) => view.columns.findIndex(({ root }) => root.contains(target));

function hover(view, event) {
  const place = unitUnder(view, event), t = stepUnder(view, event);
  if (place && t <= view.now()) point(view, place, t);
  else if (view.columns.length) point(view);
}

function click(view, event) {
  const t = stepUnder(view, event), place = unitUnder(view, event);
  if (t < 0) return;
  if (place) {
    view.unit = event.detail ? place : (view.unit ?? place); // a key's click points at no cell
    view.closeUp.root.hidden = false;
  }
  if (t !== view.now() && view.has("step")) view.put("step", t + 1);
  else show(view);
  if (event.target.closest("button.xray-said")) openChoices(view, view.columns[t]);
}

function press(view, event) {
  const move = MOVES[event.key], state = event.target.closest(".xray-state"), last = view.columns.length;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && view.choices) closeChoices(view, true);
  else if (!move || event.target.closest(".xray-choices")) return;
  else if (state && view.has("unit") && (move[1] || event.shiftKey)) walk(view, Number(state.dataset.layer), move);
  else if (move[0] && view.has("step")) view.put("step", Math.max(1, Math.min(last, view.get("step") + move[0])));
  else return;
  event.preventDefault();
}
