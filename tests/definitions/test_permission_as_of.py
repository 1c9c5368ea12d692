"""Terms as they stood on a past day: known from the history, or unknown with the reason."""

from dataclasses import replace

import pytest

from audit.analysis.permission_as_of import restore_terms_as_of
from audit.definitions.governing_terms import HISTORY
from audit.licenses.uses import IntendedUse
from audit.records.evidence import Evidence
from audit.records.model import BaseModelLink, ReleaseDate
from tests.definitions.builders import make_license, make_model, make_registry, replace_component

USE = IntendedUse(purposes=("commercial",))
LATER = Evidence("card", "https://example.org/card", "2026-11-24", "secondary")
COMMIT = Evidence("commit", "https://github.com/maker/model/commit/1", "2026-11-24", "primary")


def make_released(license: str = "MIT", *evidence: Evidence, released: str = "2025-03-01"):
    """A model of that day, whose terms these sources state."""
    sources = evidence or (LATER,)
    model = replace_component(
        make_model(), "model-parameters-final", license=license, evidence=sources
    )
    return replace(model, released=ReleaseDate(released, (COMMIT,)))


def judge_on(model, day: str, *licenses):
    """The answer for the day."""
    registry = make_registry(model, licenses=licenses)
    return restore_terms_as_of(model.id, registry, (), day).judge(USE)


@pytest.mark.parametrize(
    ("model", "day", "value", "why"),
    [
        (make_released(), "2025-06-01", "unknown", "they were read on 2026-11-24"),
        (make_released(), "2026-11-24", "allowed", ""),
        (make_released("MIT", COMMIT), "2025-06-01", "allowed", ""),
        (make_released("MIT", COMMIT), "2025-02-01", "unknown", "released on 2025-03-01"),
    ],
)
def test_terms_are_known_where_a_source_speaks_for_the_day(model, day: str, value: str, why: str):
    """Read by that day, or stated by the release itself; what was read later says nothing of before."""
    answer = judge_on(model, day)
    assert answer.value == value
    assert not why or why in answer.clauses[0].summary


def test_only_the_source_of_the_release_itself_speaks_for_it():
    """Neither a commit that is not the release's, nor a page that tells of the release and the terms."""
    other = Evidence("other", "https://github.com/maker/model/commit/2", "2026-11-24", "primary")
    assert judge_on(make_released("MIT", other), "2025-06-01").value == "unknown"
    model = make_released("MIT", LATER)
    told = replace(model, released=ReleaseDate("2025-03-01", (LATER,)))
    assert judge_on(told, "2025-06-01").value == "unknown"


def test_what_the_recorded_terms_give_stands_beside_the_unknown():
    """Of the model or base itself, not of the others; the license is named."""
    base = make_released("NC")
    base = replace(base, id="first/base")
    model = replace(make_released("MIT", COMMIT), id="second/derived", base_models=())
    model = replace(model, base_models=(BaseModelLink("first/base", "finetune"),))
    registry = make_registry(model, base)
    clauses = restore_terms_as_of(model.id, registry, (), "2025-06-01").judge(USE).clauses
    (doubt,) = [each for each in clauses if each.kind == HISTORY]
    assert (doubt.model, doubt.license) == ("first/base", "NC")
    assert doubt.summary.endswith("The terms as they are recorded give: forbidden.")


def test_a_text_that_applies_later_does_not_speak_for_the_day():
    """The version before it is named, and nobody claims that it bound this model."""
    old = replace(make_license("Old"), effective="2024-02-01")
    new = replace(make_license("New"), effective="2025-05-01", predecessor="Old")
    model = make_released("New", COMMIT)
    answer = judge_on(model, "2025-04-01", old, new)
    assert answer.value == "unknown"
    assert "applies from 2025-05-01" in answer.clauses[0].summary
    assert "(Old)" in answer.clauses[0].summary
    assert judge_on(model, "2025-06-01", old, new).value == "allowed"


def test_a_known_ban_is_not_carried_back():
    """What forbids today is not known to have forbidden then."""
    assert judge_on(make_released("NC"), "2025-06-01").value == "unknown"
    assert judge_on(make_released("NC", COMMIT), "2025-06-01").value == "forbidden"
