"""Lists in sentences."""

from collections.abc import Sequence


def join_first(names: Sequence[str], most: int) -> str:
    """The first names with commas between them, and how many more there are."""
    shown = ", ".join(names[:most])
    hidden = len(names) - most
    return f"{shown} and {hidden} more" if hidden > 0 else shown
