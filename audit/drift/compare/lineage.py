"""Where does it come from? Bases and training data by the card, and the terms of the bases."""

from audit.definitions.lineage import find_foreign_bases, is_freer_than_base
from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.finding import Difference
from audit.drift.kinds import BASE_MODEL_CHANGED, DATA_LIST_CHANGED, LICENSE_CONFLICT
from audit.observations.facts import HubFacts


def compare_bases_and_datasets(before: HubFacts, now: HubFacts) -> Differences:
    """A card that names other bases or other training datasets."""
    if before.base_models != now.base_models:
        yield Difference(
            BASE_MODEL_CHANGED.id, "base_models", before.base_models, now.base_models, "unreviewed"
        )
    if before.datasets != now.datasets:
        yield Difference(DATA_LIST_CHANGED.id, "datasets", before.datasets, now.datasets, "neutral")


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
