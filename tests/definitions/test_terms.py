"""License expressions, the terms that they come to, and the direction of a change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.licenses.compare import compare_expressions
from audit.licenses.expression import InvalidExpressionError, parse_expression
from audit.licenses.terms import evaluate_openness, evaluate_osi_approval, find_best_terms
from tests.definitions.builders import LICENSES, make_condition, make_license, make_registry

REGISTRY = make_registry()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "MIT AND",
        "(MIT",
        "( )",
        "MIT Apache-2.0",
        "Nobodys-License",
        "NONE OR MIT",
        "MIT WITH Apache-2.0",
    ],
)
def test_a_bad_expression_is_refused_by_name(text):
    """An expression that does not parse, or names an unknown license, is an error that a person can act on."""
    with pytest.raises(InvalidExpressionError):
        parse_expression(text, REGISTRY)


def test_choices_are_groups_of_licenses_that_apply_together():
    """AND binds together, OR is the licensee's choice, and a choice that only adds licenses to another is dropped."""
    assert parse_expression("(MIT OR Apache-2.0) AND GPL-3.0-only", REGISTRY).choices == (
        ("Apache-2.0", "GPL-3.0-only"),
        ("GPL-3.0-only", "MIT"),
    )
    assert parse_expression("MIT OR (MIT AND NC)", REGISTRY).choices == (("MIT",),)
    assert parse_expression("NONE", REGISTRY).choices == ()


@pytest.mark.parametrize(
    ("expression", "open_terms", "osi"),
    [
        ("MIT", "yes", "yes"),
        ("GPL-3.0-only", "yes", "yes"),
        ("CC-BY-4.0", "yes", "no"),
        ("MIT AND CC-BY-4.0", "yes", "no"),
        ("MIT AND NC", "no", "no"),
        ("MIT OR NC", "yes", "yes"),
        ("Users-700M", "no", "no"),
        ("Policy", "no", "no"),
        ("Unread", "unknown", "unknown"),
        ("MIT AND Unread", "unknown", "unknown"),
        ("NC AND Unread", "no", "no"),
        ("NC OR Unread", "unknown", "unknown"),
        ("NONE", "no", "no"),
        (None, "unknown", "unknown"),
    ],
)
def test_open_terms_and_osi_approval(expression, open_terms, osi):
    """AND takes the worst, OR the best, NONE grants nothing, and what nobody has read stays unknown unless something else decides."""
    assert (
        evaluate_openness(expression, REGISTRY),
        evaluate_osi_approval(expression, REGISTRY),
    ) == (open_terms, osi)


def test_conditions_keep_the_license_they_come_from():
    """Combined terms say for each condition which license demands it."""
    terms = find_best_terms("Users-700M AND CC-BY-4.0", REGISTRY)
    assert {(each.license, each.condition.kind) for each in terms.clauses} == {
        ("Users-700M", "user-threshold"),
        ("CC-BY-4.0", "attribution"),
    }
    assert (terms.use, terms.modify) == ("limited", "yes")


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("MIT", "MIT", "neutral"),
        ("MIT", "Apache-2.0", "neutral"),
        ("Users-700M", "Users-100M", "more-closed"),
        ("Users-100M", "Users-700M", "more-open"),
        ("MIT", "NC", "more-closed"),
        ("NC", "Apache-2.0", "more-open"),
        ("MIT", "GPL-3.0-only", "more-closed"),
        ("MIT", "MIT OR NC", "neutral"),
        ("NC", "MIT OR NC", "more-open"),
        ("Policy", "Policy AND No-EU", "more-closed"),
        ("Users-700M", "No-EU", "unreviewed"),
        ("MIT", "Unread", "unreviewed"),
        ("MIT", "Nobodys-License", "unreviewed"),
        ("MIT", None, "unreviewed"),
        ("MIT", "NONE", "more-closed"),
        ("NONE", "NC", "more-open"),
    ],
)
def test_direction(before, after, direction):
    """Freedoms and conditions decide with their numbers; where neither side is better throughout, a person must look."""
    assert compare_expressions(before, after, REGISTRY) == direction


@pytest.mark.parametrize(
    ("kind", "stricter", "milder"),
    [
        (
            "user-threshold",
            {"users": 5, "period": "month", "effect": "forbidden"},
            {"users": 5, "period": "month", "effect": "needs-license"},
        ),
        (
            "revenue-threshold",
            {"amount": 1, "currency": "USD", "period": "year"},
            {"amount": 9, "currency": "USD", "period": "year"},
        ),
        (
            "revenue-threshold",
            {"amount": 9, "currency": "USD", "period": "year", "at_least": True},
            {"amount": 9, "currency": "USD", "period": "year", "permits": ["research"]},
        ),
        (
            "territory",
            {"excluded": ["EU", "GB"], "effect": "forbidden"},
            {"excluded": ["EU"], "effect": "forbidden"},
        ),
        (
            "field-of-use",
            {"fields": ["military", "medical"], "effect": "forbidden"},
            {"fields": ["military"], "effect": "forbidden"},
        ),
        ("output-training", {"effect": "forbidden"}, {"effect": "obligation"}),
        ("acceptable-use-policy", {"changeable": True}, {"changeable": False}),
    ],
)
def test_parameters_decide_the_direction(kind, stricter, milder):
    """Two licenses that differ in one number or switch alone are ordered by it, in both directions."""
    both = make_registry(
        licenses=(
            make_license("Strict", make_condition(kind, **stricter)),
            make_license("Mild", make_condition(kind, **milder)),
        )
    )
    assert compare_expressions("Mild", "Strict", both) == "more-closed"
    assert compare_expressions("Strict", "Mild", both) == "more-open"


expressions = st.recursive(
    st.sampled_from(sorted(LICENSES)),
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=4,
)
OPPOSITE = {
    "more-open": "more-closed",
    "more-closed": "more-open",
    "neutral": "neutral",
    "unreviewed": "unreviewed",
}


@given(expressions, expressions)
def test_direction_turns_round(left, right):
    """Going back undoes the direction, and no change is neutral."""
    assert (
        compare_expressions(right, left, REGISTRY)
        == OPPOSITE[compare_expressions(left, right, REGISTRY)]
    )
    assert compare_expressions(left, left, REGISTRY) == "neutral"


@given(expressions, st.sampled_from(sorted(LICENSES)))
def test_a_further_license_never_opens(expression, further):
    """AND another license is never more open, and OR another never more closed."""
    assert compare_expressions(expression, f"{expression} AND {further}", REGISTRY) != "more-open"
    assert compare_expressions(expression, f"{expression} OR {further}", REGISTRY) != "more-closed"
