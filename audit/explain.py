"""One model explained: the label, four plain questions, every verdict with its steps, and where definitions disagree."""

import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from audit.frameworks import spectrum
from audit.frameworks.base import FactUsed, Step, Verdict
from audit.frameworks.catalogue import FRAMEWORKS, Framework
from audit.frameworks.questions import Question, four_questions
from audit.records.types import Claim, Model, Registry

WIDTH = 120
_MARKS = {"yes": "yes    ", "partly": "partly ", "no": "NO     ", "unknown": "unknown", "not-applicable": "  -    "}
_NOTES = {
    "osaid-1.0": "OSI warns that its checklist is no operating manual to evaluate systems; this is our reading of it.",
    "eu-ai-act-53-2": "These are conditions read from a text, not legal advice.",
}


@dataclass(frozen=True)
class Disagreement:
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
    questions: tuple[Question, ...]
    verdicts: tuple[Verdict, ...]
    disagreements: tuple[Disagreement, ...]
    claims: tuple[Claim, ...]


def explain(model: Model, registry: Registry, only: str | None = None) -> Explanation:
    """Explain a model by all definitions, or by the one with the id `only`. Raises BadExpression for an unknown license."""
    chosen = tuple(framework for framework in FRAMEWORKS if only in (None, framework.id))
    verdicts = tuple(framework.judge(model, registry) for framework in chosen)
    label = next((each for each in verdicts if each.framework == spectrum.FRAMEWORK), None) or spectrum.judge(model, registry)
    return Explanation(
        model=model.id,
        name=model.name,
        developer=model.developer,
        label=label.value,
        questions=() if only else four_questions(model, registry),
        verdicts=verdicts,
        disagreements=tuple(_disagreements(chosen, verdicts)),
        claims=model.claims,
    )


def as_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain JSON values."""
    return asdict(explanation)


def render_text(explanation: Explanation) -> str:
    """The explanation in plain words, for a terminal."""
    lines = [f"{explanation.name} ({explanation.model}), by {explanation.developer}", f"Label: {explanation.label}"]
    for claim in explanation.claims:
        lines += [f"Its maker says: {claim.says}", *(f"    see {each.url} ({each.record})" for each in claim.evidence)]
    if explanation.questions:
        lines.append("")
    for question in explanation.questions:
        lines += [f"{question.question} {question.answer.upper()}", *_wrapped(question.reason, "    "), *_sources(question.facts, "    ")]
    for verdict in explanation.verdicts:
        lines += ["", *_verdict(verdict)]
    if explanation.disagreements:
        lines += ["", "Where the definitions disagree"]
    for each in explanation.disagreements:
        lines += [f"    {each.positive} says yes and {each.negative} does not:", *_listed(each.why)]
    return "\n".join(lines)


def _verdict(verdict: Verdict) -> Iterator[str]:
    framework = next(each for each in FRAMEWORKS if each.id == verdict.framework)
    yield f"{framework.name} ({verdict.framework}, version {verdict.version}): {verdict.value}"
    yield f"    Defined at {framework.source}"
    if verdict.framework in _NOTES:
        yield f"    {_NOTES[verdict.framework]}"
    for step in verdict.steps:
        yield from _step(step)
    for measure in verdict.measures:
        yield f"    {measure.name}: {measure.value:g} of {measure.of:g}"
    if verdict.to_improve:
        yield "    For a better verdict:"
        yield from _listed(verdict.to_improve)
    if verdict.missing:
        yield "    Not known yet:"
        yield from _listed(verdict.missing)


def _step(step: Step) -> Iterator[str]:
    subject = f" ({step.subject})" if step.subject else ""
    yield from _wrapped(f"{_MARKS[step.answer]} {step.id}{subject}: {step.reason}", "    ", hanging="            ")
    yield from _sources(step.facts, "            ")


def _sources(facts: tuple[FactUsed, ...], indent: str) -> list[str]:
    """Each address once, with the record that cites it. Addresses are never wrapped."""
    cited: dict[str, str] = {}
    for fact in facts:
        for item in fact.evidence:
            cited.setdefault(item.url, fact.record)
    return [f"{indent}see {url} ({record})" for url, record in cited.items()]


def _listed(items: tuple[str, ...]) -> Iterator[str]:
    for item in items:
        yield from _wrapped(f"- {item}", "      ", hanging="        ")


def _wrapped(text: str, indent: str, hanging: str | None = None) -> list[str]:
    subsequent = indent if hanging is None else hanging
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=subsequent, break_long_words=False, break_on_hyphens=False)


def _disagreements(frameworks: tuple[Framework, ...], verdicts: tuple[Verdict, ...]) -> Iterator[Disagreement]:
    """Pairs of which one says yes and the other no, with the steps against it. An open question is no disagreement."""
    pairs = [(framework, verdict) for framework, verdict in zip(frameworks, verdicts, strict=True) if framework.positive]
    for yes_framework, yes in pairs:
        if yes.value not in yes_framework.positive:
            continue
        for no_framework, no in pairs:
            if no.value not in no_framework.positive and no.value != "undetermined":
                against = tuple(dict.fromkeys(step.reason for step in no.steps if step.answer == "no"))
                yield Disagreement(yes.framework, no.framework, against or no.to_improve)
