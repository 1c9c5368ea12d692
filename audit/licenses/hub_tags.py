"""From the Hub's license field to a license of the registry."""

from functools import lru_cache
from typing import Literal

from audit.licenses.card_names import is_same_name
from audit.licenses.terms import EXPRESSION_CACHE_SIZE
from audit.records.license import License
from audit.records.registry import Registry


def find_license_of_tag(
    tag: str | Literal[False] | None, name: str | None, registry: Registry
) -> str | None:
    """The license id that a Hub tag means, or None where the registry cannot say.

    `other` is decided by license_name, and only by the names that reviewers saw for one license.
    A list of tags (joined by ` AND `) means all of them.
    """
    if not tag:
        return None
    parts = [_find_license_of_single_tag(part, name, registry) for part in tag.split(" AND ")]
    return " AND ".join(part for part in parts if part) if all(parts) else None


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def _find_license_of_single_tag(tag: str, name: str | None, registry: Registry) -> str | None:
    is_named = tag.strip().lower() == "other" and name is not None
    for license in registry.licenses.values():
        if any(is_same_name(tag, each) for each in license.hub_tags):
            return license.id
        if is_named and any(is_same_name(name, each) for each in license.hub_names):
            return license.id
    return None


@lru_cache(maxsize=EXPRESSION_CACHE_SIZE)
def find_versions_meant(id: str, registry: Registry) -> frozenset[str]:
    """Earlier and later versions of a license that have no tag of their own.

    A tag such as `gemma` says no version, `llama3.1` does.
    """
    found = {id, *_list_earlier_versions(id, registry)}
    later = _find_next_versions(found, registry)
    while later:
        found |= later
        later = _find_next_versions(found, registry)
    return frozenset(found)


def _list_earlier_versions(id: str, registry: Registry) -> list[str]:
    """Back to the first that has a tag of its own."""
    found: list[str] = []
    current = registry.licenses.get(id)
    while current and current.predecessor:
        current = _find_untagged_license(current.predecessor, registry)
        # Records that name each other as predecessors must not hang this.
        if current is None or current.id in (id, *found):
            break
        found.append(current.id)
    return found


def _find_next_versions(known: set[str], registry: Registry) -> set[str]:
    """Untagged versions that follow a known one and are not known yet."""
    following = {
        license.id for license in registry.licenses.values() if license.predecessor in known
    }
    return {id for id in following - known if _find_untagged_license(id, registry)}


def _find_untagged_license(id: str, registry: Registry) -> License | None:
    license = registry.licenses.get(id)
    return license if license and not license.hub_tags and not license.hub_names else None
