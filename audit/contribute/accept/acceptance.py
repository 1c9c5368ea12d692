"""Observed values into records: what a machine saw may be taken over, what needs a reading is refused with its question. Pure."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from audit.contribute.new.draft import RecordFolder
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.drift.finding import Finding
from audit.drift.kinds import Acceptance, find_drift_kind
from audit.drift.lifecycle import may_be_accepted
from audit.observations.facts import HubFacts
from audit.records.model import Registry
from audit.store.observations import TargetState

PIN_LIMITS = {"license_tag": 80, "license_name": 120, "license_link": 300}
MAX_NOTE_CHARACTERS = 600
MAX_EVIDENCE_KEYS = 8
"""Keys that one fact may cite."""


class ReadingRequired(Exception):
    """A finding that no machine may accept. Carries the question that remains."""


@dataclass(frozen=True)
class AcceptanceCase:
    """A finding, the record that is to take its value, and what was seen."""

    record: dict[str, Any]
    """A copy, to be changed in place."""
    finding: Finding
    observation: TargetState
    other_kinds: frozenset[str]
    """Kinds of the record's open findings that are not accepted with it."""
    registry: Registry

    def require_hub_facts(self) -> HubFacts:
        """What the Hub said. Raises NeedsReading where the last look saw nothing that could be taken over."""
        if not isinstance(self.observation.facts, HubFacts) or self.observation.state not in (
            "ok",
            "gated",
            "moved",
        ):
            raise self.build_outdated_refusal()
        return self.observation.facts

    def build_outdated_refusal(self) -> ReadingRequired:
        """The refusal of a finding that is not what was last seen."""
        return ReadingRequired(
            f"Upstream was seen otherwise since ({self.finding.field}). Run the audit again, then look at what it finds."
        )


@dataclass(frozen=True)
class AcceptedRecord:
    """A record with the observed value in it."""

    ref: str
    record: dict[str, Any]
    description: str
    """What moved, in a line."""


def apply_finding(
    finding: Finding,
    record: Mapping[str, Any],
    observation: TargetState,
    others: frozenset[str],
    registry: Registry,
) -> AcceptedRecord:
    """The record as the finding would have it. Raises NeedsReading. `others`: see Case."""
    if not may_be_accepted(finding):
        raise ReadingRequired(
            f"It was seen in {finding.sightings} of {finding.sightings_needed} looks. Wait until it is confirmed."
        )
    change = _find_record_update(finding)
    if change is None:
        raise ReadingRequired(format_open_question(finding))
    case = AcceptanceCase(deepcopy(dict(record)), finding, observation, others, registry)
    told = change(case)
    return AcceptedRecord(finding.record, case.record, told)


def format_open_question(finding: Finding) -> str:
    """What a person must settle before this finding can end."""
    license = (
        "terms.license"
        if finding.record.startswith("datasets/")
        else "components.model-parameters-final.license"
    )
    words = find_drift_kind(finding.kind).question
    return words.format(
        field=finding.field,
        before=_format_value(finding.before),
        after=_format_value(finding.after),
        license=license,
    )


def _apply_gate(case: AcceptanceCase) -> str:
    record, finding = case.record, case.finding
    facts = case.require_hub_facts()
    if facts.gated != finding.after:
        raise case.build_outdated_refusal()
    before, record["hub"]["gated"] = record["hub"]["gated"], facts.gated
    _cite_observation(case, record["hub"], "The gate as the Hub answered.")
    return f"hub.gated: {before or 'no'} -> {facts.gated or 'no'}"


def _apply_license_fields(case: AcceptanceCase) -> str:
    """The card's three license fields belong together and move together."""
    record, finding = case.record, case.finding
    facts = case.require_hub_facts()
    pins = record["hub"]
    seen = {
        "license_tag": facts.license_tag,
        "license_name": facts.license_name,
        "license_link": facts.license_link,
    }
    if (seen[finding.field.removeprefix("hub.")] or "none") != (finding.after or "none"):
        raise case.build_outdated_refusal()
    moved = []
    for key, value in seen.items():
        if isinstance(value, str) and len(value) > PIN_LIMITS[key]:
            raise ReadingRequired(
                f"The card's {key} has {len(value)} characters, more than a record holds. Read the card."
            )
        if pins.get(key) == value:
            continue
        moved.append(f"hub.{key}: {_format_value(pins.get(key))} -> {_format_value(value)}")
        if value is None:
            pins.pop(key)
        else:
            _insert_key_after(
                pins,
                key,
                value,
                after="license_tag"
                if key == "license_name"
                else "license_name"
                if "license_name" in pins
                else "license_tag",
            )
    _cite_observation(case, pins, "License fields of the card as the Hub answered.")
    return ", ".join(moved)


def _apply_rename(case: AcceptanceCase) -> str:
    record, finding = case.record, case.finding
    facts = case.require_hub_facts()
    if facts.repo != finding.after:
        raise case.build_outdated_refusal()
    if facts.repo.partition("/")[0].lower() != str(finding.before).partition("/")[0].lower():
        raise ReadingRequired(
            f"{finding.before} leads to another owner now, {facts.repo}. Is that still the maker? If so, set $.hub.repo to {facts.repo!r}."
        )
    before, record["hub"]["repo"] = record["hub"]["repo"], facts.repo
    _cite_observation(case, record["hub"], f"{before} leads here.", repo=facts.repo)
    return f"hub.repo: {before} -> {facts.repo}; the record keeps its id"


