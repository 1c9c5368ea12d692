"""One model explained: its label, four plain questions, every verdict, and disagreements."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

from audit.definitions.answered_question import AnsweredQuestion
from audit.definitions.base import Definition, Verdict
from audit.definitions.catalog import DEFINITIONS, LABEL_DEFINITION
from audit.definitions.common_uses import CommonAnswer, answer_common_uses
from audit.definitions.depth import RecordDepth, find_depth
from audit.definitions.questions import answer_four_questions
from audit.records.model import MakerClaim, Model, OtherName, Successor
from audit.records.registry import Registry


@dataclass(frozen=True)
class DefinitionDisagreement:
    """Two definitions that answer differently, and what one asks for that the other does not."""

    positive: str
    negative: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything `explain` has to say about a model."""

    model: str
    name: str
    developer: str
    label: str
    questions: tuple[AnsweredQuestion, ...]
    permissions: tuple[CommonAnswer, ...]
    """What the terms make of the uses that people ask about first."""
    verdicts: tuple[Verdict, ...]
    disagreements: tuple[DefinitionDisagreement, ...]
    claims: tuple[MakerClaim, ...]
    depth: RecordDepth
    other_names: tuple[OtherName, ...] = ()
    successor: Successor | None = None


def explain_model(model: Model, registry: Registry, only: str | None = None) -> Explanation:
    """Explain a model by all definitions, or by the one with the id `only`.

    Raises InvalidExpressionError for an unknown license.
    """
    chosen = _choose_definitions(only)
    verdicts = tuple(definition.judge(model, registry) for definition in chosen)
    return Explanation(
        model=model.id,
        name=model.name,
        developer=model.developer,
        label=_find_label(model, registry, verdicts),
        questions=() if only else answer_four_questions(model, registry),
        permissions=() if only else tuple(answer_common_uses(model, registry)),
        verdicts=verdicts,
        disagreements=tuple(_find_disagreements(chosen, verdicts)),
        claims=model.claims,
        depth=find_depth(model),
        other_names=model.other_names,
        successor=model.successor,
    )


def _choose_definitions(only: str | None) -> tuple[Definition, ...]:
    return tuple(definition for definition in DEFINITIONS if only in (None, definition.id))


def _find_label(model: Model, registry: Registry, verdicts: tuple[Verdict, ...]) -> str:
    """The plain label, judged here only where it is not among the verdicts."""
    for verdict in verdicts:
        if verdict.framework == LABEL_DEFINITION.id:
            return verdict.value
    return LABEL_DEFINITION.judge(model, registry).value


def serialize_explanation(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain JSON values."""
    return asdict(explanation)


def _find_disagreements(
    definitions: tuple[Definition, ...], verdicts: tuple[Verdict, ...]
) -> Iterator[DefinitionDisagreement]:
    """Pairs of which one says yes and the other no, with the steps against it."""
    judged = tuple(zip(definitions, verdicts, strict=True))
    positive = [verdict for definition, verdict in judged if _is_yes(definition, verdict)]
    negative = [verdict for definition, verdict in judged if _is_no(definition, verdict)]
    for yes, no in product(positive, negative):
        yield DefinitionDisagreement(yes.framework, no.framework, _list_reasons_against(no))


def _is_yes(definition: Definition, verdict: Verdict) -> bool:
    return verdict.value in definition.positive_values


def _is_no(definition: Definition, verdict: Verdict) -> bool:
    """An open question is no disagreement, and a definition that only scores has no yes."""
    is_open = verdict.value == "undetermined" or verdict.value in definition.neutral_values
    if is_open or not definition.positive_values:
        return False
    return not _is_yes(definition, verdict)


def _list_reasons_against(verdict: Verdict) -> tuple[str, ...]:
    against = dict.fromkeys(step.reason for step in verdict.steps if step.answer == "no")
    return tuple(against) or verdict.to_improve
