"""Training data under terms that forbid what the license of the weights allows.

Whether terms of data bind a model that was trained on them, courts have not settled; a reader has to
know that the two disagree. Only what is certain counts: the data's terms forbid commerce, or all use
but research, in every reading of them, and the weights' terms allow commerce in every reading.
Terms that nobody read, data without terms, attribution and share-alike are no disagreement.
"""

from collections.abc import Iterable, Iterator, Sequence

from audit.licenses.commerce import bound_commercial_freedom
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import InvalidExpressionError
from audit.licenses.terms import EffectiveTerms, LicenseClause, list_alternative_terms
from audit.records.dataset import Dataset
from audit.records.model import Model
from audit.records.registry import Registry

COMMERCE_FORBIDDEN = 1
LEAST_FREE_COMMERCE = 4
"""Free within limits: above it no license and no registration stands between."""


def find_forbidding_datasets(
    license: str | None, datasets: Iterable[Dataset], registry: Registry
) -> Iterator[Dataset]:
    """The datasets whose terms forbid the commerce that a license of weights allows."""
    for dataset in datasets:
        if is_forbidden_by_data(license, dataset.license, registry):
            yield dataset


def is_forbidden_by_data(license: str | None, data_license: str | None, registry: Registry) -> bool:
    """Whether terms of data certainly forbid the commerce that a license certainly allows."""
    if not license or not data_license:
        return False
    try:
        allowed = list_alternative_terms(license, registry)
        withheld = list_alternative_terms(data_license, registry)
    except InvalidExpressionError:
        return False
    return _allow_commerce(allowed) and _forbid_commerce(withheld)


def list_training_datasets(model: Model, registry: Registry) -> list[Dataset]:
    """The recorded datasets on which a model was trained."""
    ids = model.components["datasets"].datasets
    return [registry.datasets[id] for id in ids if id in registry.datasets]


def list_models_trained_on(dataset_id: str, registry: Registry) -> list[Model]:
    """The models whose record names a dataset as training data."""
    return registry.models_by_dataset.get(dataset_id, [])


def find_forbidding_clause(license: str | None, registry: Registry) -> LicenseClause | None:
    """The clause that forbids commerce, to be quoted."""
    terms = list_alternative_terms(license, registry) if license else ()
    for clause in (clause for choice in terms for clause in choice.clauses):
        kind = find_condition_kind(clause.condition)
        if kind and kind.withheld_use and clause.condition.parameters.get("effect") == "forbidden":
            return clause
    return None


def _allow_commerce(choices: Sequence[EffectiveTerms]) -> bool:
    """Whether one of the choices is certainly free enough: the licensee takes the best."""
    return any(bound_commercial_freedom(terms)[0] >= LEAST_FREE_COMMERCE for terms in choices)


def _forbid_commerce(choices: Sequence[EffectiveTerms]) -> bool:
    """Whether every choice forbids it by a clause; where nothing is granted at all, none does."""
    return bool(choices) and all(
        terms.licenses and bound_commercial_freedom(terms)[1] == COMMERCE_FORBIDDEN
        for terms in choices
    )
