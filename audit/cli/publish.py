"""`publish`: make the issues on GitHub say what the audit knows. The only command that needs a token with rights."""

import argparse
import json
import os
import re
import uuid
from dataclasses import asdict

from audit.analysis.other_indexes import read_indexes
from audit.cli.command import Command, moment
from audit.cli.run import GITHUB, usable_token
from audit.core.errors import UsageError
from audit.core.json_files import remove_leftovers
from audit.core.locking import locked
from audit.core.pausing import refuse_when_paused
from audit.publish.address import read_address
from audit.publish.feeds.files import feed_files, write_feeds
from audit.publish.issues.ledger import read_ledger
from audit.publish.issues.publish import HARD_CAP, MOST_NEW, PublishOptions, publish
from audit.publish.issues.tracker import Sent, Tracker
from audit.publish.pages.write import pages, write_pages
from audit.records.load import load_registry
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repo", metavar="OWNER/NAME", help="repository of the issues (default: GITHUB_REPOSITORY)")
    parser.add_argument("--pages", metavar="URL", help="where people read the registry's files (default: its folder on github.com)")
    parser.add_argument("--account", metavar="LOGIN", help="login of the token's account, for a token that may not ask")
    parser.add_argument("--most-new", type=int, default=MOST_NEW, metavar="N", help=f"new issues in this run, at most {HARD_CAP} (default: {MOST_NEW})")
    parser.add_argument("--budget", type=float, default=20.0, metavar="MINUTES", help="stop asking GitHub after so long; the next run goes on (default: 20)")
    parser.add_argument("--dry-run", action="store_true", help="print the exact calls that would write, and send none of them")


def _run(options: argparse.Namespace) -> int:
    repo = options.repo or os.environ.get("GITHUB_REPOSITORY")
    token = usable_token("GITHUB_TOKEN")
    if repo and not re.fullmatch(r"[\w.-]+/[\w.-]+", repo, re.ASCII):
        raise UsageError(f"{repo!r} is no repository on GitHub; write --repo or GITHUB_REPOSITORY as OWNER/NAME")
    if not repo:
        raise UsageError("no repository for the issues; give --repo OWNER/NAME or set GITHUB_REPOSITORY")
    if not token:
        raise UsageError("GITHUB_TOKEN is not set; publishing needs a token that may write issues, and nothing else (`feeds` and `catalog` need none)")
    if not 0 <= options.most_new <= HARD_CAP:
        raise UsageError(f"--most-new {options.most_new} is out of range; write 0 to {HARD_CAP}")
    if not options.budget > 0:
        raise UsageError(f"--budget {options.budget:g} leaves no time to ask; write minutes, such as 20")
    refuse_when_paused(options.registry)
    registry = load_registry(options.registry)
    calls: list[Sent] = []
    counter = RequestCounter(seconds=options.budget * 60)
    tracker = Tracker(os.environ.get("GITHUB_API_URL") or GITHUB, repo, token, counter, dry=calls.append if options.dry_run else None)
    address = read_address(options.registry)
    base = options.pages or (address.pages if address.configured else f"https://github.com/{repo}/blob/main/{options.registry.name}")
    settings = PublishOptions(options.registry, moment(options), base.rstrip("/"), options.account, options.most_new, dry_run=options.dry_run)
    with locked(options.registry):
        if not options.dry_run:
            remove_leftovers(options.registry / "alerts")
            # Before GitHub is asked: people with a feed reader are told also while GitHub is away.
            write_feeds(options.registry, feed_files(registry, options.registry))
            write_pages(options.registry, pages(registry, EventStore(options.registry).load(), read_indexes(options.registry)))
        done = publish(registry, tracker, read_ledger(options.registry, uuid.uuid4().hex[:12]), settings)
    if options.dry_run:
        for call in calls:
            print(json.dumps(asdict(call), ensure_ascii=False) if options.json else f"{call.method} {call.path} {json.dumps(call.body, ensure_ascii=False)}")
        return 0
    if options.json:
        print(json.dumps(asdict(done), indent=2))
    else:
        for line in done.held_back:
            print(f"not done: {line}")
        print(f"{len(done.opened)} opened, {len(done.edited)} edited, {len(done.closed)} closed, {done.waiting} waiting")
    return 3 if done.held_back else 0


PUBLISH = Command("publish", "Rebuild feeds and pages, and make the issues on GitHub say what the audit knows.", _options, _run)
