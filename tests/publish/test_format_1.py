"""What was published under the old words for the end of a finding keeps its ids.

Nobody gets anything twice.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.drift.events import Event
from audit.drift.finding_json import parse_event, serialize_event
from audit.publish.digest import DigestTime, build_digest, serialize_digest
from audit.publish.feeds.model import build_entry_id, build_feeds
from audit.publish.news import collect_news
from audit.publish.webhook import sign_message
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.store.events import EventStore
from tests.publish.test_feeds import HERE

FROZEN = Path(__file__).parent / "format_1"


@pytest.fixture(scope="module")
def frozen_ids() -> dict:
    """Ids as the program computed them before the words changed."""
    return json.loads((FROZEN / "ids.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def frozen_rows() -> list[dict]:
    """A rehearsal's history in format 1, and every way in which a finding could end."""
    return json.loads((FROZEN / "events.json").read_text(encoding="utf-8"))["events"]


@pytest.fixture(scope="module")
def registry(root: Path) -> Registry:
    return load_registry(root / "registry")


def rewrite(events: list[Event]) -> list[Event]:
    """The events after they were written in the new words and read again."""
    return [parse_event(json.loads(json.dumps(serialize_event(event)))) for event in events]


def list_entry_ids(events: list[Event]) -> list[str]:
    return [build_entry_id(entry) for entry in collect_news(events)]


def test_entries_keep_their_ids(frozen_rows, frozen_ids, registry):
    """Read in the old words or written in the new ones, a history gives the entries that it gave,
    in their order."""
    events = [parse_event(row) for row in frozen_rows]
    assert list_entry_ids(events) == frozen_ids["entries"]
    assert list_entry_ids(rewrite(events)) == frozen_ids["entries"]
    everything = next(feed for feed in build_feeds(registry, events) if feed.name == "all")
    assert [build_entry_id(entry) for entry in everything.entries] == frozen_ids["entries"]


def test_messages_keep_their_ids(frozen_rows, frozen_ids, registry):
    """A receiver that drops what it knows drops the same message of the new version."""
    events = [parse_event(row) for row in frozen_rows]
    start, end = (datetime(year, 1, 1, tzinfo=UTC).isoformat() for year in (2020, 2027))
    document = serialize_digest(build_digest(registry, events, DigestTime(start, end)), HERE)
    message = sign_message(document, b"k" * 32, 0)
    assert message.headers["webhook-id"] == frozen_ids["message"]


def test_the_history_of_the_registry_keeps_its_ids(root: Path, frozen_ids):
    """Every entry that the registry's own feeds have carried is still there under its id."""
    entries = list_entry_ids(EventStore(root / "registry").load_events())
    assert set(frozen_ids["history"]) <= set(entries)


def test_the_old_words_are_read(frozen_rows):
    """`returned` of what was confirmed is reverted, of a suspicion withdrawn.

    `resolved` is accepted.
    """
    ends = {
        (row["field"], row["status"], event.finding.status)
        for row, event in zip(frozen_rows, map(parse_event, frozen_rows), strict=True)
        if row["status"] in ("returned", "resolved")
    }
    assert {
        ("passed", "returned", "withdrawn"),
        ("twice", "returned", "withdrawn"),
        ("twice", "returned", "reverted"),
        ("mended", "resolved", "accepted"),
    } <= ends


def test_an_old_history_is_not_repeated(tmp_path: Path, frozen_rows):
    """A run that finds what the old words said already adds nothing to the history."""
    folder = tmp_path / "events" / "2026"
    folder.mkdir(parents=True)
    text = json.dumps({"run": "frozen", "events": frozen_rows})
    (folder / "20260201T060000Z.json").write_text(text)
    store = EventStore(tmp_path)
    last = {event.finding.id: event.finding for event in store.load_events()}
    assert store.append_findings("next", "2026-03-01T06:00:00Z", last.values()) == 0
