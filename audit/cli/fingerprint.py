"""`fingerprint`: the entry that makes a license text known, for `texts` in its record."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from audit.cli.command import FILE, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.licenses.text.text_entry import build_text_entry

MAX_READ_BYTES = 16 << 20
"""Many times what is read of a license text: a disk image does not fill the memory."""


@dataclass(frozen=True)
class FingerprintOptions(SharedOptions):
    """Options of `fingerprint`."""

    files: tuple[Path, ...]


@make_command(FingerprintOptions)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=FILE,
    metavar="FILE",
    help="text of a license, exactly as its maker publishes it",
)
def run_command(options: FingerprintOptions) -> int:
    """Print the entry of each text, as it goes into a license record."""
    entries = [_build_entry(path) for path in options.files]
    if options.json:
        print_json("fingerprint", {"texts": entries})
        return 0
    for entry in entries:
        print(json.dumps(entry, indent=2))
    return 0


def _build_entry(path: Path) -> dict[str, Any]:
    """The entry of one text. Raises UsageError with the path."""
    try:
        entry = build_text_entry(read_file_bytes(path))
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    return {**entry, "evidence": ["text"]}


def read_file_bytes(path: Path) -> bytes:
    """The bytes of a file, of a huge one the first. Raises UsageError with what to do."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_READ_BYTES)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}; check the path") from error
