"""Is it released, behind a gate, archived, moved? Truth tables over declaration, first look and look."""

from dataclasses import replace

import pytest

from audit.observations.facts import CodeFacts, HubFacts, Weights
from tests.drift.builders import FACTS, make_declaration, make_facts
from tests.drift.comparisons import (
    Told,
    compare_observation,
    make_code_observation,
    make_failed_observation,
    summarize_changes,
    summarize_difference,
)


def make_release(kind: str) -> Told:
    """A release under the license that the card names."""
    return Told(kind, "hub.repo", "not released", "reachable", "more-open", license="Apache-2.0")


@pytest.mark.parametrize(
    ("kind", "now", "expected"),
    [
        (
            "model",
            {},
            [make_release("weights-released")],
        ),
        ("model", {"weights": Weights()}, []),
        (
            "dataset",
            {},
            [make_release("data-released")],
        ),
        (
            "dataset",
            {"weights": Weights()},
            [make_release("data-released")],
        ),
    ],
)
def test_what_was_not_released_is_there(kind, now: dict, expected: list[Told]):
    """A model is released with its weight files, a dataset with its page; the rest waits until a person has looked."""
    assert (
        summarize_changes(
            make_declaration(expected=False), None, kind=kind, license_tag="apache-2.0", **now
        )
        == expected
    )


@pytest.mark.parametrize(
    ("recorded", "before", "now", "expected"),
    [
        (
            False,
            False,
            "manual",
            Told("weights-gated", "hub.gated", False, "manual", "more-closed", 2, True),
        ),
        ("auto", False, False, Told("weights-ungated", "hub.gated", "auto", False, "more-open")),
        ("gated", False, False, Told("weights-ungated", "hub.gated", "gated", False, "more-open")),
        ("gated", False, "manual", None),
        (
            "auto",
            "auto",
            "manual",
            Told("gate-changed", "hub.gated", "auto", "manual", "more-closed"),
        ),
        (
            "manual",
            "manual",
            "auto",
            Told("gate-changed", "hub.gated", "manual", "auto", "more-open"),
        ),
        ("manual", "auto", "manual", None),
        (None, "auto", False, Told("weights-ungated", "hub.gated", "auto", False, "more-open")),
        (
            None,
            False,
            "auto",
            Told("weights-gated", "hub.gated", False, "auto", "more-closed", 2, True),
        ),
        (None, "auto", "auto", None),
        (None, "absent", "auto", None),
    ],
)
def test_a_gate_is_held_against_the_record_then_against_the_first_look(
    recorded, before, now, expected: Told | None
):
    """Where the record does not say, the first look counts; without one nothing has changed. A gate whose kind nobody saw stands for any."""
    first = None if before == "absent" else make_facts(gated=before)
    assert summarize_changes(make_declaration(gated=recorded), first, gated=now) == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (False, "auto", "data-gated"),
        ("auto", False, "data-ungated"),
        ("auto", "manual", "gate-changed"),
    ],
)
def test_the_gate_of_a_dataset(before, now, kind: str):
    """A gate before data is told as one before data."""
    assert [
        each.kind
        for each in summarize_changes(
            make_declaration(gated=before), None, kind="dataset", gated=now
        )
    ] == [kind]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({}, {}, []),
        ({}, {"repo": "Maker/Code"}, []),
        (
            {},
            {"repo": "maker/moved"},
            [Told("repo-moved", "url", "maker/code", "maker/moved", "neutral")],
        ),
        ({}, {"archived": True}, [Told("code-archived", "url", "active", "archived", "neutral")]),
        ({"archived": True}, {"archived": True}, []),
        (
            {},
            {"license": "CC-BY-NC-4.0"},
            [Told("code-license-changed", "url", "MIT", "CC-BY-NC-4.0", "more-closed")],
        ),
        (
            {"license": "CC-BY-NC-4.0"},
            {},
            [Told("code-license-changed", "url", "CC-BY-NC-4.0", "MIT", "more-open")],
        ),
        (
            {},
            {"license": "Never-Heard"},
            [Told("code-license-changed", "url", "MIT", "Never-Heard", "unreviewed")],
        ),
        ({"license": None}, {}, []),
        ({}, {"license": None}, []),
    ],
)
def test_code_moves_is_archived_or_gets_another_license(
    before: dict, now: dict, expected: list[Told]
):
    """Each with both values; GitHub writes an owner's name as it likes, and names no license where it has doubts."""
    first = replace(CodeFacts("maker/code", False, False, "MIT"), **before)
    assert [
        summarize_difference(each)
        for each in compare_observation(
            make_declaration(), first, make_code_observation(**now), kind="code"
        )
    ] == expected


def test_a_first_look_at_something_else_is_none():
    """What was seen of a repository on the Hub says nothing about one of code, and the other way round."""
    assert (
        compare_observation(
            make_declaration(), FACTS, make_code_observation(archived=True), kind="code"
        )
        == []
    )
    assert (
        summarize_changes(
            make_declaration(), CodeFacts("maker/code", False, False, "MIT"), base_models=("x/y",)
        )
        == []
    )


def test_lists_and_names_are_told_with_both_sides():
    """A rename, other bases and other datasets carry what was and what is."""
    assert summarize_changes(
        repo="maker/renamed", base_models=("x/y",), datasets=("a/b", "c/d")
    ) == [
        Told("base-model-changed", "base_models", (), ("x/y",), "unreviewed"),
        Told("data-list-changed", "datasets", (), ("a/b", "c/d"), "neutral"),
        Told("repo-moved", "hub.repo", "maker/model-1", "maker/renamed", "neutral"),
    ]


@pytest.mark.parametrize(
    ("recorded", "baseline", "kinds"),
    [
        (True, None, ["weights-gone"]),
        (True, FACTS, ["weights-gone"]),
        (False, None, []),
        (False, FACTS, []),
        (None, None, []),
        (None, FACTS, ["weights-gone"]),
    ],
)
def test_only_what_was_there_can_be_lost(
    recorded: bool | None, baseline: HubFacts | None, kinds: list[str]
):
    """The record decides; where it does not know, what was seen before does."""
    found = compare_observation(
        make_declaration(expected=recorded),
        baseline,
        make_failed_observation("absent", "repo-not-found"),
    )
    assert [difference.kind for difference in found] == kinds
