"""How each kind of observed value gets into a record, for findings that no person has to read.

An update changes the record of an edit in place and returns what moved, in a line. It raises
ReadingRequiredError where the finding is not what was last seen, or needs a reading after all.
Which kind of drift is accepted in which way, the table of kinds says.
"""

from collections.abc import Callable, Mapping

from audit.contribute.accept.record_edit import (
    PIN_ORDER,
    ReadingRequiredError,
    RecordEdit,
    format_value,
)
from audit.contribute.new.draft import WEIGHTS, JsonObject
from audit.contribute.new.hub_pins import MAX_LINK, MAX_NAME, MAX_TAG
from audit.core.references import get_owner
from audit.drift.finding import Finding
from audit.drift.kinds import Acceptance, find_drift_kind
from audit.observations.facts import HubFacts

RecordUpdate = Callable[[RecordEdit], str]
PIN_LIMITS = {"license_tag": MAX_TAG, "license_name": MAX_NAME, "license_link": MAX_LINK}
INSPECTABLE_CLASSES = ("open", "public")
"""Classes of data that somebody could look at."""


def find_record_update(finding: Finding) -> RecordUpdate | None:
    """How the value gets into the record; None where a person has to read first."""
    way = find_drift_kind(finding.kind).acceptance
    if way is None or finding.field not in _UPDATED_FIELDS.get(way, {finding.field}):
        return None
    return _RECORD_UPDATES[way]


def format_open_question(finding: Finding) -> str:
    """What a person must settle before this finding can end."""
    is_dataset = finding.record.startswith("datasets/")
    return find_drift_kind(finding.kind).question.format(
        field=finding.field,
        before=format_value(finding.before),
        after=format_value(finding.after),
        license="terms.license" if is_dataset else f"components.{WEIGHTS}.license",
    )


def _update_gate(edit: RecordEdit) -> str:
    facts = edit.require_hub_facts()
    if facts.gated != edit.finding.after:
        raise edit.build_outdated_refusal()
    before = edit.pins["gated"]
    edit.set_pin("gated", facts.gated)
    edit.add_citation(edit.pins, "The gate as the Hub answered.")
    return f"hub.gated: {before or 'no'} -> {facts.gated or 'no'}"


def _update_license_fields(edit: RecordEdit) -> str:
    """The card's three license fields belong together and move together."""
    observed = _collect_license_fields(edit.require_hub_facts())
    field = edit.finding.field.removeprefix("hub.")
    if (observed[field] or "none") != (edit.finding.after or "none"):
        raise edit.build_outdated_refusal()
    moved = _move_pins(edit, observed)
    edit.add_citation(edit.pins, "License fields of the card as the Hub answered.")
    return ", ".join(moved)


def _collect_license_fields(facts: HubFacts) -> JsonObject:
    return {
        "license_tag": facts.license_tag,
        "license_name": facts.license_name,
        "license_link": facts.license_link,
    }


def _move_pins(edit: RecordEdit, observed: Mapping[str, object]) -> list[str]:
    """Set the pins that differ, and say for each what moved. Raises ReadingRequiredError."""
    moved = []
    for name, value in observed.items():
        _require_pin_length(name, value)
        before = edit.pins.get(name)
        if before != value:
            moved.append(f"hub.{name}: {format_value(before)} -> {format_value(value)}")
            edit.set_pin(name, value)
    return moved


def _require_pin_length(name: str, value: object) -> None:
    if isinstance(value, str) and len(value) > PIN_LIMITS[name]:
        raise ReadingRequiredError(
            f"The card's {name} has {len(value)} characters, more than a record holds. "
            "Read the card."
        )


def _update_repo(edit: RecordEdit) -> str:
    facts = edit.require_hub_facts()
    if facts.repo != edit.finding.after:
        raise edit.build_outdated_refusal()
    _require_same_owner(edit.finding, facts.repo)
    before = edit.pins["repo"]
    edit.set_pin("repo", facts.repo)
    edit.add_citation(edit.pins, f"{before} leads here.", repo=facts.repo)
    return f"hub.repo: {before} -> {facts.repo}; the record keeps its id"


def _require_same_owner(finding: Finding, repo: str) -> None:
    """Raises ReadingRequiredError: whether another account is the same maker, a person knows."""
    if _fold_owner(repo) != _fold_owner(str(finding.before)):
        raise ReadingRequiredError(
            f"{finding.before} leads to another owner now, {repo}. "
            f"Is that still the maker? If so, set $.hub.repo to {repo!r}."
        )


def _fold_owner(repo: str) -> str:
    return get_owner(repo).lower()


