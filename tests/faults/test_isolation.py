"""One target's failure, wherever it happens, is that target's: all others are compared, told and written, and the next run reads everything."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from audit.records.load import load_registry
from audit.runs import compare as compare_module
from audit.store.events import EventStore
from audit.store.formats import FORMATS
from audit.store.observations import TargetStateStore
from audit.store.run_status import read_heartbeat
from tests.fakes.repositories import HubFile
from tests.test_run import MODELS, AuditStage, list_changes

HOSTILE, OTHER = MODELS[2], MODELS[3]
GATE = (f"models/{OTHER}", "weights-gated", "suspected")
ODD_INDEX = {
    "model-index": [
        {
            "name": "n",
            "results": [
                {
                    "task": {"type": ["t"]},
                    "dataset": {"type": ["d"], "name": "n"},
                    "metrics": [{"type": "a", "value": 1}],
                }
            ],
        }
    ]
}


def file_of(stage: AuditStage, repo: str = HOSTILE) -> Path:
    return stage.root / "observations/models" / f"{repo}.json"


def readable(stage: AuditStage) -> bool:
    """Whether every file that a run wrote can be read by the next."""
    TargetStateStore(stage.root).load_states()
    EventStore(stage.root).load_events()
    return read_heartbeat(stage.root) is not None


def refuse_alone(stage: AuditStage, reason: str) -> None:
    """A run in which one target fails and another drifts: told and written is the other, kept is the old observation."""
    before = file_of(stage).read_bytes() if file_of(stage).is_file() else b""
    stage.world.set_gate("models", OTHER, "manual")

    report = stage.audit()

    assert (report.status, list_changes(report)) == ("incomplete", [GATE])
    assert [
        (each.target.repo, each.reason)
        for each in report.target_observations
        if each.state == "unverifiable"
    ] == [(HOSTILE, reason)]
    assert (file_of(stage).read_bytes() if file_of(stage).is_file() else b"") == before
    assert json.loads(file_of(stage, OTHER).read_text())["facts"]["gated"] == "manual"
    heartbeat = read_heartbeat(stage.root)
    assert heartbeat is not None
    assert {key: row.reason for key, row in heartbeat.unseen.items()} == {
        f"huggingface/model/{HOSTILE}": reason
    }
    assert readable(stage)


HALVES = {"tags": ["\ud800"], "base_model": ["maker/\udfff"], "datasets": ["\ud83d"]}


@pytest.mark.parametrize("card", [{"license_name": "x\ud800"}, HALVES, ODD_INDEX, {"self": 1}])
def test_no_card_stops_a_run_or_hides_a_gate(stage: AuditStage, card: dict[str, object]):
    """One line in a card: the run is complete, and a gate set at the same commit is told."""
    repo = stage.world.get_hub_repo("models", OTHER)
    repo.card = {"license": "mit", **card}
    repo.commit_revision("2026-01-01T00:00:00.000Z")
    stage.world.set_gate("models", OTHER, "manual")

    report = stage.audit()

    assert report.status == "complete"
    assert GATE in list_changes(report)
    assert readable(stage)
    assert stage.audit().status == "complete"


def test_an_observation_that_is_too_large(stage: AuditStage, monkeypatch):
    """Of a repository whose listing no file would hold, the old observation stands, and the next run can read."""
    small = replace(FORMATS["observation"], max_bytes=20_000)
    monkeypatch.setitem(FORMATS, "observation", small)
    for number in range(100):
        stage.world.get_hub_repo("models", HOSTILE).files[f"{number:0200}.bin"] = (
            HubFile.create_large(f"{number:0200}.bin", 1, str(number))
        )
    stage.world.put_file("models", HOSTILE, HubFile.create_text("x.txt", "x"))
    refuse_alone(stage, "too-large")
    assert stage.audit().status == "incomplete"


def test_events_that_are_too_large(stage: AuditStage, monkeypatch):
    """More events than a file may hold: what is over is not said to be seen, and is told by the next run."""
    monkeypatch.setattr("audit.runs.outcome.EVENT_BYTES", 1500)
    for repo in (HOSTILE, OTHER):
        stage.world.set_gate("models", repo, "manual")

    days = [list_changes(stage.audit()) for _ in range(5)]

    assert [len(each) for each in days] == [1, 1, 1, 1, 0]
    assert [each for day in days for each in day] == [
        (f"models/{repo}", GATE[1], status)
        for repo in (HOSTILE, OTHER)
        for status in ("suspected", "confirmed")
    ]
    assert readable(stage)


def test_a_comparison_that_fails(stage: AuditStage, monkeypatch):
    """A defect of ours in comparing one model ends the look at that model alone."""
    real = compare_module.compare_target

    def failing(view, registry):
        if view.observation.target.repo == HOSTILE:
            raise ZeroDivisionError
        return real(view, registry)

    monkeypatch.setattr(compare_module, "compare_target", failing)
    # What answers as it did is not compared again.
    stage.world.set_gate("models", HOSTILE, "manual")
    refuse_alone(stage, "error")


def test_a_file_that_cannot_be_written(stage: AuditStage, caplog):
    """Where one file cannot be replaced, all others are, and one line says which."""
    file_of(stage).unlink()
    (file_of(stage) / "in the way").mkdir(parents=True)
    refuse_alone(stage, "not-written")
    assert [record.message for record in caplog.records if "cannot be written" in record.message]


def test_a_closed_finding_that_cannot_be_told(stage: AuditStage, monkeypatch):
    """What no record speaks of any more is closed by the same gate, and its file stays as long as it cannot be."""
    stage.world.set_gate("models", HOSTILE, "manual")
    assert list_changes(stage.audit()) == [(f"models/{HOSTILE}", *GATE[1:])]
    (stage.root / "models" / f"{HOSTILE}.json").unlink()
    load_registry(stage.root)
    with monkeypatch.context() as patched:
        patched.setattr("audit.runs.outcome.EVENT_BYTES", 10)
        assert list_changes(stage.audit()) == []
    assert list_changes(stage.audit()) == [(f"models/{HOSTILE}", "weights-gated", "withdrawn")]
