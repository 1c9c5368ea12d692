"""`identify`: which license is this text, how sure is that, and what differs?"""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from audit.cli.command import make_command
from audit.cli.json_output import print_json_line
from audit.cli.license_files import LicenseFilesOptions, read_file_bytes, take_license_files
from audit.core.errors import UsageError
from audit.licenses.text.identify import (
    MIN_EDITED_SIMILARITY,
    Identification,
    identify_license_text,
)
from audit.records.load import load_registry
from audit.records.registry import Registry


@make_command(LicenseFilesOptions, reads_installed=True)
@take_license_files(help="text of a license; with --json one line is printed for each")
def run_command(options: LicenseFilesOptions) -> int:
    """Identify each text. A file that cannot be read is reported, and the others are still read."""
    registry = load_registry(options.registry)
    were_read = [_identify_file(path, registry, as_json=options.json) for path in options.files]
    return 0 if all(were_read) else UsageError.exit_status


def _identify_file(path: Path, registry: Registry, *, as_json: bool) -> bool:
    """Print what the text of a file is; False where the file cannot be read."""
    try:
        found = identify_license_text(read_file_bytes(path), registry)
    except UsageError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return False
    _print_identification(str(path), found, as_json=as_json)
    return True


def _print_identification(file: str, found: Identification, *, as_json: bool) -> None:
    if as_json:
        print_json_line("identify", {"file": file, **asdict(found)})
    else:
        print(render_identification(file, found))


def render_identification(file: str, found: Identification) -> str:
    """What a text is, in words, with the passages that differ."""
    details = [f"  {words}" for words in _list_details(found)]
    return "\n".join([f"{file}: {_format_headline(found)}", *_list_passages(found), *details])


def _list_details(found: Identification) -> Iterator[str]:
    if found.missing_words:
        yield f"about {found.missing_words} words of {found.nearest} are missing"
    if found.within and found.kind in ("edited", "unknown"):
        names = " and ".join(found.within)
        yield f"the whole text of {names} stands in it, beside other words"
    if found.same_text:
        yield f"the text of {' and '.join(found.same_text)} is the same"
    if found.note:
        yield found.note


def _list_passages(found: Identification) -> list[str]:
    lines = [f"  | {passage}" for passage in found.passages]
    if lines and found.kind == "edited":
        return ["  passages that differ, with a few words around:", *lines]
    return lines


def _format_headline(found: Identification) -> str:
    if found.kind == "exact":
        return _describe_exact_text(found)
    if found.kind == "spdx":
        return f"{found.license}, an SPDX text with nothing left over"
    if found.document == "pointer" and found.kind == "unknown":
        return f"a pointer to {found.nearest}; the license itself does not stand in it"
    if found.kind == "edited":
        return _describe_edited_text(found)
    if found.nearest:
        return f"unknown; the nearest, {found.nearest}, is only {found.similarity:.0%} like it"
    return "unknown"


def _describe_exact_text(found: Identification) -> str:
    if found.document != "license":
        return f"the {found.document} of {found.nearest}, word for word; no license itself"
    return f"{found.license}, word for word as in the registry"


def _describe_edited_text(found: Identification) -> str:
    """An edited copy, or a text that holds one among much else."""
    if found.similarity < MIN_EDITED_SIMILARITY:
        return (
            f"not plain {found.nearest}: {found.contained:.0%} of its text stands in it, "
            "among much else; a person has to read it"
        )
    return (
        f"not {found.nearest}, but like it ({found.similarity:.0%}): "
        "an edited copy or another version; a person has to read it"
    )
