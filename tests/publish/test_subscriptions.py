"""Who subscribes with a project, or with a call that remembers how far it came."""

import base64
import json
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from audit.cli.main import main
from audit.core.errors import UsageError
from audit.publish.feeds.model import build_feeds
from audit.publish.webhook_endpoint import parse_webhook_endpoint
from audit.records.model import Family
from audit.store.events import EventStore
from tests.conftest import make_dataset_record, make_license_record, make_model_record
from tests.definitions.builders import make_model, make_registry
from tests.publish.conftest import build_finding
from tests.publish.test_feeds import GATED, OPENED, TAKEN, build_event

FAMILY = {
    "$schema": "../../schemas/family.schema.json",
    "id": "fam",
    "name": "Fam",
    "developer": "Other",
    "evidence": {},
}
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def receiver():
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@pytest.fixture
def registry_folder(write_registry):
    return write_registry(
        ("licenses", make_license_record()),
        ("models", make_model_record()),
        ("models", make_model_record(id="other/model-3")),
        ("datasets", make_dataset_record()),
    )


@pytest.fixture
def call(registry_folder, receiver, monkeypatch):
    """Call a command at a moment of March 2026."""
    monkeypatch.setenv("WEBHOOK_URL", receiver.url_for("/hook"))
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)

    def run(command, day, *options):
        now = ["--now", f"2026-03-{day:02}T12:00:00Z"]
        return main([command, "--registry", str(registry_folder), *now, *options])

    return run


def append(folder, day, *findings):
    EventStore(folder).append_findings("r", f"2026-03-{day:02}T06:00:00Z", findings)


def list_sent(receiver):
    """The records of each message that was posted."""
    bodies = [json.loads(request.get_data()) for request, _ in receiver.log]
    return [[item["record"] for item in body["data"]["items"]] for body in bodies]


