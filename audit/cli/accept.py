"""`accept`: take what the audit saw into the records, where no reading is needed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

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
from audit.core.atomic_files import remove_leftovers, write_text_atomic
from audit.core.errors import InvalidRecordsError, Problem
from audit.core.escape import sanitize_line
from audit.core.locking import AlreadyRunningError, RegistryBusyError, hold_registry_lock
from audit.core.references import split_reference
from audit.drift.finding import Finding
from audit.records.dates import require_past_dates
from audit.records.load import LoadedRecords, read_all_records
from audit.records.read import RawRecord
from audit.records.registry import Registry
from audit.store.events import EventStore
from audit.store.observations import TargetStateStore

_BY_RECORD = attrgetter("record", "kind")
_BY_PLACE = attrgetter("record", "kind", "field")
NEXT_STEP = "Next: nox -s validate, then commit the records and the event in a branch of their own."


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
    """List the open findings, or take those that are named into the records."""
    try:
        return _accept_findings(options)
    except AlreadyRunningError as error:
        raise RegistryBusyError(
            "another command works on this registry, so nothing was accepted; "
            "wait until it has ended, then run this again"
        ) from error


def _accept_findings(options: AcceptOptions) -> int:
    loaded = read_all_records(options.registry)
    if loaded.registry is None:
        raise InvalidRecordsError(list(loaded.problems))
    with hold_registry_lock(options.registry):
        found = _load_open_findings(loaded.registry, options.registry)
        if not options.findings:
            _print_open_findings(found, as_json=options.json)
            return 0
        result = _accept_named(found, loaded, loaded.registry, options)
    _print_result(result, list_remaining_findings(result, found), options)
    return 1 if _is_refused(result) else 0


def _accept_named(
    found: dict[str, OpenFinding], loaded: LoadedRecords, registry: Registry, options: AcceptOptions
) -> AcceptanceResult:
    """Accept the findings that were asked for, and write what that changes."""
    result = accept_findings(options.findings, found, loaded, registry, options.registry)
    if not _is_refused(result) and not options.dry_run:
        _refuse_future_dates(result, loaded, options)
        _write_acceptance(result, options)
    return result


def _load_open_findings(registry: Registry, root: Path) -> dict[str, OpenFinding]:
    """The findings of the last audit by their ids."""
    states = TargetStateStore(root).load_states(registry)
    return index_open_findings(list(states.values()))


def _is_refused(result: AcceptanceResult) -> bool:
    """All or nothing: one finding that a person has to read holds back the others."""
    return bool(result.refused or result.problems)


def _print_result(
    result: AcceptanceResult, left: list[RefusedFinding], options: AcceptOptions
) -> None:
    if options.json:
        print_json("accept", _serialize_result(result, left))
    elif _is_refused(result):
        print(_render_refused(result))
    else:
        print(_render_accepted(result, left, options))


def _write_acceptance(result: AcceptanceResult, options: AcceptOptions) -> None:
    """Write the records, then the event.

    Killed between the two, the next run sees the record agree and writes the event itself.
    """
    _write_records(result.records, options.registry)
    time = options.parse_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    accepted = sorted(result.accepted, key=_BY_PLACE)
    EventStore(options.registry).append_findings("accept", time, accepted)


def _refuse_future_dates(
    result: AcceptanceResult, loaded: LoadedRecords, options: AcceptOptions
) -> None:
    """What was observed by a clock that was ahead says a day that has not come."""
    records = _list_raw_records(result.records, options)
    require_past_dates(records, options.parse_now(), loaded.raw_records)


def _list_raw_records(records: Mapping[str, Any], options: AcceptOptions) -> Iterator[RawRecord]:
    for ref, data in records.items():
        folder, id = split_reference(ref)
        yield RawRecord(folder, id, f"{options.registry.name}/{ref}.json", data)


def _write_records(records: Mapping[str, Any], root: Path) -> None:
    for folder in ("models", "datasets"):
        remove_leftovers(root / folder, ".json")
    for ref, record in records.items():
        write_text_atomic(root / f"{ref}.json", _dump_record(record))


def _dump_record(record: Any) -> str:
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _render_open_findings(found: dict[str, OpenFinding]) -> str:
    if not found:
        return "no open finding; `run` looks for drift"
    findings = sorted((known.finding for known in found.values()), key=_BY_RECORD)
    return "\n".join(f"{finding.id}  {render_finding(finding)}" for finding in findings)


def _render_refused(result: AcceptanceResult) -> str:
    """Why nothing was accepted, and what could have been."""
    lines = ["What needs a person's reading:", *_render_refusals(result.refused)]
    lines += map(_render_problem, result.problems)
    if result.changes and result.refused:
        lines.append(_suggest_acceptable(result))
    return "\n".join([*lines, "Nothing was written."])


def _suggest_acceptable(result: AcceptanceResult) -> str:
    ids = " ".join(finding.id for finding, _ in result.changes)
    return f"These can be accepted without the others: {ids}"


def _render_problem(problem: Problem) -> str:
    return f"  {problem} (see {find_guide_section(problem)})"


def _render_accepted(
    result: AcceptanceResult, left: list[RefusedFinding], options: AcceptOptions
) -> str:
    lines = list(_list_changes(result, options))
    if left:
        lines += ["", "Still open in the same records:", *_render_refusals(left)]
    if not options.dry_run:
        lines += ["", NEXT_STEP]
    return "\n".join(lines)


def _list_changes(result: AcceptanceResult, options: AcceptOptions) -> Iterator[str]:
    verb = "would accept" if options.dry_run else "accepted"
    for finding, change in result.changes:
        file = f"{options.registry.name}/{finding.record}.json"
        yield f"{verb} {finding.id}  {file}  {change}"


def _render_refusals(refusals: Iterable[RefusedFinding]) -> list[str]:
    lines = []
    for refusal in refusals:
        lines += _render_refusal(refusal)
    return lines


def _render_refusal(refusal: RefusedFinding) -> list[str]:
    finding = refusal.finding
    return [
        f"  {finding.id}  {finding.record}  {finding.kind}",
        f"      {refusal.question}",
        f"      seen at {sanitize_line(finding.url)}",
    ]


def _print_open_findings(found: dict[str, OpenFinding], *, as_json: bool) -> None:
    if as_json:
        rows = [_serialize_finding_row(known.finding) for known in found.values()]
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
        "accepted": _serialize_changes(result),
        "refused": [_serialize_refusal(refusal) for refusal in result.refused],
        "problems": [str(problem) for problem in result.problems],
        "open": [_serialize_refusal(refusal) for refusal in left],
        "written": not _is_refused(result),
    }


def _serialize_changes(result: AcceptanceResult) -> list[dict[str, object]]:
    return [
        _serialize_finding_row(finding) | {"told": change} for finding, change in result.changes
    ]


def _serialize_refusal(refusal: RefusedFinding) -> dict[str, object]:
    return _serialize_finding_row(refusal.finding) | {"question": refusal.question}
