"""Which files may be opened at all."""

import os
import stat
from pathlib import Path


def measure_plain_file(path: Path) -> int | None:
    """Bytes of a plain file. Links lead out, and opening a FIFO waits for ever: None for those."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def open_without_waiting(path: str, flags: int) -> int:
    """For `opener=`: a pipe that took a file's place meanwhile is not waited for.

    Windows has neither the flag nor such pipes.
    """
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
