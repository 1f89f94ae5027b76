import { best } from "./gru.js";
import { make, percent } from "./drawing.js";
import { put } from "./switches.js";
import { wordOf } from "./words.js";

/** What the decoder could have said at a step: its ten best words, one of which may be chosen. */

const NUM_CHOICES = 10;

/** The ten best words of a step, to choose one of. */
export function openChoices(view, column) {
  const wasOpen = view.choices?.column === column;
  closeChoices(view);
  if (wasOpen || column.root.classList.contains("xray-future")) return;
  const { number } = column.step;
  const force = (id) => {
    const kept = view.model.get("forced").filter(([at]) => at < number);
    closeChoices(view, true);
    view.total = 0; // to the new end
    if (id !== column.step.said) put(view, "forced", [...kept, [number, id]]);
  };
  const look = (id) =>
    ({ type: "button", "aria-pressed": `${id === column.step.said}`, style: `--share:${column.chances[id]}` });
  const options = best(column.chances, NUM_CHOICES).map((id) =>
    make("button", { ...look(id), click: () => force(id) },
      make("span", {}, wordOf(view, column.step, id)), make("small", {}, percent(column.chances[id]))));
  const undo = column.forced && make("button", { type: "button", class: "xray-undo", click: () => {
    closeChoices(view, true);
    view.total = 0;
    put(view, "forced", view.model.get("forced").filter(([at]) => at < number));
  } }, "its own choice again");
  const title = `what the decoder could say at step ${view.columns.indexOf(column) + 1}`;
  const panel = make("div", { class: "xray-choices", role: "group", "aria-label": title }, ...options, undo);
  view.choices = { column, panel };
  column.said.setAttribute("aria-expanded", "true");
  view.stage.append(panel);
  const chip = column.said.getBoundingClientRect(), corner = view.stage.getBoundingClientRect();
  panel.style.left = `${Math.max(0, Math.min(chip.left - corner.left, corner.width - panel.offsetWidth))}px`;
  panel.style.top = `${chip.bottom - corner.top + 4}px`;
  panel.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = [...panel.querySelectorAll("button")];
    if (!step) return;
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    event.preventDefault();
  });
  options[0].focus({ preventScroll: true });
}

export function closeChoices(view, focus = false) {
  if (!view.choices) return;
  const { column, panel } = view.choices;
  view.choices = null;
  panel.remove();
  column.said.setAttribute("aria-expanded", "false");
  if (focus) column.said.focus({ preventScroll: true });
}
