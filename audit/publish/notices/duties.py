"""The duties of all models of a project for some uses, each once, whoever brings it along."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product

from audit.core.grouping import group_pairs
from audit.definitions.clause_view import STAGE_TITLES, ViewedClause, view_clauses
from audit.definitions.governing_terms import (
    GoverningTerms,
    list_governing_terms,
    list_silent_clauses,
)
from audit.definitions.permission_view import StageDuties
from audit.definitions.permissions import DecidingClause, PermissionAnswer, judge_permission
from audit.definitions.use_words import describe_use
from audit.licenses.uses import GRANTED, PERMISSION_WORDS, IntendedUse
from audit.records.license import License
from audit.records.model import Model
from audit.records.registry import Registry

DUTY = "allowed-with-obligations"


@dataclass(frozen=True)
class Obstacle:
    """A use that a model's terms do not plainly grant."""

    model: str
    use: str
    value: str
    """As people read it."""
    reasons: tuple[ViewedClause, ...]


@dataclass(frozen=True)
class ProjectDuties:
    """What the terms of all models ask together."""

    stages: tuple[StageDuties, ...]
    licenses: tuple[tuple[License, tuple[str, ...]], ...]
    """Each license that binds, with the models through which it does."""
    obstacles: tuple[Obstacle, ...]

    @property
    def clauses(self) -> Iterator[ViewedClause]:
        """The duties of all stages."""
        return chain.from_iterable(stage.clauses for stage in self.stages)


def collect_duties(
    models: Iterable[Model], registry: Registry, uses: Sequence[IntendedUse]
) -> ProjectDuties:
    """The duties of models, their bases' included. Raises InvalidExpressionError."""
    asked = [_ask(model, use, registry) for model, use in product(models, uses)]
    answers = [each.answer for each in asked]
    terms = [each.terms for each in asked]
    found = view_clauses(chain(_list_duties(answers), _list_ends(terms)), registry)
    return ProjectDuties(
        tuple(_group_by_stage(found)),
        tuple(_list_licenses(chain.from_iterable(terms))),
        tuple(_list_obstacles(answers, registry)),
    )


@dataclass(frozen=True)
class _AnsweredUse:
    answer: PermissionAnswer
    terms: tuple[GoverningTerms, ...]


def _ask(model: Model, use: IntendedUse, registry: Registry) -> _AnsweredUse:
    answer = judge_permission(model, registry, use)
    return _AnsweredUse(answer, list_governing_terms(model, answer, registry))


def _list_duties(answers: Iterable[PermissionAnswer]) -> Iterator[DecidingClause]:
    clauses = chain.from_iterable(answer.clauses for answer in answers)
    return (clause for clause in clauses if clause.effect == DUTY)


def _list_ends(terms: Iterable[tuple[GoverningTerms, ...]]) -> Iterator[DecidingClause]:
    """Clauses that no use can touch; those on the end of the grant have a stage of their own."""
    return chain.from_iterable(map(list_silent_clauses, terms))


def _group_by_stage(clauses: Sequence[ViewedClause]) -> Iterator[StageDuties]:
    for stage, title in STAGE_TITLES.items():
        due = tuple(each for each in clauses if each.stage == stage and _is_due(each))
        if due:
            yield StageDuties(stage, title, due)


def _is_due(clause: ViewedClause) -> bool:
    return clause.effect == DUTY or clause.stage == "end"


def _list_licenses(
    terms: Iterable[GoverningTerms],
) -> Iterator[tuple[License, tuple[str, ...]]]:
    pairs = {(each.license.id, each.model.id): each.license for each in terms}
    licenses = {license.id: license for license in pairs.values()}
    models = group_pairs(sorted(pairs))
    for id in sorted(licenses):
        yield licenses[id], tuple(models[id])


def _list_obstacles(answers: Iterable[PermissionAnswer], registry: Registry) -> Iterator[Obstacle]:
    for answer in answers:
        if answer.value not in GRANTED:
            yield _build_obstacle(answer, registry)


def _build_obstacle(answer: PermissionAnswer, registry: Registry) -> Obstacle:
    reasons = [clause for clause in answer.clauses if clause.effect == answer.value]
    words = PERMISSION_WORDS[answer.value]
    return Obstacle(answer.model, describe_use(answer.use), words, view_clauses(reasons, registry))
