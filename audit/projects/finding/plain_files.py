"""Which files may be opened at all."""

import stat
from pathlib import Path


def measure_plain_file(path: Path) -> int | None:
    """Bytes of a plain file. Links lead out, and opening a FIFO waits for ever: None for those."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
