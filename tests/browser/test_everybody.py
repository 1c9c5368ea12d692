"""For everybody: by keyboard, on small screens, in the dark, without scripts, from a disk."""

import gzip
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from audit.publish.site.data_file import DATA_PATH, ROWS_PER_PAGE

MODEL = "models/meta-llama/Llama-3.3-70B-Instruct.html"
PAGES = (
    "index.html?q=7B+text+commercial",
    MODEL,
    "makers/index.html",
    "makers/allenai.html",
    "families/qwen3.html",
    "labels/closed.html",
    "licenses/index.html",
    "licenses/Apache-2.0.html",
    "datasets/index.html",
    "datasets/EleutherAI/pile.html",
    "changes/index.html",
    "charts.html",
    "definitions/osaid-1.0.html",
    "compare.html?m=family:qwen3,family:olmo-3",
    "data.html",
    "404.html",
)
"""One of each kind."""
MAX_FIRST_PAGE_BYTES, MAX_NODES = 60_000, 8_000
MAX_PROBE_ROWS = 40
"""Rows of a long table that axe looks at: all rows are alike."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_accessibility_violations(open_page, served, width, scheme):
    """axe, WCAG 2.2 A and AA and best practice, on one page of each kind."""
    found = {}
    for path in PAGES:
        page = open_page(f"{served}{path}", width=width, scheme=scheme)
        page.evaluate(
            f"for (const row of document.querySelectorAll('tbody tr:nth-child(n+{MAX_PROBE_ROWS})'))"
            " row.remove()"
        )
        if "index.html?q" in path:
            page.evaluate("document.getElementById('filters').open = true")
            page.locator("#rows .pick input").first.check()
        for fault in Axe().run(page).response["violations"]:
            nodes = [node["html"][:120] for node in fault["nodes"][:2]]
            found[f"{path} {fault['id']}"] = nodes
    assert found == {}


def test_a_violation_would_be_seen(open_page, served):
    """The check above can fail."""
    page = open_page(f"{served}404.html")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert "image-alt" in [fault["id"] for fault in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (640, 2), (390, 1), (1280, 1)])
def test_no_page_scrolls_sideways(open_page, served, width, zoom):
    """At 320 pixels, and at 200 %: whatever is wide scrolls in a region of its own."""
    wide = []
    for path in PAGES:
        page = open_page(f"{served}{path}", width=width // zoom, device_scale_factor=zoom)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path)
    assert wide == []


def test_links_and_boxes_are_large_enough(open_page, served):
    """24 pixels on a phone, for what is not within a sentence."""
    page = open_page(f"{served}index.html", width=390)
    page.locator("#filters > summary").click()
    small = page.evaluate(
        """() => [...document.querySelectorAll('nav a, #rows th a, .pick label, #facets label, button')]
          .map((element) => [element.textContent, element.getBoundingClientRect()])
          .filter(([, box]) => box.height && box.height < 24).map(([text]) => text)"""
    )
    assert small == []


def test_everything_by_keyboard(open_page, served):
    """Skip link, a facet, the order of a column: the focus stays where it was."""
    page = open_page(f"{served}index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert urlsplit(page.url).fragment == "main"
    page.locator("#list-label input").first.focus()
    page.keyboard.press("Space")
    focused = "document.activeElement.dataset.value"
    assert page.evaluate(focused) == "open-source"
    assert "label=open-source" in page.url
    button = page.locator("[data-sort=size]")
    button.focus()
    page.keyboard.press("Enter")
    assert page.locator("th:has([data-sort=size])").get_attribute("aria-sort") == "descending"
    page.keyboard.press("Enter")
    assert page.locator("th:has([data-sort=size])").get_attribute("aria-sort") == "ascending"
    assert page.evaluate("document.activeElement.dataset.sort") == "size"
    assert page.locator("#status").get_attribute("aria-live") == "polite"


def test_without_scripts(open_page, served):
    """Rows, ways on, and no control that does nothing."""
    page = open_page(f"{served}index.html", java_script_enabled=False)
    assert page.locator("#rows tr").count() == ROWS_PER_PAGE
    assert page.locator("#search, #filters, #csv, .pick").locator("visible=true").count() == 0
    page.locator(".still-only a").first.click()
    page.locator("tbody th a").first.click()
    page.locator("tbody th a").first.click()
    assert page.locator("#answer").is_visible()


def test_from_a_disk(open_page, site):
    """Open, filter, sort, reload, compare, a model and back: no server, no complaint."""
    page = open_page(f"file://{site}/index.html")
    page.locator("#q").fill("olmo")
    page.locator("#list-label input[data-value='open-source']").check()
    page.locator("#sort").select_option("-size")
    before = page.locator("#rows th a").all_inner_texts()
    page.reload()
    assert page.locator("#rows th a").all_inner_texts() == before != []
    page.locator("#rows .pick input").first.check()
    page.locator("#compare").click()
    page.locator("#table tbody tr").first.wait_for()
    assert page.locator("#table tbody tr").count() > 20
    page.go_back()
    page.locator("#rows th a").first.click()
    page.wait_for_url("**/models/**")
    assert page.locator("h1").inner_text() == before[0]
    page.locator("nav a", has_text="Changes").click()
    page.wait_for_url("**/changes/**")
    page.locator("#direction").select_option("more-closed")
    assert page.locator("#events > li:visible").count() > 0


def test_the_first_page_is_light(open_page, served, site):
    """Compressed bytes of all that it loads, and nodes once it stands."""
    loaded = []
    page = open_page(f"{served}index.html")
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map((each) => new URL(each.name).pathname)"
    )
    names = ["index.html", *(path.split("/", 2)[2] for path in loaded)]
    assert DATA_PATH in names
    size = sum(len(gzip.compress((site / name).read_bytes(), 6)) for name in names)
    assert size <= MAX_FIRST_PAGE_BYTES
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    metrics = {
        each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]
    }
    assert metrics["Nodes"] <= MAX_NODES
