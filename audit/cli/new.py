"""`new`: start a record from what the Hub says, and list what a person must answer."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.environment import open_hub, read_endpoint
from audit.cli.json_output import print_json
from audit.contribute.new.draft import DraftQuestion, RecordDraft
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.maker import KnownAnswers
from audit.contribute.new.start import RecordStarter, StartedRecords, refuse_existing_record
from audit.contribute.new.without_repository import MakerPage, draft_closed_model
from audit.core.atomic_files import write_text_atomic
from audit.core.errors import UsageError
from audit.observations.facts import HUGGING_FACE
from audit.records.load import read_all_records
from audit.records.registry import Registry

SUMMARIZED_FACTS = (
    "modalities",
    "parameters",
    "hub",
    "base_models",
    "availability",
    "terms",
)
OFFERED_HEADING = (
    "Named by the card and not in the registry (--with-related starts their records too):"
)
NEXT_STEPS = (
    "The examples cite a row that is there already; every other source gets a row of its own "
    "in $.evidence (CONTRIBUTING.md#cite-evidence).",
    "Next: answer what you can, leave the rest unknown, then: nox -s validate",
)


@dataclass(frozen=True)
class DraftingOptions(SharedOptions):
    """Options of a command that drafts records."""

    with_related: bool
    dry_run: bool


@dataclass(frozen=True)
class NewOptions(DraftingOptions):
    """Options of `new`."""

    model: str
    developer: str | None
    family: str | None
    closed: bool
    source: str | None
    quote: str | None


@make_command(NewOptions)
@click.argument(
    "model",
    metavar="REPO_ID",
    help="id of the Hub repository, as owner/name, or the address of its page",
)
@click.option("--developer", metavar="NAME", help="who made it")
@click.option("--family", metavar="ID", help="the recorded family whose facts it shares")
@click.option(
    "--with-related",
    is_flag=True,
    help="write records of the datasets and base models that are missing, too",
)
@click.option(
    "--closed",
    is_flag=True,
    help="the model has no repository: REPO_ID is vendor/name, and nothing is looked up",
)
@click.option("--source", metavar="URL", help="with --closed: the maker's page that shows it")
@click.option("--quote", metavar="WORDS", help="with --closed: at most 25 words from that page")
@click.option("--dry-run", is_flag=True, help="print the records, and write nothing")
def run_command(options: NewOptions) -> int:
    """Draft the records, write them, and print what a person must answer."""
    registry = read_all_records(options.registry).partial_registry
    started = _start_records(registry, options)
    write_drafts(started.drafts, options.registry, dry_run=options.dry_run)
    print_started("new", started, options)
    return 0


def _start_records(registry: Registry, options: NewOptions) -> StartedRecords:
    answers = KnownAnswers(options.developer, options.family)
    if options.closed:
        return _start_closed_model(registry, options, answers)
    if options.source or options.quote:
        raise UsageError(
            "--source and --quote go with --closed; what the Hub says is its own source"
        )
    return _start_from_hub(registry, options, answers)


def _start_from_hub(
    registry: Registry, options: NewOptions, answers: KnownAnswers
) -> StartedRecords:
    starter = RecordStarter(open_hub(), registry, options.registry, build_evidence_origin(options))
    return starter.start_model(options.model, answers, related=options.with_related)


def _start_closed_model(
    registry: Registry, options: NewOptions, answers: KnownAnswers
) -> StartedRecords:
    refuse_existing_record("models", options.model, registry, options.registry)
    page = MakerPage(options.source, options.quote) if options.source else None
    origin = build_evidence_origin(options)
    return StartedRecords(draft_closed_model(options.model, page, registry, origin, answers))


def build_evidence_origin(options: SharedOptions) -> EvidenceOrigin:
    """Where and when the drafts' evidence is read."""
    return EvidenceOrigin(read_endpoint(HUGGING_FACE), options.parse_now().date().isoformat())


def write_drafts(drafts: list[RecordDraft], root: Path, *, dry_run: bool) -> None:
    """Write every record. Raises UsageError, before the first is written, where one exists."""
    files = {draft.build_file_path(root): dump_draft_record(draft) for draft in drafts}
    _refuse_existing_files(files)
    if not dry_run:
        for path, text in files.items():
            write_text_atomic(path, text)


