"""What the checks of a record read and give: a record that fails its schema may have any form."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from audit.core.errors import Problem

JsonObject = Mapping[str, Any]
Problems = Iterator[Problem]
KnownIds = Mapping[str, Collection[str]]
"""Ids by folder of every file that is there, whether it is valid or not.

What stands in a damaged file is not missing.
"""


def get_object(value: Any) -> JsonObject:
    """The value where it is an object: a record that fails its schema may hold anything."""
    return value if isinstance(value, dict) else {}


def list_names(value: Any) -> list[str]:
    """The strings of a list; none where the value is no list."""
    if not isinstance(value, list):
        return []
    return [name for name in value if isinstance(name, str)]


def list_objects(value: Any) -> list[JsonObject]:
    """The members of a list as objects; none where the value is no list."""
    return [get_object(member) for member in value] if isinstance(value, list) else []


def walk_document(value: Any, path: str = "$") -> Iterator[tuple[str, str, Any]]:
    """Every key of a document as (path of the holder, key, value)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path, key, inner
            yield from walk_document(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from walk_document(inner, f"{path}[{index}]")
