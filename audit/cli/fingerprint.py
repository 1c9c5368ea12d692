"""`fingerprint`: the entry that makes a license text known, for `texts` in its record."""

import json
from pathlib import Path
from typing import Any

from audit.cli.command import make_command
from audit.cli.json_output import print_json
from audit.cli.license_files import LicenseFilesOptions, read_file_bytes, take_license_files
from audit.core.errors import UsageError
from audit.licenses.text.text_entry import build_text_entry


@make_command(LicenseFilesOptions)
@take_license_files(help="text of a license, exactly as its maker publishes it")
def run_command(options: LicenseFilesOptions) -> int:
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
