"""`catalog`: write, or check, the generated pages, and say which verdicts moved since they were last written."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from audit.analysis.other_indexes import read_indexes
from audit.analysis.verdict_diff import VerdictChange, compare_verdict_values
from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.json_files import InvalidFileError, read_json_file
from audit.publish.pages.context import judge_registry
from audit.publish.pages.verdicts import (
    VERDICTS_FILE,
    collect_verdict_values,
    count_verdicts,
)
from audit.publish.pages.write import find_stale_pages, render_judged_pages, write_pages
from audit.records.load import load_registry
from audit.store.events import EventStore

MAX_VERDICTS_BYTES = 32 << 20
MAX_PRINTED_CHANGES = 100
"""Moves that are printed; --json has them all."""


@dataclass(frozen=True)
class CatalogOptions(SharedOptions):
    """Options of `catalog`."""

    check: bool


@make_command(CatalogOptions)
@click.option("--check", is_flag=True, help="write nothing; exit with 1 when a page is out of date")
def run_command(options: CatalogOptions) -> int:
    registry = load_registry(options.registry)
    events, indexes = EventStore(options.registry).load_events(), read_indexes(options.registry)
    known = judge_registry(registry, events, indexes)
    wanted = render_judged_pages(known)
    moves = list(
        compare_verdict_values(
            _read_previous_verdicts(options.registry), collect_verdict_values(known)
        )
    )
    changed = (
        find_stale_pages(options.registry, wanted)
        if options.check
        else write_pages(options.registry, wanted)
    )
    counts = dict(count_verdicts(known))
    if options.json:
        document = {
            "check": options.check,
            "pages": changed,
            "verdicts": counts,
            "moved": [asdict(each) for each in moves],
        }
        print_json("catalog", document)
    else:
        if options.check:
            _print_stale(changed, options.registry)
        _print_verdict_changes(moves)
        for framework, values in counts.items():
            print(
                f"{framework}: {', '.join(f'{value} {count:,}' for value, count in values.items())}"
            )
        print(_closing(len(changed), check=options.check))
    return 1 if options.check and changed else 0


def _read_previous_verdicts(root: Path) -> Any:
    """The verdicts as last written. A file that is not there or damaged moves nothing: it is about to be written anew."""
    path = root / VERDICTS_FILE
    try:
        return (
            read_json_file(path, f"{root.name}/{VERDICTS_FILE}", MAX_VERDICTS_BYTES)
            if path.is_file()
            else {}
        )
    except InvalidFileError:
        return {}


def _print_verdict_changes(moves: Sequence[VerdictChange]) -> None:
    if not moves:
        return
    print(f"{len(moves)} verdicts moved since the pages were last written:")
    for each in moves[:MAX_PRINTED_CHANGES]:
        print(f"  {each.model} {each.framework}: {each.before} -> {each.after}")
    if len(moves) > MAX_PRINTED_CHANGES:
        print(f"  … and {len(moves) - MAX_PRINTED_CHANGES} more; --json lists them all")


def _print_stale(changed: Sequence[str], root: Path) -> None:
    for path in changed:
        print(f"out of date: {root.name}/{path}")


def _closing(changed: int, *, check: bool) -> str:
    if not check:
        return f"{changed} pages written"
    return (
        f"{changed} pages are out of date; run nox -s catalog"
        if changed
        else "every page is up to date"
    )
