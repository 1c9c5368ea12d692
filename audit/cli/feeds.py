"""`feeds`: Atom and JSON Feed from the history, without network and without a token."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.locking import hold_lock_to_write
from audit.publish.feeds.files import build_feed_files, find_stale_feeds, write_feeds
from audit.publish.urls import read_address
from audit.records.load import load_registry


@dataclass(frozen=True)
class FeedsOptions(SharedOptions):
    """Options of `feeds`."""

    check: bool


@make_command(FeedsOptions)
@click.option("--check", is_flag=True, help="write nothing; exit with 1 when a feed is out of date")
def run_command(options: FeedsOptions) -> int:
    """Write the feeds, or report those that are out of date."""
    if options.check:
        return _settle_feeds(options)
    with hold_lock_to_write(options.registry, "nothing was written"):
        return _settle_feeds(options)


def _settle_feeds(options: FeedsOptions) -> int:
    wanted = build_feed_files(load_registry(options.registry), options.registry)
    settle = find_stale_feeds if options.check else write_feeds
    changed = settle(options.registry, wanted)
    warn_without_address(options, "the feeds")
    _print_result(len(wanted), changed, options)
    return 1 if options.check and changed else 0


def _print_result(count: int, changed: list[str], options: FeedsOptions) -> None:
    if options.json:
        print_json("feeds", {"check": options.check, "feeds": count, "changed": changed})
    else:
        print(_render_result(count, changed, options))


def _render_result(count: int, changed: list[str], options: FeedsOptions) -> str:
    if not options.check:
        return f"{count} files, {len(changed)} written"
    if not changed:
        return f"{count} files, all up to date"
    return "\n".join(_list_stale_lines(count, changed, options.registry.name))


def _list_stale_lines(count: int, changed: list[str], root: str) -> Iterator[str]:
    for path in changed:
        yield f"out of date: {root}/feeds/{path}"
    yield f"{count} files, {len(changed)} out of date; run nox -s feeds"


def warn_without_address(options: SharedOptions, where: str) -> None:
    """Say that links lead nowhere, before somebody sends them on."""
    if not read_address(options.registry).is_configured:
        print(
            f"{options.registry.name}/address.json does not say yet where this registry is "
            f"published: links in {where} lead nowhere",
            file=sys.stderr,
        )
