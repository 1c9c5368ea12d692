"""Which fact somebody means who names it in a form: by its path, or in words. Pure.

In words: all of them, but for little ones, occur in one path of the record, and in no other.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from audit.records.read import RECORD_FOLDERS
from audit.records.schema import load_schemas

WORD = re.compile(r"[a-z0-9]+")
LITTLE_WORDS = frozenset({"a", "an", "and", "for", "is", "its", "of", "on", "the", "this", "under"})
EVERYDAY_WORDS: Mapping[str, str] = {
    "model-parameters-final": "weights",
    "technical-report": "paper",
    "components.datasets": "training data",
    "hub.gated": "gate",
    "released.date": "release",
}
"""Parts of paths, and what people call them."""
EVIDENCE = "$.evidence"


def find_named_facts(answer: str, folder: str, paths: Iterable[str]) -> list[str]:
    """The paths that an answer may mean: one where it is certain, none where no path has its words.

    `paths`: those of the record. A path that a record may have counts, whether it is there or not.
    """
    path = f"$.{answer.strip().removeprefix('$').removeprefix('.')}"
    if re.split(r"[.\[]", path)[1] in _list_top_fields(folder):
        return [path]
    wanted = set(WORD.findall(answer.lower())) - LITTLE_WORDS
    facts = sorted(each for each in paths if wanted and not each.startswith(EVIDENCE))
    found = [each for each in facts if wanted <= _list_words(each)]
    # Of a holder and what it holds, the holder is what was named.
    return [each for each in found if not any(_holds(other, each) for other in found)]


def _list_top_fields(folder: str) -> Mapping[str, Any]:
    schema, _ = RECORD_FOLDERS[folder]
    fields: Mapping[str, Any] = load_schemas()[f"{schema}.schema.json"]["properties"]
    return fields


def _list_words(path: str) -> set[str]:
    known = [words for part, words in EVERYDAY_WORDS.items() if part in path]
    return set(WORD.findall(" ".join([path.lower(), *known])))


def _holds(holder: str, path: str) -> bool:
    return path.startswith((f"{holder}.", f"{holder}["))
