"""`update`: take newer records from where they are published."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from audit.analysis.other_indexes import read_indexes
from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.registry_choice import find_day_in_use, open_updated_records
from audit.core.errors import UsageError
from audit.publish.urls import read_address
from audit.publish.views.summary_file import SUMMARIES_FILE, read_data_date, read_summaries
from audit.records.dates import FARTHEST_ZONE, require_past_dates
from audit.records.load import read_all_records, require_valid_registry
from audit.sources.pack_download import download_pack
from audit.store.events import EventStore
from audit.store.record_pack import MAX_PACK_BYTES, InvalidPackError, RecordPack, read_pack

NO_ADDRESS = (
    "registry/address.json names no file of records; update the program itself, "
    "or use a clone with --registry"
)


@dataclass(frozen=True)
class UpdateOptions(SharedOptions):
    """Options of `update`."""

    back: bool


@make_command(UpdateOptions, reads_program=True)
@click.option("--back", is_flag=True, help="go back to the records before the last update")
def run_command(options: UpdateOptions) -> int:
    """Fetch the records and use them from now on, or go back by one step.

    What is fetched is checked like any registry. Nobody attests who wrote it: the connection to
    the address is all that speaks for it. The address is the one that came with the program, or
    that of a registry which the user names: neither records that were fetched nor a folder that
    happens to be here say where the next ones come from.
    """
    records = open_updated_records()
    if options.back:
        records.go_back()
    else:
        _fetch_records(options)
    day = find_day_in_use()
    if options.json:
        print_json("update", {"data_date": day, "went_back": options.back})
    else:
        print(f"records of {day or 'an unknown day'} are used from now on")
    return 0


def _fetch_records(options: UpdateOptions) -> None:
    address = read_address(options.registry)
    if not address.records_url:
        raise UsageError(NO_ADDRESS)
    now = options.parse_now()
    pack = read_pack(download_pack(address.records_url, MAX_PACK_BYTES))
    _require_day(pack.data_date, now)
    open_updated_records().install(pack, lambda folder: _check_records(folder, pack, now))


def _require_day(day: str, now: datetime) -> None:
    """Raises InvalidPackError for data of tomorrow, or older than the data in use.

    Whoever can answer at the address could else take back what a later file has told, or see to
    it that no later one is ever newer.
    """
    used = find_day_in_use()
    if day < used:
        raise InvalidPackError(
            f"the published records, of {day or 'an unknown day'}, are older than those in use, "
            f"of {used}; nothing was changed"
        )
    if day > (now + FARTHEST_ZONE).date().isoformat():
        raise InvalidPackError(f"{day}, the day of the published records, is still to come")


def _check_records(folder: Path, pack: RecordPack, now: datetime) -> None:
    """Read all that a command will read of the folder. Raises what reading raises."""
    if read_data_date(folder) != pack.data_date:
        raise InvalidPackError(f"{SUMMARIES_FILE} is missing, or of another day than the file")
    loaded = read_all_records(folder)
    registry = require_valid_registry(loaded)
    require_past_dates(loaded.raw_records, now)
    read_address(folder)
    read_indexes(folder)
    EventStore(folder).load_events(registry)
    read_summaries(folder)
