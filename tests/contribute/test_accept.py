"""`accept`: what the audit saw goes into the records.

What needs a reading is asked, and no finding ends twice.
"""

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from audit.cli.main import main
from audit.records.load import load_registry, read_all_records
from audit.runs.collect import Upstreams
from audit.runs.run import RunOptions, run_audit
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore
from tests.conftest import make_dataset_record, make_license_record, make_model_record
from tests.contribute.conftest import ContributorDesk
from tests.fakes.repositories import HubFile
from tests.fakes.seeding import build_synthetic_license_text

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
MODEL = "maker/model-1"
REF = f"models/{MODEL}"
PINS = {
    "repo": MODEL,
    "revision": None,
    "gated": False,
    "license_tag": "other",
    "evidence": ["card"],
}


class AcceptBench:
    """A desk with a true world, audited once, and what can be done with it."""

    def __init__(self, desk: ContributorDesk) -> None:
        self.desk, self.day = desk, -1

    def run_audit(self, times: int = 1) -> None:
        for _ in range(times):
            self.day += 1
            counter = RequestCounter()
            hub, github = (
                HubSource(self.desk.hub.endpoint, None, counter, Patience(pause=0.01)),
                GithubSource(self.desk.github.endpoint, None, counter, Patience(pause=0.01)),
            )
            options = RunOptions(self.desk.registry, START + timedelta(days=self.day))
            run_audit(load_registry(self.desk.registry), Upstreams((hub, github), counter), options)

    def run_accept(self, *ids: str) -> int:
        return self.desk.run_command(
            "accept", *ids, "--now", (START + timedelta(days=self.day, hours=1)).isoformat()
        )

    def read_record(self, ref: str = REF) -> dict:
        return json.loads((self.desk.registry / f"{ref}.json").read_text())

    def list_events(self) -> list[tuple[str, str]]:
        return [
            (event.finding.id, event.finding.status)
            for event in EventStore(self.desk.registry).load_events()
        ]

    def list_open_findings(self, capsys) -> dict[str, str]:
        """Ids of open findings by kind."""
        capsys.readouterr()
        assert self.desk.run_command("accept", "--json") == 0
        found = json.loads(capsys.readouterr().out)["open"]
        return {each["kind"]: each["id"] for each in found}


@pytest.fixture
def bench(make_desk, write_registry) -> AcceptBench:
    text = build_synthetic_license_text("Other license").encode()
    digests = [
        {"sha256": hashlib.sha256(each).hexdigest(), "bytes": len(each), "evidence": ["card"]}
        for each in (text, text + b"\nCopyright\n")
    ]
    other = make_license_record("LicenseRef-x", hub_tags=[], hub_names=["x-license"], texts=digests)
    model = make_model_record(MODEL, hub=PINS)
    model["components"]["model-parameters-final"]["license"] = "LicenseRef-x"
    records = [
        ("licenses", make_license_record()),
        ("licenses", other),
        ("models", model),
        ("models", make_model_record("maker/control")),
        ("datasets", make_dataset_record()),
    ]
    desk = make_desk(write_registry(*records))
    desk.add_repository(MODEL, {"license": "other"}, texts={"LICENSE": text})
    desk.add_repository("maker/control")
    desk.add_repository("maker/data", kind="datasets")
    bench = AcceptBench(desk)
    bench.run_audit()
    assert bench.list_events() == []
    return bench


def gate_model(world):
    world.set_gate("models", MODEL, "manual")


def name_license(world):
    world.set_card("models", MODEL, {"license": "other", "license_name": "x-license"})


def replace_weights(world):
    world.put_file(
        "models", MODEL, HubFile.create_large("model.safetensors", 2_000_000, "other bytes")
    )


def rename_repository(world):
    world.rename_hub_repo("models", MODEL, "maker/renamed")


def remove_data(world):
    world.remove_hub_repo("datasets", "maker/data")


def remove_model(world):
    world.remove_hub_repo("models", MODEL)


def put_reviewed_text(world):
    world.put_file(
        "models",
        MODEL,
        HubFile.create_text(
            "LICENSE", build_synthetic_license_text("Other license") + "\nCopyright\n"
        ),
    )


ACCEPTABLE = {
    "gate": (
        gate_model,
        "weights-gated",
        lambda bench: bench.read_record()["hub"]["gated"] == "manual",
    ),
    "license name": (
        name_license,
        "license-tag-changed",
        lambda bench: bench.read_record()["hub"].get("license_name") == "x-license",
    ),
    "weights": (
        replace_weights,
        "weights-replaced",
        lambda bench: re.fullmatch("[0-9a-f]{40}", bench.read_record()["hub"]["revision"]),
    ),
    "rename": (
        rename_repository,
        "repo-moved",
        lambda bench: (
            bench.read_record()["hub"]["repo"] == "maker/renamed"
            and bench.read_record()["id"] == MODEL
        ),
    ),
    "data gone": (
        remove_data,
        "data-gone",
        lambda bench: (
            bench.read_record("datasets/maker/data")["availability"]["status"] == "withdrawn"
        ),
    ),
    "model gone": (
        remove_model,
        "weights-gone",
        lambda bench: (
            bench.read_record()["components"]["model-parameters-final"]["status"] == "withdrawn"
        ),
    ),
}


