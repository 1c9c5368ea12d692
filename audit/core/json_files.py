"""Files: strict JSON in, stable JSON out, and never a half-written file."""

import errno
import io
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from audit.core.errors import DiskFullError, Problem, RegistryError, UsageError
from audit.core.surrogates import lone_surrogate

DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
WORLD_READABLE_MODE = 0o644
"""A temporary file belongs to its writer alone; what stands in a repository is for everybody."""
MAX_RECORD_BYTES = 1 << 20
"""A record is a few kilobytes.

One of more than 1 MiB is not a record, and parsing it could exhaust memory.
"""


class InvalidFileError(Exception):
    """A file that is not strict JSON; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class NotReadable(RegistryError):
    """What a machine-written file would hold, and no command could read again.

    Nothing was written.
    """

    def __init__(self, shown: str, reason: Literal["too-large", "unreadable"], what: str) -> None:
        self.reason = reason
        kept = "what stood there stands there still"
        super().__init__(
            f"{shown}: not written: {what}, so that no command could read it again; {kept}"
        )


def read_json_file(path: Path, shown: str, limit: int = MAX_RECORD_BYTES) -> Any:
    """Read strict JSON: UTF-8, no duplicate keys, no NaN, at most `limit` bytes. Raises BadFile."""
    return parse_json(read_text_file(path, shown, limit), shown)


def read_text_file(path: Path, shown: str, limit: int = MAX_RECORD_BYTES) -> str:
    """Read UTF-8 of at most `limit` bytes. Raises BadFile."""
    try:
        with path.open("rb", buffering=0) as file:
            return _read_bytes(file, shown, limit).decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8"
        raise _build_file_error(shown, message, "save the file as UTF-8") from error
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise _build_file_error(shown, message, "check the file and its permissions") from error


def _read_bytes(file: io.FileIO, shown: str, limit: int) -> bytes:
    size = os.fstat(file.fileno()).st_size
    if size > limit:
        fix = f"a record holds at most {limit:,}; remove what is not a fact"
        raise _build_file_error(shown, f"the file has {size:,} bytes", fix)
    content = file.readall() or b"" if size else _read_unsized_file(file, limit)
    if len(content) > limit:
        message = f"the file has no end within {limit:,} bytes"
        raise _build_file_error(shown, message, "give a plain file")
    return content


def _build_file_error(shown: str, message: str, fix: str, line: int = 0) -> InvalidFileError:
    """An error about a file as a whole."""
    return InvalidFileError(Problem(shown, "$", message, fix, line))


def _read_unsized_file(file: io.FileIO, limit: int) -> bytes:
    """The content of an empty file, a pipe or a device: the last may have no end."""
    reader = io.BufferedReader(file)
    content = reader.read(limit + 1)
    reader.detach()
    return content


class _NotStrictJsonError(Exception):
    """JSON that Python would take and the standard does not: what is wrong, and what to do."""


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        key = next(name for name in names if names.count(name) > 1)
        raise _NotStrictJsonError(
            f"the key {key!r} stands twice in one object", "keep one of the two"
        )
    return found


def _reject_constant(name: str) -> Any:
    raise _NotStrictJsonError(f"{name} is not JSON", "write a number or leave the field out")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_reject_duplicate_keys, parse_constant=_reject_constant
)


def parse_json(text: str, shown: str) -> Any:
    """Parse strict JSON from text: every string in it can be written again. Raises BadFile."""
    _require_whole_characters(text, shown)
    try:
        return _DECODER.decode(text)
    except _NotStrictJsonError as error:
        raise _build_file_error(shown, *error.args) from error
    except json.JSONDecodeError as error:
        message = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise _build_file_error(shown, message, "mend the syntax there", error.lineno) from error
    except RecursionError as error:
        fix = "a record has at most a few levels"
        raise _build_file_error(shown, "nested too deeply", fix) from error
    except ValueError as error:
        # Python refuses to read an integer of more than 4,300 digits.
        what = str(error).partition(";")[0]
        raise _build_file_error(shown, f"not JSON: {what}", "write a shorter number") from error


def _require_whole_characters(text: str, shown: str) -> None:
    """Raises BadFile for half a character: what is read must be such that it can be written."""
    place = lone_surrogate(text)
    if place is None:
        return
    message = f"half a character, {_show_half(text, place)}, which is no text"
    fix = "write the character itself, or leave it out"
    line = text.count("\n", 0, place) + 1
    raise _build_file_error(shown, message, fix, line)


def _show_half(text: str, place: int) -> str:
    return text[place : place + 6] if text[place] == "\\" else ascii(text[place])[1:-1]


def find_json_files(folder: Path) -> Iterator[tuple[str, ...]]:
    """The JSON files below a folder, as the parts of their paths, sorted; hidden ones left out.

    Strings, for ten thousand Paths cost half a second.
    """
    for directory, folders, names in os.walk(folder):
        folders.sort()
        above = Path(directory).relative_to(folder).parts
        for name in sorted(names):
            if name.endswith(".json") and not name.startswith("."):
                yield (*above, name)


def build_damaged_file_error(shown: str, what: str) -> InvalidFileError:
    """A machine-written file that is not what the audit wrote: it is restored, never begun anew."""
    fix = f"written by the audit only: restore it with git checkout HEAD -- {shown}"
    return _build_file_error(shown, what, fix)


def read_machine_json(path: Path, shown: str, limit: int) -> Any:
    """Read JSON that the audit wrote. Raises BadFile with the way to restore it."""
    try:
        return read_json_file(path, shown, limit)
    except InvalidFileError as error:
        raise build_damaged_file_error(shown, error.problem.message) from error


def dump_json(value: Any) -> str:
    """JSON as every machine-written file has it.

    Sorted keys, two spaces, one newline at the end.
    """
    return _ENCODER.encode(value) + "\n"


_ENCODER = json.JSONEncoder(indent=2, sort_keys=True, ensure_ascii=False)


def readable(value: Any, shown: str, limit: int) -> tuple[str, Any]:
    """JSON as a machine-written file has it, and what reading it gives.

    Raises NotReadable where reading would refuse it.
    """
    try:
        text = _dump_within(value, limit)
        if text is None or len(text.encode("utf-8")) > limit:
            raise NotReadable(shown, "too-large", f"more than {limit:,} bytes, where reading stops")
        return text, parse_json(text, shown)
    except InvalidFileError as error:
        raise NotReadable(shown, "unreadable", error.problem.message) from error
    except (ValueError, TypeError, RecursionError) as error:
        # Half a character, an integer of more digits than Python writes, a value that is no JSON.
        what = f"no JSON in UTF-8 ({type(error).__name__})"
        raise NotReadable(shown, "unreadable", what) from error


def _dump_within(value: Any, limit: int) -> str | None:
    """As dump_json, None where it takes more than `limit` characters.

    It stops there, for the rest could take minutes.
    """
    pieces = []
    for piece in _ENCODER.iterencode(value):
        pieces.append(piece)
        limit -= len(piece)
        if limit < 1:
            return None
    return "".join(pieces) + "\n"


def write_text_atomic(path: Path, text: str) -> None:
    """Replace a file as a whole: temporary file beside it, fsync, rename.

    Raises DiskFull, UsageError when the folder cannot be written, RegistryError for what is no
    text.
    """
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        half = ascii(text[error.start])[1:-1]
        fix = "nothing was written: leave the character out where it came from"
        raise RegistryError(
            f"{path}: half a character, {half}, which no file can hold; {fix}"
        ) from error
    write_bytes_atomic(path, content)


def write_bytes_atomic(path: Path, content: bytes) -> None:
    """As write_atomic, for bytes that must stay as they are."""
    handle, temporary = _create_temporary_file(path)
    try:
        _write_durably(handle, content)
        temporary.chmod(WORLD_READABLE_MODE)
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _build_write_error(path, error) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _create_temporary_file(path: Path) -> tuple[int, Path]:
    """An open file beside `path`, since only within one file system a rename is atomic."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise _build_write_error(path.parent, error) from error
    return handle, Path(name)


def _write_durably(handle: int, content: bytes) -> None:
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _build_write_error(path: Path, error: OSError) -> RegistryError:
    what = f"{path}: cannot be written: {error.strerror}"
    if error.errno in DISK_FULL_ERRNOS:
        fix = "the old content is untouched: free space and run again"
        return DiskFullError(f"{what}; {fix}")
    return UsageError(f"{what}; check its permissions")


def remove_leftovers(folder: Path, names: str = "") -> None:
    """Delete temporary files that a killed command left behind below a folder.

    All of them, or those of files whose name ends with `names`.
    """
    for path in folder.rglob(f".*{names}.*.tmp"):
        path.unlink(missing_ok=True)
