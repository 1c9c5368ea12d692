"""Verdicts and permissions that move between two registries, and why. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.definitions.base import Verdict
from audit.definitions.catalog import FRAMEWORKS, judge_all
from audit.definitions.permissions import IntendedUse, PermissionAnswer, allows
from audit.licenses.conditions import ORDER
from audit.records.model import Model, Registry, placed

USES: dict[str, IntendedUse] = {
    "commercial use": IntendedUse(commercial=True),
    "commercial use with 1,000,000,000 monthly users": IntendedUse(commercial=True, monthly_users=1_000_000_000),
    "passing the weights on": IntendedUse(redistribute=True),
    "fine-tuning": IntendedUse(fine_tune=True),
    "training other models on outputs": IntendedUse(train_on_outputs=True),
}
"""Uses that people ask about."""
MOST_REASONS = 2
GUARD = 0.05
"""Share of verdicts that a branch may move before somebody must say how many are meant."""


@dataclass(frozen=True)
class VerdictMove:
    """A verdict that is another one now."""

    model: str
    framework: str
    before: str
    after: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class PermissionMove:
    """An answer about a use that is another one now."""

    model: str
    use: str
    before: str
    after: str
    gained: bool
    clause: str


@dataclass(frozen=True)
class Moves:
    """What a branch does to all answers about models that both registries hold."""

    verdicts: tuple[VerdictMove, ...]
    permissions: tuple[PermissionMove, ...]
    judged: int
    """Verdicts that could have moved."""

    @property
    def beyond_guard(self) -> bool:
        """Whether more moved than goes without saying."""
        return len(self.verdicts) > GUARD * self.judged


def moves(before: Registry, after: Registry) -> Moves:
    """Everything that moved, by model."""
    both = sorted(before.models.keys() & after.models.keys())
    verdicts: list[VerdictMove] = []
    permissions: list[PermissionMove] = []
    for id in both:
        verdicts += _verdicts(before.models[id], after.models[id], before, after)
        permissions += _permissions(before.models[id], after.models[id], before, after)
    return Moves(tuple(verdicts), tuple(permissions), len(both) * len(FRAMEWORKS))


def _verdicts(old: Model, new: Model, before: Registry, after: Registry) -> Iterator[VerdictMove]:
    for was, now in zip(judge_all(old, before), judge_all(new, after), strict=True):
        if was.value != now.value:
            yield VerdictMove(new.id, now.framework, was.value, now.value, _why(was, now))


def _why(was: Verdict, now: Verdict) -> tuple[str, ...]:
    """The steps that answer otherwise, in the words of the new answer."""
    old = {(step.id, step.subject): step.answer for step in was.steps}
    changed = [step for step in now.steps if old.get((step.id, step.subject)) != step.answer]
    reasons = [f"{step.id}{f' of {step.subject}' if step.subject else ''}: {step.reason}" for step in changed]
    gone = len({(step.id, step.subject) for step in was.steps} - {(step.id, step.subject) for step in now.steps})
    return tuple(reasons[:MOST_REASONS]) or ((f"{gone} steps no longer apply",) if gone else ("the steps are weighed anew",))


def _permissions(old: Model, new: Model, before: Registry, after: Registry) -> Iterator[PermissionMove]:
    for name, use in USES.items():
        was, now = allows(old, before, use), allows(new, after, use)
        if was.value != now.value:
            yield PermissionMove(new.id, name, was.value, now.value, ORDER.index(now.value) > ORDER.index(was.value), _clause(now, was))


def _clause(now: PermissionAnswer, was: PermissionAnswer) -> str:
    """The clause that decides now, else the one that decided before and is gone."""
    deciding = next((each for each in now.clauses if each.effect == now.value), None)
    if deciding:
        section = f", {placed(deciding.section)}" if deciding.section else ""
        return f"{deciding.license}{section}: {deciding.summary}"
    gone = next((each for each in was.clauses if each.effect == was.value), None)
    return f"no longer: {gone.summary}" if gone else "no clause stands against it"
