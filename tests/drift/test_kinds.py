"""One table of kinds: the schemas, the labels and everybody who reads or makes drift know exactly what it holds."""

import ast
import json
from pathlib import Path

import pytest

from audit.core.json_files import InvalidFileError
from audit.drift.finding import Difference
from audit.drift.finding_json import parse_finding, serialize_finding
from audit.drift.kinds import DRIFT_KINDS, UnknownDriftKindError
from audit.publish.issues.labels import FIXED_LABELS
from audit.store.events import EventStore
from tests.publish.conftest import build_finding


def read_schema(root: Path, name: str) -> dict:
    return json.loads((root / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_the_schema_lists_the_kinds_of_the_table(root: Path):
    """Neither knows a kind that the other lacks, and nobody else lists them."""
    finding = read_schema(root, "event")["$defs"]["finding"]
    assert finding["properties"]["kind"]["enum"] == sorted(DRIFT_KINDS)
    for name in ("report", "observation"):
        rows = read_schema(root, name)["properties"]["findings"]["items"]
        assert rows == {"$ref": "event.schema.json#/$defs/finding"}


def test_every_row_is_whole():
    """Each kind has a sentence and a label to file it under, and a question that can be asked."""
    for id, kind in DRIFT_KINDS.items():
        assert id == kind.id
        assert kind.sentence.endswith(".")
        assert f"drift: {kind.subject}" in FIXED_LABELS
        assert kind.question.format(field="f", before="b", after="a", license="l")


def test_a_kind_that_the_table_lacks_is_not_made():
    """A difference of an unknown kind is an error with the nearest kind, and no default sentence."""
    with pytest.raises(UnknownDriftKindError, match="weights-gone") as error:
        Difference("weights-gon", "hub.repo", "reachable", "gone", "more-closed")
    assert "\n" not in str(error.value)


def test_a_kind_that_the_table_lacks_is_not_read(tmp_path: Path):
    """Neither from a finding nor from the history: what a newer version wrote is refused by name."""
    row = serialize_finding(build_finding()) | {"kind": "weights-lost"}
    with pytest.raises(UnknownDriftKindError, match="weights-lost"):
        parse_finding(row)

    store = EventStore(tmp_path)
    store.append_findings("run", "2026-03-01T06:00:00Z", [build_finding()])
    (path,) = store.root.glob("*/*.json")
    path.write_text(path.read_text().replace("weights-gated", "weights-lost"))
    with pytest.raises(InvalidFileError, match="weights-lost") as error:
        store.load_events()
    assert "\n" not in str(error.value)


def test_nobody_else_lists_kinds(root: Path):
    """What depends on a kind is a column of the table or a name from it: no other module writes an id down."""
    found = []
    for path in sorted((root / "audit").rglob("*.py")):
        if path.name != "kinds.py" or path.parent.name != "drift":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and node.value in DRIFT_KINDS:
                    found.append(f"{path.relative_to(root)}:{node.lineno}: {node.value}")
    assert found == []