@pytest.mark.parametrize("case", ACCEPTABLE)
@pytest.mark.parametrize("busy", [False, True], ids=["quiet", "upstream moves on"])
def test_an_accepted_finding_ends_once(bench: AcceptBench, capsys, case: str, busy: bool):
    """The record takes the value with evidence of what was seen, stays valid, and neither the finding nor its end comes again."""
    change, kind, holds = ACCEPTABLE[case]
    if case == "license name":
        # A pin that names no name is not contradicted by one; this record pinned another.
        path = bench.desk.registry / f"{REF}.json"
        record = bench.read_record()
        record["hub"]["license_name"] = "y-license"
        path.write_text(json.dumps(record))
    change(bench.desk.world)
    bench.run_audit(3)
    id = bench.list_open_findings(capsys)[kind]

    assert bench.run_accept(id) == 0
    assert "Next: nox -s validate" in capsys.readouterr().out
    assert holds(bench)
    assert read_all_records(bench.desk.registry).problems == ()
    assert bench.desk.run_command("validate") == 0

    if busy and case not in ("data gone", "model gone"):
        name = "maker/renamed" if case == "rename" else MODEL
        bench.desk.world.put_file(
            "models", name, HubFile.create_text("notes.md", "A new commit.\n")
        )
    bench.run_audit(2)
    assert [status for each, status in bench.list_events() if each == id].count("accepted") == 1
    assert [status for each, status in bench.list_events() if each == id][-1] == "accepted"
    assert bench.list_open_findings(capsys) == {}


def test_the_record_keeps_its_order_and_cites_what_was_seen(bench: AcceptBench, capsys):
    """Keys stay where a person put them.

    The new evidence is of the day and the commit that the audit saw.
    """
    before = bench.read_record()
    gate_model(bench.desk.world)
    bench.run_audit(2)
    assert bench.run_accept(bench.list_open_findings(capsys)["weights-gated"]) == 0
    after = bench.read_record()
    assert [list(after), list(after["hub"])] == [list(before), list(before["hub"])]
    assert after["hub"]["evidence"] == ["hub-2026-01-03", "card"]
    row = after["evidence"]["hub-2026-01-03"]
    revision = bench.desk.world.get_hub_repo("models", MODEL).revision
    assert (row["url"], row["revision"], row["seen"]) == (
        f"https://huggingface.co/{MODEL}/tree/{revision}",
        revision,
        "2026-01-03",
    )
    assert (bench.desk.registry / f"{REF}.json").read_text() == json.dumps(
        after, indent=2, ensure_ascii=False
    ) + "\n"


def test_another_wording_that_reviewers_know_is_no_drift(bench: AcceptBench, capsys):
    """A text of the license that the record states, reviewed before, means the same."""
    put_reviewed_text(bench.desk.world)
    bench.run_audit(2)
    assert bench.list_open_findings(capsys) == {}


def test_a_text_of_the_stated_license_replaces_another_pin(bench: AcceptBench, capsys):
    """The record pins a text that is not there, and what is there is a reviewed one of the license that it states: the pin moves."""
    record = bench.read_record()
    record["hub"]["license_files"] = {"LICENSE": "0" * 64}
    (bench.desk.registry / f"{REF}.json").write_text(json.dumps(record))
    bench.run_audit(2)
    assert bench.run_accept(bench.list_open_findings(capsys)["license-text-changed"]) == 0
    text = bench.desk.world.get_hub_repo("models", MODEL).files["LICENSE"].content
    assert bench.read_record()["hub"]["license_files"] == {
        "LICENSE": hashlib.sha256(text).hexdigest()
    }
    bench.run_audit()
    assert bench.list_open_findings(capsys) == {}


def put_unread_text(world):
    world.put_file("models", MODEL, HubFile.create_text("LICENSE", "Entirely other terms.\n"))


def set_other_tag(world):
    world.set_card("models", MODEL, {"license": "mit"})


def gate_control_model(world):
    world.set_gate("models", "maker/control", "auto")


def rename_to_another_owner(world):
    world.rename_hub_repo("models", MODEL, "stranger/model")


