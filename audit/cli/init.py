"""`init`: an empty registry in which every command works."""

from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.atomic_files import write_bytes_atomic, write_text_atomic
from audit.core.errors import UsageError
from audit.core.json_files import dump_json
from audit.core.json_folders import find_json_files
from audit.publish.urls import PLACEHOLDER_URL
from audit.records.read import RECORD_FOLDERS


@dataclass(frozen=True)
class InitOptions(SharedOptions):
    """Options of `init`."""

    folder: Path


@make_command(InitOptions, reads_installed=True)
@click.argument("folder", type=FILE, metavar="DIR", help="the new folder, or an empty one")
def run_command(options: InitOptions) -> int:
    """Make DIR/registry with the license records of this registry and no models."""
    target = options.folder / "registry"
    if options.folder.exists() and any(options.folder.iterdir()):
        raise UsageError(f"{options.folder}: is not empty; name a new folder")
    count = _copy_licenses(options.registry, target)
    address = {"files": PLACEHOLDER_URL, "pages": PLACEHOLDER_URL}
    write_text_atomic(target / "address.json", dump_json(address))
    if options.json:
        print_json("init", {"registry": str(target), "licenses": count})
    else:
        print(f"{target} holds {count} license records and no models; next: cd {options.folder}")
        print("and start a record with `new OWNER/NAME`, which asks the Hub")
    return 0


def _copy_licenses(source: Path, target: Path) -> int:
    for folder in RECORD_FOLDERS:
        (target / folder).mkdir(parents=True, exist_ok=True)
    count = 0
    for parts in find_json_files(source / "licenses"):
        write_bytes_atomic(
            target.joinpath("licenses", *parts), source.joinpath("licenses", *parts).read_bytes()
        )
        count += 1
    return count
