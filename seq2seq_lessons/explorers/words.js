/** What the X-ray says of itself. */

/** −0.832 as −.832, with a minus sign. */
export function signed(/** @type {number} */ value, digits = 3) {
  const text = Math.abs(value).toFixed(digits).replace(/^0\./, ".");
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A probability in words. */
export function percent(/** @type {number} */ p) {
  return p > 0 && p < 0.005 ? "<1 %" : `${Math.round(100 * p)} %`;
}

/** The word of an id in the half of the machine that a step belongs to. */
export function wordOf(view, step, id = step.fed) {
  return view.words[step.writes ? "target" : "source"][id];
}

/** What happens at a step, in a sentence. */
export function inWords(view, t) {
  const step = view.steps[t], { chances } = view.columns[t], place = `Step ${t + 1} of ${view.steps.length}: `;
  const quoted = (id) => `“${wordOf(view, step, id)}”`, scored = (id) => `${quoted(id)} (${percent(chances[id])})`;
  if (step.skipped) return `${place}the encoder skips a pad, its state stays.`;
  if (!step.writes) return `${place}the encoder reads ${quoted(step.fed)} (id ${step.fed}).`;
  const fed = quoted(step.fed), said = scored(step.said), verb = step.forced ? "is made to say" : "says";
  if (!view.task.right) return `${place}fed ${fed}, the decoder ${verb} ${said}.`;
  const verdict = step.said === step.right ? "which is right" : `right is ${scored(step.right)}`;
  return `${place}fed the right word ${fed}, the decoder says ${said}, ${verdict}.`;
}

/** A layer's name, with what joins it to other words; none where there is one layer. */
export function storey(view, layer, before = "", behind = "") {
  return view.sizes.layers > 1 ? `${before}layer ${layer + 1}${behind}` : "";
}

/** A unit's value at a step, in words. */
export function unitWords(view, t, { layer, unit }) {
  const { before, after } = view.steps[t].layers[layer], word = wordOf(view, view.steps[t]);
  const values = `${signed(after[unit])} (was ${signed(before[unit])})`;
  return `${storey(view, layer, "", ", ")}unit ${unit} after “${word}”: ${values}`;
}
