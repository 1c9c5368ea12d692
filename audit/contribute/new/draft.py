"""A record that a machine began and a person finishes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

RecordFolder = Literal["models", "datasets"]


@dataclass(frozen=True)
class DraftQuestion:
    """One fact that only a person can establish."""

    path: str
    """JSON path to fill."""
    asks: str
    example: Any
    """A value of the right form for that path; not the answer."""
    needed: bool = False
    """Without an answer the record does not validate."""
    decides: bool = True
    """Verdicts turn on it. The others may stay unknown for long."""


@dataclass
class RecordDraft:
    """A record with its open questions, and what could not be seen."""

    folder: RecordFolder
    id: str
    record: dict[str, Any]
    questions: list[DraftQuestion] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What the reader must know: a rename, a text that could not be read, a name that leads nowhere."""
    missing_models: tuple[str, ...] = ()
    """Base models without a record, as the card names them."""
    missing_datasets: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        """The record's name among all records."""
        return f"{self.folder}/{self.id}"

    def build_file_path(self, root: Path) -> Path:
        """The file that the record belongs into."""
        return root / self.folder / f"{self.id}.json"


def fill_json_path(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of the record with a value at a JSON path of plain keys; holders that are missing are made."""
    names = path.removeprefix("$.").split(".")
    copy = dict(record)
    holder = copy
    for name in names[:-1]:
        holder[name] = dict(holder.get(name) or {})
        holder = holder[name]
    holder[names[-1]] = value
    return copy
