"""Beside other indexes: only what both know is compared, and a difference of rule or wording is no difference of fact."""

from dataclasses import replace
from pathlib import Path

import pytest

from audit.analysis.index_facts import find_known_license
from audit.analysis.other_indexes import OtherIndex, compare_index, read_indexes
from audit.records.load import load_registry
from audit.records.model import ReleaseDate
from tests.definitions.builders import EVIDENCE, make_model, make_registry, replace_component


def make_index(**values):
    """An index with one row about the model of the builders."""
    return OtherIndex(
        "other",
        "Other",
        "maker/index",
        "a" * 40,
        "",
        ({"model": "maker/model-1", "path": "a b.yml", **values},),
    )


def compare_with_index(subject, **values):
    """Whether each compared fact agrees, by name."""
    return {
        each.fact: each.agrees
        for each in compare_index(make_index(**values), make_registry(subject))
    }


@pytest.mark.parametrize(
    ("status", "theirs", "agrees"),
    [
        ("released", "listed", True),
        ("released", "not listed", False),
        ("partial", "listed", False),
        ("described", "not listed", True),
        ("not-released", "listed", False),
        ("unknown", "listed", None),
        ("unknown", "not listed", None),
        ("not-applicable", "not listed", None),
    ],
)
def test_a_list_is_compared_with_what_is_known(status, theirs, agrees):
    """Part of a thing is not the thing; what we do not know is never held against another."""
    assert (
        compare_with_index(
            replace_component(make_model(), "training-code", status, None),
            **{"training-code": theirs},
        ).get("training-code")
        is agrees
    )


def test_a_paper_stands_for_a_report():
    """An index that lists one of the two documents denies neither."""
    both = replace_component(
        replace_component(make_model(), "technical-report", "released", None),
        "research-paper",
        "released",
        None,
    )
    assert compare_with_index(
        both, **{"technical-report": "not listed", "research-paper": "listed"}
    ) == {"research-paper": True}
    assert compare_with_index(
        both, **{"technical-report": "not listed", "research-paper": "not listed"}
    ) == {"research-paper": False, "technical-report": False}


@pytest.mark.parametrize(
    ("ours", "theirs", "agrees"),
    [
        ("2024-07-23", "2024-07", True),
        ("2024", "2024-07-23", True),
        ("2024-07-23", "2024-07-24", False),
    ],
)
def test_dates_agree_as_far_as_both_are_exact(ours, theirs, agrees):
    """A month does not contradict a day in it."""
    assert compare_with_index(
        replace(make_model(), released=ReleaseDate(ours, EVIDENCE)), released=theirs
    ) == {"released": agrees}


def test_only_a_license_that_is_certain_is_compared(root):
    """Another's words for a license count when they name one license of ours; vague words name none."""
    known = load_registry(root / "registry")
    assert find_known_license("apache 2.0", known) == "Apache-2.0"
    assert (
        find_known_license("Llama 3.1 Community License Agreement", known)
        == "LicenseRef-scancode-llama-3.1-license-2024"
    )
    assert find_known_license("Yi Series Models License Agreement", known) is None
    assert find_known_license("open", known) is None


def test_the_recorded_indexes_are_whole(root):
    """Every row names its model and its place, and no row holds a sentence of theirs."""
    for each in read_indexes(root / "registry"):
        assert len(each.commit) == 40
        for row in each.rows:
            assert "/" in row["model"]
            assert row["path"]
            assert all(len(value) < 120 for value in row.values())
        assert each.build_row_url({"path": "a b.yml"}).endswith("/a%20b.yml")


def test_every_difference_is_explained():
    """The note of the record, the rule or the missing things say why we differ, with a source."""
    registry = load_registry(Path(__file__).parents[1] / "registry")
    compared = [
        fact
        for index in read_indexes(Path(__file__).parents[1] / "registry")
        for fact in compare_index(index, registry)
        if not fact.agrees
    ]
    assert compared
    assert [fact.fact for fact in compared if not fact.own.reason.strip()] == []
    assert [fact.fact for fact in compared if not (fact.own.url or fact.their_url)] == []


def test_every_difference_says_why_and_osi_agrees(root: Path):
    """No index is waved away: each fact that differs has our reason; OSI's twelve are all alike."""
    registry = load_registry(root / "registry")
    for index in read_indexes(root / "registry"):
        facts = list(compare_index(index, registry))
        assert facts
        assert [fact for fact in facts if not fact.agrees and len(fact.own.reason) < 10] == []
        if index.id == "osi":
            assert [fact.agrees for fact in facts] == [True] * 12
