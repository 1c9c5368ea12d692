"""Forms that report something about a record: a wrong fact, a contested verdict, a new license.

No record is written from them: a person reads the source and edits. What is told is where, what
stands there now, and what the form says.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.contribute.new.issue_form import RECORD_LABEL, parse_form_answers
from audit.contribute.new.named_facts import find_named_facts
from audit.core.errors import UsageError
from audit.core.escape import sanitize_line
from audit.core.json_files import read_registry_text
from audit.core.references import split_reference
from audit.core.wording import join_first
from audit.definitions.base import Verdict
from audit.definitions.catalog import DEFINITIONS, find_definition
from audit.records.line_numbers import find_line, index_lines_by_path
from audit.records.model_names import resolve_model_name
from audit.records.read import RECORD_FOLDERS
from audit.records.registry import Registry

FACT, VALUE, SOURCES = "Which fact?", "What should it say?", "Sources"
DEFINITION, STEP, CLAUSE = "Definition", "Step", "What does the definition say instead?"
LICENSE, TEXT, TAG = "License", "Text", "Hub tag"
_NOT_STATED = "not stated"
MAX_NAMED = 8


@dataclass(frozen=True)
class FormReport:
    """What a form says, beside what the registry says."""

    kind: str
    lines: tuple[str, ...]
    """For a person, the place to look at first."""


def read_report_form(body: str, registry: Registry, root: Path) -> FormReport | None:
    """What a form of these three says; None for another text.

    Raises UsageError for a record, fact or definition that the registry does not know.
    """
    answers = parse_form_answers(body)
    if RECORD_LABEL in answers and FACT in answers:
        return FormReport("wrong-fact", tuple(_compare_fact(answers, registry, root)))
    if RECORD_LABEL in answers and DEFINITION in answers:
        return FormReport("verdict", tuple(_compare_verdict(answers, registry)))
    if LICENSE in answers and TEXT in answers:
        return FormReport("license", tuple(_compare_license(answers, registry)))
    return None


def _compare_fact(answers: Mapping[str, str], registry: Registry, root: Path) -> Iterator[str]:
    ref = _find_record(answers[RECORD_LABEL], registry)
    shown = f"{root.name}/{ref}.json"
    text = read_registry_text(root / f"{ref}.json", shown)
    lines = index_lines_by_path(text)
    named = find_named_facts(answers[FACT], split_reference(ref)[0], lines)
    if len(named) == 1:
        yield f"{shown}:{find_line(named[0], lines)}: {sanitize_line(named[0])}"
        yield f"  the record says: {_read_value(json.loads(text), named[0])}"
    else:
        yield f"{shown}: {_describe_unclear_fact(answers[FACT], named)}"
    yield f"  the form says:   {sanitize_line(answers.get(VALUE, _NOT_STATED))}"
    yield from _list_sources(answers)
    yield "Read a source, edit that line, and run `validate` (CONTRIBUTING.md#correct-a-fact)."


def _describe_unclear_fact(answer: str, named: Sequence[str]) -> str:
    shown = sanitize_line(answer.strip())
    if named:
        return f"{shown!r} may be {sanitize_line(join_first(named, MAX_NAMED))}"
    return f"no fact of this file is called {shown!r}; its family may state it"


def _find_record(words: str, registry: Registry) -> str:
    """The reference of a record that is named by its file, its address or its id."""
    plain = words.strip().removesuffix(".json").removesuffix(".md")
    plain = plain.rpartition("registry/")[2]
    folder = plain.partition("/")[0]
    if folder in RECORD_FOLDERS:
        if registry.get(plain) is None:
            raise UsageError(f"{sanitize_line(plain)}: no such record")
        return registry.find_current_ref(plain)
    return f"models/{resolve_model_name(plain, registry.known_names)}"


def _read_value(record: Any, path: str) -> str:
    """The value of a record's own file, as JSON; what a family states is not in it."""
    value = record
    for key in path.removeprefix("$.").split("."):
        if not isinstance(value, dict) or key not in value:
            return f"nothing about {key}; its family may state it"
        value = value[key]
    return sanitize_line(json.dumps(value, ensure_ascii=False))


def _compare_verdict(answers: Mapping[str, str], registry: Registry) -> Iterator[str]:
    folder, id = split_reference(_find_record(answers[RECORD_LABEL], registry))
    known = [definition.id for definition in DEFINITIONS]
    if folder != "models" or answers[DEFINITION] not in known:
        raise UsageError(f"a verdict is about a model and one of: {', '.join(known)}")
    definition = find_definition(answers[DEFINITION])
    wanted = answers.get(STEP, "").strip()
    yield from _describe_step(definition.judge(registry.models[id], registry), id, wanted)
    yield f"  the form says of {sanitize_line(wanted or 'no step')}: {_read_answer(answers, CLAUSE)}"
    yield f"A rule is for all models: compare the clause with docs/definitions/{definition.id}.md."


def _describe_step(verdict: Verdict, id: str, wanted: str) -> Iterator[str]:
    yield f"{id} by {verdict.framework}: {verdict.value}"
    for step in verdict.steps:
        if step.id == wanted:
            yield f"  step {step.id}: {step.answer}, {step.reason}"


def _compare_license(answers: Mapping[str, str], registry: Registry) -> Iterator[str]:
    name, tag = answers[LICENSE].strip(), answers.get(TAG, "").strip()
    yield f"License {sanitize_line(name)}, text at {sanitize_line(answers[TEXT])}"
    for id in _find_licenses({name.casefold(), tag.casefold()} - {""}, registry):
        yield f"  the registry has licenses/{id} under that name or tag"
    yield "Save the text, run `identify` and `fingerprint` on it, and write or mend the record"
    yield "(CONTRIBUTING.md#add-a-license); its clauses are read by a person."


def _find_licenses(wanted: set[str], registry: Registry) -> Iterator[str]:
    """Licenses with one of these names or tags, in small letters."""
    for license in registry.licenses.values():
        names = (license.id, license.name, *license.hub_tags, *license.hub_names)
        if wanted & {each.casefold() for each in names}:
            yield license.id


def _read_answer(answers: Mapping[str, str], label: str) -> str:
    return sanitize_line(answers.get(label, _NOT_STATED))


def _list_sources(answers: Mapping[str, str]) -> Iterator[str]:
    for line in answers.get(SOURCES, "").splitlines():
        if line.strip():
            yield f"  source: {sanitize_line(line.strip())}"
