"""Other indexes of openness, value by value beside ours.

Their values are cited facts with repository and commit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

from audit.core.errors import Problem
from audit.core.grouping import group_pairs
from audit.core.json_files import InvalidFileError, read_json_file
from audit.definitions import osai_index, osaid
from audit.definitions.base import Step
from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.records.model import COMPONENTS, Component, Evidence, License, Model, Registry

MAX_INDEX_BYTES = 4 << 20
CELL_PREFIX = "cell "
INTERCHANGEABLE_DOCUMENTS = ("technical-report", "research-paper")
COMPARED_CELLS = (
    "datasources_basemodel",
    "datasources_endmodel",
    "weights_basemodel",
    "weights_endmodel",
    "trainingcode",
    "licenses",
)
"""Cells of the OSAI index about a fact; how good a document is, is left to its readers."""
_CELL_VALUES = {"yes": "open", "partly": "partial", "no": "closed"}

_LISTING_WORDS = {"open": "listed", "closed": "not listed"}

_REVIEW_VALUES = {
    "conforms": "pass",
    "conforms-if-relicensed": "would pass under other terms",
    "fails": "fail",
}
_COMMON_LICENSE_SPELLINGS = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
    "bsd-3": "BSD-3-Clause",
}
"""Spellings that mean one text, beside the ids and names of our license records."""


@dataclass(frozen=True)
class OtherIndex:
    """What another index says, at one commit."""

    id: str
    name: str
    repository: str
    commit: str
    note: str
    rows: tuple[dict[str, str], ...]

    def build_row_url(self, row: dict[str, str]) -> str:
        """Where the row was read."""
        return f"https://github.com/{self.repository}/blob/{self.commit}/{quote(row['path'])}"


@dataclass(frozen=True)
class IndexComparison:
    """One fact that another index and this registry both know."""

    model: Model
    fact: str
    theirs: str
    their_url: str
    ours: str
    our_url: str | None
    agrees: bool


def read_indexes(root: Path) -> list[OtherIndex]:
    """The indexes recorded under `indexes`. Raises InvalidFileError for a damaged one."""
    paths = sorted((root / "indexes").glob("*.json"))
    return [_read_index(path, f"{root.name}/indexes/{path.name}") for path in paths]


def _read_index(path: Path, shown: str) -> OtherIndex:
    data: Any = read_json_file(path, shown, MAX_INDEX_BYTES)
    try:
        return _parse_index(data)
    except (KeyError, TypeError) as error:
        mend = "write index, name, repository, commit, note and rows"
        problem = Problem(shown, "$", f"not an index ({error!r})", mend)
        raise InvalidFileError(problem) from error


def _parse_index(data: Any) -> OtherIndex:
    return OtherIndex(
        data["index"],
        data["name"],
        data["repository"],
        data["commit"],
        data["note"],
        tuple(data["rows"]),
    )


def compare_index(index: OtherIndex, registry: Registry) -> Iterator[IndexComparison]:
    """Every fact that both know. What either side does not know is not compared."""
    for row in index.rows:
        model = registry.models.get(row["model"])
        if model is not None:
            yield from _compare_row(row, index.build_row_url(row), model, registry)


def _compare_row(
    row: dict[str, str], their_url: str, model: Model, registry: Registry
) -> Iterator[IndexComparison]:
    for fact, theirs in sorted(row.items()):
        found = _compare_fact(fact, theirs, model, registry)
        if found is not None and not _is_document_replaced(row, fact):
            shown = fact.removeprefix(CELL_PREFIX)
            yield IndexComparison(model, shown, theirs, their_url, *found)


def _is_document_replaced(row: dict[str, str], fact: str) -> bool:
    """A paper stands for a report, so that an index may list either."""
    if fact not in INTERCHANGEABLE_DOCUMENTS or row[fact] != "not listed":
        return False
    return any(row.get(document) == "listed" for document in INTERCHANGEABLE_DOCUMENTS)


_ComparedValue = tuple[str, str | None, bool]


def _compare_fact(
    fact: str, theirs: str, model: Model, registry: Registry
) -> _ComparedValue | None:
    """Our value, where it was read, and whether it agrees; None without a value to compare."""
    if fact in COMPONENTS:
        return _compare_component(theirs, model.components[fact])
    if fact.startswith(CELL_PREFIX):
        return _compare_cell(fact.removeprefix(CELL_PREFIX), theirs, model, registry)
    return _compare_named_fact(fact, theirs, model, registry)


def _compare_named_fact(
    fact: str, theirs: str, model: Model, registry: Registry
) -> _ComparedValue | None:
    match fact:
        case "weights":
            return _compare_component(_LISTING_WORDS.get(theirs, ""), model.weights)
        case "license":
            return _compare_license(theirs, model, registry)
        case "released":
            return _compare_release_date(theirs, model)
        case "verdict":
            return _compare_osaid_review(theirs, model, registry)
    return None


def _compare_component(theirs: str, component: Component) -> _ComparedValue | None:
    """A list that says only whether a thing is there."""
    if component.status in ("unknown", "not-applicable") or theirs not in ("listed", "not listed"):
        return None
    url = _get_first_url(component.evidence) or component.url
    return component.status, url, _is_listing_agreed(theirs, component)


def _is_listing_agreed(theirs: str, component: Component) -> bool:
    """A part of a thing is not the thing, and neither are words about it.

    Of weights, a part agrees with either answer.
    """
    if component.status == "partial" and component.name == "model-parameters-final":
        return True
    return (component.status == "released") == (theirs == "listed")


def _compare_license(theirs: str, model: Model, registry: Registry) -> _ComparedValue | None:
    id = find_known_license(theirs, registry)
    ours = model.weights.license
    if id is None or ours is None or ours == NO_LICENSE:
        return None
    agrees = id in parse_expression(ours, registry).license_ids
    return ours, _get_first_url(model.weights.evidence), agrees


def find_known_license(words: str, registry: Registry) -> str | None:
    """The license that somebody else's words name for certain; None for anything else."""
    spelling = words.strip().lower()
    common = _COMMON_LICENSE_SPELLINGS.get(spelling)
    return common or _build_license_names(registry).get(spelling)


