"""The X-ray on a plain page, without Jupyter: its modules as a site serves them, answered from memory."""

import base64
import json
from importlib.resources import files
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, Route

ADDRESS = "http://xray.test/"
MODULES = files("seq2seq_lessons.explorers")
HTML = """<!doctype html>
<html lang="en" data-theme="THEME"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>X-ray</title><link rel="stylesheet" href="xray.css"><body style="margin: 0"><main><h1>X-ray</h1></main>
<script type="module">
import * as gru from "./gru.js";
import { modelOf } from "./elements.js";
import { mount } from "./xray.js";
const state = await (await fetch("state.json")).json();
for (const name of ["weights", "traced"]) state[name] = new DataView(await (await fetch(name)).arrayBuffer());
const network = gru.unpack(state.weights, state.precision, state.sizes);
Object.assign(window, { gru, network, state });
window.model = modelOf(state);
window.show = () => (window.unmount = mount(document.querySelector("main"), window.model, { ownStep: true }));
// ids fed and said, and every state as the bytes of its numbers, of each task
window.compute = (tasks) => tasks.map((task) => {
  const steps = [...gru.run(network, { ...task, forced: new Map(task.forced ?? []) })];
  const bytes = (lists) => {
    const numbers = lists.flat().map((part) => new Uint8Array(part.slice().buffer));
    return btoa(numbers.map((part) => String.fromCharCode(...part)).join(""));
  };
  const writes = steps.filter((step) => step.writes);
  return {
    fed: steps.map((step) => step.fed), said: writes.map((step) => step.said), reads: steps.length - writes.length,
    states: bytes(steps.map((step) => step.layers.map((layer) => layer.after))),
    logits: bytes(writes.map((step) => [step.logits])),
  };
});
window.ready = true;
</script>"""


def open_page(browser: Browser, state: dict[str, Any], *, theme: str = "light", width=1280, height=860) -> Page:
    """A page that holds what `page_state` returned, and has drawn nothing yet."""
    binary = {name: state[name] for name in ("weights", "traced")}
    rest = json.dumps({name: value for name, value in state.items() if name not in binary})

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS)
        if name == "":
            route.fulfill(body=HTML.replace("THEME", theme), content_type="text/html")
        elif name == "state.json":
            route.fulfill(body=rest, content_type="application/json")
        elif name in binary:
            route.fulfill(body=binary[name], content_type="application/octet-stream")
        elif MODULES.joinpath(name).is_file():
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            route.fulfill(body=MODULES.joinpath(name).read_text("utf-8"), content_type=kind)
        else:
            route.fulfill(status=404)

    page = browser.new_page(viewport={"width": width, "height": height})
    page.route(f"{ADDRESS}**", answer)
    page.goto(ADDRESS)
    page.wait_for_function("window.ready")
    return page


def show(page: Page) -> None:
    """Draw the X-ray, and wait until it is there and has checked its law."""
    page.evaluate("void show()")  # a function that it returned would be called
    page.wait_for_function("document.querySelector('.xray-law').textContent")
    page.wait_for_selector(".xray-root[aria-busy=false]")


def numbers(encoded: str, *shape: int) -> np.ndarray:
    """The numbers of `compute`'s bytes."""
    return np.frombuffer(base64.b64decode(encoded), np.float32).reshape(shape)
