"""Names near a name that the registry does not know."""

from collections.abc import Iterable
from difflib import get_close_matches


def find_near_names(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` known names, nearest first. The part after the owner counts too, since people leave owners out."""
    by_lower = {name.lower(): name for name in known}
    by_tail: dict[str, str] = {}
    for lower, name in by_lower.items():
        by_tail.setdefault(lower.rpartition("/")[2], name)
    wanted = word.lower()
    found = [by_lower[each] for each in get_close_matches(wanted, by_lower, n=count, cutoff=0.6)]
    found += [
        by_tail[each]
        for each in get_close_matches(wanted.rpartition("/")[2], by_tail, n=count, cutoff=0.6)
    ]
    return list(dict.fromkeys(found))[:count]


def format_near_names(word: str, known: Iterable[str]) -> str:
    """The same as words for an error: ` (near: a, b)`, or nothing."""
    names = find_near_names(word, known)
    return f" (near: {', '.join(names)})" if names else ""
