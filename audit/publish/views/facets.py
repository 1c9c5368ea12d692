"""The facets by which models are filtered: their values, and which models a filter keeps.

`search`, `list` and the site share this table, so that they cannot disagree.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from audit.publish.views.model_summary import UNKNOWN, ModelSummary

OR_BETTER: Mapping[str, tuple[str, ...]] = {
    "open-weight-or-better": ("open-weight-or-better", "open-source"),
    "open-weight": ("open-weight", "open-weight-or-better", "open-source"),
    "restricted-weights": (
        "restricted-weights",
        "open-weight",
        "open-weight-or-better",
        "open-source",
    ),
}
"""What a label "or better" admits, as in a policy."""


@dataclass(frozen=True)
class Facet:
    """One question of a filter."""

    id: str
    title: str
    list_values: Callable[[ModelSummary], tuple[str, ...]]
    """The values of a model: `unknown` where nobody knows; several of some facets."""


FACETS: Mapping[str, Facet] = {
    facet.id: facet
    for facet in (
        Facet("label", "Label", lambda row: (row.label,)),
        Facet("commercial", "Commercial use", lambda row: (row.commercial,)),
        Facet("license", "License of the weights", lambda row: (row.license or "no-weights",)),
        Facet("maker", "Maker", lambda row: (row.owner,)),
        Facet("family", "Family", lambda row: (row.family or "none",)),
        Facet("modality", "Modality", lambda row: row.modalities or (UNKNOWN,)),
        Facet("data", "Training data", lambda row: (row.data,)),
        Facet("gate", "Gate", lambda row: (row.gate,)),
        Facet("year", "Year of release", lambda row: (row.year,)),
        Facet("depth", "Depth of the record", lambda row: (row.depth,)),
    )
}


@dataclass(frozen=True)
class SizeRange:
    """Parameters from the first number up to, and without, the second."""

    at_least: float = 0.0
    below: float = float("inf")

    def contains(self, parameters: int | None) -> bool:
        """Whether a size lies in the range; one that nobody knows does not."""
        return parameters is not None and self.at_least <= parameters < self.below


@dataclass(frozen=True)
class ModelFilter:
    """What a reader asks for. Whatever is left out keeps every model."""

    words: tuple[str, ...] = ()
    """Each stands somewhere in the id, a name, the maker, the family or the license."""
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Admitted values by facet."""
    verdicts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Admitted values by definition."""
    size: SizeRange | None = None
    changed_since: str = ""
    """A day: something changed then or later."""

    def admits(self, row: ModelSummary, without: str = "") -> bool:
        """Whether a model is kept; by all facets, or by all but one."""
        return (
            self._admits_facets(row, without)
            and all(row.verdicts.get(name) in found for name, found in self.verdicts.items())
            and (self.size is None or self.size.contains(row.likely_parameters))
            and (not self.changed_since or row.changed >= self.changed_since)
            and _contains_words(row, self.words)
        )

    def _admits_facets(self, row: ModelSummary, without: str) -> bool:
        return all(
            name == without or _has_value(row, name, admitted)
            for name, admitted in self.values.items()
        )


def _has_value(row: ModelSummary, facet: str, admitted: frozenset[str]) -> bool:
    return not admitted.isdisjoint(FACETS[facet].list_values(row))


def _contains_words(row: ModelSummary, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = build_search_text(row)
    return all(word in text for word in words)


def build_search_text(row: ModelSummary) -> str:
    """What words are looked for in, in lower case."""
    parts = (
        row.id,
        row.name,
        row.developer,
        row.family,
        row.license,
        row.license_name,
        *row.other_names,
    )
    return "\n".join(parts).casefold()


def filter_models(rows: Iterable[ModelSummary], wanted: ModelFilter) -> list[ModelSummary]:
    """The models that a filter keeps, in their order."""
    return [row for row in rows if wanted.admits(row)]


def count_facet(rows: Iterable[ModelSummary], wanted: ModelFilter, facet: Facet) -> Counter[str]:
    """How many models each value of a facet would give beside the other facets of a filter."""
    kept = (row for row in rows if wanted.admits(row, without=facet.id))
    return Counter(value for row in kept for value in facet.list_values(row))


SORT_KEYS: Mapping[str, Callable[[ModelSummary], str | int | None]] = {
    "name": lambda row: row.id.casefold(),
    "size": lambda row: row.likely_parameters,
    "date": lambda row: row.released or None,
    "changed": lambda row: row.changed or None,
}


def sort_models(rows: Iterable[ModelSummary], key: str) -> list[ModelSummary]:
    """Rows by a key of SORT_KEYS, `-key` from the most to the least; unknown always last."""
    read = SORT_KEYS[key.removeprefix("-")]
    by_id = sorted(rows, key=lambda row: row.id.casefold())
    known = [row for row in by_id if read(row) is not None]
    unknown = [row for row in by_id if read(row) is None]
    known.sort(key=lambda row: read(row) or "", reverse=key.startswith("-"))
    return [*known, *unknown]
