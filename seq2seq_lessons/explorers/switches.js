import { make } from "./elements.js";
import { choice, slider, steps } from "./inputs.js";

/** The switches above the X-ray, those that are shown, in a row. */
export function controls(view, ownStep) {
  const { has, get, follow } = view;
  const group = (name, label, ...options) => choice(view, name, label, options);
  const only = (isAsked, control) => {
    follow(["fed", "pads"], () => (control.hidden = !isAsked()));
    return control;
  };
  const ends = () => ({ min: 1, max: get("num_steps") }), powers = () => ({ min: -1, max: 1, step: 0.05 });
  return make("div", { class: "xray-controls" },
    has("sentence") && textBox(view, "sentence", "sentence"),
    has("step") && ownStep && steps(view, "step", "step", { ends, also: ["num_steps"] }),
    has("context") && group("context", "context",
      ["kept", "kept"], ["drifting", "drifting (the article's)"], ["none", "none"]),
    has("fed") && group("fed", "fed", ["own", "its own words"], ["right", "the right words"]),
    has("fed") && only(() => get("fed") === "right", textBox(view, "reference", "they are")),
    has("padding") && group("pads", "pads", ...[0, 1, 2, 3, 4].map((count) => [count, `${count}`])),
    has("padding") && only(() => get("pads") > 0, group("skip_pads", "they are", [true, "skipped"], [false, "read"])),
    has("shapes") && group("labels", "show", ["words", "words"], ["shapes", "ids and shapes"]),
    has("temperature") && slider(view, "temperature", "temperature",
      { ends: powers, of: Math.log10, to: (power) => 10 ** power, words: (value) => value.toFixed(2) }),
  );
}

/** A text, taken at Enter or when the box is left; in JupyterLab no change comes at Enter. */
function textBox({ get, put, follow }, name, label) {
  const take = () => put(name, input.value), keydown = ({ key }) => key === "Enter" && take();
  const input = make("input", {
    type: "text", class: "xray-text", spellcheck: "false", autocomplete: "off", change: take, keydown,
  });
  follow([name], () => (input.value = get(name)));
  return make("div", { class: "s2s-control" }, make("label", {}, make("span", { class: "s2s-label" }, label), input));
}
