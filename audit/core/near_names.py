"""Names near a name that the registry does not know."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

MIN_SIMILARITY = 0.6
"""As difflib measures it, from 0 to 1."""
ENOUGH_PARTS = 2
"""Parts in common, such as a line and its version, that make a name near however it goes on."""
PARTS = re.compile(r"[^-_/ ]+")


def find_near_names(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` known names, nearest first.

    Parts between hyphens count before letters do: `3.3` is not near `3.2` to somebody who asks for
    a version. The part after the owner counts too, since people leave owners out.
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
    ranked = sorted((-parts, -likeness, key) for key, parts, likeness in _rate_keys(wanted, names))
    return [names[key] for _, _, key in ranked[:count]]


def _rate_keys(wanted: str, keys: Iterable[str]) -> Iterable[tuple[str, int, float]]:
    """Each key that is near at all, with the parts that it shares and how alike its letters are."""
    wanted_parts = set(PARTS.findall(wanted))
    matcher = SequenceMatcher(b=wanted)
    for key in keys:
        matcher.set_seq1(key)
        shared = len(wanted_parts.intersection(PARTS.findall(key)))
        is_alike = matcher.quick_ratio() >= MIN_SIMILARITY and matcher.ratio() >= MIN_SIMILARITY
        if is_alike or shared >= ENOUGH_PARTS:
            yield key, shared if shared >= ENOUGH_PARTS else 0, matcher.ratio()


def format_near_names(word: str, known: Iterable[str]) -> str:
    """The same as words for an error: ` (near: a, b)`, or nothing."""
    names = find_near_names(word, known)
    return f" (near: {', '.join(names)})" if names else ""
