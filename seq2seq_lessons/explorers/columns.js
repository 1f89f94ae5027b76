import { PAD, best, softmax } from "./gru.js";
import { paint, percent } from "./drawing.js";
import { make } from "./elements.js";
import { inWords, stateWords, wordOf } from "./words.js";

/** The columns of the X-ray: one for each step. */

const NUM_SHOWN = 3; // scores

const box = (/** @type {string} */ kind, ...children) => make("div", { class: `xray-${kind}` }, ...children);
const span = (/** @type {string} */ text) => make("span", {}, text);

/** The names of a column's parts, and their shapes where they are asked for, at the left of a band. */
export function namesOf({ shapes, sizes: { embed, hiddens, layers, target } }, writes) {
  const name = (kind, word, ...shape) => box(kind, span(word), shapes && span(`(${shape.join(", ")})`));
  const storeys = Array.from({ length: layers }, (_, i) => (layers > 1 ? `state, layer ${layers - i}` : "state"));
  return make("div", { class: "xray-names", "aria-hidden": "true" },
    ...(writes ? [name("said", "says", 1, 1), name("bars", "scores", 1, 1, target), box("up")] : []),
    ...storeys.map((storey) => name("state", storey, 1, 1, hiddens)),
    writes ? name("lane", "context", 1, 1, hiddens) : box("lane"),
    name("embedding", "embedding", 1, 1, embed), box("rise"),
    name("fed", writes ? "is fed" : "reads", 1, 1), box("id"));
}

/** One step as a column, from the top: what is said, the scores, the states, the embedding, what is fed. */
export function columnOf(view, step) {
  const { model, shapes } = view, places = model.get("places"), word = wordOf(view, step), { writes } = step;
  const canvas = (kind) => make("canvas", { class: kind, "aria-hidden": "true" });
  const states = step.layers.map(({ after }, layer) => make("button",
    { type: "button", class: "xray-state", "data-layer": layer, "aria-label": stateWords(view, step, layer) },
    paint(canvas("xray-units"), after, model.get("columns"), places[layer])));
  const column = {
    step, states, lane: box("lane"), fed: box("fed", span(shapes ? `${step.fed}` : word)),
    embedding: paint(canvas("xray-embedding"), step.embedding, Math.ceil(step.embedding.length / 4), null, view.spread),
    bars: writes && box("bars"), said: writes ? saidOf(view, step) : null,
    forced: writes && view.task.forced.has(step.number),
  };
  const pad = `${step.skipped ? " xray-skipped" : ""}${step.fed === PAD && !writes ? " xray-pad" : ""}`;
  column.root = make("div", { class: `xray-column of-${writes ? "write" : "read"}${pad}`, role: "group" },
    column.said, column.bars, writes && box("up"),
    ...(step.skipped ? places.map(() => box("state")) : [...states].reverse()),
    column.lane, column.embedding, box("rise"), column.fed, box("id", shapes ? word : `id ${step.fed}`));
  return column;
}

/** The word that is said: a button where another may be chosen. */
function saidOf(view, step) {
  const { right, forced } = view.task, wrong = right && step.said !== step.right;
  const look = `xray-said${forced.has(step.number) ? " xray-forced" : ""}${wrong ? " xray-wrong" : ""}`;
  const text = span(view.shapes ? `${step.said}` : `${wrong ? "✗ " : ""}${wordOf(view, step, step.said)}`);
  if (!view.has("force") || right) return make("div", { class: look }, text);
  return make("button", { type: "button", class: look, "aria-haspopup": "true", "aria-expanded": "false" }, text);
}

/** The best scores of a column as bars, at the temperature that is set. */
export function score(view, column, t) {
  const { step } = column;
  if (!step.writes) return;
  const chances = (column.chances = softmax(step.logits, view.model.get("temperature")));
  column.bars.replaceChildren(...best(chances, NUM_SHOWN).map((id) =>
    make("div", { class: `xray-bar${id === step.said ? " xray-chosen" : ""}`, style: `--share:${chances[id]}` },
      span(view.shapes ? `${id}` : wordOf(view, step, id)), make("small", {}, percent(chances[id])))));
  if (view.model.get("step") === t + 1) view.status.textContent = inWords(view, t) + view.note;
}
