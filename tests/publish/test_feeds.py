"""Feeds: what stands in which, ids that never change, the same bytes for the same history, and
nothing that a reader trips over."""

import json
from dataclasses import replace

import feedparser
import pytest

from audit.core.json_files import InvalidFileError
from audit.drift.events import Event
from audit.publish.feeds.files import build_feed_files, render_feed_files, write_feeds
from audit.publish.feeds.model import EMPTY_FEED_UPDATED, build_feeds
from audit.publish.urls import RegistryAddress, read_address
from audit.records.load import load_registry
from audit.store.events import EventStore
from tests.definitions.builders import make_dataset, make_model, make_registry, replace_component
from tests.publish.conftest import build_finding

HERE = RegistryAddress("https://example.org/registry", "https://raw.example.org/registry")
MOVED = RegistryAddress("https://example.net/elsewhere", "https://example.net/files")
TRAINED = replace_component(make_model("maker/model-1"), "datasets", datasets=("maker/data",))
KNOWN = make_registry(
    TRAINED, make_model("maker/model-2"), make_model("other/model-3"), datasets=(make_dataset(),)
)


def build_event(of, day, status="confirmed", **more):
    """An event as the history holds it."""
    return Event(replace(of, status=status), "r", f"2026-03-{day:02}T06:00:00Z", **more)


GATED = build_finding()
OPENED = build_finding(
    "models/other/model-3", "weights-ungated", before="auto", after=False, direction="more-open"
)
TAKEN = build_finding(
    "datasets/maker/data",
    "data-gone",
    "hub.repo",
    "reachable",
    "not publicly reachable",
    affects=("models/maker/model-1",),
)
LICENSED = build_finding(
    "models/maker/model-2", "license-tag-changed", "hub.license_tag", "MIT", "Users-700M"
)
HISTORY = [
    build_event(GATED, 1, "suspected"),
    build_event(GATED, 2),
    build_event(OPENED, 3),
    build_event(TAKEN, 4),
    build_event(LICENSED, 5),
    build_event(GATED, 6, "reverted"),
]


def build_sample_files(events, address=HERE):
    return render_feed_files(build_feeds(KNOWN, events), address)


def list_entry_ids(files, name):
    return [each.id for each in feedparser.parse(files[name].encode()).entries]


def test_who_subscribed_before_a_rename_goes_on_reading():
    """The feed of a former id stays at its address with its own id, and leads to today's page."""
    renamed = replace(make_model("new/model-3"), former_ids=("other/model-3",))
    opened = replace(OPENED, record="models/new/model-3", first_record="models/other/model-3")
    files = render_feed_files(build_feeds(make_registry(renamed), [build_event(opened, 3)]), HERE)
    old, new = (feedparser.parse(files[f"models/{id}/model-3.atom"]) for id in ("other", "new"))
    assert [entry.id for entry in old.entries] == [entry.id for entry in new.entries] != []
    assert old.feed.id.endswith("feed/models/other/model-3")
    assert old.feed.link == f"{HERE.pages_url}/models/new/model-3.md"


def test_who_hears_of_what():
    """An owner, model, license or dataset has a feed when there is news of it, a model also of
    its data's."""
    found = {each.name: len(each.entries) for each in build_feeds(KNOWN, HISTORY)}
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
        [build_event(GATED, 1, "suspected")],
        [build_event(GATED, 1, "suspected"), build_event(GATED, 2, "withdrawn")],
        [build_event(GATED, 1, "accepted")],
    ],
)
def test_what_is_no_news(quiet):
    """A suspicion, its quiet end and a correction of the registry make no entry."""
    assert all(each.entries == () for each in build_feeds(KNOWN, quiet))


def test_ids_survive_a_move_and_dates_come_from_events():
    """Another address changes links only.

    `updated` is the newest entry's, and for an empty feed the epoch.
    """
    here, moved = build_sample_files(HISTORY), build_sample_files(HISTORY, MOVED)
    assert here["all.atom"] != moved["all.atom"]
    assert (
        list_entry_ids(here, "all.atom")
        == list_entry_ids(moved, "all.atom")
        == [each["id"] for each in json.loads(here["all.json"])["items"]]
    )
    assert len(set(list_entry_ids(here, "all.atom"))) == 5
    parsed = feedparser.parse(here["all.atom"].encode())
    assert parsed.feed.updated == "2026-03-06T06:00:00Z" == parsed.entries[0].updated
    assert (
        feedparser.parse(build_sample_files([])["all.atom"].encode()).feed.updated
        == EMPTY_FEED_UPDATED
    )


