"""The closed vocabulary of fields of use: what a question and a clause may name.

Each field has a definition, other words for it and the wider fields that it belongs to
(`fields_of_use.json`). A word outside of it decides nothing: letters are never compared.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class FieldOfUse:
    """A field that licenses name, such as military use or credit scoring."""

    id: str
    name: str
    definition: str
    synonyms: tuple[str, ...]
    parents: tuple[str, ...]
    """Ids of the wider fields: what is said of them holds for this one."""
    is_ordinary: bool = False
    """Lawful work that use policies do not name, such as marketing or teaching."""


@cache
def load_fields() -> Mapping[str, FieldOfUse]:
    """Every field by its id, in alphabetical order."""
    rows = json.loads(files(__package__).joinpath("fields_of_use.json").read_text("utf-8"))
    return {row["id"]: _parse_field(row) for row in rows}


def _parse_field(row: Mapping[str, Any]) -> FieldOfUse:
    return FieldOfUse(
        row["id"],
        row["name"],
        row["definition"],
        tuple(row["synonyms"]),
        tuple(row["parents"]),
        row.get("ordinary", False),
    )


@cache
def list_field_words() -> Mapping[str, str]:
    """Each word for a field, folded, with the id of the field."""
    words: dict[str, str] = {}
    for field in load_fields().values():
        for word in (field.id, field.name, *field.synonyms):
            words.setdefault(_fold_word(word), field.id)
    return words


def find_field(word: str) -> FieldOfUse | None:
    """The field that a word means as a whole, whatever its case, spaces and hyphens."""
    id = list_field_words().get(_fold_word(word))
    return load_fields()[id] if id else None


def is_within(field: FieldOfUse, wider: FieldOfUse) -> bool:
    """Whether what is said of the wider field is said of this one too."""
    return wider.id in set(_list_ancestors(field))


def _list_ancestors(field: FieldOfUse) -> Iterator[str]:
    yield field.id
    for parent in field.parents:
        yield from _list_ancestors(load_fields()[parent])


def _fold_word(word: str) -> str:
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())
