"""Who is within the reach of a revenue threshold: the amount itself, and uses that are free of it."""

import pytest

from audit.licenses.conditions import compute_clause_effect
from audit.licenses.uses import IntendedUse
from tests.definitions.builders import make_condition

LIMIT = {"amount": 1_000, "currency": "USD", "period": "year", "effect": "needs-license"}
RICH = IntendedUse(revenue=5_000)


@pytest.mark.parametrize(
    ("parameters", "use", "effect"),
    [
        ({}, IntendedUse(revenue=1_000), None),
        ({"at_least": True}, IntendedUse(revenue=1_000), "needs-separate-license"),
        ({"at_least": True}, IntendedUse(revenue=999), None),
        ({"commercial_only": True}, RICH, None),
        (
            {"commercial_only": True},
            IntendedUse(purposes=("commercial",), revenue=5_000),
            "needs-separate-license",
        ),
        (
            {"permits": ["research"]},
            IntendedUse(purposes=("research",), revenue=5_000),
            "allowed-with-obligations",
        ),
        (
            {"permits": ["research"]},
            IntendedUse(purposes=("evaluation",), revenue=5_000),
            "needs-separate-license",
        ),
        (
            {"permits": ["research"]},
            IntendedUse(purposes=("commercial", "research"), revenue=5_000),
            "needs-separate-license",
        ),
        ({"permits": ["research"]}, RICH, "needs-separate-license"),
    ],
)
def test_a_limit_reaches_no_further_than_its_words(parameters, use, effect):
    """'At least' counts the amount itself; permitted purposes are free of the limit while nothing is earned."""
    condition = make_condition("revenue-threshold", **LIMIT, **parameters)
    assert compute_clause_effect(condition, use) == effect
