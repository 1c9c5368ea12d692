"""How sure an answer about permissions is: which texts were read, where, and what disagrees."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal
from urllib.parse import urlsplit

from audit.definitions.governing_terms import GoverningTerms
from audit.definitions.lineage import find_foreign_bases, is_freer_than_base, trace_lineage
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import NO_LICENSE, parse_expression
from audit.licenses.hub_tags import find_license_of_tag, find_versions_meant
from audit.licenses.terms import find_best_terms
from audit.records.dataset import Dataset
from audit.records.evidence import Evidence
from audit.records.license import License
from audit.records.model import Model
from audit.records.registry import Registry

Copy = Literal["own", "primary", "spdx", "third-party"]
"""Whose copy of a text was read: one at its maker's, another primary one, that of the SPDX license
list, or somebody else's."""
_CODE_HOSTS = frozenset({"github.com", "huggingface.co", "gitlab.com", "modelscope.cn"})
RESTORED_KEY = "history"
"""Key of the evidence of a fact that was put back for a past day."""
MIN_NAME_LETTERS = 3
"""Shorter names are in too many others to say whose a site is."""


@dataclass(frozen=True)
class ReadText:
    """The text of a license as it was read."""

    license: str
    name: str
    version: str
    effective: str
    """Day from which the text applies; empty where that is not recorded."""
    seen: str
    """Day on which it was read; empty where no source is recorded."""
    copy: Copy
    url: str
    revision: str


@dataclass(frozen=True)
class DataRisk:
    """Training data under terms that are narrower than those of the weights."""

    model: str
    dataset: str
    """The record of the data, as `datasets/owner/name`."""
    license: str
    withheld: str
    """The use that the data's terms withhold, in words."""


@dataclass(frozen=True)
class Certainty:
    """What an answer rests on, and what speaks against it."""

    texts: tuple[ReadText, ...]
    conflicts: tuple[str, ...]
    """Sources and tags that disagree, a sentence each."""
    data_risks: tuple[DataRisk, ...]
    newest_fact: str
    """The latest day on which a source of these records was read."""


def assess_certainty(
    model: Model, terms: tuple[GoverningTerms, ...], registry: Registry
) -> Certainty:
    """What is known of the sources of an answer under these terms.

    Raises InvalidExpressionError for an unknown license.
    """
    licenses = {each.license.id: each for each in reversed(terms)}
    return Certainty(
        tuple(_describe_text(each) for each in reversed(licenses.values())),
        tuple(dict.fromkeys(_list_conflicts(model, terms, registry))),
        tuple(_list_data_risks(model, registry)),
        _find_newest_day(model, terms),
    )


def _describe_text(terms: GoverningTerms) -> ReadText:
    license = terms.license
    source = next(iter(_list_text_evidence(license)), None)
    return ReadText(
        license.id,
        license.name,
        license.version or "",
        license.effective or "",
        source.seen if source else "",
        _judge_copy(source, terms) if source else "third-party",
        source.url if source else "",
        (source.revision or "") if source else "",
    )


def _list_text_evidence(license: License) -> Iterator[Evidence]:
    """What the clauses cite, else what the license as a whole does; the first primary one first."""
    cited = chain.from_iterable(condition.evidence for condition in license.conditions)
    rows = [*dict.fromkeys(cited)] or [*license.evidence]
    yield from sorted(rows, key=_is_secondary)


def _is_secondary(row: Evidence) -> bool:
    return row.kind == "secondary"


def _judge_copy(source: Evidence, terms: GoverningTerms) -> Copy:
    """Whose copy the evidence is, by its address: a maker is named by its account or its site."""
    if "/spdx/license-list" in source.url:
        return "spdx"
    if _is_secondary(source):
        return "third-party"
    makers = (terms.model.id.partition("/")[0], terms.license.steward or "")
    site = _fold_name(_name_publisher(source.url))
    is_own = any(_is_same_name(_fold_name(maker), site) for maker in makers)
    return "own" if is_own else "primary"


