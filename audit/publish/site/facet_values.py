"""The facets of the first page: their values in order, in words, with `unknown` always last."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.definitions.catalog import DEFINITIONS, LABEL_DEFINITION
from audit.definitions.depth import DEPTH_WORDS
from audit.licenses.uses import TOLD_WORDS
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.site.escaping import replace_unprintable
from audit.publish.site.site_data import SiteData
from audit.publish.views.facets import FACETS, Facet
from audit.publish.views.model_summary import (
    BILLION,
    DATA_VALUES,
    GATE_VALUES,
    UNKNOWN,
    ModelSummary,
)

SIZE_LIMITS: Mapping[str, int] = {
    "below-1b": BILLION,
    "1-3b": 3 * BILLION,
    "3-6b": 6 * BILLION,
    "6-9b": 9 * BILLION,
    "9-15b": 15 * BILLION,
    "15-40b": 40 * BILLION,
    "40-100b": 100 * BILLION,
    "100b-or-more": 10**18,
}
"""Classes of size, each without its upper limit. `7B` is a class and no count: 6 to 9 billion."""
_SIZE_TITLES = {"below-1b": "below 1 B", "100b-or-more": "100 B or more"}
GATE_TITLES = {
    "none": "no gate",
    "auto": "automatic",
    "manual": "a person decides",
    "gated": "gated",
    UNKNOWN: "not seen",
    "no-repository": "no repository",
}
_LICENSE_TITLES = {"no-weights": "no weights"}
_ORDERS: Mapping[str, Sequence[str]] = {
    "label": tuple(LABEL_WORDS),
    "commercial": tuple(TOLD_WORDS),
    "size": tuple(SIZE_LIMITS),
    "data": DATA_VALUES,
    "gate": GATE_VALUES,
    "depth": tuple(DEPTH_WORDS),
}
_LAST = (UNKNOWN, "undetermined", "none", "no-weights", "no-repository")


@dataclass(frozen=True)
class FacetValue:
    """One value to tick."""

    value: str
    """The word in the URL: it means the same after records moved."""
    title: str


@dataclass(frozen=True)
class ShownFacet:
    """One group of the filter."""

    facet: Facet
    values: tuple[FacetValue, ...]
    is_open: bool


def find_size_class(row: ModelSummary) -> str:
    """The class of a size that is known, or that the name states."""
    size = row.likely_parameters
    if size is None:
        return UNKNOWN
    return next(name for name, limit in SIZE_LIMITS.items() if size < limit)


SIZE_FACET = Facet("size", "Size", lambda row: (find_size_class(row),))
_OPEN = ("label", "commercial", "size")


def list_site_facets() -> Iterator[Facet]:
    """Those of `search` with the classes of size, and one for each definition that says yes or no."""
    for id, facet in FACETS.items():
        yield facet
        if id == "commercial":
            yield SIZE_FACET
    for definition in DEFINITIONS:
        if definition.positive_values and definition is not LABEL_DEFINITION:
            title = f"By {definition.short_name}"
            yield Facet(definition.id, title, _read_verdict(definition.id))


def _read_verdict(id: str) -> Callable[[ModelSummary], tuple[str, ...]]:
    return lambda row: (row.verdicts[id],)


def list_shown_facets(data: SiteData) -> list[ShownFacet]:
    """Every facet with the values that some model has."""
    return [_show_facet(facet, data) for facet in list_site_facets()]


def _show_facet(facet: Facet, data: SiteData) -> ShownFacet:
    counts = Counter(value for row in data.rows for value in facet.list_values(row))
    titles = _name_values(facet.id, data)
    ordered = sorted(counts, key=lambda value: _rank_value(facet.id, value, counts))
    values = tuple(_name_value(value, titles) for value in ordered)
    return ShownFacet(facet, values, facet.id in _OPEN)


def _name_value(value: str, titles: Mapping[str, str]) -> FacetValue:
    return FacetValue(value, replace_unprintable(titles.get(value) or value.replace("-", " ")))


def _rank_value(facet: str, value: str, counts: Counter[str]) -> tuple[bool, int, str]:
    """In the order of the vocabulary; of others the most frequent first, and years the newest."""
    order = _ORDERS.get(facet, ())
    if value in order:
        place = order.index(value)
    elif facet == "year" and value.isdigit():
        place = -int(value)
    else:
        place = -counts[value]
    return value in _LAST, place, value


def _name_values(facet: str, data: SiteData) -> Mapping[str, str]:
    """Words for values that are keys; other values speak for themselves."""
    if facet == "license":
        return {row.license: row.license_name for row in data.rows} | _LICENSE_TITLES
    if facet == "family":
        return _name_families(data) | {"none": "no family"}
    if facet == "maker":
        return dict(zip(data.rows_by_owner, data.rows_by_owner, strict=True))
    return _FIXED_TITLES.get(facet, {})


def _name_families(data: SiteData) -> dict[str, str]:
    return {id: family.name for id, family in data.registry.families.items()}


_FIXED_TITLES: Mapping[str, Mapping[str, str]] = {
    "label": {label: label for label in LABEL_WORDS},
    "commercial": TOLD_WORDS,
    "size": {
        id: _SIZE_TITLES.get(id, id.replace("b", " B").replace("-", "–")) for id in SIZE_LIMITS
    },
    "gate": GATE_TITLES,
}
