"""Other indexes of openness, value by value beside ours.

Their values are cited facts with repository and commit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from audit.analysis.index_facts import CELL_PREFIX, OwnFact, compare_fact
from audit.core.errors import Problem
from audit.core.json_files import MISREAD_ERRORS, InvalidFileError, read_registry_json
from audit.records.model import Model
from audit.records.registry import Registry

MAX_INDEX_BYTES = 4 << 20
_ANY_TEXT = re.compile(r".{0,2000}")
_FORMS = {
    "index": re.compile(r"[a-z0-9.-]{1,40}"),
    "name": _ANY_TEXT,
    "repository": re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}"),
    "commit": re.compile(r"[0-9a-f]{40}"),
    "note": _ANY_TEXT,
}
"""Of the fields, in the order of `OtherIndex`. Repository and commit stand in links."""
INTERCHANGEABLE_DOCUMENTS = ("technical-report", "research-paper")


@dataclass(frozen=True)
class OtherIndex:
    """What another index says, at one commit."""

    id: str
    name: str
    repository: str
    commit: str
    note: str
    rows: tuple[dict[str, str], ...]

    def build_row_url(self, row: dict[str, str]) -> str:
        """Where the row was read."""
        return f"https://github.com/{self.repository}/blob/{self.commit}/{quote(row['path'])}"


@dataclass(frozen=True)
class IndexComparison:
    """One fact that another index and this registry both know."""

    model: Model
    fact: str
    theirs: str
    their_url: str
    own: OwnFact

    @property
    def agrees(self) -> bool:
        """Whether the two say the same."""
        return self.own.agrees


def read_indexes(root: Path) -> list[OtherIndex]:
    """The indexes recorded under `indexes`. Raises InvalidFileError for a damaged one."""
    paths = sorted((root / "indexes").glob("*.json"))
    return [_read_index(path, f"{root.name}/indexes/{path.name}") for path in paths]


def _read_index(path: Path, shown: str) -> OtherIndex:
    data: Any = read_registry_json(path, shown, MAX_INDEX_BYTES)
    try:
        return _parse_index(data)
    except MISREAD_ERRORS as error:
        mend = "write index, name, repository, commit, note and rows"
        problem = Problem(shown, "$", f"not an index ({error!r})", mend)
        raise InvalidFileError(problem) from error


def _parse_index(data: Any) -> OtherIndex:
    texts = (_require_text(data[field], form) for field, form in _FORMS.items())
    id, name, repository, commit, note = texts
    return OtherIndex(id, name, repository, commit, note, tuple(map(_require_row, data["rows"])))


def _require_row(row: Any) -> dict[str, str]:
    """A row of text that says of which model it is and where it was read."""
    for value in (row["model"], row["path"], *row.values()):
        _require_text(value, _ANY_TEXT)
    return dict(row)


def _require_text(value: Any, form: re.Pattern[str]) -> str:
    if not form.fullmatch(value):
        raise ValueError(f"{value[:40]!r} is of another form")
    return str(value)


def compare_index(index: OtherIndex, registry: Registry) -> Iterator[IndexComparison]:
    """Every fact that both know. What either side does not know is not compared."""
    for row in index.rows:
        model = registry.find_model(row["model"])
        if model is not None:
            yield from _compare_row(row, index.build_row_url(row), model, registry)


def _compare_row(
    row: dict[str, str], their_url: str, model: Model, registry: Registry
) -> Iterator[IndexComparison]:
    for fact, theirs in sorted(row.items()):
        own = compare_fact(fact, theirs, model, registry)
        if own is not None and not _is_document_replaced(row, fact):
            shown = fact.removeprefix(CELL_PREFIX)
            yield IndexComparison(model, shown, theirs, their_url, own)


def _is_document_replaced(row: dict[str, str], fact: str) -> bool:
    """A paper stands for a report, so that an index may list either."""
    if fact not in INTERCHANGEABLE_DOCUMENTS or row[fact] != "not listed":
        return False
    return any(row.get(document) == "listed" for document in INTERCHANGEABLE_DOCUMENTS)
