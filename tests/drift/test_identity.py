"""Is it still there, and still the same repository? Truth tables over declaration, first look and look."""

from dataclasses import replace

import pytest

from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import (
    Told,
    compare_observation,
    make_failed_observation,
    summarize_changes,
    summarize_difference,
)

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
    assert summarize_changes(baseline=make_facts(**before), license_tag="apache-2.0", **now) == [
        expected
    ]


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
        summarize_difference(each)
        for each in compare_observation(make_declaration(released=released, **PINNED), None, look)
    ] == expected


def test_a_missing_revision_is_told_though_nobody_knows_which_was_pinned():
    """The look decides that the pin is gone, and the values say what is known."""
    look = replace(make_observation(), pinned_revision_state="missing")
    assert [
        summarize_difference(each) for each in compare_observation(make_declaration(), None, look)
    ] == [replace(REWRITTEN, before="revision ")]


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
        (
            "code",
            "disabled",
            "disabled",
            Told("repo-disabled", "url", "reachable", "disabled", "more-closed", 2, True),
        ),
        (
            "code",
            "disabled",
            "blocked-dmca",
            Told(
                "repo-blocked",
                "url",
                "reachable",
                "blocked after a DMCA notice",
                "more-closed",
                2,
                True,
            ),
        ),
        (
            "dataset",
            "disabled",
            "blocked-legal",
            Told(
                "repo-blocked",
                "hub.repo",
                "reachable",
                "blocked for legal reasons",
                "more-closed",
                2,
                True,
            ),
        ),
    ],
)
def test_what_a_loss_takes_away(kind, state: str, reason: str, expected: Told):
    """Each target loses what it holds, by two looks, by three where missing and private look alike; only a model's repository takes the weights."""
    assert [
        summarize_difference(each)
        for each in compare_observation(
            look=make_failed_observation(state, reason, kind), kind=kind
        )
    ] == [expected]