def test_a_project_is_a_list(registry_folder, call, tmp_path, capsys):
    """What the code loads and trains on is told of; what a page for readers names is not."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "run.py").write_text(
        'AutoModel.from_pretrained("maker/model-1")\nload_dataset("maker/data")\n'
        'AutoModel.from_pretrained("nobody/unknown-model")\n'
    )
    (project / "README.md").write_text("Better than other/model-3.\n")
    append(registry_folder, 1, GATED, OPENED, replace(TAKEN, affects=()))
    assert call("digest", 2, "--since", "7d", "--project", str(project), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["models"] == ["maker/model-1"]
    assert found["datasets"] == ["maker/data"]
    assert found["unrecorded"] == ["nobody/unknown-model"]
    records = {item["record"]: item["models"] for item in found["items"]}
    assert records == {"models/maker/model-1": ["maker/model-1"], "datasets/maker/data": []}
    assert call("digest", 2, "--since", "7d", "--project", str(project)) == 0
    assert "for 1 model and 1 dataset," in capsys.readouterr().out


def test_a_project_without_models_is_told(call, tmp_path, capsys):
    """An empty answer would read as: nothing changed."""
    (tmp_path / "empty").mkdir()
    assert call("digest", 2, "--since", "7d", "--project", str(tmp_path / "empty")) == 2
    assert "uses no model" in capsys.readouterr().err
    both = ("--project", str(tmp_path), "--models", str(tmp_path / "list.txt"))
    assert call("digest", 2, "--since", "7d", *both) == 2


@pytest.mark.parametrize(
    ("scope", "models", "datasets", "told"),
    [
        (("--maker", "Maker"), ["maker/model-1"], ["maker/data"], {GATED.record, TAKEN.record}),
        (("--maker", "other"), ["other/model-3"], [], {OPENED.record}),
        (("--family", "fam"), ["other/model-3"], [], {OPENED.record}),
    ],
)
def test_a_maker_or_a_family_is_a_list(call, write_registry, capsys, scope, models, datasets, told):
    """Of a maker all records, in whatever case it is written; of a family its models."""
    folder = write_registry(
        ("families", FAMILY),
        ("models", make_model_record(id="other/model-3", family="fam")),
    )
    append(folder, 1, GATED, OPENED, replace(TAKEN, affects=()))
    assert call("digest", 2, "--since", "7d", "--json", *scope) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["models"], found["datasets"], found["unrecorded"]) == (models, datasets, [])
    assert {item["record"] for item in found["items"]} == told


@pytest.mark.parametrize("command", [("digest",), ("webhook", "--allow-private")])
@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (("--maker", "othr"), "near: other"),
        (("--family", "fam"), "no family has that id"),
        (("--maker", "other", "--family", "fam"), "--maker and --family are two lists"),
        (("--models", "list.txt", "--maker", "other"), "--models and --maker are two lists"),
    ],
)
def test_a_maker_or_a_family_without_a_record_is_refused(call, capsys, command, scope, words):
    """A typo must not read as: nothing changed."""
    name, *options = command
    assert call(name, 2, "--since", "7d", *options, *scope) == 2
    assert words in capsys.readouterr().err


def test_a_cursor_loses_nothing_and_sends_nothing_twice(
    registry_folder, call, receiver, tmp_path, capsys
):
    """However late the schedule is, and also where an event enters the history late.

    A call that the receiver refuses moves nothing.
    """
    cursor = tmp_path / "cursor.json"
    options = ("--cursor", str(cursor), "--allow-private")
    append(registry_folder, 1, GATED)
    assert call("webhook", 2, *options) == 2
    assert "--since" in capsys.readouterr().err
    receiver.expect_request("/hook", method="POST").respond_with_data("", status=400)
    assert call("webhook", 2, *options, "--since", "7d") == 3
    assert not cursor.exists()
    receiver.clear()
    receiver.expect_request("/hook", method="POST").respond_with_data("", status=204)
    assert call("webhook", 3, *options, "--since", "7d", "--dry-run") == 0
    assert not cursor.exists()
    assert call("webhook", 3, *options, "--since", "7d") == 0
    assert call("webhook", 4, *options, "--since", "7d") == 0
    append(registry_folder, 20, TAKEN)
    append(registry_folder, 2, OPENED)  # written after the call of the 3rd, with an earlier time
    assert call("webhook", 28, *options) == 0
    assert call("webhook", 27, *options) == 0
    assert call("webhook", 29, *options) == 0
    first, second = list_sent(receiver)
    assert first == ["models/maker/model-1"]
    assert sorted(second) == ["datasets/maker/data", "models/other/model-3"]


def test_what_came_before_the_cursor_is_not_sent_for_a_model_that_joins(
    registry_folder, call, receiver, tmp_path
):
    """A list that grows gets the news from then on."""
    chosen = tmp_path / "models.txt"
    chosen.write_text("maker/model-1\n")
    options = ("--cursor", str(tmp_path / "c"), "--allow-private", "--models", str(chosen))
    receiver.expect_request("/hook", method="POST").respond_with_data("", status=200)
    append(registry_folder, 1, OPENED)
    assert call("webhook", 2, *options, "--since", "7d") == 0
    chosen.write_text("maker/model-1\nother/model-3\n")
    assert call("webhook", 3, *options) == 0
    assert list_sent(receiver) == []


@pytest.mark.parametrize("text", ["[]", '{"format": "cursor/2", "until": "", "told": []}', "x"])
def test_another_file_is_no_cursor(call, tmp_path, text, capsys):
    """It is refused and stays as it is."""
    (tmp_path / "file").write_text(text)
    assert call("webhook", 2, "--cursor", str(tmp_path / "file"), "--allow-private") == 1
    assert "file" in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == text


def test_the_body_has_the_three_keys_of_the_standard(registry_folder, call, receiver):
    """Type and moment beside the data; the keys of the first form are still there."""
    append(registry_folder, 1, GATED)
    receiver.expect_request("/hook", method="POST").respond_with_data("", status=200)
    assert call("webhook", 2, "--since", "7d", "--allow-private") == 0
    body = json.loads(receiver.log[0][0].get_data())
    assert body["type"] == "registry.changed"
    assert body["timestamp"] == "2026-03-02T12:00:00Z"
    assert body["data"] == {key: body[key] for key in body["data"]}
    assert body["data"]["schema_version"] == 1


@pytest.mark.parametrize(
    ("url", "allow_private"),
    [
        ("http://127.0.0.1:8000/x", False),
        ("http://127.0.0.1.example.org/x", True),
        ("http://10.0.0.1/x", True),
        ("http://localhost@example.org/x", True),
        ("ftp://localhost/x", True),
    ],
)
def test_http_is_for_this_machine_alone(url, allow_private):
    """And for whoever said that it is meant."""
    with pytest.raises(UsageError):
        parse_webhook_endpoint(url, SECRET, allow_private=allow_private)
    for own in ("http://127.0.0.1:8000/x", "http://localhost:8000/x"):
        assert parse_webhook_endpoint(own, SECRET, allow_private=True).url == own


def test_makers_and_families_have_feeds_before_there_is_news():
    """Who subscribes on the first day hears of the first change; a family's is that of its members."""
    member = replace(make_model("maker/model-1"), family="line")
    registry = make_registry(member, make_model("other/model-3"))
    registry = replace(registry, families={"line": Family("line", "Line", "Maker")})
    names = {feed.name: len(feed.entries) for feed in build_feeds(registry, [])}
    assert names == {
        "all": 0,
        "more-closed": 0,
        "families/line": 0,
        "owners/maker": 0,
        "owners/other": 0,
    }
    later = build_feeds(registry, [build_event(build_finding(), 2)])
    assert {feed.name for feed in later if feed.entries} == {
        *("all", "more-closed", "families/line", "owners/maker", "models/maker/model-1"),
    }


def test_a_project_has_a_feed_of_what_concerns_it(registry_folder, call, tmp_path, capsys):
    """In both formats, the newest first, in a folder of its own; nothing of other models."""
    append(registry_folder, 1, OPENED, replace(TAKEN, record="models/other/model-3"))
    append(registry_folder, 2, GATED)
    project, output = tmp_path / "My Project", tmp_path / "out"
    project.mkdir()
    (project / "a.py").write_text('from_pretrained("maker/model-1")')
    asked = ["--project", str(project), "--output", str(output)]
    assert call("feeds", 3, *asked, "--check") == 1
    assert call("feeds", 3, *asked) == 0
    assert call("feeds", 4, *asked, "--check") == 0
    assert sorted(path.name for path in output.iterdir()) == [
        "project-my-project.atom",
        "project-my-project.json",
    ]
    document = json.loads((output / "project-my-project.json").read_text())
    days = [item["date_published"][:10] for item in document["items"]]
    assert days == ["2026-03-02", "2026-03-01"]
    assert "feed_url" not in document
    assert 'rel="self"' not in (output / "project-my-project.atom").read_text()
    assert not (registry_folder / "feeds").exists()
    (project / "a.py").write_text("nothing")
    assert call("feeds", 4, *asked) == 2
    assert "uses no model or dataset" in capsys.readouterr().err
