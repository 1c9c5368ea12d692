"""Hostile names in records and hostile values in addresses: no script of theirs runs, and no page breaks."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.publish.site.build import write_site
from audit.publish.site.facet_values import list_site_facets
from tests.conftest import count_examples
from tests.hostile.records import MARK, PAYLOADS, hostile_text, make_hostile_registry
from tests.publish.test_site import make_site_data

ROTATIONS = (0, 5, 11)
"""By which the texts of one site are moved to other fields."""
FACETS = [facet.id for facet in list_site_facets()]
WORDS = ("allowed", "open-weight", "6-9b", "text", "unknown", "Qwen", "2025", "conforms")
SHOW = """() => ({
  broken: window.broken === 1,
  strangers: document.querySelectorAll(
    "main img:not([alt^='Badge']), main script, main iframe, main svg [onload], [onerror]").length,
  links: [...document.querySelectorAll("a[href]")].map((link) => link.protocol)
    .filter((each) => !["https:", "http:", "file:"].includes(each)),
})"""
QUIET = {"broken": False, "strangers": 0, "links": []}
READ_STATE = """search => {
  const models = (window.readModels = window.readModels || OMR.readModels(OMR_DATA));
  const state = OMR.readState(search, models);
  const written = OMR.writeState(state, models);
  const again = OMR.writeState(OMR.readState(written, models), models);
  const values = Object.entries(state.values).map(([facet, found]) => [facet, [...found]]);
  return { written, again, values, count: OMR.find(models, state).rows.length, sort: state.sort };
}"""


@pytest.fixture(scope="module", params=ROTATIONS)
def hostile(request, tmp_path_factory):
    """A site whose every name, note, quote and address is a trick."""
    folder = tmp_path_factory.mktemp("hostile")
    texts = [*PAYLOADS[request.param :], *PAYLOADS[: request.param]]
    write_site(folder / "site", make_site_data(make_hostile_registry(texts), folder))
    return folder / "site"


def test_no_name_runs_on_any_page(open_page, hostile):
    """Every page of such a site, its details open; a refused script would be a complaint, too."""
    page = open_page(f"file://{hostile}/index.html")
    for path in sorted(hostile.rglob("*.html")):
        page.goto(f"file://{path}")
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert page.evaluate(SHOW) == QUIET, path


def test_no_name_runs_while_somebody_works(open_page, hostile):
    """Search, filters, comparison and the list of changes: what scripts show stays text."""
    page = open_page(f"file://{hostile}/index.html")
    assert page.locator("#rows tr").count() == 2
    for box in page.locator("#rows .pick input").all():
        box.check()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.locator("#list-maker input").first.check()
    assert page.evaluate(SHOW) == QUIET
    page.locator("#clear").click()
    page.locator("#compare").click()
    page.locator("#table tbody tr").first.wait_for()
    assert page.locator("#table thead th").count() == 2
    page.locator("#what").fill("family")
    assert page.evaluate(SHOW) == QUIET
    page.goto(f"file://{hostile}/compare.html?m=family:constructor,constructor/toString")
    page.locator("#table tbody tr").first.wait_for()
    assert page.evaluate(SHOW) == QUIET


def test_no_typed_word_runs(open_page, served):
    """Neither in the field nor, reloaded, from the address."""
    page = open_page(f"{served}index.html")
    for payload in PAYLOADS:
        page.locator("#q").fill(payload.splitlines()[0][:200])
        assert page.evaluate(SHOW) == QUIET, payload
        page.goto(f"{served}index.html?q={quote(payload)}&label={quote(payload)}#{quote(payload)}")
        assert page.evaluate(SHOW) == QUIET, payload
        assert " of " in page.locator("#status").inner_text()


def test_any_address_makes_a_state_of_known_values(open_page, served):
    """What is read back is what was written, and every value is one that some model has."""
    page = open_page(f"{served}index.html")
    known = page.evaluate(
        "Object.fromEntries(OMR.readModels(OMR_DATA).facets.map((each) => [each.id, each.words]))"
    )
    sorts = page.evaluate("OMR_DATA.sorts")
    values = st.lists(st.one_of(st.sampled_from(WORDS), hostile_text), max_size=4).map(",".join)
    keys = st.one_of(st.sampled_from([*FACETS, "q", "sort", "since", "better"]), hostile_text)

    @settings(max_examples=count_examples(1.5))
    @given(st.dictionaries(keys, values, max_size=6))
    def check(asked):
        read = page.evaluate(READ_STATE, f"?{urlencode(asked)}")
        assert read["again"] == read["written"]
        assert all(set(found) <= set(known[facet]) for facet, found in read["values"])
        assert read["sort"].removeprefix("-") in sorts
        assert read["count"] <= page.evaluate("OMR_DATA.ids.length")

    check()
    assert page.evaluate("window.broken") is None


def test_any_list_to_compare_is_read_against_the_records(open_page, served, data):
    """At most four columns, each a model or family that is recorded."""
    ids = [data.rows[0].id, "family:qwen3", "family:constructor", "constructor/toString"]
    page = open_page(f"{served}compare.html")

    @settings(max_examples=count_examples(0.15))
    @given(st.lists(st.one_of(st.sampled_from(ids), hostile_text), max_size=8))
    def check(asked):
        page.goto(f"{served}compare.html?m={quote(','.join(asked))}")
        heads = page.locator("#table thead th a").all_inner_texts()
        assert len(heads) <= 4
        assert set(heads) <= {data.rows[0].id, data.registry.families["qwen3"].name}
        assert page.evaluate(SHOW) == QUIET

    check()


def test_a_script_that_runs_would_be_seen(open_page, served):
    """The mark of the tricks is what the checks look for."""
    page = open_page(f"{served}404.html")
    page.evaluate(MARK)
    page.evaluate("document.querySelector('main').append(document.createElement('iframe'))")
    assert page.evaluate(SHOW) == {"broken": True, "strangers": 1, "links": []}
