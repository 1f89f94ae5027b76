import { PAD, best, softmax } from "./gru.js";
import { make, paint, percent } from "./drawing.js";
import { inWords, wordOf } from "./words.js";

/** The columns of the X-ray: one for each step. */

const NUM_SHOWN = 3; // scores

const box = (/** @type {string} */ kind, ...children) => make("div", { class: `xray-${kind}` }, ...children);

/** The names of a column's parts, and their shapes where they are asked for, at the left of a band. */
export function namesOf(view, half) {
  const { embed, hiddens, layers, target } = view.sizes, writes = half === "decoder";
  const shapes = view.model.get("labels") === "shapes";
  const name = (kind, word, ...shape) =>
    box(kind, make("span", {}, word), shapes && shape.length > 0 && make("span", {}, `(${shape.join(", ")})`));
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
  const { model, task } = view, shapes = model.get("labels") === "shapes", word = wordOf(view, step);
  const places = model.get("places"), strip = make("canvas", { class: "xray-embedding", "aria-hidden": "true" });
  const states = step.layers.map((layer, i) => {
    const canvas = paint(make("canvas", { "aria-hidden": "true" }), layer.after, model.get("columns"), places[i]);
    return make("button", { type: "button", class: "xray-state", tabindex: -1, "data-layer": i }, canvas);
  });
  const column = {
    step, states, lane: box("lane"), fed: box("fed", make("span", {}, shapes ? `${step.fed}` : word)),
    embedding: paint(strip, step.embedding, Math.ceil(step.embedding.length / 4), null, view.spread),
    bars: step.writes ? box("bars") : null, said: step.writes ? saidOf(view, step, shapes) : null,
    forced: step.writes && task.forced.has(step.number),
  };
  const pad = `${step.skipped ? " xray-skipped" : ""}${step.fed === PAD && !step.writes ? " xray-pad" : ""}`;
  const look = `${step.writes ? "of-write" : "of-read"}${pad}`;
  column.root = make("div", { class: `xray-column ${look}`, role: "group" },
    column.said, column.bars, step.writes && box("up"),
    ...(step.skipped ? places.map(() => box("state")) : [...states].reverse()),
    column.lane, column.embedding, box("rise"), column.fed, box("id", shapes ? word : `id ${step.fed}`));
  return column;
}

/** The word that is said: a button where another may be chosen. */
function saidOf(view, step, shapes) {
  const { right, forced } = view.task, wrong = right && step.said !== step.right;
  const look = `xray-said${forced.has(step.number) ? " xray-forced" : ""}${wrong ? " xray-wrong" : ""}`;
  const text = make("span", {}, shapes ? `${step.said}` : `${wrong ? "✗ " : ""}${wordOf(view, step, step.said)}`);
  if (!view.has("force") || right) return make("div", { class: look }, text);
  const opens = { "aria-haspopup": "true", "aria-expanded": "false" };
  return make("button", { type: "button", class: look, tabindex: -1, ...opens }, text);
}

/** The best scores of a column as bars, at the temperature that is set. */
export function score(view, column) {
  const { step } = column, shapes = view.model.get("labels") === "shapes", now = view.model.get("step") - 1;
  if (!step.writes) return;
  column.chances = softmax(step.logits, view.model.get("temperature"));
  column.bars.replaceChildren(...best(column.chances, NUM_SHOWN).map((id) => {
    const chance = column.chances[id], look = `xray-bar${id === step.said ? " xray-chosen" : ""}`;
    return make("div", { class: look, style: `--share:${chance}` },
      make("span", {}, shapes ? `${id}` : wordOf(view, step, id)), make("small", {}, percent(chance)));
  }));
  if (view.columns[now] === column) view.status.textContent = inWords(view, now) + view.note;
}
