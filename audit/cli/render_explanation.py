"""An explanation in plain words: the answer first, then every step, with sources as numbers that are listed once at the end."""

import textwrap
from collections.abc import Iterable, Iterator

from audit.analysis.explanation import Explanation
from audit.definitions.base import Answer, FactUsed, Step, Verdict
from audit.definitions.catalog import find_definition
from audit.records.model import Evidence

LINE_WIDTH = 110
MAX_UNMET = 3
"""Unmet conditions named in the overview; the steps below name all of them."""
_ANSWER_MARKS: dict[Answer, str] = {
    "yes": "yes",
    "partly": "partly",
    "no": "NO",
    "unknown": "?",
    "not-applicable": "-",
}


class NumberedSources:
    """Numbers each address once, in the order in which it is first cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._records: dict[str, str] = {}

    def cite_evidence(self, evidence: Iterable[Evidence]) -> str:
        """The numbers of these sources, as ` [1, 4]`; nothing where there is none."""
        numbers = []
        for each in evidence:
            numbers.append(self._numbers.setdefault(each.url, len(self._numbers) + 1))
            self._records.setdefault(each.url, each.record)
        return f" [{', '.join(str(number) for number in sorted(set(numbers)))}]" if numbers else ""

    def cite_facts(self, facts: Iterable[FactUsed]) -> str:
        """The numbers of all sources of these facts."""
        return self.cite_evidence(each for fact in facts for each in fact.evidence)

    def list_lines(self) -> list[str]:
        """The list of sources, each with the record that cites it. Addresses are never wrapped."""
        return [
            f"  [{number}] {url}  ({self._records[url]})" for url, number in self._numbers.items()
        ]


def render_explanation(explanation: Explanation) -> str:
    """The explanation for a terminal."""
    sources = NumberedSources()
    lines = [
        f"{explanation.name} ({explanation.model}), by {explanation.developer}",
        f"Label: {explanation.label}",
    ]
    lines += [
        f"Its maker says: {claim.says}{sources.cite_evidence(claim.evidence)}"
        for claim in explanation.claims
    ]
    if explanation.questions:
        lines.append("")
    for question in explanation.questions:
        lines += [
            f"{question.question} {question.answer.upper()}",
            *_wrap_text(f"{question.reason}{sources.cite_facts(question.facts)}", "    "),
        ]
    if len(explanation.verdicts) > 1:
        lines += [
            "",
            "Verdicts",
            *(
                line
                for verdict in explanation.verdicts
                for line in _render_verdict_overview(verdict)
            ),
        ]
    if explanation.disagreements:
        lines += ["", "Where the definitions disagree"]
    for each in explanation.disagreements:
        lines += [
            f"    {each.positive} says yes and {each.negative} does not:",
            *_render_items(each.why),
        ]
    for verdict in explanation.verdicts:
        lines += ["", *_render_verdict(verdict, sources)]
    return "\n".join([*lines, "", "Sources", *sources.list_lines()])


def _render_verdict_overview(verdict: Verdict) -> list[str]:
    """One verdict on a line or two: the value, and what stands against a better one."""
    unmet = list(dict.fromkeys(step.id for step in verdict.steps if step.answer == "no"))
    unknown = sum(step.answer == "unknown" for step in verdict.steps)
    # A definition that only scores says its numbers in the value itself.
    measures = verdict.measures if find_definition(verdict.framework).positive_values else ()
    parts = [f"{measure.name} {measure.value:g} of {measure.of:g}" for measure in measures]
    if unmet and not verdict.measures:
        more = f" and {len(unmet) - MAX_UNMET} more" if len(unmet) > MAX_UNMET else ""
        parts.append(f"not met: {', '.join(unmet[:MAX_UNMET])}{more}")
    if unknown:
        parts.append(
            f"{unknown} steps wait for an unknown fact"
            if unknown > 1
            else "1 step waits for an unknown fact"
        )
    if verdict.second_hand:
        parts.append(f"no primary source yet for: {', '.join(verdict.second_hand)}")
    if verdict.one_step_away:
        parts.append(f"one step away: {verdict.to_improve[0]}")
    return _wrap_text(
        f"{verdict.framework:<15} {verdict.value:<23} {'; '.join(parts)}".rstrip(),
        "    ",
        hanging=" " * 44,
    )


def _render_verdict(verdict: Verdict, sources: NumberedSources) -> Iterator[str]:
    definition = find_definition(verdict.framework)
    yield f"{definition.name} ({verdict.framework}, version {verdict.version}): {verdict.value}"
    yield f"    Defined at {definition.source}"
    if definition.caveat:
        yield f"    {definition.caveat}"
    for step in verdict.steps:
        yield from _render_step(step, sources)
    for measure in verdict.measures:
        yield f"    {measure.name}: {measure.value:g} of {measure.of:g}"
    if verdict.to_improve:
        yield (
            "    For a better verdict (one step away):"
            if verdict.one_step_away
            else "    For a better verdict:"
        )
        yield from _render_items(verdict.to_improve)
    if verdict.missing:
        yield "    Not known yet:"
        yield from _render_items(verdict.missing)


def _render_step(step: Step, sources: NumberedSources) -> list[str]:
    subject = f" ({step.subject})" if step.subject else ""
    return _wrap_text(
        f"{_ANSWER_MARKS[step.answer]:<7} {step.id}{subject}: {step.reason}{sources.cite_facts(step.facts)}",
        "    ",
        hanging="            ",
    )


def _render_items(items: tuple[str, ...]) -> Iterator[str]:
    for item in items:
        yield from _wrap_text(f"- {item}", "      ", hanging="        ")


def _wrap_text(text: str, indent: str, hanging: str | None = None) -> list[str]:
    subsequent = indent if hanging is None else hanging
    return textwrap.wrap(
        text,
        LINE_WIDTH,
        initial_indent=indent,
        subsequent_indent=subsequent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
