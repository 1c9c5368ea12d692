"""Files: strict JSON in, stable JSON out."""

import io
import json
import math
import os
import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from audit.core.errors import Problem, RegistryError
from audit.core.plain_files import open_without_waiting
from audit.core.surrogates import lone_surrogate

_WHOLE_CHARACTER = "write the character itself, or leave it out"
_SHORTER_NUMBER = "write a shorter number"
MAX_DIGITS = 300
"""Of a number without a fraction: what can still be divided, added to and written again."""
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


def read_registry_json(path: Path, shown: str, limit: int = MAX_RECORD_BYTES) -> Any:
    """The same of a file of the registry, which nobody named and which is a plain one."""
    return parse_json(read_registry_text(path, shown, limit), shown)


def read_text_file(path: Path | str, shown: str, limit: int = MAX_RECORD_BYTES) -> str:
    """Read UTF-8 of at most `limit` bytes. Raises BadFile."""
    return _read_text(lambda: io.FileIO(path), shown, limit)


def read_registry_text(path: Path | str, shown: str, limit: int = MAX_RECORD_BYTES) -> str:
    """The same of a file of the registry. A pipe is not waited for: it could be for ever."""
    return _read_text(lambda: _open_plain_file(path, shown), shown, limit)


def _open_plain_file(path: Path | str, shown: str) -> io.FileIO:
    file = io.FileIO(path, opener=open_without_waiting)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise _build_file_error(shown, "not a plain file", "put a file in its place")
    return file


def _read_text(open_file: Callable[[], io.FileIO], shown: str, limit: int) -> str:
    try:
        with open_file() as file:
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
    return _require_end(content, shown, limit)


def _require_end(content: bytes, shown: str, limit: int) -> bytes:
    """A file that grows while it is read, a pipe or a device may have no end."""
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
        counts = Counter(name for name, _ in pairs)
        key = next(name for name, count in counts.items() if count > 1)
        raise _NotStrictJsonError(
            f"the key {key!r} stands twice in one object", "keep one of the two"
        )
    return found


def _reject_constant(name: str) -> Any:
    raise _NotStrictJsonError(f"{name} is not JSON", "write a number or leave the field out")


def _parse_integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _NotStrictJsonError(f"a number of {len(digits):,} digits", _SHORTER_NUMBER)
    return int(digits)


def _parse_decimal(digits: str) -> float:
    """The number. Python reads one that no float holds as infinite, which is not JSON again."""
    number = float(digits)
    if math.isinf(number):
        raise _NotStrictJsonError("a number larger than any that can be kept", _SHORTER_NUMBER)
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_reject_duplicate_keys,
    parse_constant=_reject_constant,
    parse_int=_parse_integer,
    parse_float=_parse_decimal,
)
MISREAD_ERRORS = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What reading values trips over that are not of the form, or of the size, in which they were
written. A moment of the year 1 in another zone is too early for any calendar.
"""


def parse_json(text: str, shown: str) -> Any:
    """Parse strict JSON from text: every string in it can be written again. Raises BadFile."""
    _require_whole_characters(text, shown)
    _require_no_mark(text, shown)
    try:
        return _DECODER.decode(text)
    except (_NotStrictJsonError, ValueError, RecursionError) as error:
        message, fix, line = _explain_parse_error(error)
        raise _build_file_error(shown, message, fix, line) from error


def _explain_parse_error(error: Exception) -> tuple[str, str, int]:
    """What is wrong, what to do, and the line; 0 where no line is known."""
    if isinstance(error, json.JSONDecodeError):
        message = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        return message, "mend the syntax there", error.lineno
    return (*_explain_refused_json(error), 0)


def _explain_refused_json(error: Exception) -> tuple[str, str]:
    """JSON by its syntax that is not read all the same: what is wrong, and what to do."""
    if isinstance(error, _NotStrictJsonError):
        message, fix = error.args
        return message, fix
    if isinstance(error, RecursionError):
        return "nested too deeply", "a record has at most a few levels"
    return f"not JSON: {error}", "mend the syntax there"


def _require_whole_characters(text: str, shown: str) -> None:
    """Raises BadFile for half a character: what is read must be such that it can be written."""
    place = lone_surrogate(text)
    if place is None:
        return
    message = f"half a character, {_show_half(text, place)}, which is no text"
    line = text.count("\n", 0, place) + 1
    raise _build_file_error(shown, message, _WHOLE_CHARACTER, line)


def _require_no_mark(text: str, shown: str) -> None:
    """Raises BadFile for the invisible mark that some editors put before UTF-8."""
    if text.startswith("\ufeff"):
        message = "a byte order mark stands before the first character"
        raise _build_file_error(shown, message, "save the file as UTF-8 without BOM", 1)


def _show_half(text: str, place: int) -> str:
    return text[place : place + 6] if text[place] == "\\" else ascii(text[place])[1:-1]


def build_damaged_file_error(shown: str, what: str) -> InvalidFileError:
    """A machine-written file that is not what the audit wrote: it is restored, never begun anew."""
    fix = f"written by the audit only: restore it with git checkout HEAD -- {shown}"
    return _build_file_error(shown, what, fix)


def read_machine_json(path: Path, shown: str, limit: int) -> Any:
    """Read JSON that the audit wrote. Raises BadFile with the way to restore it."""
    return parse_machine_json(read_machine_text(path, shown, limit), shown)


def read_machine_text(path: Path | str, shown: str, limit: int) -> str:
    """Read the text of a file that the audit wrote. Raises BadFile with the way to restore it."""
    try:
        return read_registry_text(path, shown, limit)
    except InvalidFileError as error:
        raise build_damaged_file_error(shown, error.problem.message) from error


def parse_machine_json(text: str, shown: str) -> Any:
    """Parse JSON that the audit wrote. Raises BadFile with the way to restore it."""
    try:
        return parse_json(text, shown)
    except InvalidFileError as error:
        raise build_damaged_file_error(shown, error.problem.message) from error


def dump_json(value: Any) -> str:
    """JSON as every machine-written file has it.

    Sorted keys, two spaces, one newline at the end.
    """
    return _ENCODER.encode(value) + "\n"


_ENCODER = json.JSONEncoder(indent=2, sort_keys=True, ensure_ascii=False)


def dump_json_line(value: Any) -> str:
    """JSON on one line, without an end of it: a row of a file that has thousands."""
    return _LINE_ENCODER.encode(value)


_LINE_ENCODER = json.JSONEncoder(ensure_ascii=False)
"""Made once: `json.dumps` makes one for every call that asks for letters as they are."""


def readable(value: Any, shown: str, limit: int) -> tuple[str, Any]:
    """JSON as a machine-written file has it, and what reading it gives.

    Raises NotReadable where reading would refuse it.
    """
    try:
        text = _dump_within(value, limit)
        if text is None or len(text.encode("utf-8")) > limit:
            raise NotReadable(shown, "too-large", f"more than {limit:,} bytes, where reading stops")
        return text, parse_json(text, shown)
    except (InvalidFileError, ValueError, TypeError, RecursionError) as error:
        raise NotReadable(shown, "unreadable", _explain_unreadable(error)) from error


def _explain_unreadable(error: Exception) -> str:
    if isinstance(error, InvalidFileError):
        return error.problem.message
    # Half a character, an integer of more digits than Python writes, a value that is no JSON.
    return f"no JSON in UTF-8 ({type(error).__name__})"


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
