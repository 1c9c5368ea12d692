"""What commands on texts of licenses share: their files, declared and read in one way."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, SharedOptions
from audit.core.errors import UsageError

MAX_READ_BYTES = 16 << 20
"""Many times what is read of a license text: a disk image does not fill the memory."""
Run = Callable[["LicenseFilesOptions"], int]


@dataclass(frozen=True)
class LicenseFilesOptions(SharedOptions):
    """Options of a command on texts of licenses."""

    files: tuple[Path, ...]


def take_license_files(help: str) -> Callable[[Run], Run]:
    """Declare the files as the arguments of a command."""
    return click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE", help=help)


def read_file_bytes(path: Path) -> bytes:
    """The bytes of a file, of a huge one the first. Raises UsageError with what to do."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_READ_BYTES)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}; check the path") from error
