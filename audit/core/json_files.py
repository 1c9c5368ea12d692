"""Files: strict JSON in, stable JSON out, and never a half-written file."""

import errno
import io
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from audit.core.errors import DiskFull, Problem, RegistryError, UsageError
from audit.core.surrogates import lone_surrogate

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
READABLE = 0o644
"""A temporary file belongs to its writer alone; what stands in a repository is for everybody."""
MAX_RECORD_BYTES = 1 << 20
"""A record is a few kilobytes; one of more than 1 MiB is not a record, and parsing it could exhaust memory."""


class BadFile(Exception):
    """A file that is not strict JSON; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class NotReadable(RegistryError):
    """What a machine-written file would hold, and no command could read again. Nothing was written."""

    def __init__(self, shown: str, reason: Literal["too-large", "unreadable"], what: str) -> None:
        self.reason = reason
        super().__init__(f"{shown}: not written: {what}, so that no command could read it again; what stood there stands there still")


def read_json(path: Path, shown: str, limit: int = MAX_RECORD_BYTES) -> Any:
    """Read strict JSON: UTF-8, no duplicate keys, no NaN, at most `limit` bytes. Raises BadFile."""
    return parse_json(read_text(path, shown, limit), shown)


def read_text(path: Path, shown: str, limit: int = MAX_RECORD_BYTES) -> str:
    """Read UTF-8 of at most `limit` bytes. Raises BadFile."""
    try:
        with path.open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                fix = f"a record holds at most {limit:,}; remove what is not a fact"
                raise BadFile(Problem(shown, "$", f"the file has {size:,} bytes", fix))
            content = file.readall() or b"" if size else _unsized(file, limit)
            if len(content) > limit:
                raise BadFile(Problem(shown, "$", f"the file has no end within {limit:,} bytes", "give a plain file"))
            return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFile(Problem(shown, "$", f"byte {error.start} is not UTF-8", "save the file as UTF-8")) from error
    except OSError as error:
        raise BadFile(Problem(shown, "$", f"cannot be read: {error.strerror}", "check the file and its permissions")) from error


def _unsized(file: io.FileIO, limit: int) -> bytes:
    """The content of an empty file, a pipe or a device: the last may have no end."""
    reader = io.BufferedReader(file)
    content = reader.read(limit + 1)
    reader.detach()
    return content


class _NotStrict(Exception):
    """JSON that Python would take and the standard does not: what is wrong, and what to do."""


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        key = next(name for name in names if names.count(name) > 1)
        raise _NotStrict(f"the key {key!r} stands twice in one object", "keep one of the two")
    return found


def _no_constant(name: str) -> Any:
    raise _NotStrict(f"{name} is not JSON", "write a number or leave the field out")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)


def parse_json(text: str, shown: str) -> Any:
    """Parse strict JSON from text: every string in it can be written again. Raises BadFile."""
    if (place := lone_surrogate(text)) is not None:
        fix = "write the character itself, or leave it out"
        raise BadFile(Problem(shown, "$", f"half a character, {_escaped(text, place)}, which is no text", fix, text.count("\n", 0, place) + 1))
    try:
        return _DECODER.decode(text)
    except _NotStrict as error:
        raise BadFile(Problem(shown, "$", *error.args)) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadFile(Problem(shown, "$", f"not JSON at {where}: {error.msg}", "mend the syntax there", error.lineno)) from error
    except RecursionError as error:
        raise BadFile(Problem(shown, "$", "nested too deeply", "a record has at most a few levels")) from error
    except ValueError as error:
        # Python refuses to read an integer of more than 4,300 digits.
        raise BadFile(Problem(shown, "$", f"not JSON: {str(error).partition(';')[0]}", "write a shorter number")) from error


def _escaped(text: str, place: int) -> str:
    return text[place : place + 6] if text[place] == "\\" else ascii(text[place])[1:-1]


def json_files(folder: Path) -> Iterator[tuple[str, ...]]:
    """The JSON files below a folder, as the parts of their paths, sorted; hidden ones left out. Strings, for ten thousand Paths cost half a second."""
    for directory, folders, names in os.walk(folder):
        folders.sort()
        above = Path(directory).relative_to(folder).parts
        for name in sorted(names):
            if name.endswith(".json") and not name.startswith("."):
                yield (*above, name)


def damaged(shown: str, what: str) -> BadFile:
    """A machine-written file that is not what the audit wrote: it is restored, never begun anew."""
    return BadFile(Problem(shown, "$", what, f"written by the audit only: restore it with git checkout HEAD -- {shown}"))


def read_written(path: Path, shown: str, limit: int) -> Any:
    """Read JSON that the audit wrote. Raises BadFile with the way to restore it."""
    try:
        return read_json(path, shown, limit)
    except BadFile as error:
        raise damaged(shown, error.problem.message) from error


def dump_json(value: Any) -> str:
    """JSON as every machine-written file has it: sorted keys, two spaces, one newline at the end."""
    return _ENCODER.encode(value) + "\n"


_ENCODER = json.JSONEncoder(indent=2, sort_keys=True, ensure_ascii=False)


def readable(value: Any, shown: str, limit: int) -> tuple[str, Any]:
    """JSON as a machine-written file has it, and what reading it gives. Raises NotReadable where reading would refuse it."""
    try:
        text = _dumped(value, limit)
        if text is None or len(text.encode("utf-8")) > limit:
            raise NotReadable(shown, "too-large", f"more than {limit:,} bytes, where reading stops")
        return text, parse_json(text, shown)
    except BadFile as error:
        raise NotReadable(shown, "unreadable", error.problem.message) from error
    except (ValueError, TypeError, RecursionError) as error:
        # Half a character, an integer of more digits than Python writes, a value that is no JSON.
        raise NotReadable(shown, "unreadable", f"no JSON in UTF-8 ({type(error).__name__})") from error


def _dumped(value: Any, limit: int) -> str | None:
    """As dump_json, None where it takes more than `limit` characters: it stops there, for the rest could take minutes."""
    pieces = []
    for piece in _ENCODER.iterencode(value):
        pieces.append(piece)
        limit -= len(piece)
        if limit < 1:
            return None
    return "".join(pieces) + "\n"


def write_atomic(path: Path, text: str) -> None:
    """Replace a file as a whole: temporary file beside it, fsync, rename.

    Raises DiskFull, UsageError when the folder cannot be written, RegistryError for what is no text.
    """
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        fix = "nothing was written: leave the character out where it came from"
        raise RegistryError(f"{path}: half a character, {ascii(text[error.start])[1:-1]}, which no file can hold; {fix}") from error
    write_bytes_atomic(path, content)


def write_bytes_atomic(path: Path, content: bytes) -> None:
    """As write_atomic, for bytes that must stay as they are."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise _refused(path.parent, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(READABLE)
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise _refused(path, error) from error
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove_leftovers(folder: Path, names: str = "") -> None:
    """Delete temporary files that a killed command left behind below a folder: all, or those of files whose name ends so."""
    for path in folder.rglob(f".*{names}.*.tmp"):
        path.unlink(missing_ok=True)


def _refused(path: Path, error: OSError) -> RegistryError:
    if error.errno in FULL:
        return DiskFull(f"{path}: cannot be written: {error.strerror}; the old content is untouched: free space and run again")
    return UsageError(f"{path}: cannot be written: {error.strerror}; check its permissions")
