"""Families of licenses: the versions of one text under one name, and the rest together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from audit.publish.pages.terms import find_license_name
from audit.publish.views.model_summary import UNKNOWN, ModelSummary
from audit.records.registry import Registry

OTHER, NOT_KNOWN, NO_WEIGHTS = "other licenses", "no license known", "no weights"


def name_license_families(
    rows: Sequence[ModelSummary], registry: Registry, most: int
) -> tuple[Mapping[str, str], list[str]]:
    """The family of each license expression, and the names of the families in their order.

    `most`: so many of the most used have a name of their own.
    """
    used = Counter(row.license for row in rows if row.license in registry.licenses)
    roots = {id: _find_root(id, registry) for id in used}
    sizes: Counter[str] = Counter()
    for id, count in used.items():
        sizes[roots[id]] += count
    kept = [root for root, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))][:most]
    names = {root: _name_root(root, roots, used, registry) for root in kept}
    found = {id: names.get(root, OTHER) for id, root in roots.items()}
    return found, [*names.values(), OTHER, NOT_KNOWN, NO_WEIGHTS]


def _find_root(id: str, registry: Registry) -> str:
    """The first version of a license."""
    seen = {id}
    while (
        earlier := registry.licenses[id].predecessor
    ) in registry.licenses and earlier not in seen:
        seen.add(earlier)
        id = earlier
    return id


def _name_root(
    root: str, roots: Mapping[str, str], used: Mapping[str, int], registry: Registry
) -> str:
    """Its most used version, for people know that one."""
    versions = [id for id, first in roots.items() if first == root]
    name = find_license_name(max(versions, key=lambda id: (used[id], id)), registry)
    return name if len(versions) == 1 else f"{name} and other versions"


def find_license_family(row: ModelSummary, families: Mapping[str, str]) -> str:
    """That of the weights; an expression of several licenses is of no family."""
    if not row.license:
        return NO_WEIGHTS
    return NOT_KNOWN if row.license in (UNKNOWN, "NONE") else families.get(row.license, OTHER)


def list_present(names: Iterable[str], present: Iterable[str]) -> list[str]:
    """Names that occur, in their order."""
    found = set(present)
    return [name for name in names if name in found]
