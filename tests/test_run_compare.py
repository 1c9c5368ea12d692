"""What a run makes of one target that several records declare, and of findings whose record says no more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.drift.finding import Finding, TargetDeclaration, WatchedTarget
from audit.observations.facts import CodeFacts, Observation, Target
from audit.records.registry import Registry
from audit.runs.compare import ComparisonContext, close_unwatched_findings, compare_observation
from audit.runs.outcome import Outcome
from audit.store.observations import TargetState
from tests.definitions.builders import make_model, make_registry

CODE = Target("github", "code", "maker/code")
HERE, OTHER, GONE = "models/maker/model-1", "models/maker/model-2", "models/maker/model-3"
REGISTRY = make_registry(make_model("maker/model-1"), make_model("maker/model-2"))
START = datetime(2026, 1, 1, 6, tzinfo=UTC)
ACTIVE = CodeFacts("maker/code", archived=False, disabled=False, license="MIT")


def observe(facts: CodeFacts = ACTIVE) -> Observation:
    return Observation(CODE, "ok", "https://api.example/repos/maker/code", 200, "ok", facts)


def compare(
    old: TargetState | None,
    facts: CodeFacts,
    *records: str,
    registry: Registry = REGISTRY,
    is_partial: bool = False,
) -> Outcome:
    """What a look at the code makes of the records that declare it."""
    declared = tuple(TargetDeclaration(record, expected=True) for record in records)
    context = ComparisonContext(registry, START + timedelta(days=1), is_partial=is_partial)
    return compare_observation(WatchedTarget(CODE, declared), observe(facts), old, context)


@pytest.fixture
def archived() -> TargetState:
    """The state after the code was archived: a finding in each of three records."""
    first = compare(None, ACTIVE, HERE, OTHER, GONE).observations[0]
    return compare(first, replace(ACTIVE, archived=True), HERE, OTHER, GONE).observations[0]


def list_ends(outcome: Outcome) -> list[tuple[str, str]]:
    return [(finding.record, finding.status) for finding in outcome.changed]


def list_open_records(outcome: Outcome) -> list[str]:
    return [finding.record for finding in outcome.open]


def test_every_record_has_its_own_finding(archived: TargetState):
    """One repository that three records name drifts in each of them, in order."""
    assert [(each.record, each.status) for each in archived.findings] == [
        (HERE, "confirmed"),
        (OTHER, "confirmed"),
        (GONE, "confirmed"),
    ]


def test_a_record_that_says_no_more_ends_its_finding(archived: TargetState):
    """It was mended where the record is still there, and withdrawn with a record that is gone; the others stay."""
    outcome = compare(archived, archived.facts, HERE)
    assert list_ends(outcome) == [(OTHER, "accepted"), (GONE, "withdrawn")]
    assert list_open_records(outcome) == [HERE]
    assert [state.findings for state in outcome.observations] == [tuple(outcome.open)]


def test_a_partial_run_leaves_other_records_alone(archived: TargetState):
    """Who audits one model knows nothing of what the others declare."""
    outcome = compare(archived, archived.facts, HERE, is_partial=True)
    assert list_ends(outcome) == []
    assert list_open_records(outcome) == [HERE, OTHER, GONE]
    assert outcome.observations == []


def test_what_nobody_watches_any_more_is_closed(archived: TargetState):
    """The same for a whole target: its findings end, and what was seen of it stays."""
    outcomes = close_unwatched_findings({CODE: archived}, [], REGISTRY)
    assert list_ends(outcomes[CODE]) == [
        (HERE, "accepted"),
        (OTHER, "accepted"),
        (GONE, "withdrawn"),
    ]
    assert outcomes[CODE].observations == [replace(archived, findings=())]
    watched = [WatchedTarget(CODE, ())]
    assert close_unwatched_findings({CODE: archived}, watched, REGISTRY) == {}


def test_a_comparison_changes_nothing_it_was_given(archived: TargetState):
    """The state and the findings that went in are the same afterwards, and twice gives the same."""
    before: tuple[Finding, ...] = archived.findings
    first = compare(archived, ACTIVE, HERE, OTHER)
    assert first == compare(archived, ACTIVE, HERE, OTHER)
    assert archived.findings == before
