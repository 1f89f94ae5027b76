import { make } from "./elements.js";

/** The switches above the X-ray. Each sets a trait of the model, and follows it. */

/** Set a trait, here and in the kernel if there is one. */
export function put(view, name, value) {
  view.model.set(name, value);
  view.model.save_changes();
}

/** The controls of the switches that are shown, in a row. */
export function controls(view, ownStep) {
  const { has } = view, contexts = [["kept", "kept"], ["drifting", "drifting (the article's)"], ["none", "none"]];
  return make("div", { class: "xray-controls" },
    has("sentence") && textBox(view, "sentence", "sentence"),
    has("step") && ownStep && stepControl(view),
    has("context") && group(view, "context", "context", contexts),
    has("fed") && group(view, "fed", "fed", [["own", "its own words"], ["right", "the right words"]]),
    has("fed") && only(view, () => view.model.get("fed") === "right", textBox(view, "reference", "they are")),
    has("padding") && group(view, "pads", "pads", [0, 1, 2, 3, 4].map((n) => [n, `${n}`])),
    has("padding") && only(view, () => view.model.get("pads") > 0,
      group(view, "skip_pads", "they are", [[true, "skipped"], [false, "read"]])),
    has("shapes") && group(view, "labels", "show", [["words", "words"], ["shapes", "ids and shapes"]]),
    has("temperature") && temperatureControl(view),
  );
}

/** A row of buttons, one of which is pressed. */
function group(view, name, title, options) {
  const buttons = options.map(([value, word]) =>
    make("button", { type: "button", click: () => put(view, name, value) }, word));
  view.follow([name], () => options.forEach(([value], i) =>
    buttons[i].setAttribute("aria-pressed", `${view.model.get(name) === value}`)));
  return make("div", { class: "xray-group", role: "group", "aria-label": title }, make("span", {}, title), ...buttons);
}

/** A control that is there only while the switch before it asks for it. */
function only(view, isAsked, control) {
  view.follow(["fed", "pads"], () => (control.hidden = !isAsked()));
  return control;
}

/** A text, taken at Enter or when the box is left; in JupyterLab no change comes at Enter. */
function textBox(view, name, title) {
  const take = () => put(view, name, input.value), keydown = ({ key }) => key === "Enter" && take();
  const input = make("input", {
    type: "text", class: "xray-text", spellcheck: "false", autocomplete: "off", change: take, keydown,
  });
  view.follow([name], () => (input.value = view.model.get(name) ?? ""));
  return make("label", { class: "xray-box" }, make("span", {}, title), input);
}

function temperatureControl(view) {
  const input = make("input", {
    type: "range", min: -1, max: 1, step: 0.05, input: () => put(view, "temperature", 10 ** Number(input.value)),
  });
  const said = make("span");
  view.follow(["temperature"], () => {
    input.value = Math.log10(view.model.get("temperature"));
    said.textContent = view.model.get("temperature").toFixed(2);
    input.setAttribute("aria-valuetext", said.textContent);
  });
  return make("div", { class: "xray-box" }, make("label", {}, make("span", {}, "temperature"), input), said);
}

/** For a page without ipywidgets: a slider and a play button. */
function stepControl(view) {
  const at = () => view.model.get("step"), last = () => view.model.get("num_steps");
  const to = (/** @type {number} */ step) => put(view, "step", step);
  const input = make("input", { type: "range", min: 1, input: () => to(Number(input.value)) }), said = make("span");
  const play = make("button", { type: "button", click: () => (clock ? stop() : start()) }, "▶ play");
  let clock = 0;
  const run = (id) => play.setAttribute("aria-pressed", `${(clock = id) > 0}`);
  const stop = () => run((clearInterval(clock), 0));
  const start = () => {
    if (at() >= last()) to(1);
    run(setInterval(() => (at() < last() && play.isConnected ? to(at() + 1) : stop()), 700));
  };
  view.follow(["step", "num_steps"], () => {
    [input.max, input.value] = [last(), at()];
    said.textContent = `${at()} / ${last()}`;
  });
  run(0);
  return make("div", { class: "xray-box of-step" }, play, make("label", {}, make("span", {}, "step"), input), said);
}
