"""All records in one compressed file of JSON lines: what `update` fetches.

The first line says what the file is. Each other line is a file of the registry with its text.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from audit.core.errors import RegistryError
from audit.core.json_files import InvalidFileError, parse_json
from audit.core.json_folders import find_json_files
from audit.records.names import is_portable_name

PACK_FORMAT = "open-model-registry records"
PACK_VERSION = 1
PACK_FOLDERS = ("models", "families", "datasets", "licenses", "events", "indexes")
PACK_FILES = ("address.json", "verdicts.json", "summaries.json")
MAX_PACK_BYTES = 64 << 20
MAX_UNPACKED_BYTES = 512 << 20
MAX_PACK_FILES = 100_000
"""Ten thousand models with years of history still fit."""
MAX_LINE_BYTES = 64 << 20
"""The largest files are those of all verdicts and all rows: a megabyte for some thousand models."""
_GZIP = 31
"""For zlib: a file of gzip, whose head holds no time and no name."""
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PATH = re.compile(rf"(?:{'|'.join(PACK_FOLDERS)})(?:/{_PART}){{1,2}}\.json")


class InvalidPackError(RegistryError):
    """What was fetched is no file of records, or one of another format. Nothing was changed."""

    exit_status = 3


@dataclass(frozen=True)
class RecordPack:
    """The files of a registry by path, as they stood on a day."""

    data_date: str
    files: Mapping[str, str]


def pack_records(root: Path, data_date: str) -> bytes:
    """The records of a folder as one file; the same bytes for the same records."""
    paths = sorted(_list_files(root))
    head = {"format": PACK_FORMAT, "version": PACK_VERSION, "data_date": data_date}
    # Line by line: the texts of ten thousand models do not fit into memory several times.
    packer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, _GZIP)
    packed = [packer.compress(_format_line(head | {"files": len(paths)}))]
    for path in paths:
        text = (root / path).read_text(encoding="utf-8")
        packed.append(packer.compress(_format_line({"path": path, "text": text})))
    return b"".join((*packed, packer.flush()))


def _format_line(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False)}\n".encode()


def _list_files(root: Path) -> Iterator[str]:
    for folder in PACK_FOLDERS:
        for parts in find_json_files(root / folder):
            yield "/".join((folder, *parts))
    yield from (name for name in PACK_FILES if (root / name).is_file())


def read_pack(content: bytes) -> RecordPack:
    """The files of a pack. Raises InvalidPackError."""
    # One line at a time: half a gigabyte of ends of lines would be as many lines at once.
    lines = enumerate(_unpack_lines(content), 1)
    head = _parse_line(next(lines, (1, ""))[1], 1)
    _require_format(head)
    files: dict[str, str] = {}
    taken: set[str] = set()
    for number, line in lines:
        path, text = _take_file(line, number)
        _require_new(path.lower(), taken, number)
        taken.add(path.lower())
        files[path] = text
    _require_whole(head, len(files))
    return RecordPack(head["data_date"], files)


def _require_new(path: str, taken: Collection[str], number: int) -> None:
    """Many file systems do not tell case apart: there the later file would replace the earlier."""
    if path in taken:
        raise InvalidPackError(f"line {number} holds a file that an earlier one holds")
    if len(taken) == MAX_PACK_FILES:
        raise InvalidPackError(f"holds more than {MAX_PACK_FILES:,} files")


def _require_format(head: Mapping[str, Any]) -> None:
    if head.get("format") != PACK_FORMAT or head.get("version") != PACK_VERSION:
        raise InvalidPackError(
            f"not a file of records of version {PACK_VERSION}; a newer program may read it"
        )


def _require_whole(head: Mapping[str, Any], count: int) -> None:
    if count != head.get("files"):
        raise InvalidPackError(f"holds {count} of {head.get('files')} files; fetch it again")
    if not _is_date(head.get("data_date")):
        raise InvalidPackError("data_date in line 1 is no date; is the address that of the file?")


def _is_date(value: object) -> bool:
    """It is shown wherever the age of the data is told, so nothing but a date may stand there.

    A registry that was never observed has none: an empty text.
    """
    if value == "":
        return True
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _unpack_lines(content: bytes) -> Iterator[str]:
    """Raises InvalidPackError."""
    left = MAX_UNPACKED_BYTES
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            while line := file.readline(MAX_LINE_BYTES + 1):
                left -= len(line)
                _require_bounded(len(line), left)
                yield line.decode()
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise InvalidPackError("not a compressed text; is the address that of the file?") from error


def _require_bounded(size: int, left: int) -> None:
    if size > MAX_LINE_BYTES or left < 0:
        raise InvalidPackError(
            f"unpacks to more than {MAX_UNPACKED_BYTES:,} bytes, "
            f"or to a line of more than {MAX_LINE_BYTES:,}"
        )


def _parse_line(line: str, number: int) -> Mapping[str, Any]:
    try:
        found = parse_json(line, f"line {number}")
    except InvalidFileError as error:
        raise InvalidPackError(f"line {number} is no JSON") from error
    if not isinstance(found, dict):
        raise InvalidPackError(f"line {number} is no object")
    return found


def _take_file(line: str, number: int) -> tuple[str, str]:
    found = _parse_line(line, number)
    path, text = found.get("path"), found.get("text")
    if not isinstance(path, str) or not isinstance(text, str) or not _is_allowed(path):
        raise InvalidPackError(f"line {number} is no file of a registry")
    return path, text


def _is_allowed(path: str) -> bool:
    if path in PACK_FILES:
        return True
    return bool(_PATH.fullmatch(path)) and all(map(is_portable_name, path.split("/")))
