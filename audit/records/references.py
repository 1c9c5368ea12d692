"""Checks that no single file can show.

References between records, ids and Hub repositories with two owners, contradictions. What a
record says of its own evidence is checked on the way, since it needs the ids of the licenses.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from audit.core.errors import Problem
from audit.core.near_names import format_near_names
from audit.core.references import split_reference
from audit.records.any_form import (
    JsonObject,
    KnownIds,
    Problems,
    get_object,
    list_names,
    list_objects,
)
from audit.records.base_chains import find_chain_problems
from audit.records.checkpoints import find_revision_problems
from audit.records.citations import (
    find_evidence_problems,
    find_license_problems,
    is_clearly_sound,
    suggest_id,
)
from audit.records.names import find_name_problems
from audit.records.registry import Registry
from audit.records.searches import find_search_problems
from audit.records.text_rules import MAX_FOUND, cut_problems

BASE_TWICE_FIX = "keep one, with the evidence of both"
OWN_BASE_FIX = "name the model it was derived from"
TAG_FIX = "keep it in the one that it means today"
FORMER_ID_FIX = "a former id belongs to one record, and no other has it today"


def find_cross_record_problems(
    registry: Registry, raw: JsonObject, root: str, known: KnownIds
) -> list[Problem]:
    """Problems across records.

    `raw` is the JSON of each record by reference, of any form; `root` the registry's name as
    shown.
    """
    by_record = (
        _RecordCheck(ref, data, f"{root}/{ref}.json", known).find_problems()
        for ref, data in raw.items()
        if isinstance(data, dict)
    )
    return [
        *chain.from_iterable(cut_problems(list(islice(found, MAX_FOUND))) for found in by_record),
        *find_name_problems(known, root),
        *find_chain_problems(raw, root),
        *_find_tag_problems(registry, root),
        *_find_repository_problems(registry, root),
        *_find_former_id_problems(raw, root, known),
        *_find_renamed_base_problems(registry, root),
    ]


@dataclass(frozen=True)
class _RecordCheck:
    """One record against the ids of all others."""

    ref: str
    data: JsonObject
    shown: str
    """Its path as shown."""
    known: KnownIds

    def find_problems(self) -> Problems:
        """All that this record alone has to answer for."""
        yield from self._find_citation_problems()
        yield from find_search_problems(self.data, self.shown)
        yield from find_revision_problems(self.data, self.shown)
        yield from self._find_from_scratch_problems()
        yield from self._find_base_problems()
        yield from self._find_family_problems()
        yield from self._find_dataset_problems()
        yield from self._find_predecessor_problems()
        yield from self._find_developer_problems()

    def _report(self, path: str, message: str, fix: str) -> Problem:
        return Problem(self.shown, path, message, fix)

    def _find_citation_problems(self) -> Problems:
        if not is_clearly_sound(self.data, self.known):
            yield from find_evidence_problems(self.data, self.shown)
            yield from find_license_problems(self.data, self.shown, self.known)

    def _find_from_scratch_problems(self) -> Problems:
        if "from_scratch" in self.data and self.data.get("base_models") != []:
            message = "from_scratch stands beside base models, or beside none"
            fix = 'write "base_models": [], or remove from_scratch'
            yield self._report("$.from_scratch", message, fix)

    def _find_base_problems(self) -> Problems:
        ids = [base.get("id") for base in list_objects(self.data.get("base_models"))]
        for index, id in enumerate(ids):
            path = f"$.base_models[{index}]"
            if id in ids[:index]:
                yield self._report(path, "the same base stands twice", BASE_TWICE_FIX)
            if id is not None and id == self.data.get("id"):
                yield self._report(path, "the model is named as its own base", OWN_BASE_FIX)

    def _find_family_problems(self) -> Problems:
        family = self.data.get("family")
        if isinstance(family, str) and family not in self.known["families"]:
            near = format_near_names(family, self.known["families"])
            fix = f"use a family of registry/families{near}, or add it first"
            yield self._report("$.family", f"unknown family {family!r}", fix)

    def _find_dataset_problems(self) -> Problems:
        for name, component in get_object(self.data.get("components")).items():
            for dataset in list_names(get_object(component).get("datasets")):
                if dataset not in self.known["datasets"]:
                    yield self._report_dataset(f"$.components.{name}.datasets", dataset)

    def _report_dataset(self, path: str, dataset: str) -> Problem:
        fix = suggest_id(dataset, "datasets", self.known, "add that dataset first")
        return self._report(path, f"unknown dataset {dataset!r}", fix)

    def _find_predecessor_problems(self) -> Problems:
        predecessor = self.data.get("predecessor")
        if isinstance(predecessor, str) and predecessor not in self.known["licenses"]:
            fix = "use an id of registry/licenses, or leave it out"
            yield self._report("$.predecessor", f"unknown license {predecessor!r}", fix)

    def _find_developer_problems(self) -> Problems:
        stated = self.data.get("developer") or self.data.get("family")
        if self.ref.startswith("models/") and not stated:
            message = "neither the model nor a family says who made it"
            yield self._report("$.developer", message, "add 'developer'")


def _find_tag_problems(registry: Registry, root: str) -> Problems:
    owners: dict[str, str] = {}
    for license in registry.licenses.values():
        for tag in license.hub_tags:
            first = owners.setdefault(tag, license.id)
            if first != license.id:
                message = f"the Hub tag {tag!r} stands in {first} too"
                yield Problem(f"{root}/{license.ref}.json", "$.hub_tags", message, TAG_FIX)


def _find_repository_problems(registry: Registry, root: str) -> Problems:
    for repo, (first, *others) in _group_by_repository(registry).items():
        if others:
            shown = f"{root}/models/{others[0]}.json"
            message = f"the Hub repository {repo} is in {first} too"
            yield Problem(shown, "$.hub.repo", message, "keep one record per repository")


def _group_by_repository(registry: Registry) -> Mapping[str, list[str]]:
    """The models that have a repository of the Hub, by its id."""
    owners: dict[str, list[str]] = defaultdict(list)
    for model in registry.models.values():
        if model.hub:
            owners[model.hub.repo.lower()].append(model.id)
    return owners


def _find_renamed_base_problems(registry: Registry, root: str) -> Problems:
    """A base under a former name would be read as one without a record."""
    for model in registry.models.values():
        for index, base in enumerate(model.base_models or ()):
            present = registry.earlier_names.get(base.id)
            if present:
                message = f"{base.id!r} is another name of {present!r}"
                path = f"$.base_models[{index}].id"
                yield Problem(f"{root}/{model.ref}.json", path, message, f"write {present!r}")


def _find_former_id_problems(raw: JsonObject, root: str, known: KnownIds) -> Problems:
    """A former id belongs to one record: what was written under it must have one owner."""
    owners: dict[str, str] = {}
    for ref, path, former in _walk_former_ids(raw):
        folder, _ = split_reference(ref)
        first = owners.setdefault(f"{folder}/{former}", ref)
        others = _name_other_owners(former, ref, first, known[folder])
        for message in others:
            yield Problem(f"{root}/{ref}.json", path, message, FORMER_ID_FIX)


def _name_other_owners(
    former: str, ref: str, first: str, present_ids: Collection[str]
) -> Iterator[str]:
    """Who has a former id of a record too: a record of today, or one that had it before."""
    if former in present_ids:
        yield f"a record has the id {former!r} today"
    if first != ref:
        yield f"{first} has the former id {former!r} too"


def _walk_former_ids(raw: JsonObject) -> Iterator[tuple[str, str, str]]:
    """Every former id as (record, path in it, id)."""
    for ref, data in raw.items():
        former_ids = list_names(get_object(data).get("former_ids"))
        for index, former in enumerate(former_ids):
            yield ref, f"$.former_ids[{index}]", former
