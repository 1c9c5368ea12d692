"""The three questions that the site is for, end to end, against the records."""

from audit.publish.site.changes import list_site_events
from audit.publish.views.facets import filter_models
from audit.publish.views.query_words import parse_query


def list_shown_ids(page):
    """Every row of the list, all pages of it."""
    while page.locator("#more").is_visible():
        page.locator("#more").click()
    return page.locator("#rows th a").all_inner_texts()


def test_which_7b_text_models_may_i_use_commercially(open_page, served, data):
    """Typed as a person would: the same models as `search 7B text commercial`."""
    page = open_page(f"{served}index.html")
    page.locator("#q").fill("7B text commercial")
    expected = {row.id for row in filter_models(data.rows, parse_query("7B text commercial"))}
    assert len(expected) > 50
    found = list_shown_ids(page)
    assert set(found) == expected
    assert len(found) == len(expected)
    assert page.locator("#status").inner_text().startswith(f"{len(expected):,} of ")


def test_the_same_by_ticking(open_page, served, data):
    """Size, modality and commercial use as facets: what a reader who types nothing gets."""
    page = open_page(f"{served}index.html")
    page.locator("#facet-modality summary").click()
    for facet, value in (("size", "6-9b"), ("modality", "text"), ("commercial", "allowed")):
        page.locator(f"#list-{facet} input[data-value='{value}']").check()
    expected = {
        row.id
        for row in data.rows
        if 6e9 <= (row.likely_parameters or 0) < 9e9
        and "text" in row.modalities
        and row.commercial == "allowed"
    }
    assert set(list_shown_ids(page)) == expected != set()


def test_compare_families(open_page, served, data):
    """Llama 3.3 with Qwen3 and OLMo 3: each with its licenses and sizes, and differences marked."""
    page = open_page(f"{served}compare.html?m=family:llama-3.3,family:qwen3,family:olmo-3")
    heads = page.locator("#table thead th a").all_inner_texts()
    assert heads == [data.registry.families[id].name for id in ("llama-3.3", "qwen3", "olmo-3")]
    lines = {}
    for row in page.locator("#table tbody tr").all():
        name = row.locator("th").inner_text().removesuffix(" differs")
        lines[name] = row.locator("td").all_inner_texts()
    for place, id in enumerate(("llama-3.3", "qwen3", "olmo-3")):
        rows = data.rows_by_family[id]
        for license in {row.license_name or "no weights" for row in rows}:
            assert license in lines["License of the weights"][place]
    assert "differs" in page.locator("tr", has_text="License of the weights").inner_text()
    page.locator("#only").check()
    assert page.locator("#table tbody tr:not(.differs)").count() == 0


def test_what_changed_in_a_month(open_page, served, data):
    """The changes of a maker's month are those of the history."""
    events = list_site_events(data)
    busy = max({(each.makers[0], each.month) for each in events if each.makers}, key=str)
    page = open_page(f"{served}changes/index.html?maker={busy[0]}&month={busy[1]}")
    expected = [each for each in events if busy[0] in each.makers and each.month == busy[1]]
    shown = page.locator("#events > li:visible")
    assert shown.count() == len(expected) > 0
    for text, each in zip(shown.all_inner_texts(), expected, strict=True):
        assert each.day in text
        assert " ".join(each.sentence.split()) in " ".join(text.split())
    month = open_page(f"{served}changes/{busy[1]}.html")
    assert month.locator("#events > li").count() == sum(e.month == busy[1] for e in events)
