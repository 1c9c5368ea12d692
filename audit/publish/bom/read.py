"""Read a bill of materials: CycloneDX, SPDX 2 and SPDX 3, all as JSON."""

from collections.abc import Iterable
from pathlib import Path

from audit.core.errors import UsageError
from audit.core.json_files import InvalidFileError, read_json_file
from audit.publish.bom.contents import Document
from audit.publish.bom.entries import ReadBom, read_field
from audit.publish.bom.read_cyclonedx import read_cyclonedx
from audit.publish.bom.read_spdx import read_spdx_2, read_spdx_3

MAX_BOM_BYTES = 64 << 20
MAX_DEPTH = 100
"""Components may lie within components: real bills have a few levels."""
_KNOWN = "CycloneDX, SPDX 2.2 or 2.3, or SPDX 3.0, as JSON"


def read_bom(path: Path) -> ReadBom:
    """Read a document. Raises UsageError for a file that is no bill of materials."""
    found = find_bom(path)
    if found is None:
        raise UsageError(f"{path}: no bill of materials; give one in {_KNOWN}")
    return found


def find_bom(path: Path) -> ReadBom | None:
    """The document; None for a file of another kind. Raises UsageError for damaged JSON."""
    if path.suffix != ".json" or not path.is_file():
        return None
    try:
        document = read_json_file(path, str(path), MAX_BOM_BYTES)
    except InvalidFileError as error:
        raise UsageError(str(error)) from error
    if not isinstance(document, dict):
        return None
    if _measure_depth(document) > MAX_DEPTH:
        raise UsageError(f"{path}: more than {MAX_DEPTH} levels deep, which no bill needs")
    return _read_document(document)


def _measure_depth(document: Document) -> int:
    """Levels of objects and lists within each other."""
    depth, level = 0, [*_list_values(document)]
    while level:
        depth += 1
        level = [each for value in level for each in _list_values(value)]
    return depth


def _list_values(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _read_document(document: Document) -> ReadBom | None:
    if document.get("bomFormat") == "CycloneDX":
        return read_cyclonedx(document)
    if read_field(document, "spdxVersion").startswith("SPDX-2"):
        return read_spdx_2(document)
    if "spdx.org/rdf/3" in read_field(document, "@context"):
        return read_spdx_3(document)
    return None
