import { percent, signed } from "./drawing.js";

/** What the X-ray says of itself. */

/** The word of an id in the half of the machine that a step belongs to. */
export function wordOf(view, step, id = step.fed) {
  return view.words[step.writes ? "target" : "source"][id];
}

/** What happens at a step, in a sentence. */
export function inWords(view, t) {
  const step = view.steps[t], place = `Step ${t + 1} of ${view.steps.length}: `, word = `“${wordOf(view, step)}”`;
  if (step.skipped) return `${place}the encoder skips a pad, its state stays.`;
  if (!step.writes) return `${place}the encoder reads ${word} (id ${step.fed}).`;
  const column = view.columns[t], chance = (id) => percent(column.chances[id]);
  const said = `“${wordOf(view, step, step.said)}” (${chance(step.said)})`;
  if (view.task.right) {
    const right = `right is “${wordOf(view, step, step.right)}” (${chance(step.right)})`;
    const verdict = step.said === step.right ? "which is right" : right;
    return `${place}fed the right word ${word}, the decoder says ${said}, ${verdict}.`;
  }
  return `${place}fed ${word}, the decoder ${column.forced ? "is made to say" : "says"} ${said}.`;
}

/** What a state's picture is. */
export function stateWords(view, step, layer) {
  const storey = view.sizes.layers > 1 ? ` of layer ${layer + 1}` : "";
  return `state${storey} after “${wordOf(view, step)}”, ${view.sizes.hiddens} units`;
}

/** A unit's value at a step, in words. */
export function unitWords(view, t, { layer, unit }) {
  const { before, after } = view.steps[t].layers[layer], storey = view.sizes.layers > 1 ? `layer ${layer + 1}, ` : "";
  const word = wordOf(view, view.steps[t]);
  return `${storey}unit ${unit} after “${word}”: ${signed(after[unit])} (was ${signed(before[unit])})`;
}
