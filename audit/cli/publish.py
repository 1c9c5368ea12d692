"""`publish`: make the issues on GitHub say what the audit knows.

The only command that needs a token with rights.
"""

import json
import os
import re
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from audit.analysis.other_indexes import read_indexes
from audit.cli.command import DECIMAL, INTEGER, SharedOptions, make_command
from audit.cli.environment import read_endpoint, read_marker_key, read_token
from audit.cli.json_output import print_json, print_json_line
from audit.core.atomic_files import remove_leftovers
from audit.core.errors import UsageError
from audit.core.locking import hold_registry_lock
from audit.core.pausing import require_not_paused
from audit.observations.facts import GITHUB
from audit.publish.feeds.files import build_feed_files, write_feeds
from audit.publish.issues.ledger import read_ledger
from audit.publish.issues.publish import publish_issues
from audit.publish.issues.session import (
    DEFAULT_MAX_NEW_ISSUES,
    MAX_NEW_ISSUES,
    PublishOptions,
    PublishResult,
)
from audit.publish.issues.signing import MarkerKey
from audit.publish.issues.tracker import IssueTracker, WriteRequest
from audit.publish.pages.write import render_registry_pages, write_pages
from audit.publish.urls import read_address
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore


@dataclass(frozen=True)
class PublishCommandOptions(SharedOptions):
    """Options of `publish`."""

    repo: str | None
    pages: str | None
    account: str | None
    most_new: int
    budget: float
    dry_run: bool


@make_command(PublishCommandOptions)
@click.option(
    "--repo", metavar="OWNER/NAME", help="repository of the issues (default: GITHUB_REPOSITORY)"
)
@click.option(
    "--pages",
    metavar="URL",
    help="where people read the registry's files (default: its folder on github.com)",
)
@click.option(
    "--account", metavar="LOGIN", help="login of the token's account, for a token that may not ask"
)
@click.option(
    "--most-new",
    type=INTEGER,
    default=DEFAULT_MAX_NEW_ISSUES,
    metavar="N",
    help=f"new issues in this run, at most {MAX_NEW_ISSUES} (default: {DEFAULT_MAX_NEW_ISSUES})",
)
@click.option(
    "--budget",
    type=DECIMAL,
    default=20.0,
    metavar="MINUTES",
    help="stop asking GitHub after so long; the next run goes on (default: 20)",
)
@click.option(
    "--dry-run", is_flag=True, help="print the exact calls that would write, and send none of them"
)
def run_command(options: PublishCommandOptions) -> int:
    """Write feeds and pages, then bring the issues up to date; or print what would be sent."""
    calls: list[WriteRequest] = []
    result = _check_and_publish(options, calls)
    if options.dry_run:
        _print_calls(calls, as_json=options.json)
        return 0
    _print_result(result, as_json=options.json)
    return 3 if result.held_back else 0


def _check_and_publish(options: PublishCommandOptions, calls: list[WriteRequest]) -> PublishResult:
    """Refuse what cannot be done before anything is; `calls`: what a dry run would send."""
    repository = _require_repository(options)
    token = _require_token()
    _require_possible_limits(options)
    require_not_paused(options.registry)
    registry = load_registry(options.registry)
    tracker = _open_tracker(options, repository, token, calls)
    return _publish_all(registry, tracker, _build_settings(options, repository))


def _open_tracker(
    options: PublishCommandOptions, repository: str, token: str, calls: list[WriteRequest]
) -> IssueTracker:
    """The issues on GitHub; a dry run collects in `calls` what would be sent."""
    return IssueTracker(
        read_endpoint(GITHUB),
        repository,
        token,
        RequestCounter(seconds=options.budget * 60),
        dry=calls.append if options.dry_run else None,
    )


def _build_settings(options: PublishCommandOptions, repository: str) -> PublishOptions:
    return PublishOptions(
        options.registry,
        options.parse_now(),
        _choose_base_address(options, repository),
        options.account,
        options.most_new,
        key=MarkerKey((read_marker_key() or "").encode()),
        dry_run=options.dry_run,
    )


def _publish_all(
    registry: Registry, tracker: IssueTracker, settings: PublishOptions
) -> PublishResult:
    root = settings.root
    with hold_registry_lock(root):
        if not settings.dry_run:
            # Before GitHub is asked: feed readers get the news even while GitHub is away.
            _write_feeds_and_pages(registry, root)
        ledger = read_ledger(root, uuid.uuid4().hex[:12])
        return publish_issues(registry, tracker, ledger, settings)


def _require_repository(options: PublishCommandOptions) -> str:
    repository = options.repo or os.environ.get("GITHUB_REPOSITORY")
    if not repository:
        raise UsageError(
            "no repository for the issues; give --repo OWNER/NAME or set GITHUB_REPOSITORY"
        )
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
        raise UsageError(
            f"{repository!r} is no repository on GitHub; "
            "write --repo or GITHUB_REPOSITORY as OWNER/NAME"
        )
    return repository


def _require_token() -> str:
    token = read_token("GITHUB_TOKEN")
    if not token:
        raise UsageError(
            "GITHUB_TOKEN is not set; publishing needs a token that may write issues, "
            "and nothing else (`feeds` and `catalog` need none)"
        )
    return token


def _require_possible_limits(options: PublishCommandOptions) -> None:
    if not 0 <= options.most_new <= MAX_NEW_ISSUES:
        raise UsageError(
            f"--most-new {options.most_new} is out of range; write 0 to {MAX_NEW_ISSUES}"
        )
    # Not `budget <= 0`: that would let NaN pass.
    if not options.budget > 0:
        raise UsageError(
            f"--budget {options.budget:g} leaves no time to ask; write minutes, such as 20"
        )


def _choose_base_address(options: PublishCommandOptions, repository: str) -> str:
    """Where links in issues lead: the option, the registry's address, or its folder on GitHub."""
    address = read_address(options.registry)
    if options.pages:
        return options.pages.rstrip("/")
    if address.is_configured:
        return address.pages_url.rstrip("/")
    return f"https://github.com/{repository}/blob/main/{options.registry.name}"


def _write_feeds_and_pages(registry: Registry, root: Path) -> None:
    remove_leftovers(root / "alerts")
    write_feeds(root, build_feed_files(registry, root))
    events = EventStore(root).load_events(registry)
    write_pages(root, render_registry_pages(registry, events, read_indexes(root)))


def _print_calls(calls: list[WriteRequest], *, as_json: bool) -> None:
    for call in calls:
        if as_json:
            print_json_line("publish", asdict(call))
        else:
            print(f"{call.method} {call.path} {json.dumps(call.body, ensure_ascii=False)}")


def _print_result(result: PublishResult, *, as_json: bool) -> None:
    if as_json:
        print_json("publish", asdict(result))
        return
    for reason in result.held_back:
        print(f"not done: {reason}")
    print(_count_issues(result))


def _count_issues(result: PublishResult) -> str:
    opened, edited, closed = map(len, (result.opened, result.edited, result.closed))
    return f"{opened} opened, {edited} edited, {closed} closed, {result.waiting} waiting"
