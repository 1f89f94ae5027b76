import { arrow } from "./drawing.js";
import { make } from "./elements.js";

/** The arrows of the X-ray: where its columns stand decides where they run. */

const CONTEXT_TRUNK = 7, STATE_TRUNK = 17; // from the left, where the encoder stands above the decoder
const LEAVES = 9; // above a state's lower edge, a context leaves it

/** Where the parts of the columns are, from the stage's corner. */
function positions(view) {
  const corner = view.stage.getBoundingClientRect();
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect(), left = x - corner.x, top = y - corner.y;
    return { left, top, right: left + width, bottom: top + height, x: left + width / 2, y: top + height / 2 };
  };
  return view.columns.map(({ root, states, lane, embedding, fed, said, bars }) => ({
    root: box(root), states: states.map(box), lane: box(lane), embedding: box(embedding), fed: box(fed),
    said: said && box(said), bars: bars && box(bars),
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
    const here = at[t], before = t === first ? last : at[t - 1], crosses = stacked && t === first, lines = [];
    const turns = t > 0 && t !== first && Math.abs(here.fed.y - before.fed.y) > 4; // a new row begins here
    const add = (points, kind, head) => lines.push(...arrow(points, kind, head));
    // From the step before, by the gap behind it: to the next row from outside, to the decoder around the left side.
    const carry = ({ from: [x, y], out, to, kind, head, trunk }) => {
      const leaving = before.root.right + out, arriving = to[0][1], below = gap + trunk + 3;
      const bend = Math.round(arriving - y) ? [[leaving, y], [leaving, arriving]] : [];
      if (turns) {
        add([[x, y], [before.root.right + 14, y]], kind, 0);
        add([[here.root.left - 13, arriving], ...to], kind);
      } else if (crosses) {
        add([[x, y], [leaving, y], [leaving, below], [trunk, below], [trunk, arriving], ...to], kind, head);
      } else add([[x, y], ...bend, ...to], kind, head);
    };
    add([[here.fed.x, here.fed.top], [here.fed.x, here.embedding.bottom]], "", 4);
    here.states.forEach((state, layer) => {
      if (layer === 0) add([[here.fed.x, here.embedding.top], [here.fed.x, state.bottom]]);
      else add([[state.x, here.states[layer - 1].top], [state.x, state.bottom]], "", 4);
      if (!before) return;
      const from = [before.states[layer].right, before.states[layer].y], to = [[state.left, state.y]];
      carry({ from, out: 14, to, trunk: STATE_TRUNK, ...(t === first && { kind: "first", head: 8 }) });
    });
    if (step.writes) {
      const top = here.states.at(-1), ofBefore = before.states.at(-1);
      add([[top.x, top.top], [top.x, here.bars.bottom]]);
      const branch = ({ states: [state] }) => state.left + Math.min(16, (state.right - state.left) / 4);
      const up = [[branch(here), here.lane.y], [branch(here), here.states[0].bottom]]; // beside the embedding
      if (context === "drifting" || (context === "kept" && t === first)) {
        const from = [ofBefore.right, ofBefore.bottom - LEAVES];
        carry({ from, out: 6, to: up, trunk: CONTEXT_TRUNK, kind: context });
      } else if (context === "kept") {
        const down = [[CONTEXT_TRUNK, before.lane.y], [CONTEXT_TRUNK, here.lane.y]];
        add([...(turns ? down : [[branch(before), here.lane.y]]), ...up], context);
      }
      const { said } = before, to = [[here.fed.left, here.fed.y]];
      if (said && !right) carry({ from: [said.right, said.y], out: 15, to, kind: "feed" });
    }
    return make("g", {}, ...lines);
  }));
}
