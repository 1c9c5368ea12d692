"""An explanation in plain words: the answer first, then every step.

Sources are numbers, listed once at the end.
"""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import chain

from audit.analysis.explanation import Explanation
from audit.core.three_valued import Truth
from audit.definitions.base import Answer, FactUsed, Measure, Step, Verdict
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
_RELICENSING_WORDS: dict[Truth, str] = {
    "yes": "Yes: everything is available.",
    "no": "No: something is not available.",
    "unknown": "Not known: whether everything is available is not.",
}


class NumberedSources:
    """Numbers each address once, in the order in which it is first cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._records: dict[str, str] = {}

    def cite_evidence(self, evidence: Iterable[Evidence]) -> str:
        """The numbers of these sources, as ` [1, 4]`; nothing where there is none."""
        numbers = {self._number_source(row) for row in evidence}
        cited = ", ".join(str(number) for number in sorted(numbers))
        return f" [{cited}]" if cited else ""

    def _number_source(self, row: Evidence) -> int:
        self._records.setdefault(row.url, row.record)
        return self._numbers.setdefault(row.url, len(self._numbers) + 1)

    def cite_facts(self, facts: Iterable[FactUsed]) -> str:
        """The numbers of all sources of these facts."""
        return self.cite_evidence(chain.from_iterable(fact.evidence for fact in facts))

    def list_lines(self) -> list[str]:
        """The list of sources, each with the record that cites it. Addresses are never wrapped."""
        return [
            f"  [{number}] {url}  ({self._records[url]})" for url, number in self._numbers.items()
        ]


def render_explanation(explanation: Explanation) -> str:
    """The explanation for a terminal."""
    sources = NumberedSources()
    lines = [
        *_render_heading(explanation, sources),
        *_render_questions(explanation, sources),
        *_render_overview(explanation),
        *_render_disagreements(explanation),
    ]
    for verdict in explanation.verdicts:
        lines += ["", *_render_verdict(verdict, sources)]
    return "\n".join([*lines, "", "Sources", *sources.list_lines()])


def _render_heading(explanation: Explanation, sources: NumberedSources) -> Iterator[str]:
    yield f"{explanation.name} ({explanation.model}), by {explanation.developer}"
    yield f"Label: {explanation.label}"
    for claim in explanation.claims:
        yield f"Its maker says: {claim.says}{sources.cite_evidence(claim.evidence)}"


def _render_overview(explanation: Explanation) -> list[str]:
    """Every verdict on a line; a single one needs no overview."""
    if len(explanation.verdicts) <= 1:
        return []
    lines = ["", "Verdicts"]
    for verdict in explanation.verdicts:
        lines += _render_verdict_overview(verdict)
    return lines


def _render_questions(explanation: Explanation, sources: NumberedSources) -> list[str]:
    if not explanation.questions:
        return []
    lines = [""]
    for question in explanation.questions:
        lines.append(f"{question.question} {question.words.upper()}")
        lines += _wrap_text(f"{question.reason}{sources.cite_facts(question.facts)}", "    ")
    return lines


def _render_disagreements(explanation: Explanation) -> list[str]:
    if not explanation.disagreements:
        return []
    lines = ["", "Where the definitions disagree"]
    for pair in explanation.disagreements:
        lines.append(f"    {pair.positive} says yes and {pair.negative} does not:")
        lines += _render_items(pair.why)
    return lines


def _render_verdict_overview(verdict: Verdict) -> list[str]:
    """One verdict on a line or two: the value, and what is missing for a better one."""
    remarks = "; ".join(_list_remarks(verdict))
    overview = f"{verdict.framework:<15} {verdict.value:<23} {remarks}"
    return _wrap_text(overview.rstrip(), "    ", hanging=" " * 44)


def _list_remarks(verdict: Verdict) -> Iterator[str]:
    yield from _list_measures(verdict)
    yield from _list_unmet_steps(verdict)
    yield from _count_waiting_steps(verdict)
    if verdict.second_hand:
        yield f"no primary source yet for: {', '.join(verdict.second_hand)}"
    if verdict.one_step_away:
        yield f"one step away: {verdict.to_improve[0]}"


def _count_waiting_steps(verdict: Verdict) -> Iterator[str]:
    unknown = sum(step.answer == "unknown" for step in verdict.steps)
    if unknown:
        steps = "1 step waits" if unknown == 1 else f"{unknown} steps wait"
        yield f"{steps} for an unknown fact"


def _list_measures(verdict: Verdict) -> list[str]:
    # A definition that only scores says its numbers in the value itself.
    if not find_definition(verdict.framework).positive_values:
        return []
    return [_format_measure(measure) for measure in verdict.measures]


def _format_measure(measure: Measure, separator: str = " ") -> str:
    return f"{measure.name}{separator}{measure.value:g} of {measure.of:g}"


def _list_unmet_steps(verdict: Verdict) -> list[str]:
    """The first unmet conditions; a verdict with measures says them by its numbers."""
    # A condition may be asked of several subjects, and is named once.
    unmet = list(dict.fromkeys(step.id for step in verdict.steps if step.answer == "no"))
    if not unmet or verdict.measures:
        return []
    named = ", ".join(unmet[:MAX_UNMET])
    hidden = len(unmet) - MAX_UNMET
    more = f" and {hidden} more" if hidden > 0 else ""
    return [f"not met: {named}{more}"]


def _render_verdict(verdict: Verdict, sources: NumberedSources) -> Iterator[str]:
    definition = find_definition(verdict.framework)
    yield f"{definition.name} ({verdict.framework}, version {verdict.version}): {verdict.value}"
    yield f"    Defined at {definition.source}"
    if definition.caveat:
        yield f"    {definition.caveat}"
    for step in verdict.steps:
        yield from _render_step(step, sources)
    for measure in verdict.measures:
        yield f"    {_format_measure(measure, ': ')}"
    yield from _render_way_forward(verdict)


def _render_way_forward(verdict: Verdict) -> Iterator[str]:
    """What would lead to a better verdict, and what nobody has looked up."""
    if verdict.to_improve:
        near = " (one step away)" if verdict.one_step_away else ""
        yield f"    For a better verdict{near}:"
        yield from _render_items(verdict.to_improve)
    if verdict.relicensing_suffices:
        words = _RELICENSING_WORDS[verdict.relicensing_suffices]
        yield f"    Would other terms alone mend it? {words}"
    if verdict.missing:
        yield "    Not known yet:"
        yield from _render_items(verdict.missing)


def _render_step(step: Step, sources: NumberedSources) -> list[str]:
    subject = f" ({step.subject})" if step.subject else ""
    reason = f"{step.reason}{sources.cite_facts(step.facts)}"
    line = f"{_ANSWER_MARKS[step.answer]:<7} {step.id}{subject}: {reason}"
    return _wrap_text(line, "    ", hanging="            ")


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
