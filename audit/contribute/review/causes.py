"""Why verdicts move: because of the rules, of facts that people recorded, or of upstream.

Only the last is drift. A verdict that another rule or a corrected fact moves is no finding and no
entry of a feed: those come from what the audit saw upstream, never from a verdict.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from audit.analysis.record_diff import RecordChange
from audit.analysis.verdict_diff import (
    AnswerChanges,
    ExplainedVerdictChange,
    VerdictChange,
    compare_verdict_values,
)
from audit.definitions.catalog import judge_by_all_definitions
from audit.drift.events import Event
from audit.drift.impact import collect_underlying_records
from audit.drift.lifecycle import has_changed_upstream
from audit.records.registry import Registry

ChangedFields = Mapping[str, frozenset[str]]
"""By record, the fields that upstream changed and a branch takes over."""


def find_rule_moves(written: Any, base: Registry) -> tuple[VerdictChange, ...]:
    """Verdicts on the records of the base that today's rules judge otherwise than its file says."""
    judged = {id: _judge_model(id, base) for id in sorted(base.models)}
    moves = compare_verdict_values(written, judged)
    return tuple(replace(move, because="rules") for move in moves)


def _judge_model(id: str, registry: Registry) -> dict[str, str]:
    verdicts = judge_by_all_definitions(registry.models[id], registry)
    return {verdict.framework: verdict.value for verdict in verdicts}


def mark_upstream_moves(
    moves: AnswerChanges,
    changes: Iterable[RecordChange],
    events: Iterable[Event],
    registry: Registry,
) -> AnswerChanges:
    """The moves, those marked that rest on a fact which upstream changed."""
    taken_over = _find_taken_over_fields(changes, events)
    if not taken_over:
        return moves
    marked = (_mark_move(move, taken_over, registry) for move in moves.verdicts)
    return replace(moves, verdicts=tuple(marked))


def _mark_move(
    move: ExplainedVerdictChange, taken_over: ChangedFields, registry: Registry
) -> ExplainedVerdictChange:
    underlying = collect_underlying_records(registry.models[move.model], registry)
    return move if underlying.isdisjoint(taken_over) else replace(move, because="upstream")


def _find_taken_over_fields(
    changes: Iterable[RecordChange], events: Iterable[Event]
) -> ChangedFields:
    """Of each record that the branch changes, the fields in which the audit saw a change."""
    seen: dict[str, set[str]] = {}
    for event in events:
        if has_changed_upstream(event):
            seen.setdefault(event.finding.record, set()).add(event.finding.field)
    found = {}
    for change in changes:
        paths = {fact.path.removeprefix("$.") for fact in change.facts}
        fields = frozenset(_match_fields(paths, seen.get(change.ref, set())))
        if fields:
            found[change.ref] = fields
    return found


def _match_fields(paths: Iterable[str], fields: Iterable[str]) -> set[str]:
    """The fields of findings among changed facts; the end of a repository is a changed status."""
    changed = set(paths)
    if any(path.endswith(".status") for path in changed):
        changed.add("hub.repo")
    return changed.intersection(fields)