def _apply_removal(case: AcceptanceCase) -> str:
    record, finding, observation = case.record, case.finding, case.observation
    if observation.state not in ("absent", "disabled"):
        raise case.build_outdated_refusal()
    state = "disabled by the Hub" if observation.state == "disabled" else "not publicly reachable"
    since = f"{state.capitalize()} since {finding.first_seen[:10]} at the latest."
    note = f"{since} Seen in {finding.sightings} looks; missing and private look the same from outside."
    if finding.record.startswith("datasets/"):
        holder, status = record["availability"], "withdrawn"
        if holder.get("class") in ("open", "public"):
            holder["class"] = "unknown"
    else:
        holder, status = record["components"]["model-parameters-final"], "not-released"
        license = holder.pop("license", None)
        since += f" Published under {license} before." if license else ""
    before, holder["status"] = holder["status"], status
    _cite_observation(case, holder, note, at_commit=False)
    holder["note"] = _prepend_note(since, holder.pop("note", ""))
    return f"{'availability' if status == 'withdrawn' else 'components.model-parameters-final'}.status: {before} -> {status}"


def _prepend_note(added: str, note: str) -> str:
    if len(added) + len(note) >= MAX_NOTE_CHARACTERS:
        raise ReadingRequired(
            f"The record's note has no room for another sentence. Shorten it to {MAX_NOTE_CHARACTERS - len(added) - 1} characters first."
        )
    return f"{added} {note}".rstrip()


def _apply_license_text(case: AcceptanceCase) -> str:
    """Only a text that reviewers know already, of the license that the record states already."""
    record, finding, registry = case.record, case.finding, case.registry
    facts = case.require_hub_facts()
    file = next((each for each in facts.license_files if each.path == finding.field), None)
    stated = _find_stated_license(record)
    known = registry.licenses.get(stated or "")
    if (
        file is None
        or file.sha256 is None
        or known is None
        or file.sha256 not in {each.sha256 for each in known.texts}
    ):
        digest = f" Its sha256 is {file.sha256}." if file and file.sha256 else ""
        raise ReadingRequired(format_open_question(finding) + digest)
    record["hub"].setdefault("license_files", {})[file.path] = file.sha256
    _cite_observation(case, record["hub"], f"{file.path}: a reviewed text of {stated}.")
    return f"hub.license_files.{file.path}: the text of {stated} with digest {file.sha256[:12]}"


def _apply_revision(case: AcceptanceCase) -> str:
    record, others = case.record, case.other_kinds
    facts = case.require_hub_facts()
    left = sorted(each for each in others if find_drift_kind(each).compared_with_commit)
    if left:
        raise ReadingRequired(
            f"To pin the commit would accept {', '.join(left)} unread. Settle these first, or accept them together."
        )
    before, record["hub"]["revision"] = record["hub"].get("revision"), facts.revision
    _cite_observation(case, record["hub"], "Files at this commit, as the Hub listed them.")
    return f"hub.revision: {_format_value(before)} -> {facts.revision}"


RecordUpdate = Callable[[AcceptanceCase], str]
_RECORD_UPDATES: dict[Acceptance, RecordUpdate] = {
    "gate": _apply_gate,
    "removal": _apply_removal,
    "rename": _apply_rename,
    "license-fields": _apply_license_fields,
    "license-text": _apply_license_text,
    "commit": _apply_revision,
}
_UPDATED_FIELDS: dict[Acceptance, frozenset[str]] = {
    "removal": frozenset({"hub.repo"}),
    "rename": frozenset({"hub.repo"}),
    "license-fields": frozenset({"hub.license_tag", "hub.license_name", "hub.license_link"}),
}
"""The only fields that a way of accepting can mend; the others can mend any."""


def _find_record_update(finding: Finding) -> RecordUpdate | None:
    """How the value gets into the record; None where a person has to read first."""
    way = find_drift_kind(finding.kind).acceptance
    if way is None or finding.field not in _UPDATED_FIELDS.get(way, {finding.field}):
        return None
    return _RECORD_UPDATES[way]


def _find_stated_license(record: Mapping[str, Any]) -> str | None:
    holder = record.get("terms") or record.get("components", {}).get("model-parameters-final", {})
    license = holder.get("license")
    return license if isinstance(license, str) else None


def _insert_key_after(holder: dict[str, Any], key: str, value: Any, after: str) -> None:
    """Set a key; a new one comes behind `after`, so that a record keeps its reading order."""
    if key in holder:
        holder[key] = value
        return
    rows = list(holder.items())
    place = next(
        (index for index, (name, _) in enumerate(rows, start=1) if name == after), len(rows)
    )
    holder.clear()
    holder.update([*rows[:place], (key, value), *rows[place:]])


def _cite_observation(
    case: AcceptanceCase,
    holder: dict[str, Any],
    note: str,
    *,
    repo: str | None = None,
    at_commit: bool = True,
) -> None:
    """Add a row for what was seen to the evidence table, and cite it first."""
    record, finding = case.record, case.finding
    folder: RecordFolder = "datasets" if finding.record.startswith("datasets/") else "models"
    reader = EvidenceOrigin(finding.url.partition("/api/")[0], finding.last_counted[:10])
    row = reader.build_evidence_row(
        folder, repo or record["hub"]["repo"], finding.revision if at_commit else None, None, note
    )
    table: dict[str, Any] = record["evidence"]
    base = f"hub-{reader.day}"
    names = [base, *(f"{base}-{number}" for number in range(2, 100))]
    key = next(each for each in names if table.get(each, row) == row)
    table[key] = row
    cited = [each for each in holder.get("evidence", ()) if each != key]
    holder["evidence"] = [key, *cited][:MAX_EVIDENCE_KEYS]


def _format_value(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if value is None:
        return "not seen"
    return "none" if value is False else str(value)
