"""Names near a name that the registry does not know."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

MIN_SIMILARITY = 0.6
"""As difflib measures it, from 0 to 1."""


def find_near_names(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` known names, nearest first.

    The part after the owner counts too, since people leave owners out.
    """
    by_lower = {name.lower(): name for name in known}
    by_tail: dict[str, str] = {}
    for lower, name in by_lower.items():
        by_tail.setdefault(lower.rpartition("/")[2], name)
    wanted = word.lower()
    found = _match_keys(wanted, by_lower, count)
    found += _match_keys(wanted.rpartition("/")[2], by_tail, count)
    return list(dict.fromkeys(found))[:count]


def _match_keys(wanted: str, names: Mapping[str, str], count: int) -> list[str]:
    """The names whose keys are nearest."""
    keys = get_close_matches(wanted, names, n=count, cutoff=MIN_SIMILARITY)
    return [names[key] for key in keys]


def format_near_names(word: str, known: Iterable[str]) -> str:
    """The same as words for an error: ` (near: a, b)`, or nothing."""
    names = find_near_names(word, known)
    return f" (near: {', '.join(names)})" if names else ""
