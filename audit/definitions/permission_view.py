"""The whole answer about one use of one model, for people and programs alike.

What decides, what to do and when, what was not said, what else the text holds, and how sure it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from audit.definitions.clause_view import STAGE_TITLES, ViewedClause, view_clauses
from audit.definitions.governing_terms import (
    GoverningTerms,
    list_governing_terms,
    list_silent_clauses,
)
from audit.definitions.permission_certainty import Certainty, assess_certainty
from audit.definitions.permissions import PermissionAnswer, judge_permission
from audit.definitions.unsaid import Judge, UnsaidCircumstance, list_unsaid_circumstances
from audit.definitions.use_words import describe_use
from audit.licenses.uses import GRANTED, TOLD_WORDS, IntendedUse, Permission, ToldPermission
from audit.records.model import Model
from audit.records.registry import Registry

CONTACT = "contact"


@dataclass(frozen=True)
class StageDuties:
    """What has to be done at one stage of the work."""

    stage: str
    title: str
    clauses: tuple[ViewedClause, ...]


@dataclass(frozen=True)
class GovernedModel:
    """A model of the chain and the licenses that bind through it."""

    model: str
    is_base: bool
    licenses: tuple[str, ...]
    """Their names."""


@dataclass(frozen=True)
class PermissionView:
    """One answer with all that belongs to it."""

    model: str
    use: IntendedUse
    use_words: str
    value: Permission
    told: ToldPermission
    """The value as it is told of a model: an open lineage makes a grant one of its own kind."""
    words: str
    """The same as people read it."""
    decided_by: tuple[ViewedClause, ...]
    """The clauses that make it so; none where the use is granted."""
    also_against: tuple[ViewedClause, ...]
    """Other clauses that would stand against it if those did not."""
    contacts: tuple[ViewedClause, ...]
    """Where a separate license can be asked for, if one is needed."""
    to_do: tuple[StageDuties, ...]
    unsaid: tuple[UnsaidCircumstance, ...]
    also_in_text: tuple[ViewedClause, ...]
    governed_by: tuple[GovernedModel, ...]
    certainty: Certainty
    open_questions: tuple[str, ...]
    history: tuple[str, ...] = ()
    """Of an answer for a past day: which facts were others then."""

    @property
    def licenses(self) -> frozenset[str]:
        """Ids of the licenses whose texts the answer rests on."""
        return frozenset(text.license for text in self.certainty.texts)


def answer_question(model: Model, registry: Registry, use: IntendedUse) -> PermissionView:
    """Judge one use and say all that belongs to the answer.

    Raises InvalidExpressionError for an unknown license.
    """
    return view_permission(use, model, registry, partial(judge_permission, model, registry))


def view_permission(
    use: IntendedUse,
    model: Model,
    registry: Registry,
    judge: Judge,
    history: tuple[str, ...] = (),
) -> PermissionView:
    """All that belongs to the answer of a judge, such as one for a past day.

    Raises InvalidExpressionError for an unknown license.
    """
    answer = judge(use)
    terms = list_governing_terms(model, answer, registry)
    clauses = view_clauses(answer.clauses, registry)
    silent = view_clauses(list_silent_clauses(terms), registry)
    decided = tuple(clause for clause in clauses if _decides(clause, answer))
    against = [clause for clause in clauses if clause.effect not in GRANTED]
    return PermissionView(
        model=answer.model,
        use=answer.use,
        use_words=describe_use(answer.use),
        value=answer.value,
        told=answer.told,
        words=TOLD_WORDS[answer.told],
        decided_by=decided,
        also_against=tuple(clause for clause in against if clause not in decided),
        contacts=_list_contacts(silent, answer),
        to_do=tuple(_list_stages((*clauses, *silent))),
        unsaid=tuple(_list_unsaid(answer, terms, registry, judge)),
        also_in_text=tuple(clause for clause in silent if clause.stage != "end"),
        governed_by=tuple(_list_governed(model, terms)),
        certainty=assess_certainty(model, terms, registry),
        open_questions=answer.open_questions,
        history=history,
    )


def _decides(clause: ViewedClause, answer: PermissionAnswer) -> bool:
    return answer.value not in GRANTED and clause.effect == answer.value


def _list_contacts(
    silent: Sequence[ViewedClause], answer: PermissionAnswer
) -> tuple[ViewedClause, ...]:
    if answer.value != "needs-separate-license":
        return ()
    return tuple(clause for clause in silent if clause.kind == CONTACT)


def _list_stages(clauses: Sequence[ViewedClause]) -> Iterator[StageDuties]:
    """The duties by stage, in the order of work; at the end also what no use can touch."""
    for stage, title in STAGE_TITLES.items():
        due = tuple(each for each in clauses if each.stage == stage and _is_due(each))
        if due:
            yield StageDuties(stage, title, due)


def _is_due(clause: ViewedClause) -> bool:
    is_duty = clause.effect == "allowed-with-obligations"
    return is_duty or (clause.stage == "end" and clause.effect == "allowed")


def _list_unsaid(
    answer: PermissionAnswer,
    terms: Sequence[GoverningTerms],
    registry: Registry,
    judge: Judge,
) -> Iterator[UnsaidCircumstance]:
    conditions = [condition for each in terms for condition in each.license.conditions]
    yield from list_unsaid_circumstances(answer, conditions, judge, registry)


def _list_governed(model: Model, terms: Sequence[GoverningTerms]) -> Iterator[GovernedModel]:
    for holder in dict.fromkeys(each.model for each in terms):
        names = tuple(each.license.name for each in terms if each.model is holder)
        yield GovernedModel(holder.id, holder is not model, names)
