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
    wanted = word.lower()
    found = _match_keys(wanted, by_lower, count)
    found += _match_keys(_get_tail(wanted), _index_by_tail(by_lower), count)
    return list(dict.fromkeys(found))[:count]


def _index_by_tail(by_lower: Mapping[str, str]) -> dict[str, str]:
    """Of several names with the same tail, the first."""
    by_tail: dict[str, str] = {}
    for lower, name in by_lower.items():
        by_tail.setdefault(_get_tail(lower), name)
    return by_tail


def _get_tail(name: str) -> str:
    """What stands behind the owner; the name itself where there is none."""
    return name.rpartition("/")[2]


def _match_keys(wanted: str, names: Mapping[str, str], count: int) -> list[str]:
    """The names whose keys are nearest."""
    keys = get_close_matches(wanted, names, n=count, cutoff=MIN_SIMILARITY)
    return [names[key] for key in keys]


def format_near_names(word: str, known: Iterable[str]) -> str:
    """The same as words for an error: ` (near: a, b)`, or nothing."""
    names = find_near_names(word, known)
    return f" (near: {', '.join(names)})" if names else ""
