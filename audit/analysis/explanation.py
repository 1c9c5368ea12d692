"""One model explained: the label, four plain questions, every verdict with its steps, and where definitions disagree."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from audit.definitions import spectrum
from audit.definitions.base import Verdict
from audit.definitions.catalog import FRAMEWORKS, Framework
from audit.definitions.questions import AnsweredQuestion, answer_four_questions
from audit.records.model import MakerClaim, Model, Registry


@dataclass(frozen=True)
class FrameworkDisagreement:
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
    disagreements: tuple[FrameworkDisagreement, ...]
    claims: tuple[MakerClaim, ...]


def explain_model(model: Model, registry: Registry, only: str | None = None) -> Explanation:
    """Explain a model by all definitions, or by the one with the id `only`. Raises BadExpression for an unknown license."""
    chosen = tuple(framework for framework in FRAMEWORKS if only in (None, framework.id))
    verdicts = tuple(framework.judge(model, registry) for framework in chosen)
    label = next(
        (each for each in verdicts if each.framework == spectrum.FRAMEWORK), None
    ) or spectrum.judge(model, registry)
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
    frameworks: tuple[Framework, ...], verdicts: tuple[Verdict, ...]
) -> Iterator[FrameworkDisagreement]:
    """Pairs of which one says yes and the other no, with the steps against it. An open question is no disagreement."""
    pairs = [
        (framework, verdict)
        for framework, verdict in zip(frameworks, verdicts, strict=True)
        if framework.positive_values
    ]
    for yes_framework, yes in pairs:
        if yes.value not in yes_framework.positive_values:
            continue
        for no_framework, no in pairs:
            if no.value not in no_framework.positive_values and no.value != "undetermined":
                against = tuple(
                    dict.fromkeys(step.reason for step in no.steps if step.answer == "no")
                )
                yield FrameworkDisagreement(yes.framework, no.framework, against or no.to_improve)
