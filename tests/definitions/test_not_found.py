"""What was looked for and not found: it counts as not available, says so, and never helps."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from audit.definitions import eu_ai_act, mof, open_data, osaid, spectrum
from audit.definitions.catalog import DEFINITIONS
from audit.drift.targets import list_watched_targets
from audit.records.component import COMPONENTS
from audit.records.evidence import PlaceLookedIn
from audit.records.load import load_registry
from audit.records.searches import find_search_problems
from tests.conftest import is_search
from tests.definitions.builders import make_model, make_registry, replace_component

REGISTRY = Path(__file__).parents[2] / "registry"
PLACES = tuple(
    PlaceLookedIn(place, f"https://example.org/{place}", "2026-11-28")
    for place in ("card", "code-tree", "report", "announcement")
)
WORDS = "not found by 2026-11-28 in 4 places"
SHARES = 8
"""Into how many tests the models of the registry are split."""


def make_not_found(model, name):
    """The model with one component that was looked for in vain."""
    return replace_component(model, name, "not-found", None, url=None, looked_in=PLACES)


@pytest.mark.parametrize(
    ("definition", "name", "value"),
    [
        (osaid, "training-code", "fails"),
        (open_data, "datasets", "fails"),
        (mof, "model-card", "none"),
        (eu_ai_act, "model-architecture", "conditions-not-met"),
        (spectrum, "model-parameters-final", "closed"),
    ],
)
def test_not_found_decides_and_says_so(definition, name, value):
    """A verdict that rests on a search is a no, not an open question, and names day and places."""
    subject = make_not_found(make_model(), name)
    verdict = definition.judge(subject, make_registry(subject))
    assert verdict.value == value
    assert any(WORDS in step.reason for step in verdict.steps if step.answer == "no")
    assert definition is eu_ai_act or any(WORDS in need for need in verdict.to_improve)
    assert not verdict.missing


@cache
def read_registry():
    """The project's own records."""
    return load_registry(REGISTRY)


def rank_value(definition, value):
    """How much a verdict says yes."""
    if value in definition.positive_values:
        return {"class-III": 2, "class-II": 3}.get(value, 4)
    return {"undetermined": 1, "conforms-if-relicensed": 1, "open-weight-or-better": 1}.get(
        value, 0
    )


def judge_with(definition, model, registry):
    """The rank of a verdict where this model takes the place of its record; of a score, the points still possible."""
    verdict = definition.judge(model, registry)
    if definition.positive_values:
        return rank_value(definition, verdict.value)
    points, known = verdict.measures[:2]
    return points.value + (known.of - known.value)


def count_skipped_models():
    """The suite takes every twelfth model of a share, `fuzz` takes them all."""
    return 1 if is_search() else 12


@pytest.mark.parametrize("share", range(SHARES))
def test_no_verdict_turns_positive_by_a_search(share):
    """For models all over the registry, each component and each definition: what was unknown or known, once not found, makes no verdict better."""
    registry = read_registry()
    ids = sorted(registry.models)[share :: SHARES * count_skipped_models()]
    for model in map(registry.models.__getitem__, ids):
        for name in COMPONENTS:
            was = replace_component(model, name, "unknown", None, url=None)
            now = make_not_found(model, name)
            for definition in DEFINITIONS:
                before = judge_with(definition, was, registry)
                assert judge_with(definition, now, registry) <= before, (model.id, name)


def build_record(**changes):
    """A record whose training code was looked for in four kinds of place."""
    places = [{"place": each.place, "url": each.url, "seen": each.seen} for each in PLACES]
    component = {"status": "not-found", "looked_in": places, **changes}
    return {"components": {"training-code": component}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"looked_in": [{"place": "card"}] * 4}, "not found in 1 kinds of place"),
        ({"looked_in": []}, "not found in 0 kinds of place"),
        ({"license": "MIT"}, "a license of what was not found"),
        ({"url": "https://example.org"}, "a url of what was not found"),
        ({"status": "released"}, "beside the status 'released'"),
        ({"status": "unknown"}, None),
        ({"since": "2026"}, "only what is withdrawn has it"),
    ],
)
def test_a_search_shows_what_its_status_says(changes, words):
    """Four kinds of place, each reached, and nothing that only a thing that is there can have."""
    found = [each.message for each in find_search_problems(build_record(**changes), "x.json")]
    assert found == ([] if words is None else [found[0]])
    assert words is None or words in found[0]


def test_a_place_that_was_not_reached_makes_it_unknown():
    """A search with a place that could not be read does not count as done."""
    record = build_record()
    record["components"]["training-code"]["looked_in"].append(
        {"place": "paper", "url": "https://example.org/p", "seen": "2026-11-28", "reached": False}
    )
    (problem,) = find_search_problems(record, "x.json")
    assert problem.path.endswith("looked_in[4]")
    assert "unknown" in problem.fix
    record["components"]["training-code"]["status"] = "unknown"
    assert not list(find_search_problems(record, "x.json"))


def test_the_audit_watches_where_it_was_looked_for():
    """A repository on GitHub in which something was not found is watched; one that a component lies in speaks for itself."""
    code = "https://github.com/maker/code"
    places = (*PLACES, replace(PLACES[1], url=f"{code}/tree/main"))
    subject = replace_component(
        replace(make_model(), family="fam"),
        "training-code",
        "not-found",
        None,
        looked_in=places,
        origin="families/fam",
    )
    (watched,) = [
        each for each in list_watched_targets(make_registry(subject)) if each.target.kind == "code"
    ]
    assert watched.target.repo == "maker/code"
    assert [(each.record, each.expected) for each in watched.declarations] == [
        ("families/fam", True)
    ]
    released = replace_component(subject, "inference-code", url=code, origin="families/fam")
    (watched,) = [
        each for each in list_watched_targets(make_registry(released)) if each.target.kind == "code"
    ]
    assert [each.license for each in watched.declarations] == ["MIT"]


def test_withdrawn_weights_were_released():
    """They are not available now, keep their day and their terms, and still bind derivatives."""
    base = make_model("root/base")
    weights = replace(base.weights, status="withdrawn", license="NC", since="2026-01")
    base = replace(base, components={**base.components, weights.name: weights})
    leaf = make_model("leaf/tune", bases=("root/base",))
    verdict = spectrum.judge(base, make_registry(base))
    assert verdict.value == "closed"
    assert "withdrawn since 2026-01" in verdict.steps[0].reason
    assert spectrum.judge(leaf, make_registry(base, leaf)).value == "restricted-weights"
