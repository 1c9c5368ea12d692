"""`digest`: what changed since a day, for all models or for those of a list, maker or family."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from audit.cli.command import FILE, OptionsType, SharedOptions, make_command, parse_utc_moment
from audit.cli.feeds import warn_without_address
from audit.cli.json_output import print_json
from audit.cli.named_list import read_scoped_names
from audit.core.errors import UsageError
from audit.publish import digest_formats
from audit.publish.cursor import Cursor
from audit.publish.digest import Digest, DigestTime, build_digest, serialize_digest
from audit.publish.urls import read_address
from audit.records.load import load_registry
from audit.store.events import EventStore

DIGEST_FORMATS = {
    "markdown": digest_formats.render_digest_markdown,
    "text": digest_formats.render_digest_text,
    "html": digest_formats.render_digest_html,
}


_AGO = re.compile(r"(?P<count>\d{1,4})(?P<unit>[dhwy])")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "y": timedelta(days=365),
}


@dataclass(frozen=True)
class ScopeOptions(SharedOptions):
    """What a digest is about, whatever becomes of it."""

    since: str | None
    models: Path | None
    project: Path | None
    maker: str | None
    family: str | None


def add_list_options(function: Callable[[OptionsType], int]) -> Callable[[OptionsType], int]:
    """Declare the options that say of which models a digest tells."""
    models = click.option(
        "--models",
        type=FILE,
        metavar="FILE",
        help="a list of models, one Hub id a line (default: all)",
    )
    project = click.option(
        "--project",
        type=FILE,
        metavar="PATH",
        help="a project: the models and datasets that it uses are the list",
    )
    maker = click.option(
        "--maker",
        metavar="OWNER",
        help="all models and datasets in the repositories of one owner on the Hub",
    )
    family = click.option("--family", metavar="ID", help="all models of one family")
    return models(project(maker(family(function))))


@dataclass(frozen=True)
class DigestOptions(ScopeOptions):
    """Options of `digest`."""

    format: str


@make_command(DigestOptions, reads_installed=True, project="project")
@click.option(
    "--since",
    required=True,
    metavar="DATE",
    help="first day, as YYYY-MM-DD, or how long ago, as 7d or 36h",
)
@add_list_options
@click.option(
    "--format",
    type=click.Choice(sorted(DIGEST_FORMATS)),
    default="markdown",
    help="how to print it (default: markdown)",
)
def run_command(options: DigestOptions) -> int:
    """Print the digest in the format that was asked for."""
    found = build_requested_digest(options)
    if found.items:
        warn_without_address(options, "the digest")
    _print_digest(found, options)
    return 0


def _print_digest(found: Digest, options: DigestOptions) -> None:
    address = read_address(options.registry)
    if options.json:
        print_json("digest", serialize_digest(found, address))
    else:
        print(DIGEST_FORMATS[options.format](found, address).rstrip("\n"))


def build_requested_digest(options: ScopeOptions, cursor: Cursor | None = None) -> Digest:
    """The digest that the options describe, with a cursor of what was not told yet.

    Raises UsageError, InvalidFileError.
    """
    time = _choose_time(options, cursor)
    registry = load_registry(options.registry)
    names = read_scoped_names(options, registry)
    events = EventStore(options.registry).load_events(registry)
    return build_digest(registry, events, time, names)


def _choose_time(options: ScopeOptions, cursor: Cursor | None) -> DigestTime:
    now = options.parse_now()
    if cursor is not None:
        return DigestTime(cursor.until, _format_timestamp(now), cursor.told)
    if options.since is None:
        raise UsageError("say with --since from when on, as 2026-11-24 or 7d")
    since = parse_since(options.since, now)
    return DigestTime(_format_timestamp(since), _format_timestamp(now))


def parse_since(words: str, now: datetime) -> datetime:
    """A day, a moment, or how long ago. Raises UsageError."""
    if ago := _AGO.fullmatch(words):
        return now - int(ago["count"]) * _UNITS[ago["unit"]]
    return _require_past(_parse_moment(words), words, now)


def _require_past(begin: datetime, words: str, now: datetime) -> datetime:
    if begin > now:
        raise UsageError(f"--since {words} lies in the future; write a day up to {now.date()}")
    return begin


def _parse_moment(words: str) -> datetime:
    try:
        return parse_utc_moment(words)
    except ValueError as error:
        raise UsageError(
            f"--since {words!r} is no day; write it as 2026-11-24, or as 7d or 36h for so long ago"
        ) from error


def _format_timestamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
