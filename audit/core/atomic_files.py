"""Files written as a whole or not at all: never a half-written one."""

import errno
import fnmatch
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from audit.core.errors import DiskFullError, RegistryError, UsageError

DISK_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


ANYBODY = 0o666
"""Before the umask. A temporary file belongs to its writer alone, others as their user wants it."""


def write_text_atomic(path: Path, text: str) -> None:
    """Replace a file as a whole: temporary file beside it, fsync, rename.

    Raises DiskFull, UsageError when the folder cannot be written, RegistryError for what is no
    text.
    """
    write_bytes_atomic(path, _encode_text(path, text))


def _encode_text(path: Path, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        half = ascii(text[error.start])[1:-1]
        raise RegistryError(
            f"{path}: half a character, {half}, which no file can hold; "
            "nothing was written: leave the character out where it came from"
        ) from error


def write_bytes_atomic(path: Path, content: bytes) -> None:
    """As write_atomic, for bytes that must stay as they are."""
    handle, temporary = _create_temporary_file(path)
    try:
        _write_durably(handle, content)
        temporary.chmod(_choose_mode(path))
        os.replace(temporary, path)
        _sync_folder(path.parent)
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


def _choose_mode(path: Path) -> int:
    """As the file was, and for a new one as its user creates files."""
    with suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    umask = os.umask(0o077)
    os.umask(umask)
    return ANYBODY & ~umask


def _sync_folder(folder: Path) -> None:
    """The new name outlives a loss of power, too, where the system can be asked for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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
    # `rglob` takes three times as long, before anything else of a run can begin.
    for directory, _, found in os.walk(folder):
        for name in fnmatch.filter(found, f".*{names}.*.tmp"):
            Path(directory, name).unlink(missing_ok=True)
