"""A run compares only what may have moved, and finds all the same what comparing everything finds."""

import json
from collections.abc import Callable

import pytest

from audit.core.errors import UsageError
from audit.core.json_files import InvalidFileError
from audit.observations.facts import Observation, PageFacts, Target, TargetKind
from audit.runs import compare, outcome
from audit.runs.basis import ComparisonBasis
from audit.store import observations
from audit.store.run_status import read_heartbeat
from tests.fakes.faults import FaultRule
from tests.test_run import MODELS, AuditStage, list_changes, stage

__all__ = ["stage"]
MODEL = MODELS[2]
RECORD = f"models/{MODEL}"


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The targets that were compared."""
    found: list[str] = []
    real = compare.compare_observation

    def note(watch, *arguments):
        found.append(watch.target.repo)
        return real(watch, *arguments)

    monkeypatch.setattr(compare, "compare_observation", note)
    return found


def change_record(stage: AuditStage, id: str = MODEL) -> None:
    """The record says another license than the Hub: as much a contradiction as the other way round."""
    path = stage.root / "models" / f"{id}.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["hub"]["license_tag"] = "apache-2.0"
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def remove_stored_finding(stage: AuditStage) -> None:
    """Somebody edits what the audit wrote."""
    path = stage.root / "observations/models" / f"{MODEL}.json"
    state = json.loads(path.read_text(encoding="utf-8"))
    assert state["findings"]
    path.write_text(json.dumps({**state, "findings": []}, indent=2) + "\n", encoding="utf-8")


def test_an_unchanged_run_compares_nothing(stage: AuditStage, compared: list[str]):
    """Only what answered differently is compared again, and what has an open finding."""
    for _ in range(2):  # the list of the maker is read in the second run
        stage.audit()
    compared.clear()
    stage.audit()
    assert compared == []
    stage.world.set_gate("models", MODEL, "manual")
    assert [each[0] for each in list_changes(stage.audit())] == [RECORD]
    stage.audit()
    assert set(compared) == {MODEL}


def test_a_changed_record_is_compared_with_what_did_not_move(stage: AuditStage):
    """The upstream is as it was, and the record no longer agrees."""
    stage.audit()
    stage.audit()
    change_record(stage)
    assert (RECORD, "license-tag-changed", "confirmed") in list_changes(stage.audit())


def test_a_stored_state_that_somebody_edits_is_compared(stage: AuditStage):
    """A finding that was taken out of the file by hand is found again."""
    stage.audit()
    change_record(stage)
    stage.audit()
    remove_stored_finding(stage)
    assert RECORD in [each[0] for each in list_changes(stage.audit())]


def test_what_could_not_be_seen_is_compared_when_it_can(stage: AuditStage):
    """The record changed while the host was silent: the first good look tells it."""
    stage.audit()
    change_record(stage)
    stage.world.fault_injector.add_rule(FaultRule("503", path="/api/models"))
    assert list_changes(stage.audit()) == []
    heartbeat = read_heartbeat(stage.root)
    assert heartbeat is not None
    assert f"huggingface/model/{MODEL}" in heartbeat.unseen
    stage.world.fault_injector.clear_rules()
    assert RECORD in [each[0] for each in list_changes(stage.audit())]


def test_what_the_last_run_checked_is_not_checked_again(
    stage: AuditStage, monkeypatch: pytest.MonkeyPatch
):
    """The very files that a run read or wrote are parsed and no more; the findings are the same."""
    stage.audit()
    change_record(stage)
    told = stage.audit().findings
    checked: list[str] = []
    real = observations.parse_stored_text

    def note(name, text, shown):
        checked.append(shown)
        return real(name, text, shown)

    monkeypatch.setattr(observations, "parse_stored_text", note)
    assert stage.audit().findings == told
    assert checked == []
    change_record(stage, MODELS[3])
    stage.audit()
    assert len(checked) > len(MODELS)


@pytest.mark.parametrize("damage", ["{", '{"format": "observation/3"}', ""])
def test_a_file_damaged_since_the_last_run_is_refused_before_anything_is_asked(
    stage: AuditStage, damage: str
):
    """A basis that does not fit the files is none: they are checked as at first sight."""
    stage.audit()
    stage.audit()
    path = stage.root / "observations/models" / f"{MODEL}.json"
    path.write_text(damage, encoding="utf-8")
    stage.hub.clear_log()
    with pytest.raises(InvalidFileError, match="restore it"):
        stage.audit()
    assert not stage.hub.log


def test_what_could_not_be_written_is_no_basis(stage: AuditStage, monkeypatch: pytest.MonkeyPatch):
    """A full folder: the next run checks and compares everything again."""
    stage.audit()
    stage.world.set_gate("models", MODEL, "manual")
    real = observations.TargetStateStore.write_state

    def fail(store, state):
        if state.target.repo == MODEL:
            raise UsageError("no permission")
        real(store, state)

    with monkeypatch.context() as patched:
        patched.setattr(observations.TargetStateStore, "write_state", fail)
        stage.audit()
    heartbeat = read_heartbeat(stage.root)
    assert heartbeat is not None
    assert heartbeat.compared is None


@pytest.mark.parametrize(
    ("kind", "is_compared"),
    [("model", False), ("dataset", False), ("code", False), ("terms", True), ("revisions", True)],
)
def test_what_a_run_may_leave_out_is_compared_whenever_it_is_looked_at(
    kind: TargetKind, is_compared: bool
):
    """A record may have changed in a run without pages: the next look has to hold it against them."""
    target = Target("huggingface", kind, "owner/name")
    facts = PageFacts("owner/name", "en", ())
    old = observations.TargetState(target, "ok", facts, facts)
    seen = Observation(target, "ok", "https://example.org", 200, "", facts)
    assert ComparisonBasis(is_unmoved=True).needs_comparison(seen, old) is is_compared


def look_at_one(stage: AuditStage) -> None:
    stage.audit(only=frozenset({MODELS[0]}))


def hold_everything_back(stage: AuditStage) -> None:
    """More losses than are believed: nothing is written."""
    lost = [stage.world.get_hub_repo("models", id) for id in MODELS[3:8]]
    for repo in lost:
        stage.world.remove_hub_repo("models", repo.id)
    assert stage.audit().status == "degraded"
    for repo in lost:
        stage.world.add_hub_repo(repo)


@pytest.mark.parametrize("leave_out", [look_at_one, hold_everything_back])
def test_a_run_that_left_something_out_is_no_basis(
    stage: AuditStage, compared: list[str], leave_out: Callable[[AuditStage], None]
):
    """A record changes, a run does not look at it: the next one compares it."""
    stage.audit()
    change_record(stage)
    leave_out(stage)
    compared.clear()
    assert RECORD in [each[0] for each in list_changes(stage.audit())]
    assert len(set(compared)) > len(MODELS)


def test_the_outcome_of_what_is_unchanged_stays_empty(stage: AuditStage):
    """All such targets share one: what a run finds of others is never added to it."""
    stage.audit()
    change_record(stage)
    stage.world.set_gate("models", MODEL, "manual")
    assert stage.audit().changed_findings
    stage.audit()
    assert outcome.Outcome() == outcome.UNCHANGED
