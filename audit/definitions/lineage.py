"""The chain of models from which a model was derived: a derivative is judged together with its bases."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.definitions.base import FactUsed, Step
from audit.licenses.compare import compare_expressions
from audit.licenses.expression import NO_LICENSE
from audit.records.model import Base, Model, Registry


@dataclass(frozen=True)
class Lineage:
    """Every base of a model, its bases' bases included. All relations count, a distilled model's teacher too."""

    ancestors: tuple[Model, ...]
    """Bases that the registry holds, nearest first."""
    unrecorded: tuple[tuple[Model, Base], ...]
    """Bases without a record, each with the model that names it."""
    unstated: tuple[Model, ...]
    """Models of the chain whose lineage nobody verified: the model itself, or a base."""


def lineage_of(model: Model, registry: Registry) -> Lineage:
    """Follow the base models to the end; a circle is walked once."""
    ancestors: dict[str, Model] = {}
    unrecorded: dict[str, tuple[Model, Base]] = {}
    unstated: list[Model] = []
    waiting = [model]
    while waiting:
        current = waiting.pop(0)
        if current.bases is None:
            unstated.append(current)
            continue
        for base in current.bases:
            record = registry.models.get(base.id)
            if record is None:
                unrecorded.setdefault(base.id, (current, base))
            elif record.id != model.id and record.id not in ancestors:
                ancestors[record.id] = record
                waiting.append(record)
    return Lineage(tuple(ancestors.values()), tuple(unrecorded.values()), tuple(unstated))


def foreign_unrecorded(lineage: Lineage) -> tuple[tuple[Model, Base], ...]:
    """Bases without a record that somebody else made. A maker's own base is covered by the maker's own grant."""
    return tuple((holder, base) for holder, base in lineage.unrecorded if _owner(holder.id) != _owner(base.id))


def foreign_bases(model: Model, registry: Registry) -> Iterator[Model]:
    """Recorded bases of another owner, whose terms the model's maker cannot waive."""
    for base in model.bases or ():
        record = registry.models.get(base.id)
        if record is not None and _owner(record.id) != _owner(model.id):
            yield record


def freer_than(model: Model, base: Model, registry: Registry) -> bool:
    """Whether a derivative's declared terms give what its base's terms withhold."""
    if base.weights.status not in ("released", "partial") or NO_LICENSE in (model.weights.license, base.weights.license):
        return False
    return compare_expressions(base.weights.license, model.weights.license, registry) == "more-open"


def _owner(id: str) -> str:
    return id.partition("/")[0].lower()


def lineage_steps(model: Model, lineage: Lineage, clause: str) -> tuple[Step, ...]:
    """Whether the whole chain is known. A lineage that nobody stated is unknown: an empty list says trained from scratch."""
    if model.bases == ():
        return (Step("lineage", clause, "not-applicable", "trained from scratch", (FactUsed(model.ref, "base_models", "none", model.from_scratch_evidence),)),)
    steps = [_unstated(each, model, clause) for each in lineage.unstated]
    steps += [_unrecorded(holder, base, clause) for holder, base in lineage.unrecorded]
    if not steps:
        names = ", ".join(each.id for each in lineage.ancestors)
        evidence = tuple(item for base in model.bases or () for item in base.evidence)
        steps.append(Step("lineage", clause, "yes", f"derived from {names}, judged below", (FactUsed(model.ref, "base_models", names, evidence),)))
    return tuple(steps)


def _unstated(each: Model, model: Model, clause: str) -> Step:
    return Step(
        "lineage",
        clause,
        "unknown",
        f"nobody verified whether {each.id} was derived from another model",
        (FactUsed(each.ref, "base_models", "not stated"),),
        subject="" if each is model else each.id,
        needs=f"establish the base models of {each.id} (an empty list when it was trained from scratch)",
    )


def _unrecorded(holder: Model, base: Base, clause: str) -> Step:
    return Step(
        "lineage",
        clause,
        "unknown",
        f"{holder.id} was derived from {base.id} ({base.relation}), which the registry does not hold",
        (FactUsed(holder.ref, "base_models", f"{base.id} ({base.relation})", base.evidence),),
        subject=base.id,
        needs=f"add a record of {base.id}",
    )
