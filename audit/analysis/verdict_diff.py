"""Verdicts and permissions that differ between two registries, and why. Pure: it reads no file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

from audit.definitions.base import Step, Verdict
from audit.definitions.catalog import DEFINITIONS, judge_by_all_definitions
from audit.definitions.common_uses import COMMON_USES, CommonUse
from audit.definitions.permissions import DecidingClause, PermissionAnswer, judge_permission
from audit.drift.impact import collect_underlying_records
from audit.licenses.uses import rank_permission
from audit.records.license import format_section
from audit.records.model import Model
from audit.records.registry import Registry

MAX_REASONS = 2
MAX_UNANNOUNCED_SHARE = 0.05
"""Share of verdicts that a branch may move before somebody must say how many are meant."""
Because = Literal["rules", "facts", "upstream"]
"""What moved a verdict: our rules, facts that people recorded, or a change that the audit saw."""
VerdictValues = Mapping[str, Mapping[str, str]]
"""Verdicts by model and definition."""


@dataclass(frozen=True)
class VerdictChange:
    """A verdict that is another one now."""

    model: str
    framework: str
    before: str
    after: str
    because: Because | None = field(default=None, kw_only=True)
    """None where only two values were compared."""


@dataclass(frozen=True)
class ExplainedVerdictChange(VerdictChange):
    """A verdict that is another one now, with the steps that made it so."""

    why: tuple[str, ...]


@dataclass(frozen=True)
class PermissionChange:
    """An answer about a use that is another one now."""

    model: str
    use: str
    before: str
    after: str
    gained: bool
    clause: str


@dataclass(frozen=True)
class _ModelPair:
    """One model in both registries."""

    old: Model
    new: Model
    before: Registry
    after: Registry


@dataclass(frozen=True)
class AnswerChanges:
    """What a branch does to all answers about models that both registries hold."""

    verdicts: tuple[ExplainedVerdictChange, ...]
    permissions: tuple[PermissionChange, ...]
    judged: int
    """Verdicts that could have moved."""

    @property
    def is_beyond_guard(self) -> bool:
        """Whether more moved than goes without saying."""
        return len(self.verdicts) > MAX_UNANNOUNCED_SHARE * self.judged


_FAR_REACHING = ("licenses/", "datasets/")


def compare_verdict_values(before: Any, after: VerdictValues) -> Iterator[VerdictChange]:
    """Verdicts that differ from those of a file written before, whatever that file holds.

    A model or definition that only one side has moves nothing.
    """
    known = _read_object(before, "models")
    for id, verdicts in after.items():
        yield from _compare_values(id, _read_object(known, id), verdicts)


def _compare_values(
    id: str, written: Mapping[str, Any], verdicts: Mapping[str, str]
) -> Iterator[VerdictChange]:
    for framework, value in verdicts.items():
        old = written.get(framework, value)
        if old != value:
            yield VerdictChange(id, framework, old, value)


def _read_object(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def compare_answers(
    before: Registry, after: Registry, changed: frozenset[str] | None = None
) -> AnswerChanges:
    """Everything that moved, by model.

    `changed`: the records in which the two differ, under their present names, where that is known;
    an answer that rests on none of them is not given twice.
    """
    pairs = list(_pair_models(before, after))
    touched = [pair for pair in pairs if changed is None or _may_differ(pair, changed)]
    return AnswerChanges(
        tuple(chain.from_iterable(map(_compare_verdicts, touched))),
        tuple(chain.from_iterable(map(_compare_permissions, touched))),
        len(pairs) * len(DEFINITIONS),
    )


def _may_differ(pair: _ModelPair, changed: frozenset[str]) -> bool:
    """Whether an answer rests on a changed record. Terms and data reach further than a lineage."""
    if any(ref.startswith(_FAR_REACHING) for ref in changed):
        return True
    before = collect_underlying_records(pair.old, pair.before)
    after = collect_underlying_records(pair.new, pair.after)
    present = after.union(map(pair.after.find_current_ref, before))
    return not changed.isdisjoint(present)


def _pair_models(before: Registry, after: Registry) -> Iterator[_ModelPair]:
    for _, old in sorted(before.models.items()):
        present = after.find_current_ref(old.ref).removeprefix("models/")
        if present in after.models:
            yield _ModelPair(old, after.models[present], before, after)


def _compare_verdicts(pair: _ModelPair) -> Iterator[ExplainedVerdictChange]:
    old = judge_by_all_definitions(pair.old, pair.before)
    new = judge_by_all_definitions(pair.new, pair.after)
    for was, now in zip(old, new, strict=True):
        if was.value != now.value:
            why = _explain_change(was, now)
            values = pair.new.id, now.framework, was.value, now.value
            # The same rules judged both.
            yield ExplainedVerdictChange(*values, why, because="facts")


def _explain_change(was: Verdict, now: Verdict) -> tuple[str, ...]:
    """The steps that answer otherwise, in the words of the new answer."""
    changed = _list_changed_steps(was, now)
    if changed:
        return tuple(map(_format_step, changed[:MAX_REASONS]))
    lost = set(map(_identify_step, was.steps)) - set(map(_identify_step, now.steps))
    return (_describe_lost_steps(lost),)


def _list_changed_steps(was: Verdict, now: Verdict) -> list[Step]:
    old = {_identify_step(step): step.answer for step in was.steps}
    return [step for step in now.steps if old.get(_identify_step(step)) != step.answer]


def _describe_lost_steps(gone: set[tuple[str, str]]) -> str:
    return f"{len(gone)} steps no longer apply" if gone else "the steps are weighed anew"


def _identify_step(step: Step) -> tuple[str, str]:
    return step.id, step.subject


def _format_step(step: Step) -> str:
    subject = f" of {step.subject}" if step.subject else ""
    return f"{step.id}{subject}: {step.reason}"


def _compare_permissions(pair: _ModelPair) -> Iterator[PermissionChange]:
    for common in COMMON_USES:
        was = judge_permission(pair.old, pair.before, common.use)
        now = judge_permission(pair.new, pair.after, common.use)
        if was.value != now.value:
            yield _explain_permission(common, was, now)


def _explain_permission(
    common: CommonUse, was: PermissionAnswer, now: PermissionAnswer
) -> PermissionChange:
    gained = rank_permission(now.value) > rank_permission(was.value)
    clause = _find_deciding_clause(now, was)
    return PermissionChange(now.model, common.noun, was.value, now.value, gained, clause)


def _find_deciding_clause(now: PermissionAnswer, was: PermissionAnswer) -> str:
    """The clause that decides now, else the one that decided before and is gone."""
    if clause := _find_own_clause(now):
        return _format_clause(clause)
    if clause := _find_own_clause(was):
        return f"no longer: {clause.summary}"
    return "no clause stands against it"


def _find_own_clause(answer: PermissionAnswer) -> DecidingClause | None:
    """The first clause with the effect that the answer has."""
    return next((clause for clause in answer.clauses if clause.effect == answer.value), None)


def _format_clause(clause: DecidingClause) -> str:
    section = f", {format_section(clause.section)}" if clause.section else ""
    return f"{clause.license}{section}: {clause.summary}"
