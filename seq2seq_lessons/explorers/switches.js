import { make } from "./drawing.js";

/** The switches above the X-ray. Each sets a trait of the model, and follows it. */

const CONTEXTS = { kept: "kept", drifting: "drifting (the article's)", none: "none" };

/** Set a trait, here and in the kernel if there is one. */
export function put(view, name, value) {
  view.model.set(name, value);
  view.model.save_changes();
}

/** The controls of the switches that are shown, in a row. */
export function controls(view, ownStep) {
  const { model, has } = view;
  return make("div", { class: "xray-controls" },
    has("sentence") && textBox(view, "sentence", "sentence"),
    has("step") && ownStep && stepControl(view),
    has("context") && group(view, "context", "context", Object.entries(CONTEXTS)),
    has("fed") && group(view, "fed", "fed", [["own", "its own words"], ["right", "the right words"]]),
    has("fed") && only(view, "fed", "right", textBox(view, "reference", "they are")),
    has("padding") && group(view, "pads", "pads", [0, 1, 2, 3, 4].map((n) => [n, `${n}`])),
    has("padding")
      && only(view, "pads", 0, group(view, "skip_pads", "they are", [[true, "skipped"], [false, "read"]]), true),
    has("shapes") && group(view, "labels", "show", [["words", "words"], ["shapes", "ids and shapes"]]),
    has("temperature") && temperatureControl(view),
  );
}

/** A row of buttons, one of which is pressed. */
function group(view, name, title, options) {
  const buttons = options.map(([value, word]) =>
    make("button", { type: "button", click: () => put(view, name, value) }, word));
  const press = () => options.forEach(([value], i) =>
    buttons[i].setAttribute("aria-pressed", `${view.model.get(name) === value}`));
  view.on([name], press);
  press();
  return make("div", { class: "xray-group", role: "group", "aria-label": title }, make("span", {}, title), ...buttons);
}

/** A control that is there only while a trait has a value, or only while it has not. */
function only(view, name, value, control, not = false) {
  const look = () => (control.hidden = (view.model.get(name) === value) === not);
  view.on([name], look);
  look();
  return control;
}

/** A text, taken at Enter or when the box is left. */
function textBox(view, name, title) {
  const input = make("input", { type: "text", class: "xray-text", spellcheck: "false", autocomplete: "off" });
  const take = () => (input.value = view.model.get(name) ?? "");
  input.addEventListener("change", () => put(view, name, input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") put(view, name, input.value); // in JupyterLab no change comes then
  });
  view.on([name], take);
  take();
  return make("label", { class: `xray-box of-${name}` }, make("span", {}, title), input);
}

function temperatureControl(view) {
  const input = make("input", { type: "range", min: -1, max: 1, step: 0.05, "aria-label": "temperature" });
  const said = make("span");
  const take = () => {
    input.value = Math.log10(view.model.get("temperature"));
    said.textContent = view.model.get("temperature").toFixed(2);
    input.setAttribute("aria-valuetext", said.textContent);
  };
  input.addEventListener("input", () => put(view, "temperature", 10 ** Number(input.value)));
  view.on(["temperature"], take);
  take();
  return make("label", { class: "xray-box" }, make("span", {}, "temperature"), input, said);
}

/** For a page without ipywidgets: a slider and a play button. */
function stepControl(view) {
  const { model } = view, input = make("input", { type: "range", min: 1, "aria-label": "step" }), said = make("span");
  const play = make("button", { type: "button", "aria-pressed": "false" }, "▶ play");
  let clock = 0;
  const stop = () => (clearInterval(clock), (clock = 0), play.setAttribute("aria-pressed", "false"));
  const take = () => {
    [input.max, input.value] = [model.get("num_steps"), model.get("step")];
    said.textContent = `${model.get("step")} / ${model.get("num_steps")}`;
  };
  play.addEventListener("click", () => {
    if (clock) return stop();
    if (model.get("step") >= model.get("num_steps")) put(view, "step", 1);
    play.setAttribute("aria-pressed", "true");
    clock = setInterval(() => {
      if (model.get("step") >= model.get("num_steps") || !view.root.isConnected) stop();
      else put(view, "step", model.get("step") + 1);
    }, 700);
  });
  input.addEventListener("input", () => put(view, "step", Number(input.value)));
  view.on(["step", "num_steps"], take);
  take();
  return make("div", { class: "xray-box of-step" }, play, make("label", {}, make("span", {}, "step"), input), said);
}
