"""Is it there, is it still the same repository, and may one get it? Truth tables over declaration, first look and look."""

from dataclasses import replace

import pytest

from audit.observations.facts import CodeFacts, Weights
from tests.drift.builders import FACTS, make_declaration, make_facts, make_observation
from tests.drift.comparisons import Told, code_look, compare, lost, outline, tell

RETAGGED = Told(
    "license-tag-changed", "hub.license_tag", "mit", "apache-2.0", "neutral", license="Apache-2.0"
)
OLD, NEW = "2024-01-01T00:00:00.000Z", "2024-01-01T00:00:01.000Z"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (
            {"hub_id": None},
            {"created_at": NEW},
            Told("identity-changed", "hub.repo", f"created {OLD}", f"created {NEW}", "unreviewed"),
        ),
        (
            {},
            {"hub_id": None, "created_at": NEW},
            Told("identity-changed", "hub.repo", f"created {OLD}", f"created {NEW}", "unreviewed"),
        ),
        (
            {},
            {"hub_id": "d" * 24},
            Told("identity-changed", "hub.repo", "a" * 24, "d" * 24, "unreviewed"),
        ),
        ({"hub_id": None}, {}, RETAGGED),
        ({"hub_id": None, "created_at": NEW}, {}, RETAGGED),
        ({"hub_id": None, "created_at": None}, {"created_at": NEW}, RETAGGED),
        ({"hub_id": None}, {"created_at": None}, RETAGGED),
    ],
)
def test_a_name_given_to_another_repository(before: dict, now: dict, expected: Told):
    """Another id, or a later day of creation, is another repository, and nothing else that it says is told; what is not known proves nothing."""
    assert tell(baseline=make_facts(**before), license_tag="apache-2.0", **now) == [expected]


PINNED = {"revision": "9" * 40}
REWRITTEN = Told(
    "history-rewritten",
    "hub.revision",
    "revision 999999999999",
    "revision 111111111111",
    "unreviewed",
)
CREATED_LATER = Told(
    "identity-changed", "hub.revision", "revision 999999999999", f"created {OLD}", "unreviewed"
)


@pytest.mark.parametrize(
    ("released", "now", "expected"),
    [
        (None, {}, [REWRITTEN, RETAGGED]),
        ("2023-12-31", {}, [CREATED_LATER]),
        ("2024-01-01", {}, [REWRITTEN, RETAGGED]),
        ("2024-01-02", {}, [REWRITTEN, RETAGGED]),
        ("2023-12", {}, [REWRITTEN, RETAGGED]),
        ("2023", {}, [REWRITTEN, RETAGGED]),
        ("2023-12-31", {"created_at": None}, [REWRITTEN, RETAGGED]),
        ("2021-05-01", {"created_at": "2022-03-02T23:29:04.000Z"}, [REWRITTEN, RETAGGED]),
        (
            "2021-05-01",
            {"created_at": "2022-03-03T00:00:00.000Z"},
            [replace(CREATED_LATER, after="created 2022-03-03T00:00:00.000Z")],
        ),
        (None, {"revision": None}, [replace(REWRITTEN, after="revision "), RETAGGED]),
    ],
)
def test_a_pinned_revision_that_is_gone(released: str | None, now: dict, expected: list[Told]):
    """Either the history was rewritten, or the repository is younger than the model: its days decide, the Hub's first day does not count."""
    look = replace(
        make_observation(make_facts(license_tag="apache-2.0", **now)),
        pinned_revision_state="missing",
    )
    assert [
        outline(each) for each in compare(make_declaration(released=released, **PINNED), None, look)
    ] == expected


def test_a_missing_revision_is_told_though_nobody_knows_which_was_pinned():
    """The look decides that the pin is gone, and the values say what is known."""
    look = replace(make_observation(), pinned_revision_state="missing")
    assert [outline(each) for each in compare(make_declaration(), None, look)] == [
        replace(REWRITTEN, before="revision ")
    ]


@pytest.mark.parametrize(
    ("kind", "state", "reason", "expected"),
    [
        (
            "model",
            "absent",
            "repo-not-found",
            Told(
                "weights-gone",
                "hub.repo",
                "reachable",
                "not publicly reachable",
                "more-closed",
                2,
                True,
                gone=True,
            ),
        ),
        (
            "model",
            "absent",
            "not-publicly-reachable",
            Told(
                "weights-gone",
                "hub.repo",
                "reachable",
                "not publicly reachable",
                "more-closed",
                3,
                True,
                gone=True,
            ),
        ),
        (
            "model",
            "disabled",
            "disabled",
            Told(
                "repo-disabled",
                "hub.repo",
                "reachable",
                "disabled",
                "more-closed",
                2,
                True,
                gone=True,
            ),
        ),
        (
            "dataset",
            "absent",
            "repo-not-found",
            Told(
                "data-gone",
                "hub.repo",
                "reachable",
                "not publicly reachable",
                "more-closed",
                2,
                True,
            ),
        ),
        (
            "dataset",
            "disabled",
            "disabled",
            Told("repo-disabled", "hub.repo", "reachable", "disabled", "more-closed", 2, True),
        ),
        (
            "code",
            "absent",
            "repo-not-found",
            Told("code-gone", "url", "reachable", "not publicly reachable", "more-closed", 2, True),
        ),
    ],
)
def test_what_a_loss_takes_away(kind, state: str, reason: str, expected: Told):
    """Each target loses what it holds, by two looks, by three where missing and private look alike; only a model's repository takes the weights."""
    assert [outline(each) for each in compare(look=lost(state, reason, kind), kind=kind)] == [
        expected
    ]


@pytest.mark.parametrize(
    ("kind", "now", "expected"),
    [
        (
            "model",
            {},
            [Told("weights-released", "hub.repo", "not released", "reachable", "more-open")],
        ),
        ("model", {"weights": Weights()}, []),
        (
            "dataset",
            {},
            [Told("data-released", "hub.repo", "not released", "reachable", "more-open")],
        ),
        (
            "dataset",
            {"weights": Weights()},
            [Told("data-released", "hub.repo", "not released", "reachable", "more-open")],
        ),
    ],
)
def test_what_was_not_released_is_there(kind, now: dict, expected: list[Told]):
    """A model is released with its weight files, a dataset with its page; the rest waits until a person has looked."""
    assert (
        tell(make_declaration(expected=False), None, kind=kind, license_tag="apache-2.0", **now)
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
    assert tell(make_declaration(gated=recorded), first, gated=now) == (
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
        each.kind for each in tell(make_declaration(gated=before), None, kind="dataset", gated=now)
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
        outline(each) for each in compare(make_declaration(), first, code_look(**now), kind="code")
    ] == expected


def test_a_first_look_at_something_else_is_none():
    """What was seen of a repository on the Hub says nothing about one of code, and the other way round."""
    assert compare(make_declaration(), FACTS, code_look(archived=True), kind="code") == []
    assert (
        tell(make_declaration(), CodeFacts("maker/code", False, False, "MIT"), base_models=("x/y",))
        == []
    )


def test_lists_and_names_are_told_with_both_sides():
    """A rename, other bases and other datasets carry what was and what is."""
    assert tell(repo="maker/renamed", base_models=("x/y",), datasets=("a/b", "c/d")) == [
        Told("base-model-changed", "base_models", (), ("x/y",), "unreviewed"),
        Told("data-list-changed", "datasets", (), ("a/b", "c/d"), "neutral"),
        Told("repo-moved", "hub.repo", "maker/model-1", "maker/renamed", "neutral"),
    ]
