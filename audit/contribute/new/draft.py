"""A record that a program begins and a person finishes. It holds no rule about what to state."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from audit.core.references import get_own_name

RecordFolder = Literal["models", "datasets"]
JsonObject = dict[str, Any]
EvidenceTable = dict[str, JsonObject]
FactName = Literal[
    "family",
    "developer",
    "modalities",
    "parameters",
    "hub",
    "base_models",
    "availability",
    "terms",
]
"""Facts at the top of a record, in reading order; components and evidence follow them."""
RECORD_SCHEMAS: dict[RecordFolder, str] = {
    "models": "../../../schemas/model.schema.json",
    "datasets": "../../../schemas/dataset.schema.json",
}
MODEL_ID_PATTERN = re.compile(
    r"(?!.*(\.\.|--))[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*"
)
WEIGHTS = "model-parameters-final"
WEIGHTS_PATH = f"$.components.{WEIGHTS}"


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
    questions: list[DraftQuestion] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What the reader must know: a rename, a text that could not be read, a broken reference."""
    missing_models: tuple[str, ...] = ()
    """Base models without a record, as the card names them."""
    missing_datasets: tuple[str, ...] = ()
    _facts: dict[FactName, Any] = field(default_factory=dict, init=False)
    _components: dict[str, JsonObject] = field(default_factory=dict, init=False)
    _evidence: EvidenceTable = field(default_factory=dict, init=False)

    @property
    def ref(self) -> str:
        """The record's name among all records."""
        return f"{self.folder}/{self.id}"

    @property
    def components(self) -> Mapping[str, Mapping[str, Any]]:
        """What is stated of each component."""
        return self._components

    @property
    def record(self) -> JsonObject:
        """The JSON, its keys in reading order."""
        record: JsonObject = {
            "$schema": RECORD_SCHEMAS[self.folder],
            "id": self.id,
            "name": get_own_name(self.id),
            **self._order_facts(),
        }
        if self.folder == "models":
            record["components"] = self._components
        return record | {"evidence": self._evidence}

    def _order_facts(self) -> JsonObject:
        """The facts in reading order, whichever was stated first."""
        return {name: self._facts[name] for name in get_args(FactName) if name in self._facts}

    def build_file_path(self, root: Path) -> Path:
        """The file that the record belongs into."""
        return root / self.folder / f"{self.id}.json"

    def state_fact(self, name: FactName, value: Any) -> None:
        """Set a fact at the top of the record."""
        self._facts[name] = value

    def state_component(self, name: str, row: JsonObject) -> None:
        """Set what is known of a component."""
        self._components[name] = row

    def state_datasets(self, ids: list[str]) -> None:
        """Set the datasets that the card names: whether they are all, it does not say."""
        row = {"status": "unknown", "datasets": ids, "evidence": ["card"]}
        self.state_component("datasets", row)

    def set_evidence(self, rows: EvidenceTable) -> None:
        """Set the evidence table."""
        self._evidence = rows

    def add_note(self, note: str) -> None:
        """Tell the reader something that no fact of the record says."""
        self.notes.append(note)

    def ask(
        self, path: str, asks: str, example: Any, *, needed: bool = False, decides: bool = True
    ) -> None:
        """Add a question."""
        self.questions.append(DraftQuestion(path, asks, example, needed, decides))
