"""An explanation in plain words: the answer first, then every step.

Sources are numbers, listed once at the end.
"""

from collections.abc import Iterable, Iterator, Sequence

from audit.analysis.explanation import DefinitionDisagreement, Explanation
from audit.cli.numbered_sources import NumberedSources, wrap_text
from audit.core.three_valued import Truth
from audit.core.wording import join_first
from audit.definitions.base import Answer, Measure, Step, Verdict
from audit.definitions.catalog import find_definition
from audit.definitions.common_uses import CommonAnswer, format_common_answers
from audit.definitions.depth import DEPTH_WORDS, RecordDepth

FULL_HINT = "--full prints every step of every definition, and its sources."
MAX_LACKING = 3
"""Missing things that the short form names."""
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


def render_explanation(explanation: Explanation) -> str:
    """The whole explanation, every step with its sources."""
    sources = NumberedSources()
    lines = list(_list_body_lines(explanation, sources))
    return "\n".join([*lines, "", "Sources", *sources.list_lines()])


def render_short_explanation(explanation: Explanation) -> str:
    """What fits a screen: the answer, why, what is missing, how sure."""
    sources = NumberedSources()
    lines = [
        *_render_heading(explanation, sources),
        *_render_questions(explanation, sources),
        *_render_permissions(explanation.permissions),
        *_render_overview(explanation.verdicts),
        *_render_lacking(explanation.verdicts),
    ]
    return "\n".join([*lines, "", "Sources", *sources.list_lines(), "", FULL_HINT])


def _render_lacking(verdicts: Iterable[Verdict]) -> Iterator[str]:
    """What stands between the model and the strictest yes, or what nobody has looked up."""
    osaid = next(verdict for verdict in verdicts if verdict.framework == "osaid-1.0")
    heading, items = "Missing for a better OSAID verdict", osaid.to_improve
    if not items:
        heading, items = "Not known yet, and would decide OSAID", osaid.missing
    if items:
        yield from ("", heading)
        yield from _render_items(items[:MAX_LACKING])
    if len(items) > MAX_LACKING:
        yield f"      and {len(items) - MAX_LACKING} more"


def _list_body_lines(explanation: Explanation, sources: NumberedSources) -> Iterator[str]:
    """Everything above the sources; numbers each source where it is first cited."""
    yield from _render_heading(explanation, sources)
    yield from _render_questions(explanation, sources)
    yield from _render_permissions(explanation.permissions)
    yield from _render_overview(explanation.verdicts)
    yield from _render_disagreements(explanation.disagreements)
    yield from _render_verdicts(explanation.verdicts, sources)


def _render_heading(explanation: Explanation, sources: NumberedSources) -> Iterator[str]:
    yield f"{explanation.name} ({explanation.model}), by {explanation.developer}"
    yield f"Label: {explanation.label}"
    yield from _render_other_names(explanation, sources)
    yield from _render_depth(explanation.depth)
    for claim in explanation.claims:
        yield f"Its maker says: {claim.says}{sources.cite_evidence(claim.evidence)}"


def _render_other_names(explanation: Explanation, sources: NumberedSources) -> Iterator[str]:
    for other in explanation.other_names:
        words = "Formerly" if other.relation == "former" else "Mirrored as"
        yield f"{words} {other.name}{sources.cite_evidence(other.evidence)}"
    successor = explanation.successor
    if successor:
        yield f"Replaced by {successor.id}{sources.cite_evidence(successor.evidence)}"


def _render_depth(depth: RecordDepth) -> list[str]:
    return wrap_text(f"Depth of the record: {depth.value}, {DEPTH_WORDS[depth.value]}", "")


