"""Facts that cannot both be true, within a record and between records.

Each problem names both sides.

References and schemas are checked on loading (`audit.records.references`); these checks need to
know what licenses grant.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlsplit

from audit.core.errors import Problem
from audit.definitions.lineage import find_foreign_bases, is_freer_than_base
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.terms import evaluate_openness
from audit.records.model import Component, Dataset, Evidence, HubPins, License, Model, Registry


def find_contradictions(registry: Registry, root: str) -> list[Problem]:
    """Every contradiction, sorted by file. `root` is the registry's name as shown to people."""
    repositories = {
        model.hub.repo.lower(): model.id for model in registry.models.values() if model.hub
    }
    found = chain(
        chain.from_iterable(
            _check_model(each, registry, repositories) for each in registry.models.values()
        ),
        chain.from_iterable(_check_dataset(each, registry) for each in registry.datasets.values()),
        chain.from_iterable(_check_license(each) for each in registry.licenses.values()),
        _find_shared_repositories(registry),
        _find_shared_texts(registry),
    )
    return sorted(
        Problem(f"{root}/{ref}.json", path, wrong, mend) for ref, path, wrong, mend in found
    )


ContradictionRow = tuple[str, str, str, str]
"""Record, JSON path, what is wrong, what to do."""


def _check_model(
    model: Model, registry: Registry, repositories: dict[str, str]
) -> Iterator[ContradictionRow]:
    for component in model.components.values():
        if component.origin == model.ref:
            yield from _check_unreleased_terms(model, component, registry)
    if model.hub:
        yield from _check_license_tag(
            model.ref,
            model.hub,
            model.weights.license,
            model.weights.conflict is not None,
            registry,
            "the weights",
        )
    yield from _check_withdrawn_data(model, registry)
    yield from _check_freer_than_base(model, registry)
    yield from _check_foreign_evidence(model, repositories)
    yield from _check_dates(model, registry)


def _check_unreleased_terms(
    model: Model, component: Component, registry: Registry
) -> Iterator[ContradictionRow]:
    if (
        component.status == "not-released"
        and component.license
        and evaluate_openness(component.license, registry) == "yes"
    ):
        yield (
            model.ref,
            f"$.components.{component.name}",
            f"open terms ({component.license}) on something that is not released",
            "remove the license, or correct the status",
        )


