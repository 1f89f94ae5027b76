import { best } from "./gru.js";
import { percent } from "./drawing.js";
import { make } from "./elements.js";
import { put } from "./switches.js";
import { wordOf } from "./words.js";

const NUM_CHOICES = 10;

/** What the decoder could have said at a step: its best words, to choose one of; or closed, if it was open. */
export function openChoices(view, column) {
  const wasOpen = view.choices?.column === column, { number, said } = column.step;
  closeChoices(view);
  if (wasOpen || column.said.disabled) return;
  const button = (attributes, /** @type {number[]} */ ids, ...words) => make("button", { type: "button", ...attributes,
    click: () => {
      closeChoices(view, true);
      view.total = 0; // to the new end
      const kept = view.model.get("forced").filter(([at]) => at < number);
      if (ids[0] !== said) put(view, "forced", [...kept, ...ids.map((id) => [number, id])]);
    } }, ...words);
  const options = best(column.chances, NUM_CHOICES).map((id) =>
    button({ "aria-pressed": `${id === said}`, style: `--share:${column.chances[id]}` }, [id],
      make("span", {}, wordOf(view, column.step, id)), make("small", {}, percent(column.chances[id]))));
  const title = `what the decoder could say at step ${view.columns.indexOf(column) + 1}`;
  const panel = make("div", { class: "xray-choices", role: "group", "aria-label": title, keydown: (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = [...panel.children];
    if (!step) return;
    all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
    event.preventDefault();
  } }, ...options, column.forced && button({}, [], "its own choice again"));
  view.choices = { column, panel };
  column.said.setAttribute("aria-expanded", "true");
  view.stage.append(panel);
  const chip = column.said.getBoundingClientRect(), corner = view.stage.getBoundingClientRect();
  panel.style.left = `${Math.max(0, Math.min(chip.left - corner.left, corner.width - panel.offsetWidth))}px`;
  panel.style.top = `${chip.bottom - corner.top + 4}px`;
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
