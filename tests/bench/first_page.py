"""`python -m tests.bench.first_page SITE`: how fast the first page of a built site stands and filters, in Chromium.

Time of the main thread's processor, so that other work on the machine does not count.
"""

import argparse
import functools
import shutil
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.measured import Measurement

READY_MS, FILTER_MS = 500, 200
WORDS = ("q", "qw", "qwe", "qwen", "7B text", "7B text commercial", "")
TICK = """place => {
  const boxes = document.querySelectorAll("#facets input[type=checkbox]");
  boxes[place % boxes.length].click();
  return document.body.offsetHeight;
}"""
TYPE = """words => {
  const field = document.getElementById("q");
  field.value = words;
  field.dispatchEvent(new Event("input"));
  return document.body.offsetHeight;
}"""
"""Both ask for the height, so that the layout is part of what they cost."""


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def main() -> int:
    """Measure, print, and fail where a number is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.first_page", description=__doc__)
    parser.add_argument("site", type=Path, metavar="SITE", help="folder of a built site")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser")
    options = parser.parse_args()
    with _serve_site(options.site) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        missed = [row.print_row() for row in measure_first_page(page, address)]
        browser.close()
    return 1 if any(missed) else 0


@contextmanager
def _serve_site(site: Path) -> Iterator[str]:
    handler = functools.partial(_QuietHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


def measure_first_page(page: Page, address: str) -> Iterator[Measurement]:
    """Until it stands, and what each tick and each word costs."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address)
    models = page.evaluate("OMR_DATA.ids.length")
    yield Measurement(f"first page of {models:,} models stands", _read_ms(session), "ms", READY_MS)
    for name, script, values in (("tick", TICK, range(60)), ("word", TYPE, WORDS)):
        costs = [_measure_step(page, session, script, value) for value in values]
        yield Measurement(f"a {name}, median of {len(costs)}", statistics.median(costs), "ms")
        yield Measurement(f"a {name}, most", max(costs), "ms", FILTER_MS)


def _measure_step(page: Page, session: CDPSession, script: str, value: int | str) -> float:
    before = _read_ms(session)
    page.evaluate(script, value)
    return _read_ms(session) - before


def _read_ms(session: CDPSession) -> float:
    """What the tasks of the page have taken so far."""
    found = session.send("Performance.getMetrics")["metrics"]
    metrics = {each["name"]: float(each["value"]) for each in found}
    return metrics["TaskDuration"] * 1000


if __name__ == "__main__":
    sys.exit(main())