def _check_withdrawn_data(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    """Training data called released although a dataset that it consists of was withdrawn."""
    component = model.components["datasets"]
    for id in (
        component.datasets
        if component.status == "released" and component.origin == model.ref
        else ()
    ):
        dataset = registry.datasets.get(id)
        if dataset is not None and dataset.status in ("withdrawn", "not-released"):
            yield (
                model.ref,
                "$.components.datasets",
                f"released, but {id}, a part of it, is recorded as {dataset.status}",
                "write 'partial', or correct the dataset",
            )


def _check_license_tag(
    ref: str, hub: HubPins, license: str | None, explained: bool, registry: Registry, thing: str
) -> Iterator[ContradictionRow]:
    """The card's license field against the recorded terms, where the field means one license."""
    means = find_license_of_tag(hub.license_tag, hub.license_name, registry)
    if means is None or license is None or explained:
        return
    recorded = (
        set(parse_expression(license, registry).license_ids) if license != NO_LICENSE else set()
    )
    if not set(parse_expression(means, registry).license_ids) & recorded:
        yield (
            ref,
            "$.hub.license_tag",
            f"the tag {hub.license_tag!r} means {means}, but {thing} are recorded under {license}",
            "correct one of them, or record the 'conflict' of sources and which was followed",
        )


def _check_freer_than_base(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    """A derivative that gives more than the base that somebody else made."""
    for base in find_foreign_bases(model, registry):
        if model.weights.conflict is None and is_freer_than_base(model, base, registry):
            yield (
                model.ref,
                "$.components.model-parameters-final.license",
                f"{model.weights.license} is freer than {base.weights.license} of its base {base.id}",
                "correct the license, or record the 'conflict' with what the maker says",
            )


def _check_foreign_evidence(
    model: Model, repositories: dict[str, str]
) -> Iterator[ContradictionRow]:
    """Evidence for the model's own facts that is the Hub page of another recorded model."""
    bases = {base.id.lower() for base in model.base_models or ()}
    own = {model.id.lower(), *({model.hub.repo.lower()} if model.hub else ())}
    for evidence in sorted(_collect_own_evidence(model), key=lambda each: each.key):
        repo = _parse_hub_repository(evidence.url)
        if repo in repositories and repo not in own | bases:
            yield (
                model.ref,
                f"$.evidence.{evidence.key}.url",
                f"the source is the page of another model, {repositories[repo]}, not of {model.id}",
                "cite a source that speaks of this model",
            )


def _collect_own_evidence(model: Model) -> set[Evidence]:
    """Evidence that no page of another model can be: of the pins, the weights, the release."""
    cited = set(model.weights.evidence if model.weights.origin == model.ref else ())
    cited |= set(model.hub.evidence if model.hub else ())
    return cited | set(model.released.evidence if model.released else ())


def _parse_hub_repository(url: str) -> str | None:
    parts = urlsplit(url)
    names = [each for each in parts.path.split("/") if each]
    return (
        "/".join(names[:2]).lower()
        if parts.hostname == "huggingface.co" and len(names) >= 2
        else None
    )


def _check_dates(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    if model.released is None:
        return
    for evidence in model.released.evidence:
        if _is_before(evidence.seen, model.released.date):
            yield (
                model.ref,
                "$.released",
                f"released {model.released.date}, but its source was read before, on {evidence.seen}",
                "correct one of the dates",
            )
    for base in model.base_models or ():
        record = registry.models.get(base.id)
        if record and record.released and _is_before(model.released.date, record.released.date):
            yield (
                model.ref,
                "$.released",
                f"released {model.released.date}, before its base {base.id} of {record.released.date}",
                "correct one of the dates",
            )


def _is_before(first: str, second: str) -> bool:
    """Whether one date is certainly before the other: dates may lack the day, or the month."""
    exact = min(len(first), len(second))
    return first[:exact] < second[:exact]


def _check_dataset(dataset: Dataset, registry: Registry) -> Iterator[ContradictionRow]:
    if (
        dataset.availability.class_ == "open"
        and dataset.license
        and evaluate_openness(dataset.license, registry) == "no"
    ):
        yield (
            dataset.ref,
            "$.availability.class",
            f"its class is open, but {dataset.license} does not let everybody use and share it",
            "write 'public' or 'obtainable', or correct the license",
        )
    if dataset.status == "withdrawn" and dataset.availability.class_ in ("open", "public"):
        yield (
            dataset.ref,
            "$.availability.class",
            f"withdrawn, but its class is {dataset.availability.class_}",
            "correct one of them",
        )
    if dataset.hub:
        yield from _check_license_tag(
            dataset.ref, dataset.hub, dataset.license, False, registry, "the data"
        )


def _check_license(license: License) -> Iterator[ContradictionRow]:
    is_free = license.freedoms["use"] == "yes" or license.osi_approved
    marked = "OSI-approved" if license.osi_approved else "free to use for any purpose"
    for index, condition in enumerate(license.conditions):
        path = f"$.conditions[{index}]"
        kind = find_condition_kind(condition)
        if kind is None:
            yield (
                license.ref,
                path,
                f"this version of the program does not understand the clause {condition.kind!r}",
                "correct its kind and parameters, or update the program",
            )
        elif kind.withheld_use and is_free and condition.parameters.get("effect") != "obligation":
            yield (
                license.ref,
                path,
                f"section {condition.section} withholds {kind.withheld_use}, "
                f"but the license is marked {marked}",
                "correct one of them",
            )


def _find_shared_texts(registry: Registry) -> Iterator[ContradictionRow]:
    """One text in two licenses: it could get either name."""
    seen: dict[str, str] = {}
    for license in registry.licenses.values():
        for index, text in enumerate(license.texts):
            first = seen.setdefault(text.words_sha256 or text.sha256, license.id)
            if first != license.id:
                yield (
                    license.ref,
                    f"$.texts[{index}]",
                    f"{first} has a text of the same words",
                    "keep it in the license whose text it is",
                )


def _find_shared_repositories(registry: Registry) -> Iterator[ContradictionRow]:
    """One dataset repository of the Hub in two records; for models, loading refuses it."""
    seen: dict[str, list[str]] = defaultdict(list)
    for dataset in registry.datasets.values():
        if dataset.hub:
            seen[dataset.hub.repo.lower()].append(dataset.id)
    for repo, ids in seen.items():
        for later in ids[1:]:
            yield (
                f"datasets/{later}",
                "$.hub.repo",
                f"the Hub repository {repo} is in {ids[0]} too",
                "keep one record per repository",
            )
