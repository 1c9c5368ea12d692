"""Facts that cannot both be true, within a record and between records.

Each problem names both sides.

References and schemas are checked on loading (`audit.records.references`); these checks need to
know what licenses grant.
"""

from collections.abc import Iterator
from itertools import chain

from audit.analysis.contradiction_rows import ContradictionRow, TaggedTerms, check_license_tag
from audit.analysis.model_consistency import check_models
from audit.analysis.unwatched_addresses import find_unwatched_addresses
from audit.core.errors import Problem
from audit.licenses.conditions import find_condition_kind
from audit.licenses.terms import evaluate_openness
from audit.records.dataset import Dataset
from audit.records.license import License, LicenseCondition
from audit.records.registry import Registry

_UNDERSTOOD_CLAUSE = "correct its kind and parameters, or update the program"
_ONE_TEXT = "keep it in the license whose text it is"


def find_contradictions(registry: Registry, root: str) -> list[Problem]:
    """Every contradiction, sorted by file. `root` is the registry's name as shown to people."""
    rows = chain(
        check_models(registry),
        _check_datasets(registry),
        _check_licenses(registry),
        _find_shared_repositories(registry),
        _find_shared_texts(registry),
        find_unwatched_addresses(registry),
    )
    return sorted(_build_problem(row, root) for row in rows)


def _build_problem(row: ContradictionRow, root: str) -> Problem:
    ref, path, wrong, mend = row
    return Problem(f"{root}/{ref}.json", path, wrong, mend)


def _check_datasets(registry: Registry) -> Iterator[ContradictionRow]:
    for dataset in registry.datasets.values():
        yield from _check_open_class(dataset, registry)
        yield from _check_withdrawn_class(dataset)
        yield from _check_data_tag(dataset, registry)


def _check_licenses(registry: Registry) -> Iterator[ContradictionRow]:
    for license in registry.licenses.values():
        for index, condition in enumerate(license.conditions):
            path = f"$.conditions[{index}]"
            yield from _check_condition(license, condition, path)


"""Record, JSON path, what is wrong, what to do."""


def _check_withdrawn_class(dataset: Dataset) -> Iterator[ContradictionRow]:
    availability = dataset.availability.class_
    if dataset.status == "withdrawn" and availability in ("open", "public"):
        yield (
            dataset.ref,
            "$.availability.class",
            f"withdrawn, but its class is {availability}",
            "correct one of them",
        )


def _check_data_tag(dataset: Dataset, registry: Registry) -> Iterator[ContradictionRow]:
    if dataset.hub:
        terms = TaggedTerms(dataset.ref, dataset.hub, dataset.license, "the data")
        yield from check_license_tag(terms, registry)


def _check_open_class(dataset: Dataset, registry: Registry) -> Iterator[ContradictionRow]:
    if dataset.availability.class_ != "open" or not dataset.license:
        return
    if evaluate_openness(dataset.license, registry) == "no":
        yield (
            dataset.ref,
            "$.availability.class",
            f"its class is open, but {dataset.license} does not let everybody use and share it",
            "write 'public' or 'obtainable', or correct the license",
        )


def _check_condition(
    license: License, condition: LicenseCondition, path: str
) -> Iterator[ContradictionRow]:
    kind = find_condition_kind(condition)
    if kind is None:
        wrong = f"this version of the program does not understand the clause {condition.kind!r}"
        yield license.ref, path, wrong, _UNDERSTOOD_CLAUSE
    elif kind.withheld_use and condition.parameters.get("effect") != "obligation":
        wrong = f"section {condition.section} withholds {kind.withheld_use}"
        yield from _check_withheld_freedom(license, path, wrong)


def _check_withheld_freedom(license: License, path: str, wrong: str) -> Iterator[ContradictionRow]:
    if not license.osi_approved and license.freedoms["use"] != "yes":
        return
    marked = "OSI-approved" if license.osi_approved else "free to use for any purpose"
    yield license.ref, path, f"{wrong}, but the license is marked {marked}", "correct one of them"


def _find_shared_texts(registry: Registry) -> Iterator[ContradictionRow]:
    """One text in two licenses: it could get either name."""
    seen: dict[str, str] = {}
    for license, index, words in _list_texts(registry):
        first = seen.setdefault(words, license.id)
        if first != license.id:
            wrong = f"{first} has a text of the same words"
            yield license.ref, f"$.texts[{index}]", wrong, _ONE_TEXT


def _list_texts(registry: Registry) -> Iterator[tuple[License, int, str]]:
    """Each license text with its index and what identifies its words."""
    for license in registry.licenses.values():
        for index, text in enumerate(license.texts):
            yield license, index, text.words_sha256 or text.sha256


def _find_shared_repositories(registry: Registry) -> Iterator[ContradictionRow]:
    """One dataset repository of the Hub in two records; for models, loading refuses it."""
    seen: dict[str, str] = {}
    for dataset, repo in _list_dataset_repositories(registry):
        first = seen.setdefault(repo, dataset.id)
        if first != dataset.id:
            wrong = f"the Hub repository {repo} is in {first} too"
            yield dataset.ref, "$.hub.repo", wrong, "keep one record per repository"


def _list_dataset_repositories(registry: Registry) -> Iterator[tuple[Dataset, str]]:
    for dataset in registry.datasets.values():
        if dataset.hub is not None:
            yield dataset, dataset.hub.repo.lower()
