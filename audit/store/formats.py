"""The formats in which the machine stores what it reads again.

An older one becomes today's step by step.

A stored file says its format in one word: `"format": "observation/2"`. One that says nothing is of
format 1. Every reader goes through `read_stored_file`, so that an old file is read as if it had
been written today, and one of a newer program is refused instead of misread.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from audit.core.digests import digest_text
from audit.core.errors import UsageError
from audit.core.escape import escape_unprintable
from audit.core.json_files import (
    MISREAD_ERRORS,
    NotReadable,
    build_damaged_file_error,
    parse_machine_json,
    read_machine_text,
    readable,
)
from audit.drift.lifecycle import UnknownStatusError, read_status
from audit.observations.facts import read_target, read_target_key
from audit.records.schema import SCHEMA_NAMES, build_quick_validator, find_schema_problems

Document = dict[str, Any]
Upgrade = Callable[[Document], Document]
"""From a document of one version to the same of the next. Pure: reading and `migrate` share it."""

MAX_EXPLAINED_VALUES = 2000
"""Values of a damaged file in which the exact place is looked for.

It is looked for under each form that facts can have, which takes minutes and all memory in a file
of a million values.
"""
FORMAT_PATTERN = re.compile(r"([a-z]+)/([1-9][0-9]{0,5})")


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


@dataclass(frozen=True)
class StoredFormat:
    """One kind of stored file."""

    name: str
    folder: str
    """Below the registry."""
    patterns: tuple[str, ...]
    """Of the files in that folder."""
    upgrades: tuple[Upgrade, ...]
    """The first leads from version 1 to 2, the next from 2 to 3, and so on."""
    max_bytes: int

    @property
    def version(self) -> int:
        """The version that this program writes."""
        return len(self.upgrades) + 1

    @property
    def mark(self) -> str:
        """What a file of today says of itself."""
        return f"{self.name}/{self.version}"

    @property
    def described(self) -> str:
        """What such a file is, for a message."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    def list_files(self, root: Path) -> Iterator[Path]:
        """The files of a registry that have this format, sorted; hidden ones left out."""
        found = chain.from_iterable((root / self.folder).glob(pattern) for pattern in self.patterns)
        for path in sorted(found):
            if not _is_hidden(path.relative_to(root)):
                yield path


class NewerFormatError(UsageError):
    """A file that a newer program wrote. Nothing was read or written."""


def _upgrade_observation_1(document: Document) -> Document:
    """Version 2 tells the host from the kind."""
    return {**document, "target": asdict(read_target(document["target"]))}


def _upgrade_observation_2(document: Document) -> Document:
    """Version 3 keeps what a card says in prose, what a dataset holds, and more about code."""
    add = _add_code_fields if document["target"]["kind"] == "code" else _add_hub_fields
    return {**document, "facts": add(document["facts"]), "baseline": add(document["baseline"])}


def _upgrade_observation_3(document: Document) -> Document:
    """Version 4 knows further kinds of target: branches and tags, and what a maker published."""
    return document


def _add_code_fields(facts: Document | None) -> Document | None:
    if facts is None:
        return None
    unknown = dict.fromkeys(("repository_id", "created_at", "pushed_at", "card"))
    return {**facts, **unknown, "license_files": [], "texts_due": []}


def _add_hub_fields(facts: Document | None) -> Document | None:
    if facts is None:
        return None
    unknown = dict.fromkeys(("card", "gate_prompt", "contents"))
    return {**facts, **unknown, "small_files": {}}


def _upgrade_event_1(document: Document) -> Document:
    """Version 2 tells the ends of a finding apart."""
    return {**document, "events": [_upgrade_finding_1(row) for row in document["events"]]}


def _upgrade_finding_1(row: Document) -> Document:
    counted = row["evidence"]
    return {**row, "status": read_status(row["status"], counted["sightings"], counted["needed"])}


def _upgrade_event_2(document: Document) -> Document:
    """Version 3 may name the labels of other models."""
    return document


def _upgrade_heartbeat_1(document: Document) -> Document:
    """Version 2 names the host of each target and each owner."""
    return {
        **document,
        "unseen": {read_target_key(key): row for key, row in document["unseen"].items()},
        # Heartbeats of the first runs had no owners.
        "owners": {read_target_key(key): row for key, row in document.get("owners", {}).items()},
    }


def _upgrade_heartbeat_2(document: Document) -> Document:
    """Version 3 counts the runs that failed for the same reason; of older ones one is known."""
    rows = {key: {**row, "same": 1} for key, row in document["unseen"].items()}
    return {**document, "unseen": rows}


def _upgrade_heartbeat_3(document: Document) -> Document:
    """Version 4 says by what everything was compared; of older runs nobody knows."""
    return {**document, "compared": None}


def _upgrade_ledger_1(document: Document) -> Document:
    """Version 2 says its format, and nothing else is new."""
    return document


