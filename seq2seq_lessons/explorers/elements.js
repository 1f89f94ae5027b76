/** What every script of a page shares. Text is always set as text. */

const SVG = "http://www.w3.org/2000/svg", OF_SVG = ["svg", "g", "path", "circle", "text"];
// JupyterLab's and Notebook's own keys (m, d d, arrows) must not act while the focus is here. Their selectors match
// the focused element itself: no element above it can hold them off.
const NO_SHORTCUTS = { "data-lm-suppress-shortcuts": "true" };

const isThere = (each) => each !== null && each !== undefined && each !== false;

function furnish(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (isThere(value)) element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

/** An element with attributes (functions are listeners) and children; what is null, undefined or false is left out. */
export function make(/** @type {string} */ tag, attributes = {}, ...children) {
  const element = OF_SVG.includes(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  element.append(...children.filter(isThere));
  return furnish(element, { ...NO_SHORTCUTS, type: tag === "button" && "button", ...attributes });
}

/**
 * What ipywidgets leaves out: names for a slider's handle and Play's buttons, and which button of a group is pressed.
 * @param {HTMLElement} explorer the widget around a picture and its controls
 */
export function nameControls(explorer) {
  const tell = (selector, attributesOf) =>
    explorer.querySelectorAll(selector).forEach((element) => furnish(element, attributesOf(element)));
  const labelOf = (element) => element.closest(".jupyter-widgets").querySelector("label").textContent;
  const named = (name) => () => ({ "aria-label": name, title: name });
  tell("button, input, [tabindex]", () => NO_SHORTCUTS);
  tell(".widget-slider .noUi-handle", (handle) => ({ "aria-label": labelOf(handle) }));
  tell(".widget-play button:nth-of-type(1)", named("play or pause"));
  tell(".widget-play button:nth-of-type(2)", named("stop and go back to the first step"));
  tell(".widget-toggle-buttons", (group) => ({ role: "group", "aria-label": labelOf(group) }));
  tell(".widget-toggle-button", (button) => ({ "aria-pressed": `${button.classList.contains("mod-active")}` }));
}

/** A model's traits: to get, to put (in the kernel too, if there is one), to follow until the end. */
export function traitsOf(model) {
  const ends = [];
  const on = (/** @type {string[]} */ names, react) => names.forEach((name) => {
    model.on(`change:${name}`, react);
    ends.push(() => model.off(`change:${name}`, react));
  });
  return {
    get: (name) => model.get(name),
    put(name, value) {
      model.set(name, value);
      model.save_changes();
    },
    on,
    follow(names, react) {
      on(names, react);
      react();
    },
    end: () => ends.forEach((end) => end()),
  };
}

/**
 * A model as anywidget has it, from a plain object: for a page without Jupyter.
 * @param {Record<string, any>} values its traits
 */
export function modelOf(values) {
  const state = { ...values }, events = new EventTarget();
  return {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      events.dispatchEvent(new Event(`change:${name}`));
    },
    save_changes() {},
    on: events.addEventListener.bind(events),
    off: events.removeEventListener.bind(events),
  };
}
