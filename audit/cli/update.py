"""`update`: take newer records from where they are published."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.registry_choice import open_updated_records
from audit.core.errors import UsageError
from audit.publish.urls import read_address
from audit.publish.views.summary_file import read_data_date
from audit.sources.pack_download import download_pack
from audit.store.record_pack import MAX_PACK_BYTES, read_pack

NO_ADDRESS = (
    "registry/address.json names no file of records; update the program itself, "
    "or use a clone with --registry"
)


@dataclass(frozen=True)
class UpdateOptions(SharedOptions):
    """Options of `update`."""

    back: bool


@make_command(UpdateOptions, reads_installed=True)
@click.option("--back", is_flag=True, help="go back to the records before the last update")
def run_command(options: UpdateOptions) -> int:
    """Fetch the records and use them from now on, or go back by one step.

    What is fetched is checked like any registry. Nobody attests who wrote it: the connection to
    the address is all that speaks for it.
    """
    records = open_updated_records()
    folder = records.go_back() if options.back else _fetch_records(options)
    day = read_data_date(folder)
    if options.json:
        print_json("update", {"data_date": day, "went_back": options.back})
    else:
        print(f"records of {day or 'an unknown day'} are used from now on")
    return 0


def _fetch_records(options: UpdateOptions) -> Path:
    root = options.registry
    address = read_address(root)
    if not address.records_url:
        raise UsageError(NO_ADDRESS)
    pack = read_pack(download_pack(address.records_url, MAX_PACK_BYTES))
    if pack.data_date < read_data_date(root):
        print(f"the published records, of {pack.data_date}, are older", file=sys.stderr)
    return open_updated_records().install(pack, options.parse_now())
