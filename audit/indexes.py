"""Other indexes of openness, value by value beside ours. Their values are cited facts with repository and commit."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audit.errors import Problem
from audit.records.types import Component, Model, Registry
from audit.storage import BadFile, read_json

FACTS = {"weights": "model-parameters-final", "datasets": "datasets", "training-code": "training-code"}
_AGREES = {"open": ("released",), "partial": ("partial", "described"), "closed": ("not-released", "described")}
_PLAIN = {"apache-2.0": "Apache-2.0", "apache 2.0": "Apache-2.0", "mit": "MIT", "mit license": "MIT", "cc-by-4.0": "CC-BY-4.0", "cc-by-nc-4.0": "CC-BY-NC-4.0"}
"""Names of licenses that mean one text whoever writes them; others are not compared."""


@dataclass(frozen=True)
class OtherIndex:
    """What another index says, at one commit."""

    id: str
    name: str
    repository: str
    commit: str
    rows: tuple[dict[str, str], ...]

    def url(self, row: dict[str, str]) -> str:
        """Where the row was read."""
        return f"https://github.com/{self.repository}/blob/{self.commit}/{row['path'].replace(' ', '%20')}"


@dataclass(frozen=True)
class Disagreement:
    """One fact on which another index and this registry differ; ours is known, with evidence."""

    index: OtherIndex
    model: Model
    fact: str
    theirs: str
    their_url: str
    ours: str
    our_url: str | None


def read_indexes(root: Path) -> list[OtherIndex]:
    """The indexes recorded under `indexes`. Raises BadFile for a damaged one."""
    found = []
    for path in sorted((root / "indexes").glob("*.json")):
        shown = f"{root.name}/indexes/{path.name}"
        data: Any = read_json(path, shown, 4 << 20)
        try:
            found.append(OtherIndex(data["index"], data["name"], data["repository"], data["commit"], tuple(data["rows"])))
        except (KeyError, TypeError) as error:
            raise BadFile(Problem(shown, "$", f"not an index ({error!r})", "write index, name, repository, commit and rows")) from error
    return found


def disagreements(index: OtherIndex, registry: Registry) -> Iterator[Disagreement]:
    """Facts that both know and see differently. What we do not know is no disagreement."""
    for row in index.rows:
        model = registry.models.get(row["model"])
        if model is None:
            continue
        for fact, name in FACTS.items():
            component = model.components[name]
            if fact == "weights" and row.get(fact) == "partial":
                continue  # some indexes call gated weights partial, which is another rule and no other fact
            if fact in row and component.status not in ("unknown", "not-applicable") and component.status not in _AGREES.get(row[fact], ()):
                yield Disagreement(index, model, fact, row[fact], index.url(row), component.status, _url(component))
        theirs = _PLAIN.get(row.get("license", "").lower())
        if theirs and model.weights.license and theirs not in model.weights.license:
            yield Disagreement(index, model, "license", row["license"], index.url(row), model.weights.license, _url(model.weights))


def compared(index: OtherIndex, registry: Registry) -> int:
    """How many facts both know."""
    count = 0
    for row in index.rows:
        model = registry.models.get(row["model"])
        if model:
            count += sum(fact in row and model.components[name].status != "unknown" for fact, name in FACTS.items())
            count += row.get("license", "").lower() in _PLAIN and model.weights.license is not None
    return count


def _url(component: Component) -> str | None:
    return component.evidence[0].url if component.evidence else component.url
