"""`accept`: take what the audit saw into the records, where no reading is needed."""

import argparse
import json

from audit.cli.command import Command, moment
from audit.cli.render_report import render_finding
from audit.contribute.accept.accept import Acceptance, Refusal, Standing, accept, remaining, standing
from audit.contribute.guidance import section_of
from audit.core.errors import InvalidRecords, RegistryError
from audit.core.json_files import remove_leftovers, write_atomic
from audit.core.locking import AlreadyRunning, locked
from audit.drift.finding import Finding
from audit.records.load import read_registry
from audit.store.events import EventStore
from audit.store.observations import StateStore


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("findings", nargs="*", metavar="FINDING", help="ids of findings, 12 hex digits each; without any, the open ones are listed")
    parser.add_argument("--dry-run", action="store_true", help="say what would move, and write nothing")


class NotNow(RegistryError):
    """Another command works on this registry. Whoever asked for something to be accepted must not take this for done."""

    exit_status = 3


def _run(options: argparse.Namespace) -> int:
    try:
        return _accept(options)
    except AlreadyRunning as error:
        raise NotNow("another command works on this registry, so nothing was accepted; wait until it has ended, then run this again") from error


def _accept(options: argparse.Namespace) -> int:
    loaded = read_registry(options.registry)
    if loaded.registry is None:
        raise InvalidRecords(list(loaded.problems))
    with locked(options.registry):
        found = standing(list(StateStore(options.registry).load().values()))
        if not options.findings:
            print(_as_json(found) if options.json else _listed(found))
            return 0
        result = accept(options.findings, found, loaded, loaded.registry, options.registry)
        refused = bool(result.refused or result.problems)
        if not refused and not options.dry_run:
            _write(result, options)
    left = remaining(result, found)
    print(_result_json(result, left) if options.json else _render(result, left, options.registry.name, dry_run=options.dry_run))
    return 1 if refused else 0


def _write(result: Acceptance, options: argparse.Namespace) -> None:
    """The records first: killed between the two, the next run sees the record agree and writes the event itself."""
    for folder in ("models", "datasets"):
        remove_leftovers(options.registry / folder, ".json")
    for ref, record in result.records.items():
        write_atomic(options.registry / f"{ref}.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    time = moment(options).strftime("%Y-%m-%dT%H:%M:%SZ")
    EventStore(options.registry).append("accept", time, sorted(result.resolved, key=lambda each: (each.record, each.kind, each.field)))


def _listed(found: dict[str, Standing]) -> str:
    if not found:
        return "no open finding; `run` looks for drift"
    order = sorted(found.values(), key=lambda each: (each.finding.record, each.finding.kind))
    return "\n".join(f"{each.finding.id}  {render_finding(each.finding)}" for each in order)


def _render(result: Acceptance, left: list[Refusal], root: str, *, dry_run: bool) -> str:
    lines = []
    if result.refused or result.problems:
        lines.append("What needs a person's reading:")
        lines += [line for each in result.refused for line in _asked(each)]
        lines += [f"  {each} (see {section_of(each)})" for each in result.problems]
        if result.told and result.refused:
            lines.append(f"These can be accepted without the others: {' '.join(finding.id for finding, _ in result.told)}")
        lines.append("Nothing was written.")
        return "\n".join(lines)
    lines += [f"{'would accept' if dry_run else 'accepted'} {finding.id}  {root}/{finding.record}.json  {told}" for finding, told in result.told]
    if left:
        lines += ["", "Still open in the same records:", *(line for each in left for line in _asked(each))]
    if not dry_run:
        lines += ["", "Next: nox -s validate, then commit the records and the event in a branch of their own."]
    return "\n".join(lines)


def _asked(refusal: Refusal) -> list[str]:
    finding = refusal.finding
    return [f"  {finding.id}  {finding.record}  {finding.kind}", f"      {refusal.question}", f"      seen at {finding.url}"]


def _as_json(found: dict[str, Standing]) -> str:
    return json.dumps([_row(each.finding) for each in found.values()], indent=2)


def _row(finding: Finding) -> dict[str, object]:
    return {"id": finding.id, "record": finding.record, "kind": finding.kind, "field": finding.field, "status": finding.status}


def _result_json(result: Acceptance, left: list[Refusal]) -> str:
    document = {
        "accepted": [_row(finding) | {"told": told} for finding, told in result.told],
        "refused": [_row(each.finding) | {"question": each.question} for each in result.refused],
        "problems": [str(each) for each in result.problems],
        "open": [_row(each.finding) | {"question": each.question} for each in left],
        "written": not (result.refused or result.problems),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


ACCEPT = Command("accept", "Take what the audit saw into the records, where no reading is needed.", _options, _run)
