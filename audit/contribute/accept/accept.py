"""Takes confirmed findings into the records that they speak of: all of them, or none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from audit.analysis.consistency import contradictions
from audit.contribute.accept.acceptance import NeedsReading, accepted, question
from audit.core.errors import Problem, RegistryError
from audit.core.near_names import nearest
from audit.drift.finding import Finding
from audit.records.load import Loaded, with_changes
from audit.records.model import Registry
from audit.store.observations import Observation


@dataclass(frozen=True)
class Refusal:
    """A finding that a person has to settle."""

    finding: Finding
    question: str


@dataclass
class Acceptance:
    """What would be written, or why nothing is."""

    records: dict[str, Any] = field(default_factory=dict)
    """The new JSON by reference."""
    resolved: list[Finding] = field(default_factory=list)
    told: list[tuple[Finding, str]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    """What would contradict the accepted values: facts that only a reading can settle."""


@dataclass(frozen=True)
class Standing:
    """An open finding, and the observation that holds it."""

    finding: Finding
    observation: Observation


def standing(observations: Sequence[Observation]) -> dict[str, Standing]:
    """Every open finding by id."""
    return {finding.id: Standing(finding, each) for each in observations for finding in each.findings}


def accept(ids: Sequence[str], open_findings: dict[str, Standing], loaded: Loaded, registry: Registry, root: Path) -> Acceptance:
    """Move the observed values of these findings into their records. Raises RegistryError for an id that is not open."""
    chosen = [_find(each, open_findings) for each in dict.fromkeys(ids)]
    left = _kinds_left(chosen, open_findings)
    raw = {f"{each.folder}/{each.id}": each.data for each in loaded.raw}
    result = Acceptance()
    for each in chosen:
        finding = each.finding
        try:
            if finding.record not in raw:
                raise NeedsReading(f"{finding.record} is no record any more. The next run closes this finding.")
            record = result.records.get(finding.record, raw[finding.record])
            done = accepted(finding, record, each.observation, left[finding.record], registry)
        except NeedsReading as refusal:
            result.refused.append(Refusal(finding, str(refusal)))
            continue
        result.records[finding.record] = done.record
        result.told.append((finding, done.told))
        result.resolved.append(finding.with_status("resolved"))
    result.problems = _contradicted(result.records, loaded, registry, root)
    return result


def remaining(result: Acceptance, open_findings: dict[str, Standing]) -> list[Refusal]:
    """Open findings of the same records that were not accepted, with what they ask."""
    done = {each.id for each in result.resolved}
    return [Refusal(each.finding, question(each.finding)) for id, each in open_findings.items() if id not in done and each.finding.record in result.records]


def _find(id: str, open_findings: dict[str, Standing]) -> Standing:
    if id not in open_findings:
        hint = nearest(id, open_findings)
        raise RegistryError(f"{id}: no open finding has this id{hint}; `accept` without ids lists the open ones")
    return open_findings[id]


def _kinds_left(chosen: Sequence[Standing], open_findings: dict[str, Standing]) -> dict[str, frozenset[str]]:
    """By record, the kinds of open findings that are not among the chosen."""
    ids = {each.finding.id for each in chosen}
    left: dict[str, set[str]] = defaultdict(set)
    for id, each in open_findings.items():
        if id not in ids:
            left[each.finding.record].add(each.finding.kind)
    return defaultdict(frozenset, {record: frozenset(kinds) for record, kinds in left.items()})


def _contradicted(records: dict[str, Any], loaded: Loaded, registry: Registry, root: Path) -> tuple[Problem, ...]:
    """Problems that the new records would bring."""
    changed = with_changes(loaded, records, root.name)
    if changed.registry is None:
        return changed.problems
    before = set(contradictions(registry, root.name))
    return tuple(each for each in contradictions(changed.registry, root.name) if each not in before)