def _refuse_existing_files(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.exists():
            raise UsageError(f"{path} is there already and was left as it is")


def dump_draft_record(draft: RecordDraft) -> str:
    """A record as people write it: keys in reading order, two spaces."""
    return json.dumps(draft.record, indent=2, ensure_ascii=False) + "\n"


def print_started(command: str, started: StartedRecords, options: DraftingOptions) -> None:
    """Tell what was written, as JSON or for people."""
    if options.json:
        print_json(command, serialize_drafts(started, options.registry))
    else:
        print(render_started(started, options.registry, dry_run=options.dry_run))


def render_started(started: StartedRecords, root: Path, *, dry_run: bool) -> str:
    """What was written, what could not be seen, what to answer, and how to go on."""
    lines = [
        *_render_drafts(started.drafts, root, dry_run=dry_run),
        *_render_open_questions(started.drafts, root),
        *_render_offered(started.offered),
        "",
        *NEXT_STEPS,
    ]
    return "\n".join(lines)


def _render_open_questions(drafts: Iterable[RecordDraft], root: Path) -> Iterator[str]:
    for draft in drafts:
        yield ""
        yield from _render_questions(draft, root)


def _render_offered(records: Iterable[str]) -> list[str]:
    lines = [f"  {record}" for record in records]
    return ["", OFFERED_HEADING, *lines] if lines else []


def _render_drafts(drafts: Iterable[RecordDraft], root: Path, *, dry_run: bool) -> Iterator[str]:
    for draft in drafts:
        yield _announce_draft(draft, root, "would write" if dry_run else "wrote")
        if dry_run:
            yield dump_draft_record(draft).rstrip()
        for note in draft.notes:
            yield f"  note: {note}"


def _announce_draft(draft: RecordDraft, root: Path, verb: str) -> str:
    return f"{verb} {root.name}/{draft.ref}.json: {_summarize_stated_facts(draft)}"


def _summarize_stated_facts(draft: RecordDraft) -> str:
    facts = [key for key in SUMMARIZED_FACTS if key in draft.record]
    facts += _list_stated_components(draft)
    return f"states {', '.join(facts)}" if facts else "states nothing yet"


def _list_stated_components(draft: RecordDraft) -> Iterator[str]:
    for name, row in draft.record.get("components", {}).items():
        if row["status"] != "unknown":
            yield f"components.{name}"


def _render_questions(draft: RecordDraft, root: Path) -> list[str]:
    """What is needed, then what decides a verdict, in full; the rest by name."""
    urgent = _select_urgent(draft.questions)
    lines = [f"To answer in {root.name}/{draft.ref}.json:"]
    for question in urgent:
        lines += _render_question(question)
    return lines + _name_other_questions(draft, urgent)


def _select_urgent(questions: Iterable[DraftQuestion]) -> list[DraftQuestion]:
    urgent = [question for question in questions if question.needed or question.decides]
    return sorted(urgent, key=lambda question: not question.needed)


def _name_other_questions(draft: RecordDraft, urgent: list[DraftQuestion]) -> list[str]:
    rest = [question for question in draft.questions if question not in urgent]
    names = ", ".join(_shorten_path(question.path) for question in rest)
    return [f"  Less urgent, unknown until somebody looks: {names}"] if rest else []


def _render_question(question: DraftQuestion) -> list[str]:
    needed = "  (needed: the record is not valid without it)" if question.needed else ""
    example = json.dumps(question.example, ensure_ascii=False)
    return [
        f"  {question.path}{needed}",
        f"      {question.asks}",
        f"      for example {example}",
    ]


def _shorten_path(path: str) -> str:
    return path.removeprefix("$.").removeprefix("components.")


def serialize_drafts(started: StartedRecords, root: Path) -> dict[str, object]:
    """The same for programs."""
    rows = [_serialize_draft(draft, root) for draft in started.drafts]
    return {"drafts": rows, "offered": started.offered}


def _serialize_draft(draft: RecordDraft, root: Path) -> dict[str, object]:
    return {
        "file": f"{root.name}/{draft.ref}.json",
        "record": draft.record,
        "questions": [asdict(question) for question in draft.questions],
        "notes": draft.notes,
    }
