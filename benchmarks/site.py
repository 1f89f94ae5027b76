"""How soon the built site answers on a slow line, in headless Chromium, every file fetched anew.

    python -m benchmarks.site [--html build/site/html] [--rounds 5] [--megabits 10] [--wait 40]

The line is Chromium's own emulation; texts are packed on their way, as GitHub Pages packs them. Printed are medians
and the slowest: from the navigation's start until the X-ray of the home page has its first sentence translated, until
it has all bits and its law, how many bytes had come by then; and of three pages the largest paint, what jumps, and for
how long together tasks of more than 50 ms block the page.
"""

import argparse
import functools
import gzip
import http.server
import os
import statistics
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser import lab
from tools.notebooks import ROOT

PAGES = ("index.html", "notebooks/02_gru_output_and_state.html", "notebooks/12_hidden_states_and_gates.html")
PACKED = ("text/", "application/json", "application/javascript", "image/svg")
SETTLED_MS = 1000  # after the last byte

# Notes when what is looked for comes, and what Chromium tells of the page.
WATCH = """
const kept = window.kept = { answered: null, exact: null, paint: 0, moved: 0, blocked: 0 };
const tell = (type, add) =>
  new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type, buffered: true });
tell("largest-contentful-paint", (entry) => (kept.paint = entry.startTime));
tell("layout-shift", (entry) => (kept.moved += entry.hadRecentInput ? 0 : entry.value));
tell("longtask", (entry) => (kept.blocked += entry.duration - 50));
const look = () => {
  if (document.querySelector(".xray-root[aria-busy=false] .xray-said")) kept.answered ??= performance.now();
  if (document.querySelector(".xray-law")?.textContent.startsWith("✓")) kept.exact ??= performance.now();
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ["aria-busy"] });
"""


class Packing(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, texts packed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        kind, content = self.guess_type(path), path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if kind.startswith(PACKED):
            content = packed(content)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@functools.cache
def packed(content: bytes) -> bytes:
    return gzip.compress(content)


@contextmanager
def served(html: Path) -> Iterator[str]:
    """The address of a folder's pages."""
    handler = functools.partial(Packing, directory=str(html))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def visit(browser: Browser, address: str, line: dict[str, float], until: Callable[[Page], Any]) -> dict[str, float]:
    """What a visitor who was never here waits for; `until` says when it is over."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, "uploadThroughput": -1, **line})
    page.goto(address)
    until(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    sizes = "performance.getEntries().reduce((sum, { transferSize = 0, responseEnd }) => sum + %s, 0)"
    kept = page.evaluate("kept")
    kept["bytes"] = page.evaluate(sizes % f"(responseEnd <= {kept['answered'] or 1e9} ? transferSize : 0)")
    context.close()
    return kept


def told(measured: list[dict[str, float]], name: str, unit: str, scale: float = 1, digits: int = 2) -> str:
    """Median and largest of one number."""
    values = [each[name] / scale for each in measured]
    return f"{statistics.median(values):.{digits}f}{unit} (at most {max(values):.{digits}f})"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description=__doc__.splitlines()[0])
    parser.add_argument("--html", type=Path, default=ROOT / "build" / "site" / "html")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabits", type=float, default=10, help="a second, to the page (default 10)")
    parser.add_argument("--wait", type=float, default=40, help="of each request, in ms (default 40)")
    args = parser.parse_args(arguments)
    line = {"latency": args.wait, "downloadThroughput": args.megabits * 1e6 / 8}

    def law(page: Page) -> None:
        page.wait_for_function("kept.exact", timeout=120_000)

    with served(args.html) as address, lab.chromium() as browser:
        for path in filter(lambda path: (args.html / path).exists(), PAGES):
            is_home = path == "index.html"
            until = law if is_home else lambda page: None
            measured = [visit(browser, f"{address}/{path}", line, until) for _ in range(args.rounds)]
            print(f"{path}; load of the machine {os.getloadavg()[0]:.1f}")
            if is_home:
                print(
                    f"  translated after {told(measured, 'answered', ' s', 1000)}, all bits and the law after "
                    f"{told(measured, 'exact', ' s', 1000)}; {told(measured, 'bytes', ' MB', 1e6)} had come"
                )
            paint, moved = told(measured, "paint", " s", 1000), told(measured, "moved", "", digits=3)
            blocked = told(measured, "blocked", " ms", digits=0)
            print(f"  largest paint after {paint}, moved {moved}, blocked {blocked}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
