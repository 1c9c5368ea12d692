"""Three-valued answers: what nobody knows is neither yes nor no."""

from collections.abc import Iterable
from typing import Literal

Truth = Literal["yes", "no", "unknown"]


def combine_with_and(answers: Iterable[Truth]) -> Truth:
    """All must hold: one no decides, then one unknown. Yes when there are none."""
    return _find_first(("no", "unknown"), answers, "yes")


def combine_with_or(answers: Iterable[Truth]) -> Truth:
    """One must hold: one yes decides, then one unknown. No when there are none."""
    return _find_first(("yes", "unknown"), answers, "no")


def _find_first(order: Iterable[Truth], answers: Iterable[Truth], default: Truth) -> Truth:
    """The first of `order` that was given as an answer."""
    seen = set(answers)
    return next((truth for truth in order if truth in seen), default)


def convert_to_truth(value: bool | None) -> Truth:
    """A boolean that may be unknown, as a word."""
    if value is None:
        return "unknown"
    return "yes" if value else "no"
