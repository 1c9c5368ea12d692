"""Things collected by a key."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


def group_pairs(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """The values of each key, keys and values in the order in which they came."""
    found: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)


def list_alphabetically(named: Mapping[str, Value]) -> list[Value]:
    """The values by their name, as people sort: capitals do not count."""
    return [named[name] for name in sorted(named, key=str.lower)]
