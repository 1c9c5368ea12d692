"""One run at a time per registry."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.errors import RegistryError, UsageError


class AlreadyRunning(RegistryError):
    """Another run works on this registry; nothing is wrong."""

    exit_status = 0


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the registry's lock. A lock whose process is gone (a killed run) is taken over.

    Raises AlreadyRunning, or UsageError where the folder cannot be written.
    """
    path = root / "observations" / ".lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _take(path)
    except OSError as error:
        raise UsageError(f"{path.parent}: cannot be written: {error.strerror}; check its permissions") from error
    try:
        os.write(handle, str(os.getpid()).encode())
        os.close(handle)
        yield
    finally:
        path.unlink(missing_ok=True)


def _take(path: Path) -> int:
    try:
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        holder = path.read_text(encoding="utf-8").strip()
        if holder.isdigit() and _alive(int(holder)):
            raise AlreadyRunning(f"already running as process {holder}; nothing to do") from None
        path.unlink(missing_ok=True)
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
