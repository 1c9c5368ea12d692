"""Where does it come from? Bases and training data by the card, and the terms of the bases."""

from audit.definitions.lineage import find_foreign_bases, is_freer_than_base
from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.finding import Difference
from audit.drift.kinds import BASE_MODEL_CHANGED, DATA_LIST_CHANGED, LICENSE_CONFLICT
from audit.licenses.card_names import fold_name
from audit.licenses.compare import Direction, compare_expressions
from audit.observations.facts import HubFacts
from audit.records.registry import Registry


def compare_bases_and_datasets(before: HubFacts, now: HubFacts, registry: Registry) -> Differences:
    """A card that names other bases or other training datasets.

    A base that was renamed is the same one.
    """
    old, new = before.base_models, now.base_models
    if _name_models(old, registry) != _name_models(new, registry):
        direction = _compare_base_terms(old, new, registry)
        yield Difference(BASE_MODEL_CHANGED.id, "base_models", old, new, direction)
    if before.datasets != now.datasets:
        yield Difference(DATA_LIST_CHANGED.id, "datasets", before.datasets, now.datasets, "neutral")


def _name_models(names: tuple[str, ...], registry: Registry) -> frozenset[str]:
    """Models by the id of their record; those without a record as they are named."""
    found = ((registry.find_model(name), name) for name in names)
    return frozenset(model.id if model else fold_name(name) or name for model, name in found)


def _compare_base_terms(
    old: tuple[str, ...], new: tuple[str, ...], registry: Registry
) -> Direction:
    """What the terms of all bases together, which a derivative inherits, give or take."""
    before, after = _join_terms(old, registry), _join_terms(new, registry)
    if before is None or after is None:
        return "unreviewed"
    return compare_expressions(before, after, registry)


def _join_terms(names: tuple[str, ...], registry: Registry) -> str | None:
    """The recorded licenses of models in one expression; None where one of them is not known."""
    models = [registry.find_model(name) for name in names]
    licenses = {model.weights.license for model in models if model}
    if not models or None in models or None in licenses:
        return None
    return " AND ".join(sorted(f"({license})" for license in licenses))


def find_terms_freer_than_base(hub: HubComparison) -> Differences:
    """Terms that give what those of somebody else's base withhold: the base's still bind."""
    model = hub.model
    if model is None:
        return
    for base in find_foreign_bases(model, hub.registry):
        if is_freer_than_base(model, base, hub.registry):
            yield Difference(
                LICENSE_CONFLICT.id,
                f"base_models.{base.id}",
                base.weights.license,
                model.weights.license,
                "unreviewed",
            )