def _update_availability(edit: RecordEdit) -> str:
    if edit.observation.state not in ("absent", "disabled"):
        raise edit.build_outdated_refusal()
    if edit.folder == "datasets":
        return _withdraw_dataset(edit)
    return _withdraw_weights(edit)


def _withdraw_dataset(edit: RecordEdit) -> str:
    availability = edit.record["availability"]
    _clear_inspectable_class(availability)
    before, availability["status"] = availability["status"], "withdrawn"
    since = _format_disappearance(edit)
    edit.add_citation(availability, _build_removal_note(edit, since), at_commit=False)
    edit.insert_note(availability, since)
    return f"availability.status: {before} -> withdrawn"


def _clear_inspectable_class(availability: JsonObject) -> None:
    """What is gone from the Hub may be elsewhere or nowhere: nobody has looked."""
    if availability.get("class") in INSPECTABLE_CLASSES:
        availability["class"] = "unknown"


def _withdraw_weights(edit: RecordEdit) -> str:
    since = _format_disappearance(edit)
    note = _build_removal_note(edit, since)
    before, edit.weights["status"] = edit.weights["status"], "withdrawn"
    # The license stays: it says what was granted until then.
    edit.weights["since"] = edit.finding.first_seen[:10]
    edit.add_citation(edit.weights, note, at_commit=False)
    edit.insert_note(edit.weights, since)
    return f"components.{WEIGHTS}.status: {before} -> withdrawn"


def _format_disappearance(edit: RecordEdit) -> str:
    is_disabled = edit.observation.state == "disabled"
    state = "Disabled by the Hub" if is_disabled else "Not publicly reachable"
    return f"{state} since {edit.finding.first_seen[:10]} at the latest."


def _build_removal_note(edit: RecordEdit, since: str) -> str:
    return (
        f"{since} Seen in {edit.finding.sightings} looks; "
        "missing and private look the same from outside."
    )


def _update_license_text(edit: RecordEdit) -> str:
    """Only a text that reviewers know already, of the license that the record states already."""
    path = edit.finding.field
    digest = _find_text_digest(edit.require_hub_facts(), path)
    license = _find_reviewed_license(edit, digest)
    if digest is None or license is None:
        raise _build_text_refusal(edit.finding, digest)
    edit.pins.setdefault("license_files", {})[path] = digest
    edit.add_citation(edit.pins, f"{path}: a reviewed text of {license}.")
    return f"hub.license_files.{path}: the text of {license} with digest {digest[:12]}"


def _build_text_refusal(finding: Finding, digest: str | None) -> ReadingRequiredError:
    shown = f" Its sha256 is {digest}." if digest else ""
    return ReadingRequiredError(format_open_question(finding) + shown)


def _find_reviewed_license(edit: RecordEdit, digest: str | None) -> str | None:
    """The id of the stated license, where reviewers know this text of it."""
    license = edit.registry.licenses.get(edit.stated_license or "")
    if license is None:
        return None
    known = {text.sha256 for text in license.texts}
    return license.id if digest in known else None


def _find_text_digest(facts: HubFacts, path: str) -> str | None:
    for file in facts.license_files:
        if file.path == path:
            return file.sha256
    return None


def _update_revision(edit: RecordEdit) -> str:
    facts = edit.require_hub_facts()
    _require_settled_kinds(edit)
    before = edit.pins.get("revision")
    edit.pins["revision"] = facts.revision
    edit.add_citation(edit.pins, "Files at this commit, as the Hub listed them.")
    return f"hub.revision: {format_value(before)} -> {facts.revision}"


def _require_settled_kinds(edit: RecordEdit) -> None:
    """Raises ReadingRequiredError where another open finding would be accepted unread.

    What is compared with the pinned commit is accepted as a whole by pinning another.
    """
    unread = sorted(kind for kind in edit.other_kinds if find_drift_kind(kind).compared_with_commit)
    if unread:
        raise ReadingRequiredError(
            f"To pin the commit would accept {', '.join(unread)} unread. "
            "Settle these first, or accept them together."
        )


_RECORD_UPDATES: dict[Acceptance, RecordUpdate] = {
    "gate": _update_gate,
    "removal": _update_availability,
    "rename": _update_repo,
    "license-fields": _update_license_fields,
    "license-text": _update_license_text,
    "commit": _update_revision,
}
_UPDATED_FIELDS: dict[Acceptance, frozenset[str]] = {
    "removal": frozenset({"hub.repo"}),
    "rename": frozenset({"hub.repo"}),
    "license-fields": frozenset(f"hub.{name}" for name in PIN_ORDER),
}
"""The only fields that a way of accepting can mend; the others can mend any."""
