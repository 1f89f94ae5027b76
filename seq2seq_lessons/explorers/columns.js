import { PAD, best, softmax } from "./gru.js";
import { cellsOf, percent } from "./drawing.js";
import { make } from "./elements.js";
import { storey, wordOf } from "./words.js";

/** The columns of the X-ray: one for each step. */

const NUM_SHOWN = 3; // scores
const NUM_MARKED = 6; // cells that changed most

const box = (/** @type {string} */ kind, ...children) => make("div", { class: `xray-${kind}` }, ...children);
const span = (/** @type {string} */ text) => make("span", {}, text);

/** The names of a column's parts, and their shapes where they are asked for, at the left of a band. */
export function namesOf({ shapes, sizes: { embed, hiddens, layers, target } }, writes) {
  const name = (kind, word, ...shape) => box(kind, span(word), shapes && span(`(${shape.join(", ")})`));
  const storeys = Array.from({ length: layers }, (_, i) => (layers > 1 ? `state, layer ${layers - i}` : "state"));
  return make("div", { class: "xray-names", "aria-hidden": "true" },
    ...(writes ? [name("said", "says", 1, 1), name("bars", "scores", 1, 1, target), box("up")] : []),
    ...storeys.map((words) => name("state", words, 1, 1, hiddens)),
    writes ? name("lane", "context", 1, 1, hiddens) : box("lane"),
    name("embedding", "embedding", 1, 1, embed), box("rise"),
    name("fed", writes ? "is fed" : "reads", 1, 1), box("id"));
}

/** One step as a column, from the top: what is said, the scores, the states, the embedding, what is fed. */
export function columnOf(view, step) {
  const { shapes, spread } = view, { writes, fed, skipped } = step, word = wordOf(view, step);
  const states = step.layers.map((_, layer) => stateOf(view, step, layer));
  const embedding = Array.from(step.embedding, (value) => value / spread);
  const column = {
    step, states, lane: box("lane"), fed: box("fed", span(shapes ? `${fed}` : word)),
    embedding: cellsOf(embedding, Math.ceil(embedding.length / 4), "embedding"),
    bars: writes && box("bars"), said: writes && saidOf(view, step),
  };
  const pad = `${skipped ? " xray-skipped" : ""}${fed === PAD && !writes ? " xray-pad" : ""}`;
  column.root = make("div", { class: `xray-column of-${writes ? "write" : "read"}${pad}`, role: "group" },
    column.said, column.bars, writes && box("up"),
    ...(skipped ? view.places.map(() => box("state")) : [...states].reverse()),
    column.lane, column.embedding, box("rise"), column.fed, box("id", shapes ? word : `id ${fed}`));
  return column;
}

/** Where a unit's cell is in the picture of its state, for the style sheet. */
export function cellOf({ places, cells }, layer, unit) {
  const place = places[layer].indexOf(unit);
  return `--left:${place % cells};--top:${Math.floor(place / cells)}`;
}

/** A state as cells, those outlined that changed most. */
function stateOf(view, step, layer) {
  const { before, after } = step.layers[layer], change = after.map((value, unit) => Math.abs(value - before[unit]));
  const most = best(change, Math.min(NUM_MARKED, Math.ceil(change.length / 8)));
  const label = `state${storey(view, layer, " of ")} after “${wordOf(view, step)}”, ${after.length} units`;
  return make("button", { type: "button", class: "xray-state", "data-layer": layer, "aria-label": label },
    cellsOf(view.places[layer].map((unit) => after[unit]), view.cells, "units"),
    ...most.map((unit) => make("i", { class: "xray-mark", style: cellOf(view, layer, unit) })));
}

/** The word that is said: a button where another may be chosen. */
function saidOf(view, step) {
  const { right } = view.task, wrong = right && step.said !== step.right;
  const look = `xray-said${step.forced ? " xray-forced" : ""}${wrong ? " xray-wrong" : ""}`;
  const text = span(view.shapes ? `${step.said}` : `${wrong ? "✗ " : ""}${wordOf(view, step, step.said)}`);
  if (!view.has("force") || right) return make("div", { class: look }, text);
  return make("button", { type: "button", class: look, "aria-haspopup": "true", "aria-expanded": "false" }, text);
}

/** A word that could be said, before a bar as long as it is probable. */
export function barOf(view, { step, chances }, id, tag, attributes, words = wordOf(view, step, id)) {
  const look = { class: `xray-bar${id === step.said ? " xray-chosen" : ""}`, style: `--share:${chances[id]}` };
  return make(tag, { ...look, ...attributes }, span(words), make("small", {}, percent(chances[id])));
}

/** The best scores of a column as bars, at the temperature that is set. */
export function score(view, column) {
  if (!column.bars) return;
  column.chances = softmax(column.step.logits, view.get("temperature"));
  column.bars.replaceChildren(...best(column.chances, NUM_SHOWN).map((id) =>
    barOf(view, column, id, "div", {}, view.shapes ? `${id}` : undefined)));
}
