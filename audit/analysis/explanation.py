"""One model explained: its label, four plain questions, every verdict, and disagreements."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from audit.definitions.base import Definition, Verdict
from audit.definitions.catalog import DEFINITIONS, LABEL_DEFINITION
from audit.definitions.questions import AnsweredQuestion, answer_four_questions
from audit.records.model import MakerClaim, Model, Registry


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
    verdicts: tuple[Verdict, ...]
    disagreements: tuple[DefinitionDisagreement, ...]
    claims: tuple[MakerClaim, ...]


def explain_model(model: Model, registry: Registry, only: str | None = None) -> Explanation:
    """Explain a model by all definitions, or by the one with the id `only`.

    Raises InvalidExpressionError for an unknown license.
    """
    chosen = tuple(definition for definition in DEFINITIONS if only in (None, definition.id))
    verdicts = tuple(definition.judge(model, registry) for definition in chosen)
    labels = [verdict for verdict in verdicts if verdict.framework == LABEL_DEFINITION.id]
    label = labels[0] if labels else LABEL_DEFINITION.judge(model, registry)
    return Explanation(
        model=model.id,
        name=model.name,
        developer=model.developer,
        label=label.value,
        questions=() if only else answer_four_questions(model, registry),
        verdicts=verdicts,
        disagreements=tuple(_find_disagreements(chosen, verdicts)),
        claims=model.claims,
    )


def serialize_explanation(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain JSON values."""
    return asdict(explanation)


def _find_disagreements(
    definitions: tuple[Definition, ...], verdicts: tuple[Verdict, ...]
) -> Iterator[DefinitionDisagreement]:
    """Pairs of which one says yes and the other no, with the steps against it.

    An open question is no disagreement, and a definition that only scores has no yes.
    """
    positive: list[Verdict] = []
    negative: list[Verdict] = []
    for definition, verdict in zip(definitions, verdicts, strict=True):
        if verdict.value in definition.positive_values:
            positive.append(verdict)
        elif definition.positive_values and verdict.value != "undetermined":
            negative.append(verdict)
    for yes in positive:
        for no in negative:
            against = dict.fromkeys(step.reason for step in no.steps if step.answer == "no")
            why = tuple(against) or no.to_improve
            yield DefinitionDisagreement(yes.framework, no.framework, why)
