"""What was not said and would change the answer, found by asking again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from audit.definitions.clause_view import name_clause
from audit.definitions.permissions import PermissionAnswer
from audit.definitions.suppositions import list_unsaid_questions
from audit.licenses.uses import GRANTED, IntendedUse, Permission
from audit.records.license import LicenseCondition
from audit.records.registry import Registry

Judge = Callable[[IntendedUse], PermissionAnswer]
"""Answers the same question with other circumstances."""


@dataclass(frozen=True)
class OtherAnswer:
    """Another answer, and what has to be said to get it."""

    value: Permission
    supposed: tuple[str, ...]
    """Each of these alone leads to it."""
    clause: str
    """License and section that decide it then; empty where nothing stands against the use."""


@dataclass(frozen=True)
class UnsaidCircumstance:
    """A circumstance that was not stated and that decides."""

    circumstance: str
    option: str
    answers: tuple[OtherAnswer, ...]


def list_unsaid_circumstances(
    answer: PermissionAnswer,
    clauses: Iterable[LicenseCondition],
    judge: Judge,
    registry: Registry,
) -> Iterator[UnsaidCircumstance]:
    """Only what changes the answer: asked again with each telling value."""
    for question in list_unsaid_questions(answer.use, tuple(clauses)):
        judged = [(each.words, judge(each.use)) for each in question.suppositions]
        changed = [(words, other) for words, other in judged if other.value != answer.value]
        others = tuple(_group_answers(changed, registry))
        if others:
            yield UnsaidCircumstance(question.circumstance, question.option, others)


def _group_answers(
    changed: Iterable[tuple[str, PermissionAnswer]], registry: Registry
) -> Iterator[OtherAnswer]:
    """Equal answers by equal clauses as one, each with all that leads to it."""
    found: dict[tuple[Permission, str], list[str]] = {}
    for supposed, other in changed:
        found.setdefault((other.value, _cite_decider(other, registry)), []).append(supposed)
    for (value, clause), words in found.items():
        yield OtherAnswer(value, tuple(words), clause)


def _cite_decider(answer: PermissionAnswer, registry: Registry) -> str:
    """The first clause that makes the answer; a mere duty makes none."""
    for clause in answer.clauses:
        if clause.effect == answer.value and answer.value not in GRANTED:
            return name_clause(clause, registry).citation
    return ""
