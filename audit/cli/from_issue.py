"""`from-issue`: a filled issue form becomes a record, or is laid beside the record it is about."""

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from audit.cli.command import make_command
from audit.cli.environment import open_hub
from audit.cli.json_output import print_json
from audit.cli.new import DraftingOptions, build_evidence_origin, print_started, write_drafts
from audit.contribute.new.form_draft import add_form_notes, draft_from_form
from audit.contribute.new.issue_form import NewModelForm, parse_form
from audit.contribute.new.maker import KnownAnswers
from audit.contribute.new.report_forms import FormReport, read_report_form
from audit.contribute.new.start import (
    HubUnreachableError,
    RecordStarter,
    StartedRecords,
    refuse_existing_record,
)
from audit.core.errors import UsageError
from audit.records.load import read_all_records
from audit.records.registry import Registry


@dataclass(frozen=True)
class FromIssueOptions(DraftingOptions):
    """Options of `from-issue`."""

    file: str
    offline: bool


@make_command(FromIssueOptions)
@click.argument(
    "file", metavar="FILE", help="the body of the issue as a file; - reads it from standard input"
)
@click.option("--offline", is_flag=True, help="ask nobody: the record states what the form says")
@click.option(
    "--with-related",
    is_flag=True,
    help="write records of the datasets and base models that are missing, too",
)
@click.option("--dry-run", is_flag=True, help="print the record, and write nothing")
def run_command(options: FromIssueOptions) -> int:
    """Draft the record that the form describes, or say what a report is about."""
    body = _read_issue_body(options.file)
    registry = read_all_records(options.registry).partial_registry
    report = read_report_form(body, registry, options.registry)
    if report:
        return _print_report(report, options)
    form = parse_form(body)
    refuse_existing_record("models", form.model, registry, options.registry)
    _require_owner(form.model)
    started = _start_records(form, registry, options)
    write_drafts(started.drafts, options.registry, dry_run=options.dry_run)
    print_started("from-issue", started, options)
    return 0


def _print_report(report: FormReport, options: FromIssueOptions) -> int:
    if options.json:
        print_json("from-issue", asdict(report))
    else:
        print("\n".join(report.lines))
    return 0


def _require_owner(model: str) -> None:
    """Old repositories have no owner in their name, but a record's path needs one."""
    if "/" not in model:
        raise UsageError(f"{model!r} has no owner; write owner/name")


def _start_records(
    form: NewModelForm, registry: Registry, options: FromIssueOptions
) -> StartedRecords:
    """From the Hub where it can be reached, else from the form alone."""
    if form.weights_location == "hub" and not options.offline:
        try:
            return _start_from_hub(form, registry, options)
        except HubUnreachableError as error:
            print(error, file=sys.stderr)
    return StartedRecords(draft_from_form(form, registry, build_evidence_origin(options)))


def _start_from_hub(
    form: NewModelForm, registry: Registry, options: FromIssueOptions
) -> StartedRecords:
    starter = RecordStarter(open_hub(), registry, options.registry, build_evidence_origin(options))
    answers = KnownAnswers(form.developer)
    started = starter.start_model(form.model, answers, related=options.with_related)
    add_form_notes(started.model, form)
    return started


def _read_issue_body(name: str) -> str:
    try:
        body = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        # Standard input hands on bytes that are no text as halves of characters.
        body.encode("utf-8")
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"{name}: cannot be read as UTF-8 text; give the issue's body as a file"
        ) from error
    return body
