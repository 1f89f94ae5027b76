// Brings the page's explorers to life, each when it comes into view. A <div class="explorer"> holds a picture, which is
// all that a page without scripts has, and names a file with the rest. No kernel, nothing of Jupyter's.

import { make, modelOf, traitsOf } from "./elements.js";

const DATA = new URL("../data/", import.meta.url), NEAR = "400px";
const ARRIVING = "computed in this page with 6 bits of each weight; the other 10 are on their way";

const fileOf = (name) => new URL(name, DATA).href;

async function fetched(name) {
  const response = await fetch(fileOf(name));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}

const json = async (name) => (await fetched(name)).json();

function withStyle(name) {
  const href = new URL(name, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  return new Promise((done) => {
    document.head.append(make("link", { rel: "stylesheet", href, load: done, error: done }));
  });
}

// Stepped explorers

async function showFrames(place, file) {
  const [about, { default: frames }, { choice, slider, steps }] = await Promise.all([
    json(file), import("./frames.js"), import("./inputs.js"), withStyle("frames.css"),
  ]);
  const model = modelOf({ ...about, pictures: about.pictures.map(fileOf) }), traits = traitsOf(model);
  const controls = about.live ? [] : about.controls.map(({ label, options, plays }, i) => {
    const [min, count] = about.shape[i], ends = () => ({ min, max: min + count - 1 });
    if (options) return choice(traits, `at${i}`, label, [...options.entries()]);
    return (plays ? steps : slider)(traits, `at${i}`, label, { ends });
  });
  const note = about.live ? " Python draws each move of this one: run its cell in Jupyter to move it." : "";
  const picture = make("div", {}), box = make("div", { class: "s2s-explorer" },
    make("div", { class: "s2s-title" }, make("b", {}, about.title), note),
    make("div", { class: "s2s-controls" }, ...controls), picture);
  // whoever reaches for it will move it: the other pictures come before they are asked for
  const ahead = () => about.pictures.forEach((name) => (new Image().src = fileOf(name)));
  for (const reach of ["pointerenter", "focusin"]) box.addEventListener(reach, ahead, { once: true });
  frames.render({ model, el: picture });
  place.replaceChildren(box);
}

// X-rays

/** A file's bytes; `tell` hears which part of them is here. */
async function bytes(name, tell = () => {}) {
  const { body, headers } = await fetched(name), all = Number(headers.get("content-length")) || Infinity, parts = [];
  const reader = body.getReader();
  for (let here = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
    parts.push(value);
    tell((here += value.length) / all);
  }
}

/** The weights: of each its highest six bits, rows' scales behind them, and the other ten, halfway until they come. */
function joined(coarse, count, fine) {
  const size = Math.ceil(count / 4), scales = coarse.subarray(3 * size);
  const whole = new Uint8Array(2 * count + scales.length), numbers = new Int16Array(whole.buffer, 0, count);
  if (!fine) numbers.fill(512);
  for (let pair = 0; pair < (fine ? 8 : 3); pair++) {
    const part = pair < 3 ? coarse : fine, up = 14 - 2 * pair;
    for (let i = 0, at = (pair < 3 ? pair : pair - 3) * size; i < count; i += 4) {
      const four = part[at++]; // what is written behind the end is lost
      numbers[i] |= (four >> 6) << up;
      numbers[i + 1] |= ((four >> 4) & 3) << up;
      numbers[i + 2] |= ((four >> 2) & 3) << up;
      numbers[i + 3] |= (four & 3) << up;
    }
  }
  whole.set(scales, 2 * count);
  return whole;
}

/** The page's theme, for a style sheet that knows no "auto". */
function themed(place) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const take = () => {
    const { theme } = document.body.dataset;
    place.dataset.theme = theme === "dark" || (theme !== "light" && dark.matches) ? "dark" : "light";
  };
  dark.addEventListener("change", take);
  new MutationObserver(take).observe(document.body, { attributeFilter: ["data-theme"] });
  take();
}

/** Buttons with `data-sentence` type it. */
function offer(model) {
  for (const button of document.querySelectorAll("button[data-sentence]")) {
    button.disabled = false;
    button.addEventListener("click", () => model.set("sentence", button.dataset.sentence));
  }
}

/** Resolves when the X-ray stands there: what it computes at first is not to be computed twice at once. */
async function answered(place) {
  while (!place.querySelector(".xray-root[aria-busy=false]")) await new Promise((go) => setTimeout(go, 50));
}

async function showXray(place, file) {
  const [first, rest] = place.dataset.weights.split(" ");
  const bar = make("progress", { max: 1, "aria-label": "the model arrives" });
  place.append(bar);
  const [about, coarse, { mount }] = await Promise.all([
    json(file), bytes(first, (share) => (bar.value = share)), import("./xray.js"), withStyle("xray.css"),
  ]);
  const traced = Uint8Array.from(atob(about.traced), (letter) => letter.charCodeAt(0));
  const weights = rest ? joined(coarse, about.numbers) : coarse, arriving = rest ? ARRIVING : "";
  const model = modelOf({ ...about, traced, weights, arriving });
  themed(place);
  place.replaceChildren();
  mount(place, model, { ownStep: true });
  offer(model);
  if (!rest) return;
  const [fine] = await Promise.all([bytes(rest), answered(place)]);
  model.set("arriving", "");
  model.set("weights", joined(coarse, about.numbers, fine));
}

async function show(place) {
  const { kind, file } = place.dataset;
  await new Promise((go) => requestAnimationFrame(() => setTimeout(go))); // the page's words first
  try {
    await (kind === "xray" ? showXray : showFrames)(place, file);
  } catch (error) {
    place.querySelector("progress")?.remove();
    const words = "The rest of this picture did not arrive: load the page again to move it.";
    place.append(make("p", { role: "status" }, words));
    throw error;
  }
}

const watch = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watch.unobserve(target);
    show(target);
  }
}, { rootMargin: NEAR });
document.querySelectorAll(".explorer").forEach((place) => watch.observe(place));
