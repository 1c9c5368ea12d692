"""One run at a time per registry.

The kernel holds the lock, so that it goes with its process, however that ends.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from audit.core.errors import RegistryError, UsageError
from audit.core.registry_folder import require_registry_folder


class RegistryBusyError(RegistryError):
    """Another command writes to this registry; a script must not take this for *done*."""

    exit_status = 3


class AlreadyRunningError(RegistryError):
    """Another run works on this registry; nothing is wrong."""

    exit_status = 0


@contextmanager
def hold_registry_lock(root: Path) -> Iterator[None]:
    """Hold the registry's lock.

    Raises AlreadyRunning, or UsageError where the folder cannot be written.

    The file itself proves nothing and may be left behind: a process id in it could be taken by
    another program, and two runs that both find it stale would both go on.
    """
    require_registry_folder(root)
    path = root / "observations" / ".lock"
    is_new = not path.parent.exists()
    lock = _acquire_lock(path)
    try:
        # For people who wonder who it is; a full disk is told by what has to be written.
        with suppress(OSError):
            path.with_name(".lock.pid").write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        with suppress(OSError):
            path.with_name(".lock.pid").unlink(missing_ok=True)
        # While it is held: whoever opened it meanwhile sees that it has no name any more, and
        # does not take it.
        with suppress(OSError):
            path.unlink()
        lock.release()
        if is_new:
            # A command that failed leaves no folder where none was; one that holds anything stays.
            with suppress(OSError):
                path.parent.rmdir()


@contextmanager
def hold_file_lock(path: Path, undone: str) -> Iterator[None]:
    """Hold the lock of a file that stays where it is.

    `undone`: what was not done. Raises RegistryBusyError where somebody else holds it.
    """
    try:
        lock = _acquire_lock(path)
    except AlreadyRunningError as error:
        raise RegistryBusyError(
            f"{undone}: another command is at it; wait until it has ended, then run this again"
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def hold_lock_to_write(root: Path, undone: str) -> Iterator[None]:
    """As hold_registry_lock, for a command that a person waits for.

    `undone`: what was not done. Raises RegistryBusyError where another command writes.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_registry_lock(root))
        except AlreadyRunningError as error:
            raise RegistryBusyError(
                f"another command works on this registry, so {undone}; "
                "wait until it has ended, then run this again"
            ) from error
        yield


def _acquire_lock(path: Path) -> FileLock:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not singleton or thread-local: a second run of the same process is a second run.
        lock = FileLock(path, timeout=0, thread_local=False)
        lock.acquire()
    except Timeout:
        holder = _describe_lock_holder(path)
        raise AlreadyRunningError(f"already running{holder}; nothing to do") from None
    except OSError as error:
        what = f"{path.parent}: cannot be written: {error.strerror}"
        raise UsageError(f"{what}; check its permissions") from error
    return lock


def _describe_lock_holder(path: Path) -> str:
    try:
        number = path.with_name(".lock.pid").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return f" as process {number}" if number.isdigit() else ""
