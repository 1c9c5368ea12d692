"""Colors that the reader forces, and paper: nothing that a page says is lost."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_everybody import MODEL, PAGES

PAPER = 794
"""Width of A4 in CSS pixels."""
FIND_CUT = """() => [...document.querySelectorAll("main *")].filter((element) => {
  const style = getComputedStyle(element);
  const hides = [style.overflowX, style.overflowY].some((each) => each === "auto" || each === "scroll");
  return hides && (element.scrollHeight > element.clientHeight + 1);
}).map((element) => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colors_lose_nothing(open_page, served, scheme):
    """axe finds nothing; what is a color elsewhere is a word or a border there."""
    for path in PAGES:
        page = open_page(f"{served}{path}", scheme=scheme, forced_colors="active")
        page.evaluate(
            "for (const row of document.querySelectorAll('tbody tr:nth-child(n+12)')) row.remove()"
        )
        assert [fault["id"] for fault in Axe().run(page).response["violations"]] == [], path


def test_forced_colors_keep_focus_boxes_and_pictures(open_page, served):
    """A focus is a line, a button has a border, a part of a picture an edge, and marks their shape."""
    page = open_page(f"{served}index.html", forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    page.locator("#q").focus()
    page.keyboard.press("Tab")
    read = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(read) == "solid"
    style = "getComputedStyle(document.getElementById('csv')).borderTopStyle"
    assert page.evaluate(style) == "solid"
    mark = page.evaluate(
        "getComputedStyle(document.querySelector('#rows .label'), '::before').backgroundColor"
    )
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert mark != paper
    page = open_page(f"{served}charts.html", forced_colors="active")
    fills = page.evaluate(
        "[...document.querySelectorAll('svg rect')].map((each) => getComputedStyle(each).fill)"
    )
    assert len(set(fills)) > 4
    marks = page.evaluate(
        "[...document.querySelectorAll('.legend li')]"
        ".map((each) => getComputedStyle(each, '::before').backgroundColor)"
    )
    assert set(fills) <= set(marks)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") not in fills


def test_paper_shows_the_content_and_no_controls(open_page, served):
    """Lists, facts and tables whole; no navigation, no filter, nothing cut off at a scroll bar."""
    for path in PAGES:
        page = open_page(f"{served}{path}", width=PAPER)
        page.emulate_media(media="print")
        hidden = page.locator("nav, #filters, #search, form.bar, .skip").locator("visible=true")
        assert hidden.count() == 0, path
        assert page.locator("h1").is_visible(), path
        assert page.evaluate(FIND_CUT) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PAPER, path


def test_a_printed_model_page_holds_its_facts(open_page, served):
    """Label, answers, facts and sources are on the paper."""
    page = open_page(f"{served}{MODEL}", width=PAPER)
    page.emulate_media(media="print")
    for part in ("#answer", "#ship", "#missing", "#facts", "#history", "#sources", ".sources li"):
        assert page.locator(part).first.is_visible(), part
    assert page.locator("tr[id^=fact-]").first.is_visible()
    assert len(page.pdf()) > 20_000
