"""How deep a record goes: read at the sources by a person, or taken from a listing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from audit.records.evidence import Evidence
from audit.records.model import Model

Depth = Literal["reviewed", "listed"]
DEPTH_WORDS: dict[Depth, str] = {
    "reviewed": "every deciding fact is known, from a primary source",
    "listed": "some deciding facts are unknown, or rest on a secondary source alone",
}


@dataclass(frozen=True)
class RecordDepth:
    """`reviewed` when nothing is lacking."""

    value: Depth
    lacking: tuple[str, ...] = ()
    """The facts that are unknown or have no primary source."""


@lru_cache(maxsize=1 << 14)
def find_depth(model: Model) -> RecordDepth:
    """Derived from the facts on which verdicts rest: components, data, lineage, terms and gate."""
    lacking = tuple(_list_lacking_facts(model))
    return RecordDepth("listed" if lacking else "reviewed", lacking)


def _list_lacking_facts(model: Model) -> Iterator[str]:
    for component in model.components.values():
        status = component.status
        if status == "not-applicable":
            continue
        if status == "unknown" or not has_primary_source(component.evidence):
            yield component.name
    information = model.data_information
    if not _is_read(information.sufficient != "unknown", information.evidence):
        yield "data-information"
    weights = model.weights
    if weights.status in ("released", "partial") and weights.license is None:
        yield f"{weights.name}.license"
    if model.hub and not _is_read(model.hub.gated != "unknown", model.hub.evidence):
        yield "hub.gated"
    if not _is_lineage_read(model):
        yield "base_models"


def _is_read(is_known: bool, evidence: tuple[Evidence, ...]) -> bool:
    return is_known and has_primary_source(evidence)


def has_primary_source(evidence: Iterable[Evidence]) -> bool:
    """Whether the maker itself says it."""
    for source in evidence:  # noqa: SIM110 -- `any` takes twice as long, for every fact
        if source.kind == "primary":
            return True
    return False


def _is_lineage_read(model: Model) -> bool:
    if model.base_models is None:
        return False
    if model.from_scratch:
        return _is_read(True, model.from_scratch.evidence)
    return bool(model.base_models) and all(
        _is_read(True, link.evidence) for link in model.base_models
    )
