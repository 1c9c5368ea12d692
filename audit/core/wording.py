"""Lists and numbers in sentences."""

from collections.abc import Sequence


def join_first(names: Sequence[str], most: int) -> str:
    """The first names with commas between them, and how many more there are."""
    shown = ", ".join(names[:most])
    hidden = len(names) - most
    return f"{shown} and {hidden} more" if hidden > 0 else shown


def count_things(number: int, noun: str, plural: str = "") -> str:
    """`1 model`, `1,548 models`. `plural` where it is not the noun with an s."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
