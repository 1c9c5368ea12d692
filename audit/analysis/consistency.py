"""Facts that cannot both be true, within a record and between records.

Each problem names both sides.

References and schemas are checked on loading (`audit.records.references`); these checks need to
know what licenses grant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

from audit.core.errors import Problem
from audit.definitions.lineage import find_foreign_bases, is_freer_than_base
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.terms import evaluate_openness
from audit.records.model import Component, Dataset, Evidence, HubPins, License, Model, Registry

ContradictionRow = tuple[str, str, str, str]
"""Record, JSON path, what is wrong, what to do."""


@dataclass(frozen=True)
class _TaggedTerms:
    """What a record says of a thing's terms, beside what its card on the Hub says."""

    ref: str
    hub: HubPins
    license: str | None
    thing: str


def find_contradictions(registry: Registry, root: str) -> list[Problem]:
    """Every contradiction, sorted by file. `root` is the registry's name as shown to people."""
    rows = chain(
        _check_models(registry),
        chain.from_iterable(_check_dataset(each, registry) for each in registry.datasets.values()),
        chain.from_iterable(_check_license(each) for each in registry.licenses.values()),
        _find_shared_repositories(registry),
        _find_shared_texts(registry),
    )
    return sorted(
        Problem(f"{root}/{ref}.json", path, wrong, mend) for ref, path, wrong, mend in rows
    )


def _check_models(registry: Registry) -> Iterator[ContradictionRow]:
    repositories = _map_repositories(registry)
    for model in registry.models.values():
        yield from _check_components(model, registry)
        yield from _check_weights_tag(model, registry)
        yield from _check_withdrawn_data(model, registry)
        yield from _check_freer_than_base(model, registry)
        yield from _check_foreign_evidence(model, repositories)
        yield from _check_source_dates(model)
        yield from _check_base_dates(model, registry)


def _map_repositories(registry: Registry) -> dict[str, str]:
    """The model that each repository of the Hub holds."""
    return {model.hub.repo.lower(): model.id for model in registry.models.values() if model.hub}


"""Record, JSON path, what is wrong, what to do."""


