"""Three-valued answers: what nobody knows is neither yes nor no."""

from collections.abc import Iterable
from typing import Literal

Truth = Literal["yes", "no", "unknown"]


def combine_with_and(answers: Iterable[Truth]) -> Truth:
    """All must hold: one no decides, then one unknown. Yes when there are none."""
    seen = set(answers)
    if "no" in seen:
        return "no"
    return "unknown" if "unknown" in seen else "yes"


def combine_with_or(answers: Iterable[Truth]) -> Truth:
    """One must hold: one yes decides, then one unknown. No when there are none."""
    seen = set(answers)
    if "yes" in seen:
        return "yes"
    return "unknown" if "unknown" in seen else "no"


def convert_to_truth(value: bool | None) -> Truth:
    """A boolean that may be unknown, as a word."""
    if value is None:
        return "unknown"
    return "yes" if value else "no"
