"""The list of models: counts as the records have them, and a state that the address holds."""

import random
import re
from collections import Counter
from urllib.parse import urlencode

from audit.publish.site.facet_values import list_site_facets
from audit.publish.views.facets import OR_BETTER, sort_models
from audit.publish.views.query_words import parse_query

RANDOM_SETS = 50
QUERIES = ("", "", "", "7B", "qwen", "apache", "<3B", "2024", "text commercial", "llama 70B", "ai")
HOSTILE = (
    "?sort=nope&label=__proto__,constructor&size=6-9b",
    "?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&maker=%22%3E%3Cscript%3E",
    "?q=" + "a" * 5000,
    "?since=2026-99-99&better=yes&year=%00",
    "?label=%E2%80%AEopen-source&commercial=allowed,allowed,,%FF",
)
FIND_ALL = """states => {
  const models = OMR.readModels(OMR_DATA);
  return states.map((search) => {
    const found = OMR.find(models, OMR.readState(search, models));
    const counts = {};
    for (const facet of models.facets) counts[facet.id] = Object.fromEntries(found.counts[facet.id]);
    return { ids: found.rows.map((row) => row.id), counts };
  });
}"""


def draw_state(lot, rows):
    """A query, some ticked values that occur, and perhaps `or better` and a day."""
    ticked = {}
    for facet in lot.sample(list(list_site_facets()), lot.choice((0, 1, 1, 2, 3))):
        known = sorted({value for row in rows for value in facet.list_values(row)})
        ticked[facet.id] = set(lot.sample(known, min(len(known), lot.randint(1, 3))))
    sort = lot.choice(("name", "-name", "size", "-size", "date", "-date", "changed", "-changed"))
    return {
        "q": lot.choice(QUERIES),
        "ticked": ticked,
        "better": lot.random() < 0.3,
        "since": lot.choice(("", "", "2025-01-01")),
        "sort": sort,
    }


def write_search(state):
    asked = {id: ",".join(sorted(values)) for id, values in state["ticked"].items()}
    asked |= {"q": state["q"], "since": state["since"], "sort": state["sort"]}
    asked["better"] = "1" if state["better"] else ""
    return f"?{urlencode(asked)}"


def answer_state(state, rows):
    """The same by the facets of the records, written out once more."""
    base = parse_query(state["q"])
    kept = [row for row in rows if base.admits(row)]
    kept = [row for row in kept if row.changed >= state["since"]]
    facets = {facet.id: facet for facet in list_site_facets()}
    wanted = {id: set(values) for id, values in state["ticked"].items()}
    if state["better"] and "label" in wanted:
        for label in list(wanted["label"]):
            wanted["label"] |= set(OR_BETTER.get(label, ()))

    def fits(row, without=""):
        return all(
            id == without or values & set(facets[id].list_values(row))
            for id, values in wanted.items()
        )

    counts = {
        id: Counter(v for row in kept if fits(row, id) for v in facet.list_values(row))
        for id, facet in facets.items()
    }
    found = sort_models([row for row in kept if fits(row)], state["sort"])
    return [row.id for row in found], {id: dict(each) for id, each in counts.items()}


def test_facet_counts_are_those_of_the_records(open_page, served, data):
    """For 50 sets drawn at random: the models, their order, and what each value would give."""
    lot = random.Random(17)
    states = [draw_state(lot, data.rows) for _ in range(RANDOM_SETS)]
    page = open_page(f"{served}index.html")
    answers = page.evaluate(FIND_ALL, [write_search(state) for state in states])
    for state, found in zip(states, answers, strict=True):
        ids, counts = answer_state(state, data.rows)
        assert found["ids"] == ids, state
        assert found["counts"] == counts, state
    assert sum(bool(found["ids"]) for found in answers) > RANDOM_SETS / 3


def test_the_page_shows_the_counts(open_page, served):
    """What stands beside a box is the number of models after a tick."""
    page = open_page(f"{served}index.html?q=qwen")
    for value in ("open-weight", "undetermined"):
        box = page.locator(f"#list-label input[data-value='{value}']")
        shown = int(box.locator("xpath=..").locator(".count").inner_text().replace(",", ""))
        box.check()
        assert page.locator("#status").inner_text().startswith(f"{shown:,} of ")
        box.uncheck()
    assert "q=qwen" in page.url


def test_every_facet_shows_the_count_of_every_value(open_page, served, data):
    """All values of all facets, opened: beside each the number that the records give, and no other."""
    state = {"q": "qwen", "ticked": {"label": {"open-weight"}}, "better": False, "since": ""}
    page = open_page(f"{served}index.html{write_search({**state, 'sort': 'name'})}")
    page.evaluate(
        "for (const each of document.querySelectorAll('#facets details')) each.open = true"
    )
    _, counts = answer_state({**state, "sort": "name"}, data.rows)
    for facet in list_site_facets():
        opener = page.locator(f"[id='list-{facet.id}'] button")
        if opener.count():
            opener.click()
        shown = page.locator(f"[id='list-{facet.id}'] li").evaluate_all(
            "items => items.map((item) => [item.querySelector('input').dataset.value,"
            " Number(item.querySelector('.count').textContent.replaceAll(',', ''))])"
        )
        assert len(shown) == len(dict(shown)), facet.id
        assert {value: count for value, count in shown if count} == counts[facet.id], facet.id
        known = {value for row in data.rows for value in facet.list_values(row)}
        assert set(dict(shown)) == known, facet.id


