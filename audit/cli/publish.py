"""`publish`: make the issues on GitHub say what the audit knows. The only command that needs a token with rights."""

import json
import os
import re
import uuid
from dataclasses import asdict, dataclass

import click

from audit.analysis.other_indexes import read_indexes
from audit.cli.command import DECIMAL, INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json, print_json_line
from audit.cli.upstreams import read_endpoint, read_token
from audit.core.errors import UsageError
from audit.core.json_files import remove_leftovers
from audit.core.locking import hold_registry_lock
from audit.core.pausing import require_not_paused
from audit.observations.facts import GITHUB
from audit.publish.address import read_address
from audit.publish.feeds.files import build_feed_files, write_feeds
from audit.publish.issues.ledger import read_ledger
from audit.publish.issues.publish import (
    DEFAULT_MAX_NEW_ISSUES,
    MAX_NEW_ISSUES,
    PublishOptions,
    publish_issues,
)
from audit.publish.issues.tracker import IssueTracker, WriteRequest
from audit.publish.pages.write import render_registry_pages, write_pages
from audit.records.load import load_registry
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore


@dataclass(frozen=True)
class PublishCommandOptions(SharedOptions):
    """What the command was asked for."""

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
    repo = options.repo or os.environ.get("GITHUB_REPOSITORY")
    token = read_token("GITHUB_TOKEN")
    if repo and not re.fullmatch(r"[\w.-]+/[\w.-]+", repo, re.ASCII):
        raise UsageError(
            f"{repo!r} is no repository on GitHub; write --repo or GITHUB_REPOSITORY as OWNER/NAME"
        )
    if not repo:
        raise UsageError(
            "no repository for the issues; give --repo OWNER/NAME or set GITHUB_REPOSITORY"
        )
    if not token:
        raise UsageError(
            "GITHUB_TOKEN is not set; publishing needs a token that may write issues, and nothing else (`feeds` and `catalog` need none)"
        )
    if not 0 <= options.most_new <= MAX_NEW_ISSUES:
        raise UsageError(
            f"--most-new {options.most_new} is out of range; write 0 to {MAX_NEW_ISSUES}"
        )
    if not options.budget > 0:
        raise UsageError(
            f"--budget {options.budget:g} leaves no time to ask; write minutes, such as 20"
        )
    require_not_paused(options.registry)
    registry = load_registry(options.registry)
    calls: list[WriteRequest] = []
    counter = RequestCounter(seconds=options.budget * 60)
    tracker = IssueTracker(
        read_endpoint(GITHUB),
        repo,
        token,
        counter,
        dry=calls.append if options.dry_run else None,
    )
    address = read_address(options.registry)
    base = options.pages or (
        address.pages_url
        if address.is_configured
        else f"https://github.com/{repo}/blob/main/{options.registry.name}"
    )
    settings = PublishOptions(
        options.registry,
        options.parse_now(),
        base.rstrip("/"),
        options.account,
        options.most_new,
        dry_run=options.dry_run,
    )
    with hold_registry_lock(options.registry):
        if not options.dry_run:
            remove_leftovers(options.registry / "alerts")
            # Before GitHub is asked: people with a feed reader are told also while GitHub is away.
            write_feeds(options.registry, build_feed_files(registry, options.registry))
            write_pages(
                options.registry,
                render_registry_pages(
                    registry,
                    EventStore(options.registry).load_events(),
                    read_indexes(options.registry),
                ),
            )
        done = publish_issues(
            registry, tracker, read_ledger(options.registry, uuid.uuid4().hex[:12]), settings
        )
    if options.dry_run:
        for call in calls:
            if options.json:
                print_json_line("publish", asdict(call))
            else:
                print(f"{call.method} {call.path} {json.dumps(call.body, ensure_ascii=False)}")
        return 0
    if options.json:
        print_json("publish", asdict(done))
    else:
        for line in done.held_back:
            print(f"not done: {line}")
        print(
            f"{len(done.opened)} opened, {len(done.edited)} edited, {len(done.closed)} closed, {done.waiting} waiting"
        )
    return 3 if done.held_back else 0
