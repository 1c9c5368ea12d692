"""`catalog`: write, or check, the generated pages, and say which verdicts moved since then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from audit.analysis.other_indexes import read_indexes
from audit.analysis.verdict_diff import VerdictChange, compare_verdict_values
from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.collector import hold_collector, leave_to_exit
from audit.core.locking import hold_lock_to_write
from audit.publish.pages.context import JudgedRegistry, judge_registry
from audit.publish.pages.verdicts import (
    collect_verdict_values,
    count_verdicts,
    read_written_verdicts,
)
from audit.publish.pages.write import find_stale_pages, render_judged_pages, write_pages
from audit.records.load import load_registry
from audit.store.events import EventStore

MAX_PRINTED_CHANGES = 100
"""Changed verdicts that are printed; --json has them all."""


@dataclass(frozen=True)
class CatalogOptions(SharedOptions):
    """Options of `catalog`."""

    check: bool


@dataclass(frozen=True)
class CatalogResult:
    """What became of the pages, and what they say."""

    changed: Sequence[str]
    moves: Sequence[VerdictChange]
    counts: Mapping[str, Mapping[str, int]]


@make_command(CatalogOptions)
@click.option("--check", is_flag=True, help="write nothing; exit with 1 when a page is out of date")
def run_command(options: CatalogOptions) -> int:
    """Write the pages, or report those that are out of date."""
    with hold_collector():
        if options.check:
            return _settle_pages(options)
        with hold_lock_to_write(options.registry, "nothing was written"):
            return _settle_pages(options)


def _settle_pages(options: CatalogOptions) -> int:
    judged = _judge_recorded(options.registry)
    moves = list(_compare_with_written(judged, options.registry))
    settle = find_stale_pages if options.check else write_pages
    pages = render_judged_pages(judged)
    leave_to_exit((judged, pages))
    changed = settle(options.registry, pages)
    _print_result(CatalogResult(changed, moves, dict(count_verdicts(judged))), options)
    return 1 if options.check and changed else 0


def _judge_recorded(root: Path) -> JudgedRegistry:
    registry = load_registry(root)
    return judge_registry(registry, EventStore(root).load_events(registry), read_indexes(root))


def _compare_with_written(judged: JudgedRegistry, root: Path) -> Iterable[VerdictChange]:
    """How the verdicts moved since the pages were last written. Call it before they are."""
    return compare_verdict_values(read_written_verdicts(root), collect_verdict_values(judged))


def _print_result(result: CatalogResult, options: CatalogOptions) -> None:
    if options.json:
        print_json("catalog", _serialize_result(result, check=options.check))
    else:
        _print_lines(result, options)


def _print_lines(result: CatalogResult, options: CatalogOptions) -> None:
    if options.check:
        _print_stale_pages(result.changed, options.registry)
    if result.moves:
        _print_verdict_changes(result.moves)
    _print_verdict_counts(result.counts)
    print(_format_summary(len(result.changed), check=options.check))


def _serialize_result(result: CatalogResult, *, check: bool) -> dict[str, object]:
    return {
        "check": check,
        "pages": result.changed,
        "verdicts": result.counts,
        "moved": [asdict(move) for move in result.moves],
    }


def _print_stale_pages(changed: Sequence[str], root: Path) -> None:
    for path in changed:
        print(f"out of date: {root.name}/{path}")


def _print_verdict_changes(moves: Sequence[VerdictChange]) -> None:
    print(f"{len(moves)} verdicts moved since the pages were last written:")
    for move in moves[:MAX_PRINTED_CHANGES]:
        print(f"  {move.model} {move.framework}: {move.before} -> {move.after}")
    hidden = len(moves) - MAX_PRINTED_CHANGES
    if hidden > 0:
        print(f"  … and {hidden} more; --json lists them all")


def _print_verdict_counts(counts: Mapping[str, Mapping[str, int]]) -> None:
    for framework, values in counts.items():
        counted = ", ".join(f"{value} {count:,}" for value, count in values.items())
        print(f"{framework}: {counted}")


def _format_summary(changed: int, *, check: bool) -> str:
    if not check:
        return f"{changed} pages written"
    if changed:
        return f"{changed} pages are out of date; run nox -s catalog"
    return "every page is up to date"
