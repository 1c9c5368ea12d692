"""A record that takes over what was observed: its new values, each with evidence of what was seen.

Pure: it changes a copy in memory.
"""

from dataclasses import dataclass
from itertools import count
from typing import Any

from audit.contribute.new.draft import WEIGHTS, JsonObject, RecordFolder
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.drift.finding import Finding
from audit.observations.facts import HubFacts
from audit.records.registry import Registry
from audit.store.observations import TargetState

MAX_NOTE_CHARACTERS = 600
MAX_EVIDENCE_KEYS = 8
"""Keys that one fact may cite."""
PIN_ORDER = ("license_tag", "license_name", "license_link")
"""Neighbors in a record's `hub` part, in reading order."""
_STATES_WITH_FACTS = ("ok", "gated", "moved")


class ReadingRequiredError(Exception):
    """A finding that no program may accept. Carries the question that remains."""


@dataclass(frozen=True)
class RecordEdit:
    """A finding, the record that is to take its value, and what was seen."""

    record: JsonObject
    """A copy, to be changed in place."""
    finding: Finding
    observation: TargetState
    other_kinds: frozenset[str]
    """Kinds of the record's open findings that are not accepted with it."""
    registry: Registry

    @property
    def folder(self) -> RecordFolder:
        """Whether it is a dataset's record or a model's."""
        return "datasets" if self.finding.record.startswith("datasets/") else "models"

    @property
    def pins(self) -> JsonObject:
        """The record's `hub` part."""
        pins: JsonObject = self.record["hub"]
        return pins

    @property
    def weights(self) -> JsonObject:
        """What a model's record says of its weights."""
        weights: JsonObject = self.record["components"][WEIGHTS]
        return weights

    @property
    def stated_license(self) -> str | None:
        """The license that the record states for what the repository holds."""
        license = self._get_stated_terms().get("license")
        return license if isinstance(license, str) else None

    def _get_stated_terms(self) -> JsonObject:
        """The part that holds the license: a dataset's terms, or a model's weights."""
        components: JsonObject = self.record.get("components", {})
        weights: JsonObject = components.get(WEIGHTS, {})
        terms: JsonObject = self.record.get("terms", weights)
        return terms

    def require_hub_facts(self) -> HubFacts:
        """What the Hub said. Raises ReadingRequiredError where it was last seen without facts."""
        facts = self.observation.facts
        if not isinstance(facts, HubFacts) or self.observation.state not in _STATES_WITH_FACTS:
            raise self.build_outdated_refusal()
        return facts

    def build_outdated_refusal(self) -> ReadingRequiredError:
        """The refusal of a finding that is not what was last seen."""
        return ReadingRequiredError(
            f"Upstream was seen otherwise since ({self.finding.field}). "
            "Run the audit again, then look at what it finds."
        )

    def set_pin(self, key: str, value: Any) -> None:
        """Set a pin, or remove it where the value is None.

        A new one comes behind its neighbors, so that a record keeps its reading order.
        """
        if value is None:
            self.pins.pop(key)
        elif key in self.pins or key not in PIN_ORDER:
            self.pins[key] = value
        else:
            self._insert_pin(key, value)

    def add_citation(
        self,
        holder: JsonObject,
        note: str,
        *,
        repo: str | None = None,
        at_commit: bool = True,
    ) -> None:
        """Add a row for what was seen to the evidence table, and cite it first in `holder`."""
        origin = self._derive_origin()
        revision = self.finding.revision if at_commit else None
        place = repo or self.pins["repo"]
        row = origin.build_evidence_row(self.folder, place, revision, None, note)
        key = self._choose_evidence_key(f"hub-{origin.day}", row)
        self.record["evidence"][key] = row
        _cite_first(holder, key)

    def insert_note(self, holder: JsonObject, sentence: str) -> None:
        """Put a sentence before the note. Raises ReadingRequiredError where it has no room."""
        note = holder.pop("note", "")
        if len(sentence) + len(note) >= MAX_NOTE_CHARACTERS:
            raise _build_room_refusal(sentence)
        holder["note"] = f"{sentence} {note}".rstrip()

    def _derive_origin(self) -> EvidenceOrigin:
        """Where and when the finding was last seen."""
        endpoint = self.finding.url.partition("/api/")[0]
        return EvidenceOrigin(endpoint, self.finding.last_counted[:10])

    def _insert_pin(self, key: str, value: Any) -> None:
        place = self._find_pin_place(key)
        rows = list(self.pins.items())
        self.pins.clear()
        self.pins.update([*rows[:place], (key, value), *rows[place:]])

    def _find_pin_place(self, key: str) -> int:
        """Behind the last neighbor that comes before it, else at the end."""
        names = list(self.pins)
        earlier = [name for name in PIN_ORDER[: PIN_ORDER.index(key)] if name in names]
        return names.index(earlier[-1]) + 1 if earlier else len(names)

    def _choose_evidence_key(self, base: str, row: JsonObject) -> str:
        """A key that is free, or that holds the same row already."""
        table = self.record["evidence"]
        key = base
        for number in count(2):
            if table.get(key, row) == row:
                break
            key = f"{base}-{number}"
        return key


def _build_room_refusal(sentence: str) -> ReadingRequiredError:
    # A space comes between the sentence and the note.
    room = MAX_NOTE_CHARACTERS - len(sentence) - 1
    return ReadingRequiredError(
        "The record's note has no room for another sentence. "
        f"Shorten it to {room} characters first."
    )


def _cite_first(holder: JsonObject, key: str) -> None:
    """Put the key before the others that the fact cites."""
    others = [cited for cited in holder.get("evidence", ()) if cited != key]
    holder["evidence"] = [key, *others][:MAX_EVIDENCE_KEYS]


def format_value(value: object) -> str:
    """A value of a finding in a sentence."""
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if value is None:
        return "not seen"
    return "none" if value is False else str(value)
