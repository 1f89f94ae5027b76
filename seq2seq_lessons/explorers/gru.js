/**
 * The arithmetic of the X-ray: tokens, embedding, GRU, dense layer, greedy choice, as text.py, encoder.py, decoder.py,
 * gru.py and decoding.py of this package compute them. Nothing is drawn here.
 *
 * @typedef {{embed: number, hiddens: number, layers: number, source: number, target: number, steps: number}} Sizes
 *   numbers per token, per state, layers, words of each vocabulary, and the most steps that a sentence may have
 * @typedef {{W_ih: Float32Array, W_hh: Float32Array, b_ih: Float32Array, b_hh: Float32Array}} LayerWeights
 *   as torch stacks them: the rows of the reset gate, the update gate, the candidate
 * @typedef {{sizes: Sizes, encoder: object, decoder: object}} Network
 * @typedef {object} LayerStep one step of one GRU layer; each a Float32Array of `hiddens` numbers
 * @property {Float32Array} before the state that it starts from
 * @property {Float32Array} after the state that it leaves
 * @property {Float32Array} r the reset gate
 * @property {Float32Array} z the update gate: 1 keeps the old state, 0 replaces it
 * @property {Float32Array} n the candidate
 * @property {Float32Array} ofInput W_ih x + b_ih of all three, `3 * hiddens`
 * @property {Float32Array} ofState W_hh h + b_hh of all three, `3 * hiddens`
 * @typedef {object} Step a token read by the encoder, or fed to the decoder
 * @property {boolean} writes whether it is the decoder's
 * @property {number} [number] of the decoder's step, from 0
 * @property {number} fed the token's id
 * @property {boolean} [skipped] a pad that the encoder does not read: it has no layers
 * @property {Float32Array} embedding
 * @property {LayerStep[]} layers the lowest first
 * @property {Float32Array} [logits] the decoder's scores of every word
 * @property {number} [said] the id that the decoder writes: the best, or the forced one
 * @property {number} [right] the id that it should write, where right words are fed
 */

export const [PAD, UNK, BOS, EOS] = [0, 1, 2, 3];