def test_a_new_event_adds_and_changes_nothing_else():
    """What a reader has seen stays as it was, entry by entry."""
    before, after = build_sample_files(HISTORY[:-1]), build_sample_files(HISTORY)
    old = {each["id"]: each for each in json.loads(before["all.json"])["items"]}
    new = {each["id"]: each for each in json.loads(after["all.json"])["items"]}
    assert old.items() < new.items()
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {
        "README.md",
        *(
            f"{name}.{ending}"
            for name in ("all", "models/maker/model-1", "owners/maker")
            for ending in ("atom", "json")
        ),
    }


def test_the_registry_s_feeds_parse(root):
    """Every feed of the real history parses clean in feedparser, and is valid JSON Feed.

    Both say the same.
    """
    known = load_registry(root / "registry")
    files = build_feed_files(known, root / "registry")
    assert files == build_feed_files(known, root / "registry")
    for path, text in files.items():
        if path.endswith(".atom"):
            parsed = feedparser.parse(text.encode())
            assert not parsed.bozo, (path, parsed.get("bozo_exception"))
            assert parsed.version == "atom10"
            assert parsed.feed.id
            assert parsed.feed.updated
            assert all(
                each.id and each.title and each.link and each.updated for each in parsed.entries
            )
            twin = json.loads(files[path.removesuffix("atom") + "json"])
            assert twin["version"] == "https://jsonfeed.org/version/1.1"
            assert [(each["id"], each["title"], each["url"]) for each in twin["items"]] == [
                (each.id, each.title, each.link) for each in parsed.entries
            ]


def test_written_once(tmp_path):
    """A second build writes nothing; a feed whose record is gone is removed."""
    EventStore(tmp_path).append_findings("r", "2026-03-01T06:00:00Z", [GATED])
    write_feeds(tmp_path, build_feed_files(KNOWN, tmp_path))
    stamps = {
        path: path.stat().st_mtime_ns for path in (tmp_path / "feeds").rglob("*") if path.is_file()
    }
    assert write_feeds(tmp_path, build_feed_files(KNOWN, tmp_path)) == []
    assert stamps == {path: path.stat().st_mtime_ns for path in stamps}
    assert write_feeds(tmp_path, build_sample_files([]))
    assert not (tmp_path / "feeds" / "models" / "maker" / "model-1.atom").exists()


def test_killed_at_any_file(tmp_path):
    """A build that ends between two files, or within one, is finished by the next.

    The same bytes as if it had never been killed.
    """
    old, new = build_sample_files(HISTORY[:-2]), build_sample_files(HISTORY)
    for done in range(len(new) + 1):
        root = tmp_path / str(done)
        write_feeds(root, old)
        write_feeds(root, old | dict(list(new.items())[:done]))
        (root / "feeds" / ".all.atom.x.tmp").write_text("half")
        write_feeds(root, new)
        assert {
            path.relative_to(root / "feeds").as_posix(): path.read_text()
            for path in (root / "feeds").rglob("*")
            if path.is_file()
        } == new


@pytest.mark.parametrize(
    "text",
    [
        '{"pages": "http://example.org", "files": "https://example.org"}',
        '{"pages": "https://a@example.org/x", "files": "https://example.org"}',
        "[]",
    ],
)
def test_a_bad_address_is_refused(tmp_path, text):
    """Only a plain https address can be where the registry lives."""
    (tmp_path / "address.json").write_text(text)
    with pytest.raises(InvalidFileError, match=r"address\.json"):
        read_address(tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "/x\u2028y",
        "/x y",
        "/\n",
        "/\u009b",
        "/<b>",
        '/"',
        "/x`",
        "/" + "x" * 600,
        "\u202e/",
        "\uff0fb/",
    ],
)
def test_an_address_is_written_in_the_characters_of_one(tmp_path, path):
    """It is fetched with the records, and stands in every feed, page and issue."""
    base = f"https://example.org{path}"
    (tmp_path / "address.json").write_text(json.dumps({"pages": base, "files": base}))
    with pytest.raises(InvalidFileError, match="no plain https address"):
        read_address(tmp_path)


@pytest.mark.parametrize("host", ["[x", "[::1", "example.org:port", "example.org:99999"])
def test_a_host_that_cannot_be_read_is_told(tmp_path, host):
    """The library raises errors of its own for these, at once or where the port is asked for."""
    base = f"https://{host}/registry"
    (tmp_path / "address.json").write_text(json.dumps({"pages": base, "files": base}))
    with pytest.raises(InvalidFileError, match="no plain https address"):
        read_address(tmp_path)
