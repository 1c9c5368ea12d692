"""The half of the rehearsal that people see: after every run it publishes to the loopback GitHub and looks at what stands there."""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.publish.feeds.files import build_feed_files, write_feeds
from audit.publish.issues.ledger import read_ledger
from audit.publish.issues.publish import publish_issues
from audit.publish.issues.session import MAX_NEW_ISSUES, PublishOptions, PublishResult
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.tracker_answers import TrackerError
from audit.publish.issues.types import compute_short_digest
from audit.records.registry import Registry
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.fakes.repositories import GithubRepo
from tests.fakes.world import UpstreamWorld
from tests.rehearsal.expectations import Expectations

REPOSITORY, TOKEN, ACCOUNT = "rehearsal/registry", "rehearsal-token", "registry-bot"
PAGES_URL = "https://registry.example/registry"


@dataclass(frozen=True)
class PublishedDay:
    """What reached people on one day."""

    opened: tuple[str, ...]
    """Issues as `#3 title`."""
    edited: tuple[str, ...]
    closed: tuple[str, ...]
    entries: tuple[str, ...]
    """Titles of new feed entries."""
    feeds: int
    """Feeds that hold at least one of them."""
    not_done: tuple[str, ...]
    """Why GitHub was not told, on a bad day."""
    faults: tuple[str, ...]
    """Issues and entries that are missing, doubled or left open."""


class RehearsalPublisher:
    """One publisher with its own GitHub repository."""

    def __init__(self, root: Path, world: UpstreamWorld, api_url: str, timeout: float) -> None:
        self._root, self._world = root, world
        self._api_url, self._timeout = api_url, timeout
        self._known_entries: frozenset[str] = frozenset()
        world.github_tokens[TOKEN] = ACCOUNT
        world.add_github_repo(GithubRepo(REPOSITORY))

    def publish_day(
        self, registry: Registry, now: datetime, expected: Expectations
    ) -> PublishedDay:
        """Publish once, then compare what stands with what the script demands."""
        write_feeds(self._root, build_feed_files(registry, self._root))
        items = json.loads((self._root / "feeds" / "all.json").read_text(encoding="utf-8"))["items"]
        new = {each["id"]: each["title"] for each in items if each["id"] not in self._known_entries}
        self._known_entries = frozenset(each["id"] for each in items)
        done, not_done = self._publish_issues(registry, now)
        return PublishedDay(
            opened=self._format_issue_names(done.opened),
            edited=self._format_issue_names(done.edited),
            closed=self._format_issue_names(done.closed),
            entries=tuple(new.values()),
            feeds=self._count_feeds_with(new),
            not_done=not_done,
            faults=(
                *self._find_issue_faults(expected),
                *find_entry_faults([each["id"] for each in items], expected),
            ),
        )

    def _count_feeds_with(self, ids: Collection[str]) -> int:
        """How many feeds hold one of these entries."""
        paths = (self._root / "feeds").rglob("*.json")
        found = (json.loads(path.read_text(encoding="utf-8")).get("items", ()) for path in paths)
        return sum(any(item["id"] in ids for item in items) for items in found)

    def _publish_issues(
        self, registry: Registry, now: datetime
    ) -> tuple[PublishResult, tuple[str, ...]]:
        tracker = IssueTracker(
            self._api_url,
            REPOSITORY,
            TOKEN,
            RequestCounter(),
            Patience(timeout=self._timeout, sleep=lambda _: None),
        )
        ledger = read_ledger(self._root, compute_short_digest(REPOSITORY))
        try:
            done = publish_issues(
                registry,
                tracker,
                ledger,
                PublishOptions(self._root, now, PAGES_URL, most_new=MAX_NEW_ISSUES),
            )
        except TrackerError as error:
            return PublishResult(), (str(error),)
        return done, tuple(done.held_back)

    def _format_issue_names(self, numbers: list[int]) -> tuple[str, ...]:
        titles = {
            each.number: each.title for each in self._world.get_github_repo(REPOSITORY).issues
        }
        return tuple(f"#{number} {titles[number].removeprefix('[drift] ')}" for number in numbers)

    def _find_issue_faults(self, expected: Expectations) -> Iterator[str]:
        """Each finding that stands has one open issue, each that is over a closed one, and nothing else has any."""
        found: Counter[tuple[str, str]] = Counter()
        for issue in self._world.get_github_repo(REPOSITORY).issues:
            _, marked, rest = (issue.body or "").partition("<!-- drift:v1 id=")
            if marked:
                found[rest[:12], issue.state] += 1
        for id in sorted(expected.open_findings):
            if found[id, "open"] != 1:
                yield f"finding {id} has {found[id, 'open']} open issues, not one"
        for id in sorted(expected.closed_findings):
            if found[id, "open"] or not found[id, "closed"]:
                yield f"finding {id} is over, and its issue was left open or is missing"
        for id, state in sorted(found):
            if id not in expected.open_findings | expected.closed_findings:
                yield f"there is an {state} issue about finding {id}, of which the script knows nothing"


def find_entry_faults(ids: list[str], expected: Expectations) -> Iterator[str]:
    """As many entries per finding as the script demands, and no id twice."""
    if len(set(ids)) != len(ids):
        yield "an entry stands twice in the feed"
    found = Counter(each.partition("event/")[2][:12] for each in ids)
    for id in sorted({*found, *expected.feed_entries}):
        if found[id] != expected.feed_entries[id]:
            yield f"finding {id} has {found[id]} feed entries, not {expected.feed_entries[id]}"