def _check_components(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    for component in model.components.values():
        if component.origin == model.ref:
            yield from _check_unreleased_terms(model, component, registry)


def _check_weights_tag(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    weights = model.weights
    # A recorded conflict of sources already explains the difference.
    if model.hub and weights.conflict is None:
        terms = _TaggedTerms(model.ref, model.hub, weights.license, "the weights")
        yield from _check_license_tag(terms, registry)


def _check_unreleased_terms(
    model: Model, component: Component, registry: Registry
) -> Iterator[ContradictionRow]:
    if component.status not in ("not-released", "not-found") or not component.license:
        return
    if evaluate_openness(component.license, registry) == "yes":
        yield (
            model.ref,
            f"$.components.{component.name}",
            f"open terms ({component.license}) on something that is not released",
            "remove the license, or correct the status",
        )


def _check_withdrawn_data(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    """Training data called released although a dataset that it consists of was withdrawn."""
    component = model.components["datasets"]
    if component.status != "released" or component.origin != model.ref:
        return
    for id in component.datasets:
        dataset = registry.datasets.get(id)
        if dataset is not None and dataset.status in ("withdrawn", "not-released"):
            yield (
                model.ref,
                "$.components.datasets",
                f"released, but {id}, a part of it, is recorded as {dataset.status}",
                "write 'partial', or correct the dataset",
            )


def _check_license_tag(terms: _TaggedTerms, registry: Registry) -> Iterator[ContradictionRow]:
    """The card's license field against the recorded terms, where the field means one license."""
    tag = terms.hub.license_tag
    means = find_license_of_tag(tag, terms.hub.license_name, registry)
    if means is None or terms.license is None:
        return
    if not _list_license_ids(means, registry) & _list_license_ids(terms.license, registry):
        yield (
            terms.ref,
            "$.hub.license_tag",
            f"the tag {tag!r} means {means}, but {terms.thing} are recorded under {terms.license}",
            "correct one of them, or record the 'conflict' of sources and which was followed",
        )


def _list_license_ids(expression: str, registry: Registry) -> set[str]:
    if expression == NO_LICENSE:
        return set()
    return set(parse_expression(expression, registry).license_ids)


def _check_freer_than_base(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    """A derivative that gives more than the base that somebody else made."""
    if model.weights.conflict is not None:
        return
    for base in find_foreign_bases(model, registry):
        if is_freer_than_base(model, base, registry):
            given, withheld = model.weights.license, base.weights.license
            yield (
                model.ref,
                "$.components.model-parameters-final.license",
                f"{given} is freer than {withheld} of its base {base.id}",
                "correct the license, or record the 'conflict' with what the maker says",
            )


def _check_foreign_evidence(
    model: Model, repositories: dict[str, str]
) -> Iterator[ContradictionRow]:
    """Evidence for the model's own facts that is the Hub page of another recorded model."""
    own = _list_own_repositories(model)
    for evidence in sorted(_collect_own_evidence(model), key=_get_key):
        repo = _parse_hub_repository(evidence.url)
        if repo in repositories and repo not in own:
            yield (
                model.ref,
                f"$.evidence.{evidence.key}.url",
                f"the source is the page of another model, {repositories[repo]}, not of {model.id}",
                "cite a source that speaks of this model",
            )


def _list_own_repositories(model: Model) -> set[str]:
    """Those whose pages may speak of the model: its own, and those of its bases."""
    ids = {model.id, *(base.id for base in model.base_models or ())}
    if model.hub:
        ids.add(model.hub.repo)
    return {id.lower() for id in ids}


def _get_key(evidence: Evidence) -> str:
    return evidence.key


def _collect_own_evidence(model: Model) -> set[Evidence]:
    """Evidence that no page of another model can be: of the pins, the weights, the release."""
    cited: set[Evidence] = set()
    if model.weights.origin == model.ref:
        cited.update(model.weights.evidence)
    for part in (model.hub, model.released):
        cited.update(part.evidence if part else ())
    return cited


def _parse_hub_repository(url: str) -> str | None:
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    if parts.hostname != "huggingface.co" or len(names) < 2:
        return None
    return "/".join(names[:2]).lower()


def _check_source_dates(model: Model) -> Iterator[ContradictionRow]:
    if model.released is None:
        return
    date = model.released.date
    for evidence in model.released.evidence:
        if _is_before(evidence.seen, date):
            yield (
                model.ref,
                "$.released",
                f"released {date}, but its source was read before, on {evidence.seen}",
                "correct one of the dates",
            )


def _check_base_dates(model: Model, registry: Registry) -> Iterator[ContradictionRow]:
    if model.released is None:
        return
    date = model.released.date
    for base, base_date in _list_base_dates(model, registry):
        if _is_before(date, base_date):
            yield (
                model.ref,
                "$.released",
                f"released {date}, before its base {base} of {base_date}",
                "correct one of the dates",
            )


def _list_base_dates(model: Model, registry: Registry) -> Iterator[tuple[str, str]]:
    for base in model.base_models or ():
        record = registry.models.get(base.id)
        if record and record.released:
            yield base.id, record.released.date


def _is_before(first: str, second: str) -> bool:
    """Whether one date is certainly before the other: dates may lack the day, or the month."""
    exact = min(len(first), len(second))
    return first[:exact] < second[:exact]


def _check_dataset(dataset: Dataset, registry: Registry) -> Iterator[ContradictionRow]:
    yield from _check_open_class(dataset, registry)
    availability = dataset.availability.class_
    if dataset.status == "withdrawn" and availability in ("open", "public"):
        yield (
            dataset.ref,
            "$.availability.class",
            f"withdrawn, but its class is {availability}",
            "correct one of them",
        )
    if dataset.hub:
        terms = _TaggedTerms(dataset.ref, dataset.hub, dataset.license, "the data")
        yield from _check_license_tag(terms, registry)


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


def _check_license(license: License) -> Iterator[ContradictionRow]:
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
            yield (
                license.ref,
                f"$.texts[{index}]",
                f"{first} has a text of the same words",
                "keep it in the license whose text it is",
            )


def _list_texts(registry: Registry) -> Iterator[tuple[License, int, str]]:
    """Each license text with its index and what identifies its words."""
    for license in registry.licenses.values():
        for index, text in enumerate(license.texts):
            yield license, index, text.words_sha256 or text.sha256


def _find_shared_repositories(registry: Registry) -> Iterator[ContradictionRow]:
    """One dataset repository of the Hub in two records; for models, loading refuses it."""
    seen: dict[str, str] = {}
    for dataset in registry.datasets.values():
        if dataset.hub is None:
            continue
        repo = dataset.hub.repo.lower()
        first = seen.setdefault(repo, dataset.id)
        if first != dataset.id:
            yield (
                dataset.ref,
                "$.hub.repo",
                f"the Hub repository {repo} is in {first} too",
                "keep one record per repository",
            )
