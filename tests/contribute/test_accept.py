"""`accept`: what the audit saw goes into the records; what needs a reading is asked; and no finding ends twice."""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from audit.cli.main import main
from audit.records.load import load_registry, read_registry
from audit.runs.collect import Upstreams
from audit.runs.run import Options, run
from audit.sources.github import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore
from tests.conftest import dataset_record, license_record, model_record
from tests.contribute.conftest import Desk
from tests.fakes.repositories import HubFile
from tests.fakes.seeding import synthetic_license_text

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
MODEL = "maker/model-1"
REF = f"models/{MODEL}"
PINS = {"repo": MODEL, "revision": None, "gated": False, "license_tag": "other", "evidence": ["card"]}


class Bench:
    """A desk with a true world, audited once, and what can be done with it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.day = desk, -1

    def audit(self, times: int = 1) -> None:
        for _ in range(times):
            self.day += 1
            counter = RequestCounter()
            hub, github = HubSource(self.desk.hub.endpoint, None, counter, pause=0.01), GithubSource(self.desk.github.endpoint, None, counter, pause=0.01)
            options = Options(self.desk.registry, START + timedelta(days=self.day))
            run(load_registry(self.desk.registry), Upstreams(hub, github, counter), options)

    def accept(self, *ids: str) -> int:
        return self.desk.run("accept", *ids, "--now", (START + timedelta(days=self.day, hours=1)).isoformat())

    def record(self, ref: str = REF) -> dict:
        return json.loads((self.desk.registry / f"{ref}.json").read_text())

    def events(self) -> list[tuple[str, str]]:
        return [(each["id"], each["status"]) for each in EventStore(self.desk.registry).load()]

    def open(self, capsys) -> dict[str, str]:
        """Ids of open findings by kind."""
        capsys.readouterr()
        assert self.desk.run("accept", "--json") == 0
        return {each["kind"]: each["id"] for each in json.loads(capsys.readouterr().out)}


@pytest.fixture
def bench(make_desk, write_registry) -> Bench:
    text = synthetic_license_text("Other license").encode()
    digests = [{"sha256": hashlib.sha256(each).hexdigest(), "bytes": len(each), "evidence": ["card"]} for each in (text, text + b"\nCopyright\n")]
    other = license_record("LicenseRef-x", hub_tags=[], hub_names=["x-license"], texts=digests)
    model = model_record(MODEL, hub=PINS)
    model["components"]["model-parameters-final"]["license"] = "LicenseRef-x"
    records = [
        ("licenses", license_record()),
        ("licenses", other),
        ("models", model),
        ("models", model_record("maker/control")),
        ("datasets", dataset_record()),
    ]
    desk = make_desk(write_registry(*records))
    desk.repo(MODEL, {"license": "other"}, texts={"LICENSE": text})
    desk.repo("maker/control")
    desk.repo("maker/data", kind="datasets")
    bench = Bench(desk)
    bench.audit()
    assert bench.events() == []
    return bench


def gate(world):
    world.gate("models", MODEL, "manual")


def name_license(world):
    world.set_card("models", MODEL, {"license": "other", "license_name": "x-license"})


def replace_weights(world):
    world.put_file("models", MODEL, HubFile.large("model.safetensors", 2_000_000, "other bytes"))


def rename(world):
    world.rename("models", MODEL, "maker/renamed")


def remove_data(world):
    world.remove("datasets", "maker/data")


def remove_model(world):
    world.remove("models", MODEL)


def reviewed_text(world):
    world.put_file("models", MODEL, HubFile.text("LICENSE", synthetic_license_text("Other license") + "\nCopyright\n"))


ACCEPTABLE = {
    "gate": (gate, "weights-gated", lambda bench: bench.record()["hub"]["gated"] == "manual"),
    "license name": (name_license, "license-tag-changed", lambda bench: bench.record()["hub"].get("license_name") == "x-license"),
    "weights": (replace_weights, "weights-replaced", lambda bench: re.fullmatch("[0-9a-f]{40}", bench.record()["hub"]["revision"])),
    "rename": (rename, "repo-moved", lambda bench: bench.record()["hub"]["repo"] == "maker/renamed" and bench.record()["id"] == MODEL),
    "data gone": (remove_data, "data-gone", lambda bench: bench.record("datasets/maker/data")["availability"]["status"] == "withdrawn"),
    "model gone": (remove_model, "weights-gone", lambda bench: bench.record()["components"]["model-parameters-final"]["status"] == "not-released"),
}


@pytest.mark.parametrize("case", ACCEPTABLE)
@pytest.mark.parametrize("busy", [False, True], ids=["quiet", "upstream moves on"])
def test_an_accepted_finding_ends_once(bench: Bench, capsys, case: str, busy: bool):
    """The record takes the value with evidence of what was seen, stays valid, and neither the finding nor its end comes again."""
    change, kind, holds = ACCEPTABLE[case]
    if case == "license name":
        # A pin that names no name is not contradicted by one; this record pinned another.
        path = bench.desk.registry / f"{REF}.json"
        record = bench.record()
        record["hub"]["license_name"] = "y-license"
        path.write_text(json.dumps(record))
    change(bench.desk.world)
    bench.audit(3)
    id = bench.open(capsys)[kind]

    assert bench.accept(id) == 0
    assert "Next: nox -s validate" in capsys.readouterr().out
    assert holds(bench)
    assert read_registry(bench.desk.registry).problems == ()
    assert bench.desk.run("validate") == 0

    if busy and case not in ("data gone", "model gone"):
        name = "maker/renamed" if case == "rename" else MODEL
        bench.desk.world.put_file("models", name, HubFile.text("notes.md", "A new commit.\n"))
    bench.audit(2)
    assert [status for each, status in bench.events() if each == id].count("resolved") == 1
    assert [status for each, status in bench.events() if each == id][-1] == "resolved"
    assert bench.open(capsys) == {}


def test_the_record_keeps_its_order_and_cites_what_was_seen(bench: Bench, capsys):
    """Keys stay where a person put them; the new evidence is of the day and the commit that the audit saw."""
    before = bench.record()
    gate(bench.desk.world)
    bench.audit(2)
    assert bench.accept(bench.open(capsys)["weights-gated"]) == 0
    after = bench.record()
    assert [list(after), list(after["hub"])] == [list(before), list(before["hub"])]
    assert after["hub"]["evidence"] == ["hub-2026-01-03", "card"]
    row = after["evidence"]["hub-2026-01-03"]
    revision = bench.desk.world.hub_repo("models", MODEL).revision
    assert (row["url"], row["revision"], row["seen"]) == (f"https://huggingface.co/{MODEL}/tree/{revision}", revision, "2026-01-03")
    assert (bench.desk.registry / f"{REF}.json").read_text() == json.dumps(after, indent=2, ensure_ascii=False) + "\n"


def test_another_wording_that_reviewers_know_is_no_drift(bench: Bench, capsys):
    """A text of the license that the record states, reviewed before, means the same."""
    reviewed_text(bench.desk.world)
    bench.audit(2)
    assert bench.open(capsys) == {}


def test_a_text_of_the_stated_license_replaces_another_pin(bench: Bench, capsys):
    """The record pins a text that is not there, and what is there is a reviewed one of the license that it states: the pin moves."""
    record = bench.record()
    record["hub"]["license_files"] = {"LICENSE": "0" * 64}
    (bench.desk.registry / f"{REF}.json").write_text(json.dumps(record))
    bench.audit(2)
    assert bench.accept(bench.open(capsys)["license-text-changed"]) == 0
    text = bench.desk.world.hub_repo("models", MODEL).files["LICENSE"].content
    assert bench.record()["hub"]["license_files"] == {"LICENSE": hashlib.sha256(text).hexdigest()}
    bench.audit()
    assert bench.open(capsys) == {}


def unread_text(world):
    world.put_file("models", MODEL, HubFile.text("LICENSE", "Entirely other terms.\n"))


def other_tag(world):
    world.set_card("models", MODEL, {"license": "mit"})


def once_gated(world):
    world.gate("models", "maker/control", "auto")


def another_owner(world):
    world.rename("models", MODEL, "stranger/model")


REFUSED = {
    "a name of another owner": (another_owner, 1, "repo-moved", "leads to another owner now, stranger/model"),
    "a text that nobody read": (unread_text, 1, "license-text-changed", "Read LICENSE at the new commit"),
    "a tag that means other terms": (other_tag, 1, "license-tag-changed", "the tag 'mit' means MIT, but the weights are recorded under LicenseRef-x"),
    "a loss that was seen once": (once_gated, 1, "weights-gated", "seen in 1 of 2 looks"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_needs_a_reading_is_refused_with_its_question(bench: Bench, capsys, case: str):
    """Nothing is written, the status is 1, and the message says what a person must settle."""
    change, looks, kind, words = REFUSED[case]
    change(bench.desk.world)
    bench.audit(looks)
    id = bench.open(capsys)[kind]
    files = {path: path.read_bytes() for path in bench.desk.registry.rglob("*.json")}

    assert bench.accept(id) == 1
    said = capsys.readouterr().out
    assert said.endswith("\nNothing was written.\n")
    assert words in said
    assert {path: path.read_bytes() for path in bench.desk.registry.rglob("*.json")} == files


def test_one_that_needs_a_reading_holds_back_all(bench: Bench, capsys):
    """Findings are accepted together or not at all; the message says which can go without the others."""
    unread_text(bench.desk.world)
    gate(bench.desk.world)
    bench.audit(2)
    found = bench.open(capsys)
    assert bench.accept(*found.values()) == 1
    assert f"These can be accepted without the others: {found['weights-gated']}" in capsys.readouterr().out
    assert bench.record()["hub"]["gated"] is False


def test_a_commit_is_not_pinned_while_something_in_it_is_unread(bench: Bench, capsys):
    """To pin the commit accepts all that it holds, so new weights wait for the license text."""
    unread_text(bench.desk.world)
    replace_weights(bench.desk.world)
    bench.audit()
    assert bench.accept(bench.open(capsys)["weights-replaced"]) == 1
    assert "would accept license-text-changed unread" in capsys.readouterr().out


def test_the_commit_of_another_repository_under_the_name_is_not_reviewed(bench: Bench, capsys):
    """A freed name may be taken with the same history; the pinned commit does not make it the model that was recorded."""
    world = bench.desk.world
    repo = world.hub_repo("models", MODEL)
    world.remove("models", MODEL)
    again = bench.desk.repo("maker/elsewhere", {"license": "other"})
    world.remove("models", "maker/elsewhere")
    again.id, again.revision, again.files = MODEL, repo.revision, repo.files
    again.history = {repo.revision: repo.history[repo.revision]}
    world.add(again)
    record = bench.record()
    record["hub"]["revision"] = repo.revision
    (bench.desk.registry / f"{REF}.json").write_text(json.dumps(record))
    bench.audit()
    found = bench.open(capsys)
    assert list(found) == ["identity-changed"]
    assert bench.accept(found["identity-changed"]) == 1


def test_two_commands_in_one_second_keep_both_events(bench: Bench, capsys):
    """The history is append-only: a second accept at the same moment adds to the file of the first."""
    gate(bench.desk.world)
    bench.desk.world.gate("models", "maker/control", "auto")
    bench.audit(2)
    ids = [each for each, status in bench.events() if status == "confirmed"]
    assert [bench.accept(each) for each in ids] == [0, 0]
    assert {each for each, status in bench.events() if status == "resolved"} == set(ids)
    capsys.readouterr()


def test_an_id_that_is_not_open_is_named(bench: Bench, capsys):
    """A typo is one line that says how to list the open ones."""
    assert main(["accept", "--registry", str(bench.desk.registry), "000000000000"]) == 1
    assert capsys.readouterr().err == "000000000000: no open finding has this id; `accept` without ids lists the open ones\n"
