"""`new`: start a record from what the Hub says, and list what a person must answer."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.upstreams import open_hub, read_endpoint
from audit.contribute.new.draft import RecordDraft
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.start import (
    KnownAnswers,
    StartedRecords,
    refuse_existing_record,
    start_model,
)
from audit.contribute.new.without_repository import draft_closed_model
from audit.core.errors import UsageError
from audit.core.json_files import write_text_atomic
from audit.observations.facts import HUGGING_FACE
from audit.records.load import read_all_records


@dataclass(frozen=True)
class NewOptions(SharedOptions):
    """What the command was asked for."""

    model: str
    developer: str | None
    family: str | None
    with_related: bool
    closed: bool
    source: str | None
    quote: str | None
    dry_run: bool


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
    registry = read_all_records(options.registry).partial_registry
    reader = EvidenceOrigin(
        read_endpoint(HUGGING_FACE),
        options.parse_now().date().isoformat(),
    )
    answers = KnownAnswers(options.developer, options.family)
    if options.closed:
        refuse_existing_record("models", options.model, registry, options.registry)
        started = StartedRecords(
            draft_closed_model(
                options.model, options.source, options.quote, registry, reader, answers
            )
        )
    elif options.source or options.quote:
        raise UsageError(
            "--source and --quote go with --closed; what the Hub says is its own source"
        )
    else:
        hub = open_hub()
        started = start_model(
            hub,
            options.model,
            registry,
            options.registry,
            reader,
            answers,
            related=options.with_related,
        )
    write_drafts(started.drafts, options.registry, dry_run=options.dry_run)
    if options.json:
        print_json("new", serialize_drafts(started, options.registry))
    else:
        print(render_started(started, options.registry, dry_run=options.dry_run))
    return 0


def write_drafts(drafts: list[RecordDraft], root: Path, *, dry_run: bool) -> None:
    """Write every record into its file. Raises UsageError, before the first is written, where one is there already."""
    for draft in drafts:
        if draft.build_file_path(root).exists():
            raise UsageError(
                f"{draft.build_file_path(root)} is there already and was left as it is"
            )
    for draft in drafts if not dry_run else ():
        write_text_atomic(draft.build_file_path(root), dump_draft_record(draft))


def dump_draft_record(draft: RecordDraft) -> str:
    """A record as people write it: keys in reading order, two spaces."""
    return json.dumps(draft.record, indent=2, ensure_ascii=False) + "\n"


def render_started(started: StartedRecords, root: Path, *, dry_run: bool) -> str:
    """What was written, what could not be seen, what to answer, and how to go on."""
    lines = []
    for draft in started.drafts:
        lines.append(
            f"{'would write' if dry_run else 'wrote'} {root.name}/{draft.ref}.json: {_summarize_stated_facts(draft)}"
        )
        lines += [dump_draft_record(draft).rstrip()] if dry_run else []
        lines += [f"  note: {note}" for note in draft.notes]
    for draft in started.drafts:
        lines += ["", *_render_questions(draft, root)]
    if started.offered:
        lines += [
            "",
            "Named by the card and not in the registry (--with-related starts their records too):",
        ]
        lines += [f"  {each}" for each in started.offered]
    lines += [
        "",
        "The examples cite a row that is there already; every other source gets a row of its own in $.evidence (CONTRIBUTING.md#cite-evidence).",
        "Next: answer what you can, leave the rest unknown, then: nox -s validate",
    ]
    return "\n".join(lines)


def _summarize_stated_facts(draft: RecordDraft) -> str:
    facts = [
        str(key)
        for key in ("modalities", "parameters", "hub", "base_models", "availability", "terms")
        if key in draft.record
    ]
    facts += [
        f"components.{name}"
        for name, row in draft.record.get("components", {}).items()
        if row["status"] != "unknown"
    ]
    return f"states {', '.join(facts)}" if facts else "states nothing yet"


def _render_questions(draft: RecordDraft, root: Path) -> list[str]:
    lines = [f"To answer in {root.name}/{draft.ref}.json:"]
    for each in sorted(
        (each for each in draft.questions if each.decides or each.needed),
        key=lambda each: not each.needed,
    ):
        needed = "  (needed: the record is not valid without it)" if each.needed else ""
        lines += [
            f"  {each.path}{needed}",
            f"      {each.asks}",
            f"      for example {json.dumps(each.example, ensure_ascii=False)}",
        ]
    rest = [
        each.path.removeprefix("$.").removeprefix("components.")
        for each in draft.questions
        if not each.decides and not each.needed
    ]
    return (
        [*lines, f"  Less urgent, unknown until somebody looks: {', '.join(rest)}"]
        if rest
        else lines
    )


def serialize_drafts(started: StartedRecords, root: Path) -> dict[str, object]:
    """The same for programs."""
    rows = [
        {
            "file": f"{root.name}/{each.ref}.json",
            "record": each.record,
            "questions": [asdict(question) for question in each.questions],
            "notes": each.notes,
        }
        for each in started.drafts
    ]
    return {"drafts": rows, "offered": started.offered}