@lru_cache(maxsize=4)
def _build_license_names(registry: Registry) -> dict[str, str]:
    """Ids, and names that only one license has."""
    owners = group_pairs(_pair_names_with_licenses(registry))
    return {name: ids[0] for name, ids in owners.items() if len(set(ids)) == 1}


def _pair_names_with_licenses(registry: Registry) -> Iterator[tuple[str, str]]:
    for license in registry.licenses.values():
        for name in _list_names(license):
            yield name, license.id


def _list_names(license: License) -> list[str]:
    return [name.lower() for name in (license.id, license.name, *license.hub_names)]


def _compare_release_date(theirs: str, model: Model) -> _ComparedValue | None:
    """Dates agree as far as both are exact."""
    if model.released is None:
        return None
    ours = model.released.date
    exact = min(len(ours), len(theirs))
    return ours, _get_first_url(model.released.evidence), ours[:exact] == theirs[:exact]


def _compare_cell(
    cell: str, theirs: str, model: Model, registry: Registry
) -> _ComparedValue | None:
    if cell not in COMPARED_CELLS:
        return None
    step = _find_cell(cell, osai_index.judge(model, registry).steps)
    return _compare_answer(step, theirs) if step else None


def _compare_answer(step: Step, theirs: str) -> _ComparedValue | None:
    ours = _CELL_VALUES.get(step.answer)
    if ours is None:
        return None
    evidence = tuple(chain.from_iterable(fact.evidence for fact in step.facts))
    return ours, _get_first_url(evidence), ours == theirs


def _find_cell(cell: str, steps: Iterable[Step]) -> Step | None:
    return next((step for step in steps if step.id == cell), None)


def _compare_osaid_review(theirs: str, model: Model, registry: Registry) -> _ComparedValue | None:
    ours = _REVIEW_VALUES.get(osaid.judge(model, registry).value)
    return None if ours is None else (ours, None, ours == theirs)


def _get_first_url(evidence: tuple[Evidence, ...]) -> str | None:
    return evidence[0].url if evidence else None
