"""Feeds: what stands in which, ids that never change, the same bytes for the same history, and nothing that a reader trips over."""

import json
from dataclasses import replace

import feedparser
import pytest

from audit.core.json_files import BadFile
from audit.drift.finding_json import finding_to_json
from audit.publish.address import Address, read_address
from audit.publish.feeds.files import feed_files, files_of, write_feeds
from audit.publish.feeds.model import NEVER, feeds
from audit.records.load import load_registry
from audit.store.events import EventStore
from tests.definitions.builders import dataset, having, model, registry
from tests.publish.conftest import finding

HERE = Address("https://example.org/registry", "https://raw.example.org/registry")
MOVED = Address("https://example.net/elsewhere", "https://example.net/files")
TRAINED = having(model("maker/model-1"), "datasets", datasets=("maker/data",))
KNOWN = registry(TRAINED, model("maker/model-2"), model("other/model-3"), datasets=(dataset(),))


def event(of, day, status="confirmed", **more):
    """An event as the history holds it."""
    return {**finding_to_json(replace(of, status=status)), "run": "r", "time": f"2026-03-{day:02}T06:00:00Z", **more}


GATED = finding()
OPENED = finding("models/other/model-3", "weights-ungated", before="auto", after=False, direction="more-open")
TAKEN = finding("datasets/maker/data", "data-gone", "hub.repo", "reachable", "not publicly reachable", affects=("models/maker/model-1",))
LICENSED = finding("models/maker/model-2", "license-tag-changed", "hub.license_tag", "MIT", "Users-700M")
HISTORY = [event(GATED, 1, "suspected"), event(GATED, 2), event(OPENED, 3), event(TAKEN, 4), event(LICENSED, 5), event(GATED, 6, "returned")]


def built(events, address=HERE):
    return files_of(feeds(KNOWN, events), address)


def ids(files, name):
    return [each.id for each in feedparser.parse(files[name].encode()).entries]


def test_who_hears_of_what():
    """An owner, model, license or dataset has a feed when there is news of it, a model also of its data's."""
    found = {each.name: len(each.entries) for each in feeds(KNOWN, HISTORY)}
    assert found == {
        "all": 5,
        "more-closed": 3,
        "owners/maker": 4,
        "owners/other": 1,
        "models/maker/model-1": 3,
        "models/maker/model-2": 1,
        "models/other/model-3": 1,
        "datasets/maker/data": 1,
        "licenses/MIT": 1,
        "licenses/Users-700M": 1,
    }


@pytest.mark.parametrize(
    "quiet",
    [
        [event(GATED, 1, "suspected")],
        [event(GATED, 1, "suspected"), event(GATED, 2, "returned")],
        [event(GATED, 1, "resolved")],
        [event(GATED, 1, technical=True)],
    ],
)
def test_what_is_no_news(quiet):
    """A suspicion, its quiet end, a correction of the registry and an upgrade of the audit make no entry."""
    assert all(each.entries == () for each in feeds(KNOWN, quiet))


def test_ids_survive_a_move_and_dates_come_from_events():
    """Another address changes links only; `updated` is the newest entry's, and for an empty feed the epoch."""
    here, moved = built(HISTORY), built(HISTORY, MOVED)
    assert here["all.atom"] != moved["all.atom"]
    assert ids(here, "all.atom") == ids(moved, "all.atom") == [each["id"] for each in json.loads(here["all.json"])["items"]]
    assert len(set(ids(here, "all.atom"))) == 5
    parsed = feedparser.parse(here["all.atom"].encode())
    assert parsed.feed.updated == "2026-03-06T06:00:00Z" == parsed.entries[0].updated
    assert feedparser.parse(built([])["all.atom"].encode()).feed.updated == NEVER


def test_a_new_event_adds_and_changes_nothing_else():
    """What a reader has seen stays as it was, entry by entry."""
    before, after = built(HISTORY[:-1]), built(HISTORY)
    old = {each["id"]: each for each in json.loads(before["all.json"])["items"]}
    new = {each["id"]: each for each in json.loads(after["all.json"])["items"]}
    assert old.items() < new.items()
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"README.md", *(f"{name}.{ending}" for name in ("all", "models/maker/model-1", "owners/maker") for ending in ("atom", "json"))}


def test_the_registry_s_feeds_parse(root):
    """Every feed of the real history parses clean in feedparser, and is valid JSON Feed; both say the same."""
    known = load_registry(root / "registry")
    files = feed_files(known, root / "registry")
    assert files == feed_files(known, root / "registry")
    for path, text in files.items():
        if path.endswith(".atom"):
            parsed = feedparser.parse(text.encode())
            assert not parsed.bozo, (path, parsed.get("bozo_exception"))
            assert parsed.version == "atom10"
            assert parsed.feed.id
            assert parsed.feed.updated
            assert all(each.id and each.title and each.link and each.updated for each in parsed.entries)
            twin = json.loads(files[path.removesuffix("atom") + "json"])
            assert twin["version"] == "https://jsonfeed.org/version/1.1"
            assert [(each["id"], each["title"], each["url"]) for each in twin["items"]] == [(each.id, each.title, each.link) for each in parsed.entries]


def test_written_once(tmp_path):
    """A second build writes nothing; a feed whose record is gone is removed."""
    EventStore(tmp_path).append("r", "2026-03-01T06:00:00Z", [GATED])
    write_feeds(tmp_path, feed_files(KNOWN, tmp_path))
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "feeds").rglob("*") if path.is_file()}
    assert write_feeds(tmp_path, feed_files(KNOWN, tmp_path)) == []
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}
    assert write_feeds(tmp_path, built([]))
    assert not (tmp_path / "feeds" / "models" / "maker" / "model-1.atom").exists()


def test_killed_at_any_file(tmp_path):
    """A build that ends between two files, or within one, is finished by the next: the same bytes as if it had never been killed."""
    old, new = built(HISTORY[:-2]), built(HISTORY)
    for done in range(len(new) + 1):
        root = tmp_path / str(done)
        write_feeds(root, old)
        write_feeds(root, old | dict(list(new.items())[:done]))
        (root / "feeds" / ".all.atom.x.tmp").write_text("half")
        write_feeds(root, new)
        assert {path.relative_to(root / "feeds").as_posix(): path.read_text() for path in (root / "feeds").rglob("*") if path.is_file()} == new


@pytest.mark.parametrize(
    "text", ['{"pages": "http://example.org", "files": "https://example.org"}', '{"pages": "https://a@example.org/x", "files": "https://example.org"}', "[]"]
)
def test_a_bad_address_is_refused(tmp_path, text):
    """Only a plain https address can be where the registry lives."""
    (tmp_path / "address.json").write_text(text)
    with pytest.raises(BadFile, match=r"address\.json"):
        read_address(tmp_path)
