"""What the definitions say, in one line, with the main reason.

And all of it as one file for programs.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from audit.analysis.verdict_diff import VerdictValues
from audit.core.escape import escape_markdown
from audit.definitions.base import Verdict
from audit.definitions.catalog import DEFINITIONS, LABEL_DEFINITION, find_definition
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.terms import replace_license_keys
from audit.records.model import Registry

VERDICTS_FILE = "verdicts.json"
MAX_REASON_CHARACTERS = 110


def render_verdict_line(verdicts: Mapping[str, Verdict], registry: Registry) -> str:
    """Every definition but the label's own, and why it is not a yes.

    What all of them leave open is said once.
    """
    found = [verdict for verdict in verdicts.values() if verdict.framework != LABEL_DEFINITION.id]
    open_ones = [verdict for verdict in found if verdict.value == "undetermined"]
    if len(open_ones) == len(found):
        return "undetermined by every definition"
    parts = [_format_verdict(verdict, registry) for verdict in found if verdict not in open_ones]
    if open_ones:
        names = ", ".join(find_definition(verdict.framework).short_name for verdict in open_ones)
        parts.append(f"undetermined by {names}")
    return " · ".join(parts)


def _format_verdict(verdict: Verdict, registry: Registry) -> str:
    definition = find_definition(verdict.framework)
    value = escape_markdown(verdict.value.replace("-", " "))
    # A score is no refusal.
    reason = _format_main_reason(verdict, registry) if definition.positive_values else ""
    return f"{definition.short_name} **{value}**{reason}"


def _format_main_reason(verdict: Verdict, registry: Registry) -> str:
    """The first thing that stands against it."""
    for step in verdict.steps:
        if step.answer == "no" and step.needs:
            reason = shorten_reason(replace_license_keys(step.needs, registry))
            return f" (first: {escape_markdown(reason)})"
    return ""


def shorten_reason(words: str) -> str:
    """Words short enough for a line: cut at a word."""
    return (
        words
        if len(words) <= MAX_REASON_CHARACTERS
        else words[:MAX_REASON_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    )


def count_verdicts(pages: JudgedRegistry) -> Iterator[tuple[str, dict[str, int]]]:
    """How often each definition says what; of one that scores, how many models have a score."""
    for definition in DEFINITIONS:
        values = [each[definition.id].value for each in pages.verdicts.values()]
        said = (
            values
            if definition.positive_values
            else ["undetermined" if value == "undetermined" else "scored" for value in values]
        )
        yield definition.id, dict(sorted(Counter(said).items()))


def render_verdicts_file(pages: JudgedRegistry) -> dict[str, str]:
    """All verdicts as one file for programs, by its path below the registry."""
    return {VERDICTS_FILE: dump_verdicts(collect_verdict_values(pages))}


def collect_verdict_values(pages: JudgedRegistry) -> VerdictValues:
    """Every verdict by model and definition, in alphabetical order."""
    return {
        id: {name: each.value for name, each in sorted(pages.verdicts[id].items())}
        for id in sorted(pages.registry.models)
    }


def dump_verdicts(values: VerdictValues) -> str:
    """The verdicts as JSON with one line per model, so that a change of one is a diff of one."""
    lines = ",\n".join(
        f"{json.dumps(id, ensure_ascii=False)}: {json.dumps(each, ensure_ascii=False)}"
        for id, each in values.items()
    )
    return f'{{"generated_by": "nox -s catalog", "models": {{\n{lines}\n}}}}\n'