/** A copy of a binary trait (a DataView) or of a fetched file (an ArrayBuffer), aligned. */
export function bufferOf(/** @type {DataView | ArrayBuffer} */ bytes) {
  if (bytes instanceof ArrayBuffer) return bytes;
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

/**
 * The network from its numbers: the tensors of the model's state_dict, one after another (xray.packed).
 * @param {DataView | ArrayBuffer} bytes
 * @param {"int16" | "float32"} precision of whole numbers, one scale for each row of each tensor stands at the end
 * @param {Sizes} sizes
 * @returns {Network}
 */
export function unpack(bytes, precision, sizes) {
  const { embed, hiddens, layers, source, target } = sizes, buffer = bufferOf(bytes), recipe = [];
  const take = (/** @type {number} */ rows, /** @type {number} */ width) => {
    const numbers = new Float32Array(rows * width);
    recipe.push({ rows, width, numbers });
    return numbers;
  };
  const gru = (/** @type {number} */ inputs) => Array.from({ length: layers }, (_, layer) => ({
    W_ih: take(3 * hiddens, layer ? hiddens : inputs), W_hh: take(3 * hiddens, hiddens),
    b_ih: take(1, 3 * hiddens), b_hh: take(1, 3 * hiddens),
  }));
  const encoder = { embedding: take(source, embed), layers: gru(embed) };
  const decoder = {
    embedding: take(target, embed), layers: gru(embed + hiddens), dense: take(target, hiddens), bias: take(1, target),
  };
  const count = recipe.reduce((sum, { numbers }) => sum + numbers.length, 0);
  const given = new (precision === "int16" ? Int16Array : Float32Array)(buffer, 0, count);
  const scales = precision === "int16" ? new Float32Array(buffer.slice(2 * count)) : null;
  let at = 0, line = 0;
  for (const { rows, width, numbers } of recipe) {
    for (let row = 0; row < rows; row++, line++) {
      const scale = scales ? scales[line] : 1;
      for (let i = 0; i < width; i++) numbers[row * width + i] = given[at++] * scale;
    }
  }
  return { sizes, encoder, decoder };
}

/** W x + b, W `(b.length, x.length)` row by row; four rows at a time, since one sum waits for its last addition. */
function affine(/** @type {Float32Array} */ W, /** @type {Float32Array} */ b, /** @type {Float32Array} */ x) {
  const result = new Float32Array(b), exact = new Float64Array(x), width = x.length;
  const start = (/** @type {number} */ row) => Math.min(row, b.length - 1) * width;
  for (let row = 0; row < b.length; row += 4) {
    const [A, B, C, D] = [start(row), start(row + 1), start(row + 2), start(row + 3)];
    let s = 0, t = 0, u = 0, v = 0;
    for (let i = 0; i < width; i++) {
      s += W[A + i] * exact[i];
      t += W[B + i] * exact[i];
      u += W[C + i] * exact[i];
      v += W[D + i] * exact[i];
    }
    result[row] += s; // what lies behind the end is not kept
    result[row + 1] += t;
    result[row + 2] += u;
    result[row + 3] += v;
  }
  return result;
}

/** One step of one layer. @returns {LayerStep} */
function gruStep(weights, x, before) {
  const ofInput = affine(weights.W_ih, weights.b_ih, x), ofState = affine(weights.W_hh, weights.b_hh, before);
  const size = before.length, [r, z, n, after] = [0, 1, 2, 3].map(() => new Float32Array(size));
  for (let i = 0; i < size; i++) {
    r[i] = 1 / (1 + Math.exp(-ofInput[i] - ofState[i]));
    z[i] = 1 / (1 + Math.exp(-ofInput[size + i] - ofState[size + i]));
    n[i] = Math.tanh(ofInput[2 * size + i] + r[i] * ofState[2 * size + i]);
    after[i] = (1 - z[i]) * n[i] + z[i] * before[i];
  }
  return { before, after, r, z, n, ofInput, ofState };
}

/** All layers' step, the lowest first: each reads the state of the one below. */
function climb(layers, x, states) {
  return layers.map((weights, layer) => {
    const step = gruStep(weights, x, states[layer]);
    x = step.after;
    return step;
  });
}

/**
 * Read the source, then write: one Step after another.
 * @param {Network} network
 * @param {object} task
 * @param {number[]} task.source ids, `<eos>` included
 * @param {number} [task.pads] how many `<pad>` follow
 * @param {boolean} [task.skipPads] they are not read
 * @param {"kept" | "drifting" | "none"} [task.context] the encoder's, the decoder's own last state, or zeros
 * @param {number[] | null} [task.right] right words that are fed in place of its own, without `<bos>` and `<eos>`
 * @param {Map<number, number>} [task.forced] ids that are written at a step, whatever the scores
 * @returns {Generator<Step>}
 */
export function* run({ sizes, encoder, decoder }, task) {
  const { source, pads = 0, skipPads = false, context = "kept", right = null, forced = new Map() } = task;
  const rowOf = (table, id) => table.subarray(id * sizes.embed, (id + 1) * sizes.embed);
  let states = encoder.layers.map(() => new Float32Array(sizes.hiddens));
  for (const [position, fed] of [...source, ...Array(pads).fill(PAD)].entries()) {
    const embedding = rowOf(encoder.embedding, fed), skipped = skipPads && position >= source.length;
    const layers = skipped ? [] : climb(encoder.layers, embedding, states);
    if (!skipped) states = layers.map((layer) => layer.after);
    yield { writes: false, fed, skipped, embedding, layers };
  }
  const ofEncoder = states[states.length - 1], zeros = new Float32Array(sizes.hiddens);
  const numSteps = right ? Math.min(right.length + 1, sizes.steps) : sizes.steps;
  for (let number = 0, fed = BOS; number < numSteps; number++) {
    const beside = { kept: ofEncoder, drifting: states[states.length - 1], none: zeros }[context];
    const embedding = rowOf(decoder.embedding, fed);
    const layers = climb(decoder.layers, new Float32Array([...embedding, ...beside]), states);
    states = layers.map((layer) => layer.after);
    const logits = affine(decoder.dense, decoder.bias, states[states.length - 1]);
    const said = forced.get(number) ?? best(logits, 1)[0];
    const step = { writes: true, number, fed, embedding, layers, logits, said };
    yield right ? { ...step, right: right[number] ?? EOS } : step;
    if (!right && said === EOS) return;
    fed = right ? right[number] : said;
  }
}

/** The ids of the k highest scores, the best first; of equals the first. */
export function best(/** @type {Float32Array} */ scores, /** @type {number} */ k) {
  const ids = [];
  for (let id = 0; id < scores.length; id++) {
    if (ids.length === k && scores[id] <= scores[ids[k - 1]]) continue;
    let place = ids.length;
    while (place > 0 && scores[ids[place - 1]] < scores[id]) place--;
    ids.splice(place, 0, id);
    if (ids.length > k) ids.pop();
  }
  return ids;
}

/** Probabilities from scores, which are divided by the temperature first. */
export function softmax(/** @type {Float32Array} */ scores, temperature = 1) {
  const highest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const powers = scores.map((score) => Math.exp((score - highest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * The tokens of a sentence: text.tokenize, whose rules Python sends.
 * @param {string} sentence
 * @param {{replace: [string, string][], token: string}} rules texts that are replaced, then the pattern of a token
 */
export function tokenize(sentence, rules) {
  let text = sentence.normalize("NFC").toLowerCase();
  for (const [old, by] of rules.replace) text = text.replaceAll(old, by);
  return text.match(new RegExp(rules.token, "gu")) ?? [];
}
