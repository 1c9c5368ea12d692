"""One target's failure, wherever it happens, is that target's: all others are compared, told and written, and the next run reads everything."""

import json
from pathlib import Path

import pytest

from audit.records.load import load_registry
from audit.runs import run as run_module
from audit.store.events import EventStore
from audit.store.observations import StateStore
from audit.store.run_status import read_heartbeat
from tests.fakes.repositories import HubFile
from tests.test_run import MODELS, Stage, told

HOSTILE, OTHER = MODELS[2], MODELS[3]
GATE = (f"models/{OTHER}", "weights-gated", "suspected")
ODD_INDEX = {
    "model-index": [{"name": "n", "results": [{"task": {"type": ["t"]}, "dataset": {"type": ["d"], "name": "n"}, "metrics": [{"type": "a", "value": 1}]}]}]
}


def file_of(stage: Stage, repo: str = HOSTILE) -> Path:
    return stage.root / "observations/models" / f"{repo}.json"


def readable(stage: Stage) -> bool:
    """Whether every file that a run wrote can be read by the next."""
    StateStore(stage.root).load()
    EventStore(stage.root).load()
    return read_heartbeat(stage.root) is not None


def refuse_alone(stage: Stage, reason: str) -> None:
    """A run in which one target fails and another drifts: told and written is the other, kept is the old observation."""
    before = file_of(stage).read_bytes() if file_of(stage).is_file() else b""
    stage.world.gate("models", OTHER, "manual")

    report = stage.audit()

    assert (report.status, told(report)) == ("incomplete", [GATE])
    assert [(each.target.address, each.reason) for each in report.sightings if each.state == "unverifiable"] == [(HOSTILE, reason)]
    assert (file_of(stage).read_bytes() if file_of(stage).is_file() else b"") == before
    assert json.loads(file_of(stage, OTHER).read_text())["facts"]["gated"] == "manual"
    heartbeat = read_heartbeat(stage.root)
    assert heartbeat is not None
    assert {key: row.reason for key, row in heartbeat.unseen.items()} == {f"models/{HOSTILE}": reason}
    assert readable(stage)


HALVES = {"tags": ["\ud800"], "base_model": ["maker/\udfff"], "datasets": ["\ud83d"]}


@pytest.mark.parametrize("card", [{"license_name": "x\ud800"}, HALVES, ODD_INDEX, {"self": 1}])
def test_no_card_stops_a_run_or_hides_a_gate(stage: Stage, card: dict[str, object]):
    """One line in a card: the run is complete, and a gate set at the same commit is told."""
    repo = stage.world.hub_repo("models", OTHER)
    repo.card = {"license": "mit", **card}
    repo.commit("2026-01-01T00:00:00.000Z")
    stage.world.gate("models", OTHER, "manual")

    report = stage.audit()

    assert report.status == "complete"
    assert GATE in told(report)
    assert readable(stage)
    assert stage.audit().status == "complete"


def test_an_observation_that_is_too_large(stage: Stage, monkeypatch):
    """Of a repository whose listing no file would hold, the old observation stands, and the next run can read."""
    monkeypatch.setattr("audit.store.observations.MAX_BYTES", 20_000)
    for number in range(100):
        stage.world.hub_repo("models", HOSTILE).files[f"{number:0200}.bin"] = HubFile.large(f"{number:0200}.bin", 1, str(number))
    stage.world.put_file("models", HOSTILE, HubFile.text("x.txt", "x"))
    refuse_alone(stage, "too-large")
    assert stage.audit().status == "incomplete"


def test_events_that_are_too_large(stage: Stage, monkeypatch):
    """More events than a file may hold: what is over is not said to be seen, and is told by the next run."""
    monkeypatch.setattr("audit.runs.outcome.EVENT_BYTES", 1500)
    for repo in (HOSTILE, OTHER):
        stage.world.gate("models", repo, "manual")

    days = [told(stage.audit()) for _ in range(5)]

    assert [len(each) for each in days] == [1, 1, 1, 1, 0]
    assert [each for day in days for each in day] == [(f"models/{repo}", GATE[1], status) for repo in (HOSTILE, OTHER) for status in ("suspected", "confirmed")]
    assert readable(stage)


def test_a_comparison_that_fails(stage: Stage, monkeypatch):
    """A defect of ours in comparing one model ends the look at that model alone."""
    real = run_module.differences

    def failing(view, registry):
        if view.sighting.target.address == HOSTILE:
            raise ZeroDivisionError
        return real(view, registry)

    monkeypatch.setattr(run_module, "differences", failing)
    refuse_alone(stage, "error")


def test_a_file_that_cannot_be_written(stage: Stage, caplog):
    """Where one file cannot be replaced, all others are, and one line says which."""
    file_of(stage).unlink()
    (file_of(stage) / "in the way").mkdir(parents=True)
    refuse_alone(stage, "not-written")
    assert [record.message for record in caplog.records if "cannot be written" in record.message]


def test_a_closed_finding_that_cannot_be_told(stage: Stage, monkeypatch):
    """What no record speaks of any more is closed by the same gate, and its file stays as long as it cannot be."""
    stage.world.gate("models", HOSTILE, "manual")
    assert told(stage.audit()) == [(f"models/{HOSTILE}", *GATE[1:])]
    (stage.root / "models" / f"{HOSTILE}.json").unlink()
    load_registry(stage.root)
    with monkeypatch.context() as patched:
        patched.setattr("audit.runs.outcome.EVENT_BYTES", 10)
        assert told(stage.audit()) == []
    assert told(stage.audit()) == [(f"models/{HOSTILE}", "weights-gated", "returned")]
