"""What the definitions say, in one line, with the main reason.

And all of it as one file for programs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from audit.analysis.verdict_diff import VerdictValues
from audit.core.escape import escape_markdown
from audit.core.json_files import InvalidFileError, dump_json_line, read_registry_json
from audit.definitions.base import Definition, Verdict
from audit.definitions.catalog import DEFINITIONS, LABEL_DEFINITION, find_definition
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.terms import replace_license_keys
from audit.records.registry import Registry

VERDICTS_FILE = "verdicts.json"
MAX_VERDICTS_BYTES = 32 << 20
MAX_REASON_CHARACTERS = 110


def render_verdict_line(verdicts: Mapping[str, Verdict], registry: Registry) -> str:
    """Every definition but the label's own, and why it is not a yes.

    What all of them leave open is said once.
    """
    found = [verdict for verdict in verdicts.values() if verdict.framework != LABEL_DEFINITION.id]
    parts = [_format_verdict(verdict, registry) for verdict in found if _is_decided(verdict)]
    if not parts:
        return "undetermined by every definition"
    if len(parts) < len(found):
        parts.append(_format_undetermined(found))
    return " · ".join(parts)


def _is_decided(verdict: Verdict) -> bool:
    return verdict.value != "undetermined"


def _format_undetermined(verdicts: Iterable[Verdict]) -> str:
    names = [
        find_definition(verdict.framework).short_name
        for verdict in verdicts
        if verdict.value == "undetermined"
    ]
    return f"undetermined by {', '.join(names)}"


def _format_verdict(verdict: Verdict, registry: Registry) -> str:
    definition = find_definition(verdict.framework)
    value = escape_markdown(verdict.value.replace("-", " "))
    # A score is no refusal, and neither is what nobody has a duty for.
    may_refuse = definition.positive_values and verdict.value not in definition.neutral_values
    reason = _format_main_reason(verdict, registry) if may_refuse else ""
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
    if len(words) <= MAX_REASON_CHARACTERS:
        return words
    whole_words = words[:MAX_REASON_CHARACTERS].rsplit(" ", 1)[0]
    return whole_words.rstrip(",;:") + " …"


def count_verdicts(pages: JudgedRegistry) -> Iterator[tuple[str, dict[str, int]]]:
    """How often each definition says what; of one that scores, how many models have a score."""
    for definition in DEFINITIONS:
        values = Counter(_list_values(definition, pages))
        yield definition.id, dict(sorted(values.items()))


def _list_values(definition: Definition, pages: JudgedRegistry) -> Iterable[str]:
    values = [verdicts[definition.id].value for verdicts in pages.verdicts.values()]
    return values if definition.positive_values else map(_name_score, values)


def _name_score(value: str) -> str:
    return value if value == "undetermined" else "scored"


def render_verdicts_file(pages: JudgedRegistry) -> dict[str, str]:
    """All verdicts as one file for programs, by its path below the registry."""
    return {VERDICTS_FILE: dump_verdicts(collect_verdict_values(pages))}


def collect_verdict_values(pages: JudgedRegistry) -> VerdictValues:
    """Every verdict by model and definition, in alphabetical order."""
    return {id: _collect_values(pages.verdicts[id]) for id in sorted(pages.registry.models)}


def _collect_values(verdicts: Mapping[str, Verdict]) -> dict[str, str]:
    return {name: verdict.value for name, verdict in sorted(verdicts.items())}


def dump_verdicts(values: VerdictValues) -> str:
    """The verdicts as JSON with one line per model, so that a change of one is a diff of one."""
    lines = ",\n".join(_format_json_member(id, said) for id, said in values.items())
    return f'{{"generated_by": "nox -s catalog", "models": {{\n{lines}\n}}}}\n'


def _format_json_member(name: str, value: object) -> str:
    return f"{dump_json_line(name)}: {dump_json_line(value)}"


def read_written_verdicts(root: Path) -> Any:
    """The verdicts as last written.

    A file that is missing or damaged moves nothing: it is about to be written anew.
    """
    path = root / VERDICTS_FILE
    if not path.is_file():
        return {}
    try:
        return read_registry_json(path, f"{root.name}/{VERDICTS_FILE}", MAX_VERDICTS_BYTES)
    except InvalidFileError:
        return {}
