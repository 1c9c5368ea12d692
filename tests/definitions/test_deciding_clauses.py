"""The clause that is shown with an answer: whose it is, which license and section, what it says, and what it makes of the use."""

import pytest

from audit.definitions.permissions import DecidingClause, judge_permission
from audit.licenses.uses import IntendedUse
from tests.definitions.builders import (
    EVIDENCE,
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

WEIGHTS = "model-parameters-final"
MODEL = "maker/model-1"
BUSINESS = IntendedUse(purposes=("commercial",))
UNKNOWN_BASE = "The registry does not hold this base model, so its terms are unknown."


def make_clause(
    license: str, kind: str, summary: str, effect, model: str = MODEL
) -> DecidingClause:
    """A clause that stands in no license."""
    return DecidingClause(model, license, "", kind, summary, effect, EVIDENCE)


@pytest.mark.parametrize(
    ("status", "license", "expected"),
    [
        (
            "unknown",
            "MIT",
            [
                make_clause(
                    "MIT", "weights", "Whether the weights are released is unknown.", "unknown"
                )
            ],
        ),
        (
            "unknown",
            None,
            [
                make_clause(
                    "unknown", "weights", "Whether the weights are released is unknown.", "unknown"
                )
            ],
        ),
        (
            "released",
            None,
            [
                make_clause(
                    "unknown", "license", "The license of the weights is unknown.", "unknown"
                )
            ],
        ),
        (
            "partial",
            None,
            [
                make_clause(
                    "unknown", "license", "The license of the weights is unknown.", "unknown"
                )
            ],
        ),
        ("partial", "MIT", []),
        (
            "not-released",
            "MIT",
            [
                make_clause(
                    "MIT",
                    "weights",
                    "The weights are not released; use goes through the maker and the maker's terms.",
                    "needs-separate-license",
                )
            ],
        ),
        ("withdrawn", "MIT", []),
        (
            "not-released",
            None,
            [
                make_clause(
                    "unknown",
                    "weights",
                    "The weights are not released; use goes through the maker and the maker's terms.",
                    "needs-separate-license",
                )
            ],
        ),
        (
            "released",
            "NONE",
            [
                make_clause(
                    "NONE",
                    "license",
                    "Published without a license: nothing is granted.",
                    "needs-separate-license",
                )
            ],
        ),
        ("released", "MIT", []),
    ],
)
def test_where_no_license_speaks(status, license: str | None, expected: list[DecidingClause]):
    """The sentence says what is missing: the weights, their license, or the knowledge of either.

    Weights that were given out under a license and withdrawn stay under it, for whoever has them.
    """
    subject = replace_component(make_model(), WEIGHTS, status, license)
    found = judge_permission(subject, make_registry(subject), IntendedUse())
    assert (found.model, found.use, list(found.clauses)) == (MODEL, IntendedUse(), expected)


def list_clauses(
    use: IntendedUse, expression: str, *licenses, modalities=("text",)
) -> tuple[DecidingClause, ...]:
    """The clauses shown for a model under a license expression."""
    subject = replace_component(make_model(modalities=modalities), WEIGHTS, license=expression)
    return judge_permission(subject, make_registry(subject, licenses=licenses), use).clauses


@pytest.mark.parametrize(
    ("use", "freedoms", "kind", "summary", "effect"),
    [
        (
            IntendedUse(),
            {"use": "no"},
            "freedom to use",
            "The license does not let you use it.",
            "forbidden",
        ),
        (
            IntendedUse(),
            {"use": "unknown"},
            "freedom to use",
            "Nobody has read whether the license lets you use it.",
            "unknown",
        ),
        (
            IntendedUse(mode="fine-tune"),
            {"modify": "no"},
            "freedom to modify",
            "The license does not let you modify it.",
            "forbidden",
        ),
        (
            IntendedUse(mode="redistribute"),
            {"share": "unknown"},
            "freedom to share",
            "Nobody has read whether the license lets you share it.",
            "unknown",
        ),
    ],
)
def test_a_freedom_that_is_withheld_or_unread(
    use: IntendedUse, freedoms: dict, kind: str, summary: str, effect
):
    """Withheld is forbidden and unread is unknown, each in its own sentence with the license's evidence."""
    assert list_clauses(use, "LAW", make_license("LAW", **freedoms)) == (
        make_clause("LAW", kind, summary, effect),
    )


def test_a_clause_is_shown_whole():
    """License, section, kind, summary, evidence and the numbers in it."""
    ban = make_condition("territory", excluded=["EU"], effect="forbidden")
    shown = DecidingClause(
        MODEL,
        "LAW",
        "2",
        "territory",
        "A clause of the kind territory.",
        "forbidden",
        EVIDENCE,
        {"excluded": ["EU"], "effect": "forbidden"},
    )
    assert list_clauses(IntendedUse(territory="DE"), "LAW", make_license("LAW", ban)) == (shown,)


@pytest.mark.parametrize(
    ("expression", "effects"),
    [
        ("MIT AND Users-700M", ["needs-separate-license", "allowed-with-obligations"]),
        (
            "MIT AND Users-700M AND Unread",
            ["needs-separate-license", "unknown", "unknown", "allowed-with-obligations"],
        ),
        (
            "MIT AND Users-700M AND Unread AND NC",
            [
                "forbidden",
                "needs-separate-license",
                "unknown",
                "unknown",
                "allowed-with-obligations",
            ],
        ),
    ],
)
def test_the_harshest_clause_stands_first_and_decides(expression: str, effects: list):
    """Forbidden, to be asked for, unknown, obligations: whatever order the licenses have."""
    subject = replace_component(make_model(), WEIGHTS, license=expression)
    found = judge_permission(
        subject,
        make_registry(subject),
        IntendedUse(purposes=("commercial",), monthly_users=10**9, mode="redistribute"),
    )
    assert [each.effect for each in found.clauses] == effects
    assert found.value == effects[0]


@pytest.mark.parametrize("expression", ["MIT OR Apache-2.0", "Apache-2.0 OR MIT"])
def test_of_two_equal_licenses_the_shorter_is_shown(expression: str):
    """Who may choose chooses the fewer obligations."""
    shown = list_clauses(IntendedUse(mode="redistribute"), expression)
    assert len(list_clauses(IntendedUse(mode="redistribute"), "Apache-2.0")) > len(shown) == 1
    assert {each.license for each in shown} == {"MIT"}


USERS = make_condition("user-threshold", users=1_000, period="month", effect="needs-license")
REVENUE = make_condition("revenue-threshold", amount=1_000, period="year", effect="needs-license")
NAMING = make_condition("registration", effect="needs-license", only_above_thresholds=True)
ALWAYS = make_condition("registration", effect="needs-license")


@pytest.mark.parametrize(
    ("use", "kinds"),
    [
        (IntendedUse(monthly_users=10, revenue=10), []),
        (IntendedUse(monthly_users=10_000, revenue=10), ["registration", "user-threshold"]),
        (IntendedUse(monthly_users=10, revenue=10_000), ["registration", "revenue-threshold"]),
        (
            IntendedUse(monthly_users=10_000, revenue=10_000),
            ["registration", "revenue-threshold", "user-threshold"],
        ),
        (IntendedUse(monthly_users=10), ["registration", "revenue-threshold"]),
    ],
)
def test_a_duty_above_thresholds_waits_for_any_of_them(use: IntendedUse, kinds: list[str]):
    """Of users or of revenue; what is not stated may be above. A duty without that limit never waits."""
    assert (
        sorted(
            each.kind
            for each in list_clauses(use, "LAW", make_license("LAW", NAMING, USERS, REVENUE))
        )
        == kinds
    )
    always = list_clauses(use, "LAW", make_license("LAW", ALWAYS, USERS, REVENUE))
    assert "registration" in {each.kind for each in always}


def test_another_clause_does_not_lift_the_threshold():
    """A duty to name the license bears on sharing, and says nothing about how many users there are."""
    shown = list_clauses(
        IntendedUse(mode="redistribute", monthly_users=10),
        "LAW",
        make_license("LAW", NAMING, USERS, make_condition("notice")),
    )
    assert [each.kind for each in shown] == ["notice"]


@pytest.mark.parametrize(
    ("modalities", "kinds"), [(("text",), []), (("image", "text"), ["territory"])]
)
def test_a_clause_for_models_of_several_modalities(modalities: tuple[str, ...], kinds: list[str]):
    """It does not bear on a model of one."""
    ban = make_condition("territory", excluded=["EU"], effect="forbidden", modalities="multimodal")
    assert [
        each.kind
        for each in list_clauses(
            IntendedUse(territory="DE"), "LAW", make_license("LAW", ban), modalities=modalities
        )
    ] == kinds


@pytest.mark.parametrize(
    ("status", "license", "owners"),
    [
        ("released", "NC", ["root/base"]),
        ("partial", "NC", ["root/base"]),
        ("withdrawn", "NC", ["root/base"]),
        ("not-released", "NC", []),
    ],
)
def test_a_base_binds_where_its_weights_were_published(status, license, owners: list[str]):
    """Nobody accepted the terms of weights that nobody could get; withdrawn ones had takers."""
    base = replace_component(make_model("root/base"), WEIGHTS, status, license)
    subject = make_model(bases=("root/base",))
    assert [
        each.model
        for each in judge_permission(subject, make_registry(subject, base), BUSINESS).clauses
    ] == owners


def test_a_base_without_a_record_is_shown():
    """A stranger's base that the registry does not hold stands among the clauses, with the evidence of the lineage."""
    subject = make_model(bases=("stranger/base",))
    assert judge_permission(subject, make_registry(subject), BUSINESS).clauses == (
        make_clause("unknown", "lineage", UNKNOWN_BASE, "unknown", "stranger/base"),
    )
