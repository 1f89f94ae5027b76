import { best } from "./gru.js";
import { barOf } from "./columns.js";
import { make } from "./elements.js";

const NUM_CHOICES = 10;

/** What the decoder could have said at a step: its best words, to choose one of; or closed, if it was open. */
export function openChoices(view, column) {
  const { step, said } = column, wasOpen = view.choices?.said === said;
  closeChoices(view);
  if (wasOpen || said.disabled) return;
  const choose = (/** @type {number[]} */ ids) => () => {
    closeChoices(view, true);
    if (ids[0] === step.said) return;
    view.toEnd = true;
    const kept = view.get("forced").filter(([at]) => at < step.number);
    view.put("forced", [...kept, ...ids.map((id) => [step.number, id])]);
  };
  const button = (ids, attributes) => ({ type: "button", click: choose(ids), ...attributes });
  const options = best(column.chances, NUM_CHOICES).map((id) =>
    barOf(view, column, id, "button", button([id], { "aria-pressed": `${id === step.said}` })));
  const title = `what the decoder could say at step ${view.columns.indexOf(column) + 1}`;
  const panel = make("div", { class: "xray-choices", role: "group", "aria-label": title, keydown: (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = [...panel.children];
    if (!move) return;
    all.at((all.indexOf(document.activeElement) + move) % all.length).focus();
    event.preventDefault();
  } }, ...options, step.forced && make("button", button([]), "its own choice again"));
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
