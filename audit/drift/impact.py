"""What drift does: to the plain label, to other records, and to what one may do with a model."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.core.references import get_record_id, split_reference
from audit.definitions.common_uses import BEFORE_AND_NOW, describe_changed_uses
from audit.definitions.lineage import trace_lineage
from audit.drift.finding import DIRECTION_WORDS, Finding
from audit.drift.kinds import find_drift_kind
from audit.licenses.expression import InvalidExpressionError, parse_expression
from audit.licenses.hub_keys import find_hub_key
from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.terms import EffectiveTerms, LicenseClause, find_best_terms
from audit.licenses.terms_diff import FreedomChange, compare_terms
from audit.records.license import Freedom, format_section
from audit.records.model import Model
from audit.records.registry import Registry

_FREEDOM_WORDS: dict[Freedom, str] = {
    "yes": "free",
    "limited": "allowed with limits",
    "no": "not allowed",
    "unknown": "unread",
}


@dataclass(frozen=True)
class ComparedSides:
    """How the two values of a finding are told apart."""

    names: tuple[str, str]
    only_second: str
    only_first: str


CHANGE = ComparedSides(BEFORE_AND_NOW, "New", "No longer")
CONTRADICTION = ComparedSides(
    ("by the first", "by the second"), "Only by the second", "Only by the first"
)
"""Both stand there at once: to call one of them new would be wrong."""

BeforeAndAfter = tuple[str | None, str | None]


# Other records


def find_affected_records(record: str, registry: Registry) -> tuple[str, ...]:
    """Other records that a change of this one touches: a dataset's models, a family's members."""
    folder, id = split_reference(record)
    if folder == "families":
        return _find_family_members(id, registry)
    if folder == "datasets":
        return _find_trained_models(id, registry)
    if folder == "licenses":
        return _find_licensed_models(id, registry)
    return ()


def _find_model(record: str, registry: Registry) -> Model | None:
    """The model that a record is; None for a dataset or a family."""
    folder, id = split_reference(record)
    return registry.models.get(id) if folder == "models" else None


def _find_family_members(family_id: str, registry: Registry) -> tuple[str, ...]:
    members = (model for model in registry.models.values() if model.family == family_id)
    return tuple(sorted(model.ref for model in members))


def _find_licensed_models(license_id: str, registry: Registry) -> tuple[str, ...]:
    """The models whose weights are under a license."""
    models = registry.models.values()
    return tuple(
        sorted(model.ref for model in models if license_id in _list_license_ids(model, registry))
    )


def _find_trained_models(dataset_id: str, registry: Registry) -> tuple[str, ...]:
    """The models trained on a dataset, or on one that is made from it."""
    datasets = {dataset_id, *_find_derived_datasets(dataset_id, registry)}
    models = registry.models.values()
    return tuple(sorted(model.ref for model in models if _is_trained_on(model, datasets)))


def _find_derived_datasets(dataset_id: str, registry: Registry) -> list[str]:
    datasets = registry.datasets.values()
    return [dataset.id for dataset in datasets if dataset_id in dataset.derived_from]


def _is_trained_on(model: Model, datasets: set[str]) -> bool:
    return not datasets.isdisjoint(model.components["datasets"].datasets)


def collect_underlying_records(model: Model, registry: Registry) -> frozenset[str]:
    """Every record on which an answer about this model rests.

    Itself, its family, its bases, and the data and licenses of all of them.
    """
    found: set[str] = set()
    for ancestor in (model, *trace_lineage(model, registry).ancestors):
        found |= _collect_own_records(ancestor, registry)
    return frozenset(found)


def _collect_own_records(model: Model, registry: Registry) -> set[str]:
    """A model, its family, its data and the licenses of its weights."""
    found = {model.ref}
    if model.family:
        found.add(f"families/{model.family}")
    found |= {f"datasets/{id}" for id in model.components["datasets"].datasets}
    found |= {f"licenses/{id}" for id in _list_license_ids(model, registry)}
    return found


def _list_license_ids(model: Model, registry: Registry) -> frozenset[str]:
    try:
        return frozenset(parse_expression(model.weights.license or "", registry).license_ids)
    except InvalidExpressionError:
        return frozenset()


# What one may do


def describe_impact(finding: Finding, registry: Registry) -> list[str]:
    """Sentences of ours, the most important first."""
    sentences = [_describe_direction(finding), *_describe_label(finding)]
    consequence = find_drift_kind(finding.kind).consequence
    if consequence:
        sentences.append(consequence)
    return [
        *sentences,
        *_describe_key(finding, registry),
        *_describe_changed_terms(finding, registry),
    ]


def find_changed_licenses(finding: Finding, registry: Registry) -> BeforeAndAfter:
    """The licenses before and after, where the finding is about ones that the registry knows."""
    if find_drift_kind(finding.kind).subject != "license":
        return None, None
    return _find_license(finding.before, registry), _find_license(finding.after, registry)


def _find_license(value: object, registry: Registry) -> str | None:
    if not isinstance(value, str):
        return None
    return value if value in registry.licenses else find_license_of_tag(value, None, registry)


def _describe_key(finding: Finding, registry: Registry) -> Iterator[str]:
    """What a key of the Hub means of which the registry has no record."""
    after = finding.after
    if not isinstance(after, str) or find_license_of_tag(after, None, registry):
        return
    key = find_hub_key(after)
    if key and find_drift_kind(finding.kind).subject == "license":
        yield f"The key {after} means {key.name}; its terms have no record here."


def _describe_direction(finding: Finding) -> str:
    if finding.direction == "unreviewed":
        return "Whether this opens or closes anything, a person has to read."
    if find_drift_kind(finding.kind).is_news:
        return f"They are {DIRECTION_WORDS[finding.direction]}."
    if find_drift_kind(finding.kind).is_contradiction:
        return f"If the second holds, it is {DIRECTION_WORDS[finding.direction]}."
    return f"The change makes it {DIRECTION_WORDS[finding.direction]}."


def _describe_label(finding: Finding) -> Iterator[str]:
    before, after = finding.verdict_before, finding.verdict_after
    if before and before != after:
        yield f"The plain label goes from **{before}** to **{after}**."
    elif before:
        yield f"The plain label stays **{before}**."
    yield from _describe_other_labels(finding)


def _describe_other_labels(finding: Finding) -> Iterator[str]:
    """The models whose label changes with it, and that those of the others stay."""
    for change in finding.label_changes:
        id = get_record_id(change.record)
        yield f"The plain label of {id} goes from **{change.before}** to **{change.after}**."
    models = sum(ref.startswith("models/") for ref in finding.affects)
    left = models - len(finding.label_changes)
    if left > 0:
        others = "other " if finding.label_changes else ""
        models_word = "model" if left == 1 else "models"
        yield f"The plain label of {left} {others}{models_word} that it touches stays as it is."


def _describe_changed_terms(finding: Finding, registry: Registry) -> Iterator[str]:
    before, after = find_changed_licenses(finding, registry)
    old, new = _find_terms(before, registry), _find_terms(after, registry)
    if after is None or new is None:
        return
    if before is None:
        yield from (f"Now: {_format_clause(clause, registry)}" for clause in new.clauses)
        return
    if old is None:
        return
    model, kind = _find_model(finding.record, registry), find_drift_kind(finding.kind)
    sides = CONTRADICTION if kind.is_contradiction else CHANGE
    if model and not kind.is_news:
        yield from describe_changed_uses(model, before, after, registry, sides.names)
    yield from _describe_terms_diff(old, new, registry, sides)


def _find_terms(license: str | None, registry: Registry) -> EffectiveTerms | None:
    """What a license grants; None where there is none, or it cannot be read."""
    if license is None:
        return None
    try:
        return find_best_terms(license, registry)
    except InvalidExpressionError:
        return None


def _describe_terms_diff(
    old: EffectiveTerms, new: EffectiveTerms, registry: Registry, sides: ComparedSides
) -> Iterator[str]:
    diff = compare_terms(old, new)
    yield from (_format_freedom_change(change, sides) for change in diff.freedoms)
    for title, clauses in ((sides.only_second, diff.added), (sides.only_first, diff.removed)):
        yield from (f"{title}: {_format_clause(clause, registry)}" for clause in clauses)


def _format_freedom_change(change: FreedomChange, sides: ComparedSides) -> str:
    was, now = _FREEDOM_WORDS[change.before], _FREEDOM_WORDS[change.after]
    first, second = sides.names
    return f"The freedom to {change.name} it: {was} {first}, {now} {second}."


def _format_clause(clause: LicenseClause, registry: Registry) -> str:
    condition = clause.condition
    license = registry.licenses[clause.license].name
    return f"{condition.summary} ({license}, {format_section(condition.section)})"
