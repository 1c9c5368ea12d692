"""`feeds`: Atom and JSON Feed from the history, without network and without a token."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.named_list import read_requested_names
from audit.core.locking import hold_lock_to_write
from audit.core.wording import count_things
from audit.publish.feeds.files import build_feed_files, find_stale_feeds, write_feeds
from audit.publish.feeds.project import build_project_feed_files
from audit.publish.generated_files import find_stale_files, write_generated_files
from audit.publish.urls import read_address
from audit.records.load import load_registry
from audit.store.events import EventStore


@dataclass(frozen=True)
class FeedsOptions(SharedOptions):
    """Options of `feeds`."""

    check: bool
    project: Path | None
    output: Path

    @property
    def models(self) -> None:
        """A feed has no list beside the project."""


@make_command(FeedsOptions, project="project")
@click.option("--check", is_flag=True, help="write nothing; exit with 1 when a feed is out of date")
@click.option(
    "--project",
    type=FILE,
    metavar="PATH",
    help="one feed of what concerns the models and datasets that a project uses",
)
@click.option(
    "--output",
    type=FILE,
    metavar="DIR",
    default=Path("model-feeds"),
    help="where the feed of a project goes (default: model-feeds)",
)
def run_command(options: FeedsOptions) -> int:
    """Write the feeds, or report those that are out of date."""
    if options.project:
        return _settle_project_feed(options, options.project)
    if options.check:
        return _settle_feeds(options)
    with hold_lock_to_write(options.registry, "nothing was written"):
        return _settle_feeds(options)


def _settle_feeds(options: FeedsOptions) -> int:
    wanted = build_feed_files(load_registry(options.registry), options.registry)
    settle = find_stale_feeds if options.check else write_feeds
    return _report_feeds(wanted, settle(options.registry, wanted), options)


def _settle_project_feed(options: FeedsOptions, project: Path) -> int:
    """Files of other projects in the same folder are left alone."""
    registry = load_registry(options.registry)
    wanted = build_project_feed_files(
        project.resolve().name,
        read_requested_names(options, registry) or [],
        registry,
        EventStore(options.registry).load_events(registry),
        read_address(options.registry),
    )
    settle = find_stale_files if options.check else write_generated_files
    return _report_feeds(wanted, settle(options.output, wanted, ()), options)


def _report_feeds(wanted: Mapping[str, str], changed: list[str], options: FeedsOptions) -> int:
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
        return f"{count_things(count, 'file')}, {len(changed)} written"
    if not changed:
        return f"{count_things(count, 'file')}, all up to date"
    return "\n".join(_list_stale_lines(count, changed, options))


def _list_stale_lines(count: int, changed: list[str], options: FeedsOptions) -> Iterator[str]:
    folder = options.output if options.project else Path(options.registry.name, "feeds")
    for path in changed:
        yield f"out of date: {folder / path}"
    again = "omr feeds --project" if options.project else "nox -s feeds"
    yield f"{count_things(count, 'file')}, {len(changed)} out of date; run {again}"


def warn_without_address(options: SharedOptions, where: str) -> None:
    """Say that links lead nowhere, before somebody sends them on."""
    if not read_address(options.registry).is_configured:
        print(
            f"{options.registry.name}/address.json does not say yet where this registry is "
            f"published: links in {where} lead nowhere",
            file=sys.stderr,
        )
