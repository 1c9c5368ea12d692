"""What the terms allowed on a past day: for whoever downloaded a model then.

Terms of a day are known where the history says so, or where they were the same at the release and
when a reviewer read them. What was read later says nothing about the time before: such an answer is
unknown, with the reason and with what today's terms give.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from audit.analysis.as_of import RestoredFact, restore_registry_as_of
from audit.definitions.governing_terms import HISTORY
from audit.definitions.lineage import find_licensors, trace_lineage
from audit.definitions.permissions import DecidingClause, PermissionAnswer, judge_permission
from audit.drift.events import Event
from audit.drift.lifecycle import has_changed_upstream
from audit.licenses.uses import (
    PERMISSION_WORDS,
    IntendedUse,
    find_least_permission,
    rank_permission,
)
from audit.records.evidence import Evidence
from audit.records.license import License
from audit.records.model import Model
from audit.records.registry import Registry

_DATED_PLACES = ("/commit/", "/releases/tag/")
_TERMS_FIELDS = ("components.model-parameters-final.license", "hub.license_tag")


@dataclass(frozen=True)
class PastTerms:
    """The terms of a model and of its bases on a past day."""

    model: Model
    registry: Registry
    put_back: tuple[RestoredFact, ...]
    """What was put back in the records of the model and of the bases that bind."""
    doubts: Mapping[str, str]
    """Why nobody knows the terms of the day, by the id of the model or base."""

    def judge(self, use: IntendedUse) -> PermissionAnswer:
        """What the terms of the day make of a use.

        An unknown takes the place of terms that nobody knows. Raises InvalidExpressionError for an
        unknown license.
        """
        answer = judge_permission(self.model, self.registry, use)
        known = [each for each in answer.clauses if each.model not in self.doubts]
        clauses = sorted([*self._list_doubts(answer), *known], key=_rank_clause)
        value = find_least_permission(clause.effect for clause in clauses)
        return replace(answer, value=value, clauses=tuple(clauses))

    def _list_doubts(self, answer: PermissionAnswer) -> Iterator[DecidingClause]:
        for id, doubt in self.doubts.items():
            own = [clause for clause in answer.clauses if clause.model == id]
            yield _build_doubt(self.registry.models[id], doubt, own)


@dataclass(frozen=True)
class _PastDay:
    day: str
    today: Registry
    past: Registry
    events: tuple[Event, ...]


def restore_terms_as_of(
    id: str, registry: Registry, events: Iterable[Event], day: str
) -> PastTerms:
    """The terms of a model and of its bases as they stood on `day` (YYYY-MM-DD)."""
    kept = tuple(events)
    past = restore_registry_as_of(registry, kept, day)
    model = past.registry.models[id]
    known = _PastDay(day, registry, past.registry, kept)
    holders = (model, *find_licensors(model, trace_lineage(model, past.registry)))
    put_back = past.filter_restored_facts(holder.ref for holder in holders)
    found = ((holder.id, _find_doubt(holder, known)) for holder in holders)
    doubts = {holder: doubt for holder, doubt in found if doubt}
    return PastTerms(model, past.registry, put_back, doubts)


def _rank_clause(clause: DecidingClause) -> int:
    return rank_permission(clause.effect)


def _build_doubt(holder: Model, doubt: str, own: Iterable[DecidingClause]) -> DecidingClause:
    recorded = PERMISSION_WORDS[find_least_permission(clause.effect for clause in own)]
    words = f"{doubt} The terms as they are recorded give: {recorded}."
    license = holder.weights.license or "unknown"
    return DecidingClause(
        holder.id, license, "", HISTORY, words, "unknown", holder.weights.evidence
    )


def _find_doubt(holder: Model, known: _PastDay) -> str:
    """Why the holder's terms are not known for the day; empty where they are."""
    recorded = known.today.models[holder.id]
    if recorded.released and recorded.released.date > known.day:
        return (
            f"{holder.id} was released on {recorded.released.date}, so that nobody can have "
            f"downloaded it on {known.day}."
        )
    if holder.weights.license is None or _is_told_by_history(recorded, known):
        return ""
    later = _find_later_text(holder, known)
    if later is not None:
        return _describe_later_text(holder, later, known)
    if _is_read_by(recorded, known.day) or _is_same_since_release(recorded, known):
        return ""
    return (
        f"No source says under which terms {holder.id} stood on {known.day}: "
        f"they were read on {_find_first_reading(recorded)}."
    )


def _is_told_by_history(model: Model, known: _PastDay) -> bool:
    """Whether a change of its terms is recorded, before or after the day."""
    return any(
        event.finding.record == model.ref
        and event.finding.field in _TERMS_FIELDS
        and has_changed_upstream(event)
        for event in known.events
    )


def _find_later_text(holder: Model, known: _PastDay) -> License | None:
    """A license of the holder whose text applies from a later day only."""
    for license in _list_licenses(holder, known.past):
        if license.effective and license.effective > known.day:
            return license
    return None


def _list_licenses(holder: Model, registry: Registry) -> Iterator[License]:
    expression = holder.weights.license or ""
    for id in expression.replace("(", " ").replace(")", " ").split():
        if id in registry.licenses:
            yield registry.licenses[id]


def _describe_later_text(holder: Model, later: License, known: _PastDay) -> str:
    before = known.past.licenses.get(later.predecessor or "")
    former = f"; the version before it is {before.name} ({before.id})" if before else ""
    return (
        f"{later.name}, recorded for {holder.id}, applies from {later.effective}, "
        f"after {known.day}{former}."
    )


def _is_read_by(model: Model, day: str) -> bool:
    return any(row.seen <= day for row in model.weights.evidence)


def _is_same_since_release(model: Model, known: _PastDay) -> bool:
    """Whether the recorded terms are those of the release, by its own source or their date."""
    if model.released is None:
        return False
    if any(_is_dated(row) and row in model.released.evidence for row in model.weights.evidence):
        return True
    date = model.released.date
    return any(license.effective == date for license in _list_licenses(model, known.today))


def _is_dated(row: Evidence) -> bool:
    """Whether a source is a commit or a release, which say what held on their day.

    A table or a page that names the day of the release was written at some time after it.
    """
    return any(part in row.url for part in _DATED_PLACES)


def _find_first_reading(model: Model) -> str:
    return min((row.seen for row in model.weights.evidence), default="no day that is recorded")