REFUSED = {
    "a name of another owner": (
        rename_to_another_owner,
        1,
        "repo-moved",
        "leads to another owner now, stranger/model",
    ),
    "a text that nobody read": (
        put_unread_text,
        1,
        "license-text-changed",
        "Read LICENSE at the new commit",
    ),
    "a tag that means other terms": (
        set_other_tag,
        1,
        "license-tag-changed",
        "the tag 'mit' means MIT, but the weights are recorded under LicenseRef-x",
    ),
    "a loss that was seen once": (gate_control_model, 1, "weights-gated", "seen in 1 of 2 looks"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_needs_a_reading_is_refused_with_its_question(bench: AcceptBench, capsys, case: str):
    """Nothing is written, the status is 1, and the message says what a person must settle."""
    change, looks, kind, words = REFUSED[case]
    change(bench.desk.world)
    bench.run_audit(looks)
    id = bench.list_open_findings(capsys)[kind]
    files = {path: path.read_bytes() for path in bench.desk.registry.rglob("*.json")}

    assert bench.run_accept(id) == 1
    printed = capsys.readouterr().out
    assert printed.endswith("\nNothing was written.\n")
    assert words in printed
    assert {path: path.read_bytes() for path in bench.desk.registry.rglob("*.json")} == files


def test_one_that_needs_a_reading_holds_back_all(bench: AcceptBench, capsys):
    """Findings are accepted together or not at all.

    The message says which can go without the others.
    """
    put_unread_text(bench.desk.world)
    gate_model(bench.desk.world)
    bench.run_audit(2)
    found = bench.list_open_findings(capsys)
    assert bench.run_accept(*found.values()) == 1
    assert (
        f"These can be accepted without the others: {found['weights-gated']}"
        in capsys.readouterr().out
    )
    assert bench.read_record()["hub"]["gated"] is False


def test_a_commit_is_not_pinned_while_something_in_it_is_unread(bench: AcceptBench, capsys):
    """To pin the commit accepts all that it holds, so new weights wait for the license text."""
    put_unread_text(bench.desk.world)
    replace_weights(bench.desk.world)
    bench.run_audit()
    assert bench.run_accept(bench.list_open_findings(capsys)["weights-replaced"]) == 1
    assert "would accept license-text-changed unread" in capsys.readouterr().out


def test_the_commit_of_another_repository_under_the_name_is_not_reviewed(
    bench: AcceptBench, capsys
):
    """A freed name may be taken with the same history.

    The pinned commit does not make it the model that was recorded.
    """
    world = bench.desk.world
    repo = world.get_hub_repo("models", MODEL)
    world.remove_hub_repo("models", MODEL)
    again = bench.desk.add_repository("maker/elsewhere", {"license": "other"})
    world.remove_hub_repo("models", "maker/elsewhere")
    again.id, again.revision, again.files = MODEL, repo.revision, repo.files
    again.history = {repo.revision: repo.history[repo.revision]}
    world.add_hub_repo(again)
    record = bench.read_record()
    record["hub"]["revision"] = repo.revision
    (bench.desk.registry / f"{REF}.json").write_text(json.dumps(record))
    bench.run_audit()
    found = bench.list_open_findings(capsys)
    assert list(found) == ["identity-changed"]
    assert bench.run_accept(found["identity-changed"]) == 1


def test_two_commands_in_one_second_keep_both_events(bench: AcceptBench, capsys):
    """The history is append-only.

    A second accept at the same moment adds to the file of the first.
    """
    gate_model(bench.desk.world)
    bench.desk.world.set_gate("models", "maker/control", "auto")
    bench.run_audit(2)
    ids = [each for each, status in bench.list_events() if status == "confirmed"]
    assert [bench.run_accept(each) for each in ids] == [0, 0]
    assert {each for each, status in bench.list_events() if status == "accepted"} == set(ids)
    capsys.readouterr()


def test_an_id_that_is_not_open_is_named(bench: AcceptBench, capsys):
    """A typo is one line that says how to list the open ones."""
    assert main(["accept", "--registry", str(bench.desk.registry), "000000000000"]) == 1
    assert (
        capsys.readouterr().err
        == "000000000000: no open finding has this id; `accept` without ids lists the open ones\n"
    )


def test_a_day_that_has_not_come_is_not_written(bench: AcceptBench, capsys):
    """The audit's clock was ahead: no record says that the weights went away next year."""
    remove_model(bench.desk.world)
    bench.run_audit(3)
    id = bench.list_open_findings(capsys)["weights-gone"]
    before = bench.read_record()

    assert bench.desk.run_command("accept", id, "--now", "2020-01-01T00:00:00Z") == 1
    assert "still to come" in capsys.readouterr().err
    assert bench.read_record() == before


@pytest.mark.parametrize("record", ["licenses/MIT", "models/maker/control"])
def test_a_finding_moves_no_record_that_does_not_name_what_was_seen(
    bench: AcceptBench, capsys, record: str
):
    """An observation that somebody forged cannot carry one repository's gate into another's record."""
    gate_model(bench.desk.world)
    bench.run_audit(3)
    path = bench.desk.registry / "observations/models/maker/model-1.json"
    path.write_text(path.read_text().replace(f'"record": "{REF}"', f'"record": "{record}"'))
    before = bench.read_record(record)
    (finding,) = bench.list_open_findings(capsys).values()
    assert bench.run_accept(finding) == 1
    assert f"{record} does not name {MODEL}" in capsys.readouterr().out
    assert bench.read_record(record) == before
