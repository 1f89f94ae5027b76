import { PAD, best, softmax } from "./gru.js";
import { cellsOf } from "./drawing.js";
import { make } from "./elements.js";
import { percent, storey, wordOf } from "./words.js";

/** The columns of the X-ray, one for each step; and what the decoder could have said at a step. */

const NUM_SHOWN = 3, NUM_CHOICES = 10; // scores
const NUM_MARKED = 6; // cells that changed most

const box = (/** @type {string} */ kind, ...children) => make("div", { class: `xray-${kind}` }, ...children);
const span = (/** @type {string} */ text) => make("span", {}, text);

/** The names of a column's parts, and their shapes where they are asked for, at the left of a band. */
export function namesOf(view, writes) {
  const { shapes, sizes: { embed, hiddens, layers, target } } = view;
  const name = (kind, word, ...shape) => box(kind, span(word), shapes && span(`(${shape.join(", ")})`));
  const storeys = Array.from({ length: layers }, (_, i) => `state${storey(view, layers - 1 - i, ", ")}`);
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
  const embedding = Array.from(step.embedding, (value) => value / spread);
  const column = {
    step, states: step.layers.map((_, layer) => stateOf(view, step, layer)), lane: box("lane"),
    embedding: cellsOf(embedding, Math.ceil(embedding.length / 4), "embedding"),
    fed: box("fed", span(shapes ? `${fed}` : word)), bars: writes && box("bars"), said: writes && saidOf(view, step),
  };
  const pad = `${skipped ? " xray-skipped" : ""}${fed === PAD && !writes ? " xray-pad" : ""}`;
  column.root = make("div", { class: `xray-column of-${writes ? "write" : "read"}${pad}`, role: "group" },
    column.said, column.bars, writes && box("up"),
    ...(skipped ? view.places.map(() => box("state")) : [...column.states].reverse()),
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
  return make("button", { class: "xray-state", "data-layer": layer, "aria-label": label },
    cellsOf(view.places[layer].map((unit) => after[unit]), view.cells, "units"),
    ...most.map((unit) => make("i", { class: "xray-mark", style: cellOf(view, layer, unit) })));
}

/** The word that is said: a button where another may be chosen. */
function saidOf(view, step) {
  const { right } = view.task, wrong = right && step.said !== step.right, opens = view.has("force") && !right;
  const look = `xray-said${step.forced ? " xray-forced" : ""}${wrong ? " xray-wrong" : ""}`;
  const text = view.shapes ? `${step.said}` : `${wrong ? "✗ " : ""}${wordOf(view, step, step.said)}`;
  const popup = opens && { "aria-haspopup": "true", "aria-expanded": "false" };
  return make(opens ? "button" : "div", { class: look, ...popup }, span(text));
}

/** A word that could be said, before a bar as long as it is probable. */
function barOf(view, { step, chances }, id, tag, attributes, words = wordOf(view, step, id)) {
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

/** Its best words at a step, to choose one of; or closed, if they were open. */
export function openChoices(view, column) {
  const { step, said, chances } = column, wasOpen = view.choices?.said === said;
  closeChoices(view);
  if (wasOpen || said.disabled) return;
  const choose = (/** @type {number[]} */ ids) => () => {
    closeChoices(view, true);
    if (ids[0] === step.said) return;
    view.toEnd = true;
    const kept = view.get("forced").filter(([at]) => at < step.number);
    view.put("forced", [...kept, ...ids.map((id) => [step.number, id])]);
  };
  const options = best(chances, NUM_CHOICES).map((id) =>
    barOf(view, column, id, "button", { "aria-pressed": `${id === step.said}`, click: choose([id]) }));
  const keydown = (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = [...panel.children];
    if (!move) return;
    all.at((all.indexOf(document.activeElement) + move) % all.length).focus();
    event.preventDefault();
  };
  const title = `what the decoder could say at step ${view.columns.indexOf(column) + 1}`;
  const panel = make("div", { class: "xray-choices", role: "group", "aria-label": title, keydown },
    ...options, step.forced && make("button", { click: choose([]) }, "its own choice again"));
  view.choices = { said, panel };
  said.setAttribute("aria-expanded", "true");
  view.stage.append(panel);
  const chip = said.getBoundingClientRect(), corner = view.stage.getBoundingClientRect();
  panel.style.left = `${Math.max(0, Math.min(chip.left - corner.left, corner.width - panel.offsetWidth))}px`;
  panel.style.top = `${chip.bottom - corner.top + 4}px`;
  options[0].focus({ preventScroll: true });
}

export function closeChoices(view, focus = false) {
  if (!view.choices) return;
  const { said, panel } = view.choices;
  view.choices = null;
  panel.remove();
  said.setAttribute("aria-expanded", "false");
  if (focus) said.focus({ preventScroll: true });
}
