"""Records that a branch takes away.

With a record its findings end, its issues close and its feed stops, so that a removal can silence
drift. A rename keeps all of it where the new record names the old one.
"""

from collections.abc import Iterable, Iterator, Mapping

from audit.analysis.record_diff import RecordChange
from audit.core.errors import Problem
from audit.core.references import split_reference
from audit.records.registry import Registry


def list_models_of_kind(changes: Iterable[RecordChange], kind: str) -> list[str]:
    """The ids of models that a branch adds, changes or removes."""
    places = (split_reference(change.ref) for change in changes if change.kind == kind)
    return [id for folder, id in places if folder == "models"]


def find_unlinked_renames(
    changes: Iterable[RecordChange], base: Registry, head: Registry, root: str
) -> Iterator[Problem]:
    """A removed record and an added one of the same repository on the Hub, without a link."""
    changes = tuple(changes)
    added = _index_by_repository(list_models_of_kind(changes, "added"), head)
    removed = _index_by_repository(list_models_of_kind(changes, "removed"), base)
    for repository in sorted(added.keys() & removed.keys()):
        yield Problem(
            f"{root}/models/{added[repository]}.json",
            "$.former_ids",
            f"models/{removed[repository]} was the record of this repository and is removed",
            f"write {removed[repository]} into former_ids: its findings, issues and feeds go on",
        )


def _index_by_repository(ids: Iterable[str], registry: Registry) -> Mapping[str, str]:
    """The models by their repository on the Hub, whose names differ by more than letter case."""
    models = (registry.models[id] for id in ids)
    return {model.hub.repo.lower(): model.id for model in models if model.hub and model.hub.repo}
