"""Pictures and answers of the site say what the records say."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from audit.core.references import get_own_name
from audit.definitions.catalog import LABEL_DEFINITION, judge_by_all_definitions
from audit.licenses.uses import TOLD_WORDS
from audit.publish.pages.owner import render_owner_pages
from audit.publish.site.build import list_site_files
from audit.publish.site.changes import list_site_events
from audit.publish.site.charts import draw_licenses
from audit.publish.site.drift_map import draw_drift_map
from audit.publish.site.license_families import build_license_families, find_first_version
from audit.publish.site.licenses import list_license_rows
from audit.publish.views.model_summary import format_summary_size
from tests.definitions.builders import LICENSES, make_model, make_registry, replace_component
from tests.publish.test_site import make_sample, make_site_data


@pytest.fixture(scope="module")
def sample(root):
    return make_sample(root)


@pytest.fixture(scope="module")
def files(sample):
    return dict(list_site_files(sample))


def test_every_change_is_in_a_dot_and_in_the_table(sample):
    """By kind, year and direction; a larger number has the larger dot."""
    events = list_site_events(sample)
    drawn = draw_drift_map(events)
    counts = {dot.words: int(dot.words.rpartition(": ")[2]) for dot in drawn.dots}
    assert sum(counts.values()) == sum(row.total for row in drawn.rows) == len(events)
    assert len(counts) == len({(each.kind, each.day[:4], each.direction) for each in events})
    for row in drawn.rows:
        assert sum(map(int, re.findall(r"\d+", " ".join(row.cells)))) == row.total
    by_count = sorted(drawn.dots, key=lambda dot: (counts[dot.words], dot.radius))
    radii = [dot.radius for dot in by_count]
    assert radii == sorted(radii)


def test_no_change_draws_nothing():
    """A registry without history has a page of charts."""
    drawn = draw_drift_map([])
    assert (drawn.rows, drawn.dots, drawn.years) == ((), (), ())


def test_versions_of_a_license_stand_together(root):
    """Those that follow each other are one family, and a circle of predecessors has an end."""
    second = replace(LICENSES["NC"], id="NC-2", predecessor="NC")
    models = [
        replace_component(make_model(f"maker/model-{place}"), "model-parameters-final", license=id)
        for place, id in enumerate(("MIT", "MIT", "NC", "NC-2", "NC-2", "CC-BY-4.0"))
    ]
    data = make_site_data(make_registry(*models, licenses=(second,)), root)
    families = build_license_families(data.rows, data.registry, 1)
    found = Counter(map(families.find_name, data.rows))
    assert sorted(found.values()) == [3, 3]
    (named,) = [name for name in found if name.endswith("and other versions")]
    assert families.list_present(found) == [named, "other licenses"]
    circle = make_registry(licenses=(replace(LICENSES["NC"], predecessor="NC-2"), second))
    assert find_first_version("NC", circle) == "NC-2"


def test_the_picture_of_licenses_counts_each_dated_model_once(sample):
    """Whatever its license: named, of the rest, unknown, or no weights at all."""
    chart = draw_licenses(sample)
    assert sum(map(sum, chart.numbers)) == sum(bool(row.released) for row in sample.rows)


def test_a_page_says_what_is_missing_for_the_next_class(sample, files):
    """All of it, for the label; and each step on its own line."""
    for row in sample.rows[::7]:
        page = files[f"models/{row.id}.html"].decode()
        part = page[page.index('id="missing"') : page.index('id="verdicts"')]
        verdicts = judge_by_all_definitions(sample.registry.models[row.id], sample.registry)
        label = next(each for each in verdicts if each.framework == LABEL_DEFINITION.id)
        assert f"The label is {row.label}" in part
        assert part.count("<li>") >= len(label.to_improve) + len(label.missing)


def test_the_matrix_counts_gates_of_models_of_which_one_was_seen(sample):
    """A gate that nobody saw is no open door."""
    for row in list_license_rows(sample):
        seen = [
            each.gate for each in row.models if each.gate in ("none", "auto", "manual", "gated")
        ]
        behind = [gate for gate in seen if gate != "none"]
        assert row.gates == (f"{len(behind)} of {len(seen)} seen" if seen else "–")


def test_pages_of_the_repository_and_of_the_site_say_the_same(sample):
    """Commercial use and size of each model stand in both lists in the same words."""
    owners = render_owner_pages(sample.judged)
    for row in sample.rows:
        lines = owners[f"models/{row.owner}/README.md"].splitlines()
        (line,) = [each for each in lines if f"[{get_own_name(row.id)}](" in each]
        cells = [cell.strip() for cell in line.split(" | ")]
        assert cells[2] == TOLD_WORDS[row.commercial]
        assert cells[5] == format_summary_size(row)
    assert sum("≈" in page for page in owners.values()) > 1
