"""The readers of foreign bytes, one function each, with the only refusals that they promise.

The fuzzer, the kept corpus and the trials with old bugs all call these.
"""

import contextlib
import json
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from audit.core import escape, surrogates
from audit.core.json_files import NotReadable
from audit.licenses.text import alignment, diff, fingerprint, highlights, license_text, normalize
from audit.licenses.text import identify as identifying
from audit.licenses.text import notices as notice_lines
from audit.licenses.text.diff import describe_text_change
from audit.licenses.text.fingerprint import decode_fingerprint, encode_fingerprint, select_shingles
from audit.licenses.text.identify import find_plain_license, identify_license_text
from audit.licenses.text.license_text import LicenseText
from audit.licenses.text.normalize import is_text, normalize_text, take_leading_bytes
from audit.observations.facts import HubFacts, Target
from audit.records import build, line_numbers, schema, schema_messages
from audit.records.line_numbers import index_lines_by_path
from audit.records.load import read_all_records
from audit.records.registry import Registry
from audit.sources import answers
from audit.sources.answers import decode_json_answer, parsed
from audit.sources.failures import UndocumentedAnswer
from audit.sources.github.repositories import parse_code_facts
from audit.sources.huggingface import described, files, parse
from audit.sources.huggingface.described import parse_repository_description
from audit.sources.huggingface.parse import parse_hub_facts
from audit.store.observations import TargetState, TargetStateStore
from tests.conftest import make_license_record, make_model_record, write_records

_TEMPORARY = tempfile.TemporaryDirectory(prefix="fuzz-")  # removed when the process ends
FOLDER = Path(_TEMPORARY.name)
MODEL_FILE = "models/maker/model-1.json"
RECORD_FILES = {
    b"family.schema.json": "families/maker-1.json",
    b"dataset.schema.json": "datasets/maker/data.json",
    b"license.schema.json": "licenses/Fuzz-1.0.json",
}
"""Where a record goes, by the schema that it names."""
LICENSE = (Path(__file__).parents[2] / "LICENSE").read_bytes()
"""A text that the registry knows, to be changed by what is read."""
MODEL = Target("huggingface", "model", "maker/m")


def read_hub_answer(data: bytes) -> None:
    """An answer of the Hub or GitHub gives facts that can be stored and read again, or a refusal."""
    with contextlib.suppress(json.JSONDecodeError, UndocumentedAnswer):
        payload = decode_json_answer(data)
        if isinstance(payload, dict):
            _read_payload(payload)


def _read_payload(payload: dict[str, Any]) -> None:
    for kind in ("models", "datasets"):
        with contextlib.suppress(UndocumentedAnswer):
            parsed(parse_repository_description, payload, kind)
    with contextlib.suppress(UndocumentedAnswer):
        parsed(parse_code_facts, payload)
    _store_and_read_again(parsed(parse_hub_facts, payload, "models"))


def _store_and_read_again(facts: HubFacts) -> None:
    store = TargetStateStore(FOLDER / "registry")
    state = TargetState(MODEL, "ok", facts, facts)
    try:
        store.write_state(state)
    except NotReadable:
        return
    assert store.load_states()[MODEL] == state


def read_record(data: bytes) -> None:
    """A record is valid or has problems, each with a place; a valid one has only whole text."""
    root = FOLDER / "records"
    write_records(root, [("licenses", make_license_record()), ("models", make_model_record())])
    path = root / next((RECORD_FILES[word] for word in RECORD_FILES if word in data), MODEL_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    loaded = read_all_records(root)
    path.unlink()
    assert (loaded.registry is None) == bool(loaded.problems)
    index_lines_by_path(data.decode(errors="replace"))
    if loaded.registry is not None:
        for record in loaded.raw_records:
            _require_plain_text(record.data)


def _require_plain_text(value: object) -> None:
    """No character in it that a terminal obeys, that turns a line, or that no file can hold."""
    if isinstance(value, str):
        hidden = {unicodedata.category(character) for character in value}
        assert not hidden & {"Cc", "Cf", "Cs", "Zl", "Zp"}, ascii(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _require_plain_text([key, inner])
    elif isinstance(value, list):
        for inner in value:
            _require_plain_text(inner)


def read_license_text(data: bytes) -> None:
    """Any bytes can be named, compared, fingerprinted and printed."""
    known = _load_known_texts()
    half = take_leading_bytes(data, len(data) // 2)
    find_plain_license(data, known)
    for text in (data, LICENSE[: len(LICENSE) // 2] + data + LICENSE[len(LICENSE) // 2 :]):
        identify_license_text(text, known)
    normalize_text(data)
    change = describe_text_change(half, data)
    for line in (*change.passages, *change.highlights):
        escape.escape_markdown(line).encode()
    text = LicenseText(data)
    shingles = select_shingles(text.words, fingerprint.compute_window(len(text.words)))
    assert len(decode_fingerprint(encode_fingerprint(shingles))) == len(shingles)
    is_text(data)


_KNOWN: list[Registry] = []


def _load_known_texts() -> Registry:
    if not _KNOWN:
        loaded = read_all_records(Path(__file__).parents[2] / "registry")
        assert loaded.registry is not None
        _KNOWN.append(loaded.registry)
    return _KNOWN[0]


READERS: dict[str, Callable[[bytes], None]] = {
    "hub": read_hub_answer,
    "record": read_record,
    "text": read_license_text,
}
MODULES: dict[str, tuple[ModuleType, ...]] = {
    "hub": (answers, parse, files, described),
    "record": (schema, schema_messages, build, line_numbers, surrogates),
    "text": (
        normalize,
        license_text,
        notice_lines,
        identifying,
        diff,
        alignment,
        highlights,
        fingerprint,
    ),
}
"""What each reader is made of: the lines that a corpus has to reach."""


def list_corpus(name: str) -> list[Path]:
    """The kept inputs of a reader."""
    return sorted((Path(__file__).parent / "corpus" / name).iterdir())
