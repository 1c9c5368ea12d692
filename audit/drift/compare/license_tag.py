"""What license does the card name, by its tag, name and link?"""

from dataclasses import dataclass
from typing import Literal

from audit.drift.compare.file_changes import has_same_bytes
from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.compare.license_statements import collect_license_names
from audit.drift.finding import Difference, FindingValue
from audit.drift.kinds import (
    DATA_LICENSE_CHANGED,
    LICENSE_CONFLICT,
    LICENSE_LIST_CHANGED,
    LICENSE_TAG_CHANGED,
    DriftKind,
)
from audit.licenses.card_names import fold_link, is_same_name
from audit.licenses.hub_tags import find_license_of_tag
from audit.observations.facts import HubFacts, LicenseFile

Tag = str | Literal[False]
"""False: the card has none."""


@dataclass(frozen=True)
class _TagChange:
    """The field of the card that changed, and how."""

    field: str
    before: FindingValue
    after: FindingValue


def compare_license_tag(hub: HubComparison) -> Differences:
    """Another tag, or another name beside `other`; at first sight, a tag against the record."""
    reference = _find_reference(hub)
    if reference is None:
        yield from _find_tag_conflict(hub)
        return
    change = _find_tag_change(hub, reference) or _find_name_change(hub, reference)
    if change is not None:
        yield _build_tag_difference(hub, change, _find_license_before(hub, reference))


def _build_tag_difference(
    hub: HubComparison, change: _TagChange, license_before: str | None
) -> Difference:
    seen = hub.tagged_license
    # A name that came, and that nobody knows, says nothing else about terms that a record states.
    keeps_terms = seen is None and change.before is None
    return Difference(
        _choose_kind(hub, change).id,
        change.field,
        change.before,
        change.after,
        hub.find_direction(license_before, seen),
        weights_license=None if keeps_terms else seen or "",
    )


def _find_license_before(hub: HubComparison, reference: Tag) -> str | None:
    before = find_license_of_tag(reference, _find_name_before(hub, reference), hub.registry)
    if before is None and reference == hub.declaration.license_tag:
        # A tag that means nothing by itself, such as `other`, meant the terms of the record.
        return hub.declaration.license
    return before


def _find_reference(hub: HubComparison) -> Tag | None:
    """The tag as declared, else as first seen; none at first sight."""
    if hub.declaration.license_tag is None and hub.before:
        return hub.before.license_tag
    return hub.declaration.license_tag


def _find_name_before(hub: HubComparison, reference: Tag) -> str | None:
    """The name beside the tag: as declared, else as first seen beside the same tag."""
    if hub.declaration.license_name is not None:
        return hub.declaration.license_name
    return hub.before.license_name if _was_seen_with(hub, reference) and hub.before else None


def _was_seen_with(hub: HubComparison, reference: Tag) -> bool:
    return hub.before is not None and hub.before.license_tag == reference


def compare_license_link(hub: HubComparison) -> Differences:
    """A link to the license that leads elsewhere, and one that came or went beside the same tag."""
    reference = hub.declaration.license_link or (hub.before and hub.before.license_link) or None
    link = hub.now.license_link
    if _leads_to_same(hub, reference, link):
        return
    if (reference and link) or _came_or_went(hub):
        yield Difference(LICENSE_TAG_CHANGED.id, "hub.license_link", reference, link, "unreviewed")


def _came_or_went(hub: HubComparison) -> bool:
    """Whether a link came or went since the first look, beside the same tag."""
    before, now = hub.before, hub.now
    if before is None or before.license_tag != now.license_tag:
        return False
    return bool(before.license_link) != bool(now.license_link)


def _leads_to_same(hub: HubComparison, before: str | None, now: str | None) -> bool:
    """Whether two links lead to one place, or to one file that was moved."""
    repos = [hub.now.repo, *([hub.before.repo] if hub.before else [])]
    old, new = fold_link(before, *repos), fold_link(now, *repos)
    if old == new:
        return True
    was, there = _find_linked_file(hub.before, old), _find_linked_file(hub.now, new)
    return was is not None and there is not None and has_same_bytes(was, there)


def _find_linked_file(facts: HubFacts | None, path: str | None) -> LicenseFile | None:
    files = facts.license_files if facts else ()
    return next((file for file in files if file.path == path), None)


def _find_tag_change(hub: HubComparison, reference: Tag) -> _TagChange | None:
    now = hub.now.license_tag
    if is_same_name(reference or None, now or None):
        return None
    return _TagChange("hub.license_tag", reference or "none", now or "none")


def _find_name_change(hub: HubComparison, reference: Tag) -> _TagChange | None:
    """Another name, which only says something beside `other`."""
    name, now = _find_name_before(hub, reference), hub.now.license_name
    is_known = name is not None or _was_seen_with(hub, reference)
    if reference != "other" or not is_known or is_same_name(name, now):
        return None
    before, after = (find_license_of_tag("other", each, hub.registry) for each in (name, now))
    if before is not None and before == after:
        return None
    return _TagChange("hub.license_name", name, now)


def _choose_kind(hub: HubComparison, change: _TagChange) -> DriftKind:
    if hub.kind == "dataset":
        return DATA_LICENSE_CHANGED
    for value in (change.before, change.after):
        if isinstance(value, str) and " AND " in value:
            return LICENSE_LIST_CHANGED
    return LICENSE_TAG_CHANGED


def _find_tag_conflict(hub: HubComparison) -> Differences:
    """First sight of a tag that contradicts the terms which the record states."""
    seen, declared = hub.tagged_license, hub.declaration.license
    if seen and declared and seen not in collect_license_names(declared):
        yield Difference(
            LICENSE_CONFLICT.id,
            "hub.license_tag",
            declared,
            seen,
            hub.find_direction(declared, seen),
            weights_license=seen,
        )
