"""Families of licenses: the versions of one text under one name, and the rest together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit.core.grouping import group_pairs
from audit.publish.pages.terms import find_license_name
from audit.publish.views.model_summary import UNKNOWN, ModelSummary
from audit.records.registry import Registry

OTHER, NOT_KNOWN, NO_WEIGHTS = "other licenses", "no license known", "no weights"


@dataclass(frozen=True)
class LicenseFamilies:
    """The families that many models use."""

    names: Mapping[str, str]
    """Of the family of each license; the others are of no named one."""

    def find_name(self, row: ModelSummary) -> str:
        """That of the weights; an expression of several licenses is of no family."""
        if not row.license:
            return NO_WEIGHTS
        return NOT_KNOWN if row.license in (UNKNOWN, "NONE") else self.names.get(row.license, OTHER)

    def list_present(self, found: Iterable[str]) -> list[str]:
        """The names among those found, the most used first and the rest last."""
        present = set(found)
        ordered = dict.fromkeys((*self.names.values(), OTHER, NOT_KNOWN, NO_WEIGHTS))
        return [name for name in ordered if name in present]


def build_license_families(
    rows: Sequence[ModelSummary], registry: Registry, most: int
) -> LicenseFamilies:
    """The families of the licenses of these models. `most`: how many get a name of their own."""
    used = Counter(row.license for row in rows if row.license in registry.licenses)
    versions = group_pairs((find_first_version(id, registry), id) for id in used)
    ranked = sorted(versions.values(), key=lambda ids: (-_count_uses(ids, used), ids))
    return LicenseFamilies(
        {id: _name_family(ids, used, registry) for ids in ranked[:most] for id in ids}
    )


def find_first_version(id: str, registry: Registry) -> str:
    """Where the chain of predecessors begins."""
    chain = [id]
    while (earlier := registry.licenses[chain[-1]].predecessor) in registry.licenses:
        if earlier in chain:
            break
        chain.append(earlier)
    return chain[-1]


def _count_uses(ids: Sequence[str], used: Mapping[str, int]) -> int:
    return sum(used[id] for id in ids)


def _name_family(ids: Sequence[str], used: Mapping[str, int], registry: Registry) -> str:
    """Its most used version, for people know that one."""
    name = find_license_name(max(ids, key=lambda id: (used[id], id)), registry)
    return name if len(ids) == 1 else f"{name} and other versions"
