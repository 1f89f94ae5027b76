import { make } from "./elements.js";

/** A page's own controls, where ipywidgets has none or is not there. Each sets a trait (`traitsOf`) and follows it. */

const PLAY_MS = 700; // never under 500: a screen reader has to finish its sentence

const titled = (/** @type {string} */ label) => make("span", { class: "s2s-label" }, label);

/** A row of buttons, one of which is pressed; options: values and their words. */
export function choice({ get, put, follow }, name, label, options) {
  const buttons = options.map(([value, words]) => make("button", { click: () => put(name, value) }, words));
  follow([name], () => options.forEach(([value], i) =>
    buttons[i].setAttribute("aria-pressed", `${get(name) === value}`)));
  const group = { class: "s2s-control s2s-choice", role: "group", "aria-label": label };
  return make("div", group, titled(label), ...buttons);
}

/**
 * A slider with its value in words.
 * @param {() => {min: number, max: number, step?: number}} ends of the slider, which may change with the traits `also`
 * @param {(value: number) => number} of where it stands for a value
 * @param {(place: number) => number} to the value for where it stands
 */
export function slider({ get, put, follow }, name, label, { ends, also = [], of = Number, to = Number, words }) {
  const input = make("input", { type: "range", input: () => put(name, to(Number(input.value))) });
  const said = make("span", { class: "s2s-at" });
  follow([name, ...also], () => {
    Object.assign(input, ends(), { value: of(get(name)) });
    said.textContent = words?.(get(name)) ?? `${get(name)} of ${ends().max}`;
    input.setAttribute("aria-valuetext", said.textContent);
  });
  return make("div", { class: "s2s-control" }, make("label", {}, titled(label), input), said);
}

/** A slider over whole numbers, and a button that moves it on. */
export function steps(traits, name, label, settings) {
  const { get, put } = traits, ends = settings.ends, isOver = () => get(name) >= ends().max;
  let clock = 0;
  const run = (/** @type {boolean} */ isOn) => {
    clearInterval(clock);
    clock = isOn && setInterval(() => (isOver() || !play.isConnected ? run(false) : put(name, get(name) + 1)), PLAY_MS);
    play.setAttribute("aria-pressed", `${isOn}`);
  };
  const play = make("button", { click: () => {
    if (!clock && isOver()) put(name, ends().min);
    run(!clock);
  } }, "▶ play");
  run(false);
  const control = slider(traits, name, label, settings);
  control.classList.add("s2s-steps");
  control.prepend(play);
  return control;
}
