/**
 * The arithmetic of the X-ray: tokens, embedding, GRU, dense layer, greedy choice, as text.py, encoder.py, decoder.py,
 * gru.py and decoding.py of this package compute them. Nothing is drawn here.
 *
 * @typedef {object} Sizes numbers per token (embed) and per state (hiddens), layers, words of the target's vocabulary,
 *   the most steps that a sentence may have, and rows and width of each of the state_dict's tensors
 * @typedef {{embedding: Float32Array, layers: Float32Array[][]}} Half of each layer W_ih, W_hh, b_ih and b_hh as torch
 *   stacks them: the rows of the reset gate, the update gate, the candidate
 * @typedef {{sizes: Sizes, encoder: Half, decoder: Half, dense: [Float32Array, Float32Array]}} Network
 * @typedef {Record<"before" | "after" | "r" | "z" | "n" | "ofInput" | "ofState", Float32Array>} LayerStep one step of
 *   one GRU layer: the state that it starts from and the one that it leaves, reset gate, update gate (1 keeps the old
 *   state, 0 replaces it), candidate, each of `hiddens` numbers; W_ih x + b_ih and W_hh h + b_hh of all three
 * @typedef {object} Step a token read by the encoder, or fed to the decoder
 * @property {boolean} writes whether it is the decoder's
 * @property {number} [number] of the decoder's step, from 0
 * @property {number} fed the token's id
 * @property {boolean} [skipped] a pad that the encoder does not read: it has no layers
 * @property {Float32Array} embedding
 * @property {LayerStep[]} layers the lowest first
 * @property {Float32Array} [logits] the decoder's scores of every word
 * @property {number} [said] the id that the decoder writes: the best, or the forced one
 * @property {boolean} [forced] whether it is the forced one
 * @property {number} [right] the id that it should write, where right words are fed
 */

export const [PAD, UNK, BOS, EOS] = [0, 1, 2, 3];

/** A copy of the bytes in a view (of a binary trait, of a fetched file), aligned. */
export function bufferOf(/** @type {DataView} */ { buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/**
 * The network from its numbers: the tensors of the model's state_dict, one after another (xray.packed).
 * @param {DataView} bytes
 * @param {"int16" | "float32"} precision of whole numbers, one scale for each row of each tensor stands at the end
 * @param {Sizes} sizes
 * @returns {Network}
 */
export function unpack(bytes, precision, sizes) {
  const buffer = bufferOf(bytes), count = sizes.tensors.reduce((sum, [rows, width]) => sum + rows * width, 0);
  const given = new (precision === "int16" ? Int16Array : Float32Array)(buffer, 0, count);
  const scales = precision === "int16" ? new Float32Array(buffer.slice(2 * count)) : null;
  let at = 0, line = 0;
  const tensors = sizes.tensors.map(([rows, width]) => {
    const numbers = new Float32Array(rows * width);
    for (let i = 0; i < numbers.length; line++) {
      const scale = scales ? scales[line] : 1, end = i + width;
      while (i < end) numbers[i++] = given[at++] * scale;
    }
    return numbers;
  });
  const layersOf = () => Array.from({ length: sizes.layers }, () => tensors.splice(0, 4));
  const half = () => ({ embedding: tensors.shift(), layers: layersOf() });
  return { sizes, encoder: half(), decoder: half(), dense: tensors };
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
function gruStep([W_ih, W_hh, b_ih, b_hh], x, before) {
  const ofInput = affine(W_ih, b_ih, x), ofState = affine(W_hh, b_hh, before);
  const size = before.length, [r, z, n, after] = [0, 1, 2, 3].map(() => new Float32Array(size));
  for (let i = 0; i < size; i++) {
    r[i] = 1 / (1 + Math.exp(-ofInput[i] - ofState[i]));
    z[i] = 1 / (1 + Math.exp(-ofInput[size + i] - ofState[size + i]));
    n[i] = Math.tanh(ofInput[2 * size + i] + r[i] * ofState[2 * size + i]);
    after[i] = (1 - z[i]) * n[i] + z[i] * before[i];
  }
  return { before, after, r, z, n, ofInput, ofState };
}

/** All layers' step, the lowest first: each reads the state of the one below. New states take the old ones' places. */
function climb(layers, x, states) {
  return layers.map((weights, layer) => {
    const step = gruStep(weights, x, states[layer]);
    x = states[layer] = step.after;
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
export function* run({ sizes, encoder, decoder, dense }, task) {
  const { source, pads = 0, skipPads = false, context = "kept", right = null, forced = new Map() } = task;
  const rowOf = ({ embedding }, id) => embedding.subarray(id * sizes.embed, (id + 1) * sizes.embed);
  const zeros = new Float32Array(sizes.hiddens), states = encoder.layers.map(() => zeros);
  for (const [position, fed] of [...source, ...Array(pads).fill(PAD)].entries()) {
    const embedding = rowOf(encoder, fed), skipped = skipPads && position >= source.length;
    yield { writes: false, fed, skipped, embedding, layers: skipped ? [] : climb(encoder.layers, embedding, states) };
  }
  const ofEncoder = states.at(-1), numSteps = Math.min(right ? right.length + 1 : Infinity, sizes.steps);
  for (let number = 0, fed = BOS; number < numSteps; number++) {
    const beside = { kept: ofEncoder, drifting: states.at(-1), none: zeros }[context], embedding = rowOf(decoder, fed);
    const layers = climb(decoder.layers, new Float32Array([...embedding, ...beside]), states);
    const logits = affine(...dense, states.at(-1)), said = forced.get(number) ?? best(logits, 1)[0];
    const step = { writes: true, number, fed, embedding, layers, logits, said, forced: forced.has(number) };
    yield right ? { ...step, right: right[number] ?? EOS } : step;
    if (!right && said === EOS) return;
    fed = right ? right[number] : said;
  }
}

/** The ids of the k highest scores, the best first; of equals the first. */
export function best(/** @type {Float32Array} */ scores, /** @type {number} */ k) {
  const left = new Float32Array(scores), ids = [];
  while (ids.length < Math.min(k, left.length)) {
    let id = 0;
    for (let i = 1; i < left.length; i++) if (left[i] > left[id]) id = i;
    left[id] = -Infinity;
    ids.push(id);
  }
  return ids;
}

/** Probabilities from scores, which are divided by the temperature first. */
export function softmax(/** @type {Float32Array} */ scores, temperature = 1) {
  const highest = scores[best(scores, 1)[0]];
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
