"""From the Hub's license field to a license of the registry."""

from typing import Literal

from audit.records.types import Registry


def license_of_tag(tag: str | Literal[False] | None, name: str | None, registry: Registry) -> str | None:
    """The license id that a Hub tag means, or None where the registry cannot say.

    `other` is decided by license_name, and only by the names that reviewers saw for one license.
    A list of tags (joined by ` AND `) means all of them.
    """
    if not tag:
        return None
    parts = [_single(part, name, registry) for part in tag.split(" AND ")]
    return " AND ".join(part for part in parts if part) if all(parts) else None


def _single(tag: str, name: str | None, registry: Registry) -> str | None:
    for license in registry.licenses.values():
        if tag in license.hub_tags or (tag == "other" and name is not None and name in license.hub_names):
            return license.id
    return None
