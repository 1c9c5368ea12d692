"""`accept`: take what the audit saw into the records, where no reading is needed."""

import json
from dataclasses import dataclass

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.render_report import render_finding
from audit.contribute.accept.accept import (
    AcceptanceResult,
    OpenFinding,
    RefusedFinding,
    accept_findings,
    index_open_findings,
    list_remaining_findings,
)
from audit.contribute.guidance import find_guide_section
from audit.core.errors import InvalidRecordsError, RegistryError
from audit.core.json_files import remove_leftovers, write_text_atomic
from audit.core.locking import AlreadyRunningError, hold_registry_lock
from audit.drift.finding import Finding
from audit.records.load import read_all_records
from audit.store.events import EventStore
from audit.store.observations import TargetStateStore


class RegistryBusy(RegistryError):
    """Another command works on this registry. Whoever asked for something to be accepted must not take this for done."""

    exit_status = 3


@dataclass(frozen=True)
class AcceptOptions(SharedOptions):
    """Options of `accept`."""

    findings: tuple[str, ...]
    dry_run: bool


@make_command(AcceptOptions)
@click.argument(
    "findings",
    nargs=-1,
    metavar="FINDING",
    help="ids of findings, 12 hex digits each; without any, the open ones are listed",
)
@click.option("--dry-run", is_flag=True, help="say what would move, and write nothing")
def run_command(options: AcceptOptions) -> int:
    try:
        return _accept_under_lock(options)
    except AlreadyRunningError as error:
        raise RegistryBusy(
            "another command works on this registry, so nothing was accepted; wait until it has ended, then run this again"
        ) from error


def _accept_under_lock(options: AcceptOptions) -> int:
    loaded = read_all_records(options.registry)
    if loaded.registry is None:
        raise InvalidRecordsError(list(loaded.problems))
    with hold_registry_lock(options.registry):
        states = TargetStateStore(options.registry).load_states(loaded.registry)
        found = index_open_findings(list(states.values()))
        if not options.findings:
            _print_open_findings(found, as_json=options.json)
            return 0
        result = accept_findings(options.findings, found, loaded, loaded.registry, options.registry)
        refused = bool(result.refused or result.problems)
        if not refused and not options.dry_run:
            _write_acceptance(result, options)
    left = list_remaining_findings(result, found)
    if options.json:
        print_json("accept", _serialize_result(result, left))
    else:
        print(_render_result(result, left, options.registry.name, dry_run=options.dry_run))
    return 1 if refused else 0


def _write_acceptance(result: AcceptanceResult, options: AcceptOptions) -> None:
    """The records first: killed between the two, the next run sees the record agree and writes the event itself."""
    for folder in ("models", "datasets"):
        remove_leftovers(options.registry / folder, ".json")
    for ref, record in result.records.items():
        write_text_atomic(
            options.registry / f"{ref}.json",
            json.dumps(record, indent=2, ensure_ascii=False) + "\n",
        )
    time = options.parse_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    EventStore(options.registry).append_findings(
        "accept",
        time,
        sorted(result.accepted, key=lambda each: (each.record, each.kind, each.field)),
    )


def _render_open_findings(found: dict[str, OpenFinding]) -> str:
    if not found:
        return "no open finding; `run` looks for drift"
    order = sorted(found.values(), key=lambda each: (each.finding.record, each.finding.kind))
    return "\n".join(f"{each.finding.id}  {render_finding(each.finding)}" for each in order)


def _render_result(
    result: AcceptanceResult, left: list[RefusedFinding], root: str, *, dry_run: bool
) -> str:
    lines = []
    if result.refused or result.problems:
        lines.append("What needs a person's reading:")
        lines += [line for each in result.refused for line in _render_refusal(each)]
        lines += [f"  {each} (see {find_guide_section(each)})" for each in result.problems]
        if result.changes and result.refused:
            lines.append(
                f"These can be accepted without the others: {' '.join(finding.id for finding, _ in result.changes)}"
            )
        lines.append("Nothing was written.")
        return "\n".join(lines)
    lines += [
        f"{'would accept' if dry_run else 'accepted'} {finding.id}  {root}/{finding.record}.json  {told}"
        for finding, told in result.changes
    ]
    if left:
        lines += [
            "",
            "Still open in the same records:",
            *(line for each in left for line in _render_refusal(each)),
        ]
    if not dry_run:
        lines += [
            "",
            "Next: nox -s validate, then commit the records and the event in a branch of their own.",
        ]
    return "\n".join(lines)


def _render_refusal(refusal: RefusedFinding) -> list[str]:
    finding = refusal.finding
    return [
        f"  {finding.id}  {finding.record}  {finding.kind}",
        f"      {refusal.question}",
        f"      seen at {finding.url}",
    ]


def _print_open_findings(found: dict[str, OpenFinding], *, as_json: bool) -> None:
    if as_json:
        rows = [_serialize_finding_row(each.finding) for each in found.values()]
        print_json("accept", {"open": rows})
    else:
        print(_render_open_findings(found))


def _serialize_finding_row(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "record": finding.record,
        "kind": finding.kind,
        "field": finding.field,
        "status": finding.status,
    }


def _serialize_result(result: AcceptanceResult, left: list[RefusedFinding]) -> dict[str, object]:
    return {
        "accepted": [
            _serialize_finding_row(finding) | {"told": told} for finding, told in result.changes
        ],
        "refused": [
            _serialize_finding_row(each.finding) | {"question": each.question}
            for each in result.refused
        ],
        "problems": [str(each) for each in result.problems],
        "open": [
            _serialize_finding_row(each.finding) | {"question": each.question} for each in left
        ],
        "written": not (result.refused or result.problems),
    }