def _render_overview(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Every verdict on a line; a single one needs no overview."""
    if len(verdicts) > 1:
        yield from ("", "Verdicts")
        for verdict in verdicts:
            yield from _render_verdict_overview(verdict)


def _render_questions(explanation: Explanation, sources: NumberedSources) -> Iterator[str]:
    if explanation.questions:
        yield ""
    for question in explanation.questions:
        yield f"{question.question} {question.words.upper()}"
        yield from wrap_text(f"{question.reason}{sources.cite_facts(question.facts)}", "    ")


def _render_permissions(answers: Sequence[CommonAnswer]) -> Iterator[str]:
    """The common uses, as pages list them."""
    if answers:
        yield "What you may do; `allows` says by which clauses, and what it asks for"
        yield from wrap_text(format_common_answers(answers), "    ")


def _render_disagreements(pairs: Sequence[DefinitionDisagreement]) -> Iterator[str]:
    if pairs:
        yield from ("", "Where the definitions disagree")
    for pair in pairs:
        yield f"    {pair.positive} says yes and {pair.negative} does not:"
        yield from _render_items(pair.why)


def _render_verdict_overview(verdict: Verdict) -> list[str]:
    """One verdict on a line or two: the value, and what is missing for a better one."""
    remarks = "; ".join(_list_remarks(verdict))
    overview = f"{verdict.framework:<15} {verdict.value:<23} {remarks}"
    return wrap_text(overview.rstrip(), "    ", hanging=" " * 44)


def _list_remarks(verdict: Verdict) -> Iterator[str]:
    yield from _list_measures(verdict)
    yield from _list_unmet_steps(verdict)
    yield from _list_waiting(verdict)
    if verdict.second_hand:
        yield f"no primary source yet for: {', '.join(verdict.second_hand)}"
    if verdict.one_step_away:
        yield f"one step away: {verdict.to_improve[0]}"


def _list_waiting(verdict: Verdict) -> Iterator[str]:
    """What nobody has looked up, where the verdict waits for it."""
    if verdict.missing and _has_unknown_step(verdict):
        yield f"still to {join_first(verdict.missing, 1)}"


def _has_unknown_step(verdict: Verdict) -> bool:
    return any(step.answer == "unknown" for step in verdict.steps)


def _list_measures(verdict: Verdict) -> list[str]:
    # A definition that only scores says its numbers in the value itself.
    if not find_definition(verdict.framework).positive_values:
        return []
    return [_format_measure(measure) for measure in verdict.measures]


def _format_measure(measure: Measure, separator: str = " ") -> str:
    return f"{measure.name}{separator}{measure.value:g} of {measure.of:g}"


def _list_unmet_steps(verdict: Verdict) -> Iterator[str]:
    """The first unmet conditions; a verdict with measures says them by its numbers."""
    # A condition may be asked of several subjects, and is named once.
    unmet = list(dict.fromkeys(step.id for step in verdict.steps if step.answer == "no"))
    if unmet and not verdict.measures:
        yield f"not met: {join_first(unmet, MAX_UNMET)}"


def _render_verdicts(verdicts: Iterable[Verdict], sources: NumberedSources) -> Iterator[str]:
    for verdict in verdicts:
        yield ""
        yield from _render_definition(verdict)
        yield from _render_steps(verdict, sources)
        yield from _render_way_forward(verdict)


def _render_steps(verdict: Verdict, sources: NumberedSources) -> Iterator[str]:
    """The steps, then the numbers of a definition that counts."""
    for step in verdict.steps:
        yield from _render_step(step, sources)
    for measure in verdict.measures:
        yield f"    {_format_measure(measure, ': ')}"


def _render_definition(verdict: Verdict) -> Iterator[str]:
    definition = find_definition(verdict.framework)
    yield f"{definition.name} ({verdict.framework}, version {verdict.version}): {verdict.value}"
    yield f"    Defined at {definition.source}"
    if definition.caveat:
        yield from wrap_text(definition.caveat, "    ")


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
    reason = f"{step.reason}{sources.cite_facts(step.facts)}"
    line = f"{_ANSWER_MARKS[step.answer]:<7} {_name_step(step)}: {reason}"
    return wrap_text(line, "    ", hanging="            ")


def _name_step(step: Step) -> str:
    return f"{step.id} ({step.subject})" if step.subject else step.id


def _render_items(items: tuple[str, ...]) -> Iterator[str]:
    for item in items:
        yield from wrap_text(f"- {item}", "      ", hanging="        ")
