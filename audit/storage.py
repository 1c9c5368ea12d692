"""Files: strict JSON in, stable JSON out, and never a half-written file."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from audit.errors import Problem, UsageError

READABLE = 0o644
"""A temporary file belongs to its writer alone; what stands in a repository is for everybody."""
MAX_RECORD_BYTES = 1 << 20
"""A record is a few kilobytes; one of more than 1 MiB is not a record, and parsing it could exhaust memory."""


class BadFile(Exception):
    """A file that is not strict JSON; carries the problem to report."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read_json(path: Path, shown: str, limit: int = MAX_RECORD_BYTES) -> Any:
    """Read strict JSON: UTF-8, no duplicate keys, no NaN, at most `limit` bytes. Raises BadFile."""
    try:
        size = path.stat().st_size
        if size > limit:
            raise BadFile(Problem(shown, "$", f"the file has {size:,} bytes", f"a record holds at most {limit:,}; remove what is not a fact"))
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFile(Problem(shown, "$", f"byte {error.start} is not UTF-8", "save the file as UTF-8")) from error
    except OSError as error:
        raise BadFile(Problem(shown, "$", f"cannot be read: {error.strerror}", "check the file and its permissions")) from error
    return parse_json(text, shown)


def parse_json(text: str, shown: str) -> Any:
    """Parse strict JSON from text. Raises BadFile."""

    def refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise BadFile(Problem(shown, "$", f"the key {key!r} stands twice in one object", "keep one of the two"))
            found[key] = value
        return found

    def refuse_constant(name: str) -> Any:
        raise BadFile(Problem(shown, "$", f"{name} is not JSON", "write a number or leave the field out"))

    try:
        return json.loads(text, object_pairs_hook=refuse_duplicates, parse_constant=refuse_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadFile(Problem(shown, "$", f"not JSON at {where}: {error.msg}", "mend the syntax there", error.lineno)) from error
    except RecursionError as error:
        raise BadFile(Problem(shown, "$", "nested too deeply", "a record has at most a few levels")) from error


def dump_json(value: Any) -> str:
    """JSON as every machine-written file has it: sorted keys, two spaces, one newline at the end."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_atomic(path: Path, text: str) -> None:
    """Replace a file as a whole: temporary file beside it, fsync, rename. Raises UsageError when the folder cannot be written."""
    write_bytes_atomic(path, text.encode("utf-8"))


def write_bytes_atomic(path: Path, content: bytes) -> None:
    """As write_atomic, for bytes that must stay as they are."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise UsageError(f"{path.parent}: cannot be written: {error.strerror}; check its permissions") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(READABLE)
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {error.strerror}; free space or check its permissions") from error
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
