/** What every script of a page shares. Text is always set as text. */

const SVG = "http://www.w3.org/2000/svg";
// JupyterLab's and Notebook's own keys (m, d d, arrows) must not act while the focus is here. Their selectors match
// the focused element itself: no element above it can hold them off.
const NO_SHORTCUTS = "data-lm-suppress-shortcuts";

/** An element with attributes (functions are listeners) and children; null and false ones are left out. */
export function make(/** @type {string} */ tag, attributes = {}, ...children) {
  const takesFocus = tag === "button" || tag === "input" || "tabindex" in attributes;
  return furnish(document.createElement(tag), { [NO_SHORTCUTS]: takesFocus && "true", ...attributes }, children);
}

/** The same for SVG. */
export function draw(/** @type {string} */ tag, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), attributes, children);
}

const isThere = (each) => each !== null && each !== false;

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (isThere(value)) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(isThere));
  return element;
}

/**
 * What ipywidgets leaves out: names for a slider's handle and Play's buttons, and which button of a group is pressed.
 * @param {HTMLElement} explorer the widget around a picture and its controls
 */
export function nameControls(explorer) {
  for (const element of explorer.querySelectorAll("button, input, [tabindex]"))
    element.setAttribute(NO_SHORTCUTS, "true");
  for (const slider of explorer.querySelectorAll(".widget-slider"))
    slider.querySelector(".noUi-handle")?.setAttribute("aria-label", slider.querySelector("label").textContent);
  for (const play of explorer.querySelectorAll(".widget-play"))
    ["play or pause", "stop and go back to the first step"].forEach((name, number) => {
      const button = play.querySelectorAll("button")[number];
      button?.setAttribute("aria-label", name);
      button?.setAttribute("title", name);
    });
  for (const group of explorer.querySelectorAll(".widget-toggle-buttons")) {
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", group.querySelector("label").textContent);
    for (const button of group.querySelectorAll("button"))
      button.setAttribute("aria-pressed", button.classList.contains("mod-active"));
  }
}

/**
 * A model as anywidget has it, from a plain object: for a page without Jupyter.
 * @param {Record<string, any>} values its traits
 */
export function modelOf(values) {
  const state = { ...values }, events = new EventTarget();
  return {
    get: (name) => state[name],
    set: (name, value) => {
      if (state[name] === value) return;
      state[name] = value;
      events.dispatchEvent(new Event(`change:${name}`));
    },
    save_changes: () => {},
    on: (event, listen) => events.addEventListener(event, listen),
    off: (event, listen) => events.removeEventListener(event, listen),
  };
}
