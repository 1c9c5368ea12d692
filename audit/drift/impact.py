"""What a difference does to the plain label of a record."""

from dataclasses import replace

from audit.definitions import spectrum
from audit.definitions.lineage import trace_lineage
from audit.drift.finding import Difference
from audit.licenses.expression import InvalidExpressionError, parse_expression
from audit.records.model import Model, Registry


def compute_label_change(
    record: str, difference: Difference, registry: Registry
) -> tuple[str | None, str | None]:
    """The `spectrum` label before and after; (None, None) for records that have none."""
    model = (
        registry.models.get(record.removeprefix("models/"))
        if record.startswith("models/")
        else None
    )
    if model is None:
        return None, None
    return spectrum.judge(model, registry).value, spectrum.judge(
        _apply_difference(model, difference), registry
    ).value


def _apply_difference(model: Model, difference: Difference) -> Model:
    weights = model.weights
    if difference.weights_gone:
        weights = replace(weights, status="not-released")
    elif difference.weights_license is not None:
        weights = replace(weights, license=difference.weights_license or None)
    return replace(model, components={**model.components, weights.name: weights})


def find_affected_records(record: str, registry: Registry) -> tuple[str, ...]:
    """Other records that a change of this one touches: a dataset's models, a family's members."""
    kind, _, id = record.partition("/")
    if kind == "families":
        return tuple(sorted(model.ref for model in registry.models.values() if model.family == id))
    if kind == "datasets":
        touched = {id} | {each.id for each in registry.datasets.values() if id in each.derived_from}
        return tuple(
            sorted(
                model.ref
                for model in registry.models.values()
                if touched & set(model.components["datasets"].datasets)
            )
        )
    return ()


def collect_underlying_records(model: Model, registry: Registry) -> frozenset[str]:
    """Every record on which an answer about this model rests: itself, its family, its bases, and the data and licenses of all of them."""
    chain = (model, *trace_lineage(model, registry).ancestors)
    found = {each.ref for each in chain} | {
        f"families/{each.family}" for each in chain if each.family
    }
    found |= {f"datasets/{id}" for each in chain for id in each.components["datasets"].datasets}
    for each in chain:
        try:
            found |= {
                f"licenses/{id}"
                for id in parse_expression(each.weights.license or "", registry).license_ids
            }
        except InvalidExpressionError:
            continue
    return frozenset(found)
