"""Other indexes of openness, value by value beside ours. Their values are cited facts with repository and commit."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from audit.core.errors import Problem
from audit.core.json_files import BadFile, read_json
from audit.definitions import osai_index, osaid
from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.records.model import COMPONENTS, Component, Evidence, Model, Registry

MAX_BYTES = 4 << 20
CELL = "cell "
DOCUMENTS = ("technical-report", "research-paper")
CELLS = ("datasources_basemodel", "datasources_endmodel", "weights_basemodel", "weights_endmodel", "trainingcode", "licenses")
"""Cells of the OSAI index that ask for a fact; those that ask how good a document is are left to its readers."""
_CELL_VALUES = {"yes": "open", "partly": "partial", "no": "closed"}
_REVIEWS = {"conforms": "pass", "conforms-if-relicensed": "would pass under other terms", "fails": "fail"}
_COMMON = {"apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "mit license": "MIT", "the mit license": "MIT", "bsd-3": "BSD-3-Clause"}
"""Spellings that mean one text whoever writes them, beside the ids and names of our license records."""


@dataclass(frozen=True)
class OtherIndex:
    """What another index says, at one commit."""

    id: str
    name: str
    repository: str
    commit: str
    note: str
    rows: tuple[dict[str, str], ...]

    def url(self, row: dict[str, str]) -> str:
        """Where the row was read."""
        return f"https://github.com/{self.repository}/blob/{self.commit}/{quote(row['path'])}"


@dataclass(frozen=True)
class Compared:
    """One fact that another index and this registry both know."""

    model: Model
    fact: str
    theirs: str
    their_url: str
    ours: str
    our_url: str | None
    agrees: bool


def read_indexes(root: Path) -> list[OtherIndex]:
    """The indexes recorded under `indexes`. Raises BadFile for a damaged one."""
    found = []
    for path in sorted((root / "indexes").glob("*.json")):
        shown = f"{root.name}/indexes/{path.name}"
        data: Any = read_json(path, shown, MAX_BYTES)
        try:
            found.append(OtherIndex(data["index"], data["name"], data["repository"], data["commit"], data["note"], tuple(data["rows"])))
        except (KeyError, TypeError) as error:
            raise BadFile(Problem(shown, "$", f"not an index ({error!r})", "write index, name, repository, commit, note and rows")) from error
    return found


def compared(index: OtherIndex, registry: Registry) -> Iterator[Compared]:
    """Every fact that both know. What either side does not know is not compared."""
    for row in index.rows:
        model = registry.models.get(row["model"])
        if model is None:
            continue
        for fact, theirs in sorted(row.items()):
            if fact in DOCUMENTS and theirs == "not listed" and any(row.get(each) == "listed" for each in DOCUMENTS):
                continue  # a paper stands for a report, so that an index may list either
            found = _beside(fact, theirs, model, registry)
            if found is not None:
                ours, url, agrees = found
                yield Compared(model, fact.removeprefix(CELL), theirs, index.url(row), ours, url, agrees)


_Beside = tuple[str, str | None, bool]


def _beside(fact: str, theirs: str, model: Model, registry: Registry) -> _Beside | None:
    """Our value, where it was read, and whether it agrees; None where there is nothing to compare."""
    if fact in COMPONENTS:
        return _component(theirs, model.components[fact])
    if fact == "weights":
        return _component({"open": "listed", "closed": "not listed"}.get(theirs, ""), model.weights)
    if fact == "license":
        return _license(theirs, model, registry)
    if fact == "released" and model.released:
        return _date(theirs, model)
    if fact.startswith(CELL):
        return _cell(fact.removeprefix(CELL), theirs, model, registry)
    return _review(theirs, model, registry) if fact == "verdict" else None


def _component(theirs: str, component: Component) -> _Beside | None:
    """A list that says only whether a thing is there: part of a thing is not the thing, and words about it neither."""
    if component.status in ("unknown", "not-applicable") or theirs not in ("listed", "not listed"):
        return None
    here = component.status == "released"
    agrees = here == (theirs == "listed") or (component.status == "partial" and component.name == "model-parameters-final")
    return component.status, _first(component.evidence) or component.url, agrees


def _license(theirs: str, model: Model, registry: Registry) -> _Beside | None:
    id = known_license(theirs, registry)
    if id is None or model.weights.license is None or model.weights.license == NO_LICENSE:
        return None
    return model.weights.license, _first(model.weights.evidence), id in parse_expression(model.weights.license, registry).licenses


def known_license(words: str, registry: Registry) -> str | None:
    """The license that somebody else's words name for certain; None for anything else."""
    return _COMMON.get(words.strip().lower()) or _names(registry).get(words.strip().lower())


@lru_cache(maxsize=4)
def _names(registry: Registry) -> dict[str, str]:
    """Ids, and names that only one license has."""
    names: dict[str, set[str]] = {}
    for id, license in registry.licenses.items():
        for name in (id, license.name, *license.hub_names):
            names.setdefault(name.lower(), set()).add(id)
    return {name: min(ids) for name, ids in names.items() if len(ids) == 1}


def _date(theirs: str, model: Model) -> _Beside | None:
    """Dates agree as far as both are exact."""
    assert model.released is not None
    ours = model.released.date
    exact = min(len(ours), len(theirs))
    return ours, _first(model.released.evidence), ours[:exact] == theirs[:exact]


def _cell(cell: str, theirs: str, model: Model, registry: Registry) -> _Beside | None:
    if cell not in CELLS:
        return None
    step = next((each for each in osai_index.judge(model, registry).steps if each.id == cell), None)
    if step is None or step.answer not in _CELL_VALUES:
        return None
    evidence = tuple(item for fact in step.facts for item in fact.evidence)
    ours = _CELL_VALUES[step.answer]
    return ours, _first(evidence), ours == theirs


def _review(theirs: str, model: Model, registry: Registry) -> _Beside | None:
    value = osaid.judge(model, registry).value
    if value not in _REVIEWS:
        return None
    return _REVIEWS[value], None, _REVIEWS[value] == theirs


def _first(evidence: tuple[Evidence, ...]) -> str | None:
    return evidence[0].url if evidence else None
