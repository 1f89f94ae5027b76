import { arrow } from "./drawing.js";
import { draw } from "./elements.js";

/** The arrows of the X-ray: where its columns stand decides where they run. */

const CONTEXT_TRUNK = 7, STATE_TRUNK = 17; // from the left, where the encoder stands above the decoder
const LEAVES = 9; // above a state's lower edge, a context leaves it

/** Where the parts of the columns are, from the stage's corner. */
function positions(view) {
  const corner = view.stage.getBoundingClientRect();
  const box = (element) => {
    if (!element) return null;
    const { x, y, width, height } = element.getBoundingClientRect(), left = x - corner.x, top = y - corner.y;
    return { left, top, right: left + width, bottom: top + height, x: left + width / 2, y: top + height / 2 };
  };
  return view.columns.map(({ root, states, lane, embedding, fed, said, bars }) => ({
    root: box(root), states: states.map(box), lane: box(lane), embedding: box(embedding), fed: box(fed),
    said: box(said), bars: box(bars),
  }));
}

/**
 * All arrows, a group for each step.
 * @param {object} view
 * @param {boolean} stacked whether the encoder stands above the decoder, not beside it
 */
export function wire(view, stacked) {
  const at = positions(view), first = view.steps.findIndex((step) => step.writes), { context, right } = view.task;
  const last = at.findLast((place, t) => t < first && place.states.length), gap = at[first - 1].root.bottom;
  view.wires.replaceChildren(...view.columns.map(({ step }, t) => {
    const here = at[t], before = t === first ? null : at[t - 1], lines = [];
    const turns = before && Math.abs(here.fed.y - before.fed.y) > 4; // a new row begins here
    const add = (points, kind, head) => lines.push(...arrow(points, kind, head));
    add([[here.fed.x, here.fed.top], [here.fed.x, here.embedding.bottom]], "", 4);
    here.states.forEach((state, layer) => {
      if (layer === 0) add([[here.fed.x, here.embedding.top], [here.fed.x, state.bottom]]);
      else add([[state.x, here.states[layer - 1].top], [state.x, state.bottom]], "", 4);
      if (t === first) add(firstState(last, state, layer, stacked, gap), "first", 8);
      else if (before && !turns) add([[before.states[layer].right, state.y], [state.left, state.y]]);
      else if (before) {
        const from = before.states[layer];
        add([[from.right, from.y], [before.root.right + 14, from.y]], "", 0);
        add([[here.root.left - 13, state.y], [state.left, state.y]]);
      }
    });
    if (step.writes) {
      const top = here.states[here.states.length - 1];
      add([[top.x, top.top], [top.x, here.bars.bottom]]);
      if (context !== "none") contextLines(add, { context, here, before, turns, last, stacked, gap });
      if (before && !right) feedLines(add, here, before, turns);
    }
    return draw("g", {}, ...lines);
  }));
}

/** From the encoder's last state to the decoder's first: straight, or around the left side. */
function firstState(last, state, layer, stacked, gap) {
  const from = last.states[layer], out = last.root.right + 14;
  if (!stacked) return [[from.right, from.y], [state.left, state.y]];
  const around = [[out, from.y], [out, gap + 20], [STATE_TRUNK, gap + 20], [STATE_TRUNK, state.y]];
  return [[from.right, from.y], ...around, [state.left, state.y]];
}

/** Into a step's GRU from below, beside the embedding. */
function contextLines(add, { context, here, before, turns, last, stacked, gap }) {
  const branch = ({ states: [state] }) => state.left + Math.min(16, (state.right - state.left) / 4);
  const leaving = ({ states, root }, out = root.right + 6) => {
    const { right, bottom } = states[states.length - 1]; // the top layer's
    return [[right, bottom - LEAVES], [out, bottom - LEAVES]];
  };
  const up = [[branch(here), here.lane.y], [branch(here), here.states[0].bottom]];
  if (!before) {
    const out = last.root.right + 6;
    const around = [[out, gap + 9], [CONTEXT_TRUNK, gap + 9], [CONTEXT_TRUNK, here.lane.y]];
    add([...leaving(last), ...(stacked ? around : [[out, here.lane.y]]), ...up], context);
  } else if (context === "kept") {
    const down = [[CONTEXT_TRUNK, before.lane.y], [CONTEXT_TRUNK, here.lane.y]];
    add([...(turns ? down : [[branch(before), here.lane.y]]), ...up], context);
  } else if (turns) {
    add([...leaving(before), [before.root.right + 6, before.lane.y + 4]], context, 0);
    add([[here.root.left - 13, here.lane.y], ...up], context);
  } else add([...leaving(before), [before.root.right + 6, here.lane.y], ...up], context);
}

/** From what was said down to where it is fed. */
function feedLines(add, here, before, turns) {
  const out = before.root.right + 15, { right, y } = before.said;
  if (!turns) return add([[right, y], [out, y], [out, here.fed.y], [here.fed.left, here.fed.y]], "feed");
  add([[right, y], [right + 14, y]], "feed", 0);
  add([[here.fed.left - 13, here.fed.y], [here.fed.left, here.fed.y]], "feed");
}