def _name_publisher(url: str) -> str:
    """The account on a host of code, else the site."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    names = [name for name in parts.path.split("/") if name and name != "datasets"]
    return names[0] if host in _CODE_HOSTS and names else host


def _fold_name(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _is_same_name(maker: str, site: str) -> bool:
    if min(len(maker), len(site)) < MIN_NAME_LETTERS:
        return False
    return maker in site or site in maker


def _list_conflicts(
    model: Model, terms: tuple[GoverningTerms, ...], registry: Registry
) -> Iterator[str]:
    for holder in dict.fromkeys((model, *(each.model for each in terms))):
        if holder.weights.conflict:
            yield f"Sources on {holder.id} disagree: {holder.weights.conflict.why}"
        yield from _check_tag(holder, registry)
        for base in find_foreign_bases(holder, registry):
            if is_freer_than_base(holder, base, registry):
                yield _describe_freer(holder, base)


def _check_tag(model: Model, registry: Registry) -> Iterator[str]:
    """The card's license field where it means other terms than the recorded ones."""
    if model.hub is None or not model.weights.license or _is_restored(model):
        return
    means = find_license_of_tag(model.hub.license_tag, model.hub.license_name, registry)
    if means is not None and not _is_among(means, model.weights.license, registry):
        yield (
            f"The license tag of {model.id} on the Hub means {means}; "
            f"its weights are recorded under {model.weights.license}."
        )


def _is_restored(model: Model) -> bool:
    """Whether its terms are those of a past day; the tag is today's."""
    return any(row.key == RESTORED_KEY for row in model.weights.evidence)


def _is_among(means: str, expression: str, registry: Registry) -> bool:
    """Whether the terms name a license that the tag means, in any version that the tag covers."""
    if expression == NO_LICENSE:
        return False
    meant = set[str]().union(*(find_versions_meant(id, registry) for id in means.split(" AND ")))
    return not meant.isdisjoint(parse_expression(expression, registry).license_ids)


def _describe_freer(model: Model, base: Model) -> str:
    return (
        f"{model.id} declares {model.weights.license}, which gives more than "
        f"{base.weights.license} of its base {base.id}; the terms of the base bind."
    )


def _list_data_risks(model: Model, registry: Registry) -> Iterator[DataRisk]:
    """Data of the chain, and what that data was made from, whose terms withhold a use."""
    for member in (model, *trace_lineage(model, registry).ancestors):
        for dataset in _trace_data(member.components["datasets"].datasets, registry):
            withheld = _find_withheld_use(dataset, registry)
            if withheld:
                yield DataRisk(member.id, dataset.ref, str(dataset.license), withheld)


def _trace_data(ids: Iterable[str], registry: Registry) -> Iterator[Dataset]:
    """The recorded datasets of these ids and all that they were derived from, each once."""
    waiting = list(ids)
    seen: set[str] = set()
    while waiting:
        id = waiting.pop(0)
        dataset = registry.datasets.get(id)
        if dataset is not None and id not in seen:
            yield dataset
            waiting += dataset.derived_from
        seen.add(id)


def _find_withheld_use(dataset: Dataset, registry: Registry) -> str:
    if not dataset.license or dataset.license == NO_LICENSE:
        return ""
    for clause in find_best_terms(dataset.license, registry).clauses:
        kind = find_condition_kind(clause.condition)
        is_duty = clause.condition.parameters.get("effect") == "obligation"
        if kind and kind.withheld_use and not is_duty:
            return kind.withheld_use
    return ""


def _find_newest_day(model: Model, terms: Iterable[GoverningTerms]) -> str:
    """Of the model's facts and of the licenses."""
    rows = [*model.evidence, *model.weights.evidence]
    for each in terms:
        rows += [*each.model.weights.evidence, *each.license.evidence]
    return max((row.seen for row in rows), default="")
