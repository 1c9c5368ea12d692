"""Verdicts and permissions that move between two registries, and why. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.definitions.base import Verdict
from audit.definitions.catalog import FRAMEWORKS, judge_by_all_frameworks
from audit.definitions.permissions import PermissionAnswer, judge_permission
from audit.licenses.uses import PERMISSION_ORDER, IntendedUse
from audit.records.model import Model, Registry, format_section

REVIEWED_USES: dict[str, IntendedUse] = {
    "commercial use": IntendedUse(commercial=True),
    "commercial use with 1,000,000,000 monthly users": IntendedUse(
        commercial=True, monthly_users=1_000_000_000
    ),
    "passing the weights on": IntendedUse(redistribute=True),
    "fine-tuning": IntendedUse(fine_tune=True),
    "training other models on outputs": IntendedUse(train_on_outputs=True),
}
"""Uses that people ask about."""
MAX_REASONS = 2
MAX_UNANNOUNCED_SHARE = 0.05
"""Share of verdicts that a branch may move before somebody must say how many are meant."""


@dataclass(frozen=True)
class VerdictChange:
    """A verdict that is another one now."""

    model: str
    framework: str
    before: str
    after: str
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
class AnswerChanges:
    """What a branch does to all answers about models that both registries hold."""

    verdicts: tuple[VerdictChange, ...]
    permissions: tuple[PermissionChange, ...]
    judged: int
    """Verdicts that could have moved."""

    @property
    def is_beyond_guard(self) -> bool:
        """Whether more moved than goes without saying."""
        return len(self.verdicts) > MAX_UNANNOUNCED_SHARE * self.judged


def compare_answers(before: Registry, after: Registry) -> AnswerChanges:
    """Everything that moved, by model."""
    both = sorted(before.models.keys() & after.models.keys())
    verdicts: list[VerdictChange] = []
    permissions: list[PermissionChange] = []
    for id in both:
        verdicts += _compare_verdicts(before.models[id], after.models[id], before, after)
        permissions += _compare_permissions(before.models[id], after.models[id], before, after)
    return AnswerChanges(tuple(verdicts), tuple(permissions), len(both) * len(FRAMEWORKS))


def _compare_verdicts(
    old: Model, new: Model, before: Registry, after: Registry
) -> Iterator[VerdictChange]:
    for was, now in zip(
        judge_by_all_frameworks(old, before), judge_by_all_frameworks(new, after), strict=True
    ):
        if was.value != now.value:
            yield VerdictChange(
                new.id, now.framework, was.value, now.value, _explain_change(was, now)
            )


def _explain_change(was: Verdict, now: Verdict) -> tuple[str, ...]:
    """The steps that answer otherwise, in the words of the new answer."""
    old = {(step.id, step.subject): step.answer for step in was.steps}
    changed = [step for step in now.steps if old.get((step.id, step.subject)) != step.answer]
    reasons = [
        f"{step.id}{f' of {step.subject}' if step.subject else ''}: {step.reason}"
        for step in changed
    ]
    gone = len(
        {(step.id, step.subject) for step in was.steps}
        - {(step.id, step.subject) for step in now.steps}
    )
    return tuple(reasons[:MAX_REASONS]) or (
        (f"{gone} steps no longer apply",) if gone else ("the steps are weighed anew",)
    )


def _compare_permissions(
    old: Model, new: Model, before: Registry, after: Registry
) -> Iterator[PermissionChange]:
    for name, use in REVIEWED_USES.items():
        was, now = judge_permission(old, before, use), judge_permission(new, after, use)
        if was.value != now.value:
            yield PermissionChange(
                new.id,
                name,
                was.value,
                now.value,
                PERMISSION_ORDER.index(now.value) > PERMISSION_ORDER.index(was.value),
                _find_deciding_clause(now, was),
            )


def _find_deciding_clause(now: PermissionAnswer, was: PermissionAnswer) -> str:
    """The clause that decides now, else the one that decided before and is gone."""
    deciding = next((each for each in now.clauses if each.effect == now.value), None)
    if deciding:
        section = f", {format_section(deciding.section)}" if deciding.section else ""
        return f"{deciding.license}{section}: {deciding.summary}"
    gone = next((each for each in was.clauses if each.effect == was.value), None)
    return f"no longer: {gone.summary}" if gone else "no clause stands against it"
