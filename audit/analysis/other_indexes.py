"""Other indexes of openness, value by value beside ours.

Their values are cited facts with repository and commit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from audit.core.errors import Problem
from audit.core.json_files import InvalidFileError, read_json_file
from audit.definitions import osai_index, osaid
from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.records.model import COMPONENTS, Component, Evidence, Model, Registry

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
    found = []
    for path in sorted((root / "indexes").glob("*.json")):
        shown = f"{root.name}/indexes/{path.name}"
        data: Any = read_json_file(path, shown, MAX_INDEX_BYTES)
        try:
            found.append(
                OtherIndex(
                    data["index"],
                    data["name"],
                    data["repository"],
                    data["commit"],
                    data["note"],
                    tuple(data["rows"]),
                )
            )
        except (KeyError, TypeError) as error:
            raise InvalidFileError(
                Problem(
                    shown,
                    "$",
                    f"not an index ({error!r})",
                    "write index, name, repository, commit, note and rows",
                )
            ) from error
    return found


def compare_index(index: OtherIndex, registry: Registry) -> Iterator[IndexComparison]:
    """Every fact that both know. What either side does not know is not compared."""
    for row in index.rows:
        model = registry.models.get(row["model"])
        if model is None:
            continue
        for fact, theirs in sorted(row.items()):
            if (
                fact in INTERCHANGEABLE_DOCUMENTS
                and theirs == "not listed"
                and any(row.get(each) == "listed" for each in INTERCHANGEABLE_DOCUMENTS)
            ):
                continue  # a paper stands for a report, so that an index may list either
            found = _compare_fact(fact, theirs, model, registry)
            if found is not None:
                ours, url, agrees = found
                yield IndexComparison(
                    model,
                    fact.removeprefix(CELL_PREFIX),
                    theirs,
                    index.build_row_url(row),
                    ours,
                    url,
                    agrees,
                )


_ComparedValue = tuple[str, str | None, bool]


def _compare_fact(
    fact: str, theirs: str, model: Model, registry: Registry
) -> _ComparedValue | None:
    """Our value, where it was read, and whether it agrees; None without a value to compare."""
    if fact in COMPONENTS:
        return _compare_component(theirs, model.components[fact])
    if fact == "weights":
        return _compare_component(
            {"open": "listed", "closed": "not listed"}.get(theirs, ""), model.weights
        )
    if fact == "license":
        return _compare_license(theirs, model, registry)
    if fact == "released" and model.released:
        return _compare_release_date(theirs, model)
    if fact.startswith(CELL_PREFIX):
        return _compare_cell(fact.removeprefix(CELL_PREFIX), theirs, model, registry)
    return _compare_osaid_review(theirs, model, registry) if fact == "verdict" else None


def _compare_component(theirs: str, component: Component) -> _ComparedValue | None:
    """A list that says only whether a thing is there.

    A part of a thing is not the thing, and neither are words about it.
    """
    if component.status in ("unknown", "not-applicable") or theirs not in ("listed", "not listed"):
        return None
    here = component.status == "released"
    agrees = here == (theirs == "listed") or (
        component.status == "partial" and component.name == "model-parameters-final"
    )
    return component.status, _get_first_url(component.evidence) or component.url, agrees


def _compare_license(theirs: str, model: Model, registry: Registry) -> _ComparedValue | None:
    id = find_known_license(theirs, registry)
    if id is None or model.weights.license is None or model.weights.license == NO_LICENSE:
        return None
    return (
        model.weights.license,
        _get_first_url(model.weights.evidence),
        id in parse_expression(model.weights.license, registry).license_ids,
    )


def find_known_license(words: str, registry: Registry) -> str | None:
    """The license that somebody else's words name for certain; None for anything else."""
    return _COMMON_LICENSE_SPELLINGS.get(words.strip().lower()) or _build_license_names(
        registry
    ).get(words.strip().lower())


@lru_cache(maxsize=4)
def _build_license_names(registry: Registry) -> dict[str, str]:
    """Ids, and names that only one license has."""
    names: dict[str, set[str]] = {}
    for id, license in registry.licenses.items():
        for name in (id, license.name, *license.hub_names):
            names.setdefault(name.lower(), set()).add(id)
    return {name: min(ids) for name, ids in names.items() if len(ids) == 1}


def _compare_release_date(theirs: str, model: Model) -> _ComparedValue | None:
    """Dates agree as far as both are exact."""
    assert model.released is not None
    ours = model.released.date
    exact = min(len(ours), len(theirs))
    return ours, _get_first_url(model.released.evidence), ours[:exact] == theirs[:exact]


def _compare_cell(
    cell: str, theirs: str, model: Model, registry: Registry
) -> _ComparedValue | None:
    if cell not in COMPARED_CELLS:
        return None
    step = next((each for each in osai_index.judge(model, registry).steps if each.id == cell), None)
    if step is None or step.answer not in _CELL_VALUES:
        return None
    evidence = tuple(item for fact in step.facts for item in fact.evidence)
    ours = _CELL_VALUES[step.answer]
    return ours, _get_first_url(evidence), ours == theirs


def _compare_osaid_review(theirs: str, model: Model, registry: Registry) -> _ComparedValue | None:
    value = osaid.judge(model, registry).value
    if value not in _REVIEW_VALUES:
        return None
    return _REVIEW_VALUES[value], None, _REVIEW_VALUES[value] == theirs


def _get_first_url(evidence: tuple[Evidence, ...]) -> str | None:
    return evidence[0].url if evidence else None