FORMATS: dict[str, StoredFormat] = {
    stored_format.name: stored_format
    for stored_format in (
        StoredFormat(
            name="observation",
            folder="observations",
            patterns=("*/*/*.json", "*/*/*/*.json"),
            upgrades=(_upgrade_observation_1, _upgrade_observation_2, _upgrade_observation_3),
            max_bytes=8 << 20,  # a repository of ten thousand weight files still fits
        ),
        StoredFormat(
            name="event",
            folder="events",
            patterns=("*/*.json",),
            upgrades=(_upgrade_event_1, _upgrade_event_2),
            max_bytes=32 << 20,
        ),
        StoredFormat(
            name="heartbeat",
            folder="observations",
            patterns=("heartbeat.json",),
            upgrades=(_upgrade_heartbeat_1, _upgrade_heartbeat_2, _upgrade_heartbeat_3),
            max_bytes=16 << 20,  # after an outage: a hundred thousand targets still fit
        ),
        StoredFormat(
            name="sweep",
            folder="observations",
            patterns=("sweep.json",),
            upgrades=(),
            max_bytes=1 << 20,  # a few moments and places, and the names of some owners
        ),
        StoredFormat(
            name="ledger",
            folder="alerts",
            patterns=("ledger.json",),
            upgrades=(_upgrade_ledger_1,),
            max_bytes=8 << 20,  # a hundred thousand findings with their issues still fit
        ),
    )
}
"""Every format by its name. A new version is one more upgrade here."""


@dataclass(frozen=True)
class StoredFile:
    """What was read of a stored file."""

    content: Document
    """In today's form, whatever the version of the file."""
    version: int
    """Of the file as it is on disk."""
    digest: bytes
    """Of its text."""


def read_stored_file(name: str, path: Path, shown: str) -> StoredFile:
    """A stored file of one format, upgraded and valid by its schema where it has one.

    Raises InvalidFileError for a damaged file, NewerFormatError for one of a newer program.
    """
    return parse_stored_text(name, read_stored_text(name, path, shown), shown)


def read_stored_text(name: str, path: Path | str, shown: str) -> str:
    """The text of a stored file, as long as one of its format may be. Raises InvalidFileError."""
    return read_machine_text(path, shown, FORMATS[name].max_bytes)


def parse_stored_text(name: str, text: str, shown: str) -> StoredFile:
    """What `read_stored_file` makes of a text. Raises what it raises."""
    stored_format = FORMATS[name]
    document = _parse_document(stored_format, text, shown)
    version = _read_version(stored_format, document, shown)
    content = _upgrade_document(stored_format, document, version, shown)
    if problem := _find_schema_problem(stored_format, content, shown):
        raise build_damaged_file_error(shown, problem)
    return StoredFile(content, version, digest_text(text))


def parse_checked_text(name: str, text: str, shown: str) -> Document:
    """The same of a text that `parse_stored_text` of this very program has read before.

    What it found then, it would find again: to look again takes three times as long.
    """
    document: Document = json.loads(text)
    version = _read_version(FORMATS[name], document, shown)
    return _upgrade_document(FORMATS[name], document, version, shown)


def _parse_document(stored_format: StoredFormat, text: str, shown: str) -> Document:
    document = parse_machine_json(text, shown)
    if not isinstance(document, dict):
        raise build_damaged_file_error(shown, f"not {stored_format.described}")
    return document


def render_stored_text(name: str, document: Mapping[str, Any], shown: str) -> str:
    """The text of a stored file, which `read_stored_file` is sure to read. Raises NotReadable."""
    stored_format = FORMATS[name]
    marked = {**document, "format": stored_format.mark}
    text, again = readable(marked, shown, stored_format.max_bytes)
    if problem := _find_schema_problem(stored_format, again, shown):
        raise NotReadable(shown, "unreadable", problem)
    return text


def _find_schema_problem(stored_format: StoredFormat, document: Document, shown: str) -> str:
    """The first thing that is wrong with a document of today's form; empty where nothing is."""
    name = stored_format.name
    if name not in SCHEMA_NAMES or build_quick_validator(name).is_valid(document):
        return ""
    if not _has_more_values(document, MAX_EXPLAINED_VALUES):
        for problem in find_schema_problems(name, document, shown):
            return f"{problem.path}: {problem.message}"
    return f"not {stored_format.described} by its schema"


def _has_more_values(document: Document, limit: int) -> bool:
    waiting: list[Any] = [document]
    while waiting and limit >= 0:
        value = waiting.pop()
        if isinstance(value, dict | list):
            limit -= len(value)
            waiting += value.values() if isinstance(value, dict) else value
    return limit < 0


def _read_version(stored_format: StoredFormat, document: Document, shown: str) -> int:
    if "format" not in document:
        return 1
    version = _parse_mark(document["format"], stored_format, shown)
    if version > stored_format.version:
        mark = escape_unprintable(document["format"])
        raise NewerFormatError(
            f"{shown}: the format is {mark}, and this program reads up to"
            f" {stored_format.mark}; update open-model-registry, then run again"
        )
    return version


def _parse_mark(said: object, stored_format: StoredFormat, shown: str) -> int:
    """The version in `name/version`. Raises InvalidFileError for the mark of anything else."""
    match = FORMAT_PATTERN.fullmatch(said) if isinstance(said, str) else None
    if match is None or match[1] != stored_format.name:
        raise build_damaged_file_error(shown, f"the format {said!r} is not {stored_format.mark!r}")
    return int(match[2])


def _upgrade_document(
    stored_format: StoredFormat, document: Document, version: int, shown: str
) -> Document:
    try:
        for upgrade in stored_format.upgrades[version - 1 :]:
            document = upgrade(document)
    except (*MISREAD_ERRORS, UnknownStatusError) as error:
        what = f"not of the form {stored_format.name}/{version} ({error!r})"
        raise build_damaged_file_error(shown, what) from error
    return {**document, "format": stored_format.mark}