def test_models_without_a_size_are_counted_beside_the_rest(open_page, served, data):
    """A filter by size says how many fit but for a size that nobody recorded."""
    page = open_page(f"{served}index.html?q=qwen&size=6-9b")
    unsized = [row for row in data.rows if not row.likely_parameters]
    unsized = [row for row in unsized if parse_query("qwen").admits(row)]
    words = f"{len(unsized):,} more fit but have no size on record"
    assert words in page.locator("#status").inner_text()
    asked = open_page(f"{served}index.html?q=qwen+7B")
    assert words in asked.locator("#status").inner_text()
    without = open_page(f"{served}index.html?q=qwen")
    assert "no size" not in without.locator("#status").inner_text()


def read_state(page):
    """What a person sees of the state."""
    ticked = page.locator("#facets input:checked").evaluate_all(
        "boxes => boxes.map((box) => `${box.name || box.id}=${box.dataset.value || ''}`)"
    )
    rows = page.locator("#rows th a").all_inner_texts()
    words, sort = page.locator("#q").input_value(), page.locator("#sort").input_value()
    return sorted(ticked), words, sort, page.locator("#status").inner_text(), rows


def test_a_state_survives_its_address(open_page, served):
    """State to address to a fresh page to the same state."""
    page = open_page(f"{served}index.html")
    page.locator("#q").fill("instruct 2024")
    page.locator("#list-label input[data-value='open-weight']").check()
    page.locator("#better").check()
    page.locator("#list-commercial input[data-value='allowed-with-obligations']").check()
    page.locator("#sort").select_option("-size")
    again = open_page(page.url)
    assert read_state(again) == read_state(page)
    assert read_state(again)[0] == [
        "better=",
        "commercial=allowed-with-obligations",
        "label=open-weight",
    ]


def test_back_and_forward_step_over_facets_and_not_over_letters(open_page, served):
    """A tick is a step of the history; a letter typed is none."""
    page = open_page(f"{served}index.html")
    first = read_state(page)
    page.locator("#q").press_sequentially("qwen")
    typed = read_state(page)
    page.locator("#list-label input[data-value='open-weight']").check()
    ticked = read_state(page)
    page.go_back()
    assert read_state(page) == typed != first
    page.go_forward()
    assert read_state(page) == ticked
    page.locator("#clear").click()
    assert read_state(page) == first


def test_addresses_from_outside_are_read_against_lists(open_page, served):
    """Nothing of it becomes markup, an error, or a value that the records lack."""
    for search in HOSTILE:
        page = open_page(f"{served}index.html{search}")
        assert page.locator("#facets").count() == 1
        assert page.locator("main img, main script").count() == 0
        ticked = read_state(page)[0]
        assert set(ticked) <= {"size=6-9b", "commercial=allowed"}
        assert " of " in page.locator("#status").inner_text()
    page = open_page(f"{served}compare.html?m=%3Cimg%20src=x%3E,family:none,a/b,,{'x' * 3000}")
    assert page.locator("main img").count() == 0
    assert "not recorded here" in page.locator("#status").inner_text()
    page = open_page(f"{served}changes/index.html?maker=%3Cb%3E&kind=constructor&month=1")
    assert page.locator("#events > li:visible").count() == page.locator("#events > li").count()


def test_a_stale_comparison_keeps_what_is_there(open_page, served, data):
    """Five ids, one of them gone: the first four that are recorded, and a word about the other."""
    ids = [row.id for row in data.rows[:5]]
    page = open_page(f"{served}compare.html?m={','.join([ids[0], 'gone/model', *ids[1:]])}")
    assert page.locator("#table thead th a").all_inner_texts() == ids[:4]
    assert "gone/model" in page.locator("#status").inner_text()


def test_what_is_filtered_can_be_taken_as_csv(open_page, served, data):
    """One line for each model that is kept, no matter how many are shown."""
    page = open_page(f"{served}index.html?label=open-weight")
    with page.expect_download() as waiting:
        page.locator("#csv").click()
    lines = waiting.value.path().read_text().splitlines()
    ids = {re.split(",", line)[0] for line in lines[1:]}
    assert ids == {row.id for row in data.rows if row.label == "open-weight"}


def test_models_picked_lead_to_the_comparison(open_page, served):
    """Up to four; then the other boxes are closed."""
    page = open_page(f"{served}index.html?q=olmo")
    boxes = page.locator("#rows .pick input")
    for place in range(4):
        boxes.nth(place).check()
    assert boxes.nth(4).is_disabled()
    picked = page.locator("#rows tr:has(.pick input:checked) th a").all_inner_texts()
    page.locator("#compare").click()
    page.locator("#table thead th a").first.wait_for()
    assert page.locator("#table thead th a").all_inner_texts() == picked
