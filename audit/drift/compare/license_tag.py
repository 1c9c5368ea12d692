"""What license does the card name, by its tag, name and link?"""

from dataclasses import dataclass
from typing import Literal

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
from audit.licenses.hub_tags import find_license_of_tag

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
    reference, name = _find_reference(hub)
    if reference is None:
        yield from _find_tag_conflict(hub)
        return
    change = _find_tag_change(hub, reference, name)
    if change is not None:
        yield _build_tag_difference(hub, change, _find_license_before(hub, reference, name))


def _build_tag_difference(
    hub: HubComparison, change: _TagChange, license_before: str | None
) -> Difference:
    seen = hub.tagged_license
    return Difference(
        _choose_kind(hub, change).id,
        change.field,
        change.before,
        change.after,
        hub.find_direction(license_before, seen),
        weights_license=seen or "",
    )


def _find_license_before(hub: HubComparison, reference: Tag, name: str | None) -> str | None:
    before = find_license_of_tag(reference, name, hub.registry)
    if before is None and reference == hub.declaration.license_tag:
        # A tag that means nothing by itself, such as `other`, meant the terms of the record.
        return hub.declaration.license
    return before


def _find_reference(hub: HubComparison) -> tuple[Tag | None, str | None]:
    """Tag and name as declared, else as first seen; no tag at first sight."""
    declaration = hub.declaration
    if declaration.license_tag is None and hub.before:
        return hub.before.license_tag, hub.before.license_name
    return declaration.license_tag, declaration.license_name


def compare_license_link(hub: HubComparison) -> Differences:
    """A link to the license that leads elsewhere."""
    reference = hub.declaration.license_link
    if not reference and hub.before:
        reference = hub.before.license_link
    link = hub.now.license_link
    if reference and link and reference != link:
        yield Difference(LICENSE_TAG_CHANGED.id, "hub.license_link", reference, link, "unreviewed")


def _find_tag_change(hub: HubComparison, reference: Tag, name: str | None) -> _TagChange | None:
    now = hub.now
    if reference != now.license_tag:
        return _TagChange("hub.license_tag", reference or "none", now.license_tag or "none")
    # license_name only says something beside `other`, and only where the reference has one.
    if reference == "other" and name is not None and name != now.license_name:
        return _TagChange("hub.license_name", name, now.license_name)
    return None


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
