"""What the definitions say, in one line, with the main reason; and all of it as one file for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audit.core.escape import escape_markdown
from audit.definitions.base import Verdict
from audit.definitions.catalog import FRAMEWORKS
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.terms import replace_license_keys
from audit.records.model import Registry

VERDICTS_FILE = "verdicts.json"
_SHORT_NAMES = {
    "osaid-1.0": "OSAID 1.0",
    "open-data": "open data",
    "mof-1.0": "MOF 1.0",
    "osai-index": "OSAI index",
    "eu-ai-act-53-2": "EU AI Act 53(2)",
}
MAX_REASON_CHARACTERS = 110
VerdictValues = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class PublishedVerdictChange:
    """A verdict that differs from the one that was last written."""

    model: str
    framework: str
    before: str
    after: str


def render_verdict_line(verdicts: Mapping[str, Verdict], registry: Registry) -> str:
    """Every definition but the label's own, and why it is not a yes; what all leave open is said once."""
    found = [each for each in verdicts.values() if each.framework in _SHORT_NAMES]
    open_ones = [each for each in found if each.value == "undetermined"]
    if len(open_ones) == len(found):
        return "undetermined by every definition"
    said = [
        f"{_SHORT_NAMES[each.framework]} **{escape_markdown(each.value.replace('-', ' '))}**{_format_main_reason(each, registry)}"
        for each in found
        if each not in open_ones
    ]
    if open_ones:
        said.append(
            f"undetermined by {', '.join(_SHORT_NAMES[each.framework] for each in open_ones)}"
        )
    return " · ".join(said)


def _format_main_reason(verdict: Verdict, registry: Registry) -> str:
    """The first thing that stands against it; a score is no refusal."""
    if verdict.framework == "osai-index":
        return ""
    return next(
        (
            f" (first: {escape_markdown(shorten_reason(replace_license_keys(step.needs, registry)))})"
            for step in verdict.steps
            if step.answer == "no" and step.needs
        ),
        "",
    )


def shorten_reason(words: str) -> str:
    """Words short enough for a line: cut at a word."""
    return (
        words
        if len(words) <= MAX_REASON_CHARACTERS
        else words[:MAX_REASON_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    )


def count_verdicts(pages: JudgedRegistry) -> Iterator[tuple[str, dict[str, int]]]:
    """How often each definition says what; of one that scores, how many models have a score."""
    for framework in FRAMEWORKS:
        values = [each[framework.id].value for each in pages.verdicts.values()]
        said = (
            values
            if framework.positive_values
            else ["undetermined" if value == "undetermined" else "scored" for value in values]
        )
        yield framework.id, dict(sorted(Counter(said).items()))


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


def find_changed_verdicts(before: Any, after: VerdictValues) -> Iterable[PublishedVerdictChange]:
    """Verdicts of models that stood in the last file and differ now. A model that is new or gone moves nothing."""
    known = before.get("models", {}) if isinstance(before, dict) else {}
    for id, verdicts in after.items():
        for framework, value in verdicts.items():
            old = known.get(id, {}).get(framework, value)
            if old != value:
                yield PublishedVerdictChange(id, framework, old, value)
