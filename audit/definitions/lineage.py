"""The chain of models from which a model was derived: it is judged together with its bases."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from audit.definitions.base import FactUsed, Step
from audit.licenses.compare import compare_expressions
from audit.licenses.expression import NO_LICENSE
from audit.records.model import BaseModelLink, Model
from audit.records.registry import Registry

_NEVER_PUBLISHED = frozenset({"not-released", "described", "not-applicable"})
"""States of weights that nobody outside ever had."""
TEACHER_RELATION = "distillation"


@dataclass(frozen=True)
class Lineage:
    """Every base of a model, its bases' bases included.

    All relations count, a distilled model's teacher too.
    """

    ancestors: tuple[Model, ...]
    """Bases that the registry holds, nearest first."""
    unrecorded_bases: tuple[tuple[Model, BaseModelLink], ...]
    """Bases without a record, each with the model that names it."""
    unstated_models: tuple[Model, ...]
    """Models of the chain whose lineage nobody verified: the model itself, or a base."""


@lru_cache(maxsize=64)
def trace_parameters(model: Model, registry: Registry) -> Lineage:
    """The chain of models of whose parameters the model contains something.

    A teacher is none of them: what it wrote is data.
    """
    return _follow_bases(model, registry, with_teachers=False)


@lru_cache(maxsize=64)
def trace_lineage(model: Model, registry: Registry) -> Lineage:
    """The same with teachers."""
    return _follow_bases(model, registry, with_teachers=True)


def _follow_bases(model: Model, registry: Registry, *, with_teachers: bool) -> Lineage:
    """Follow the base models to the end; a circle is walked once."""
    if not model.base_models:
        return Lineage((), (), (model,) if model.base_models is None else ())
    reached = {model.id: model}
    waiting = deque([model])
    while waiting:
        for link in _list_links(waiting.popleft(), with_teachers=with_teachers):
            base = registry.models.get(link.id)
            if base is not None and base.id not in reached:
                reached[base.id] = base
                waiting.append(base)
    chain = tuple(reached.values())
    unstated = tuple(each for each in chain if each.base_models is None)
    links = (
        (holder, link)
        for holder in chain
        for link in _list_links(holder, with_teachers=with_teachers)
    )
    return Lineage(chain[1:], _find_unrecorded_bases(links, registry), unstated)


def _list_links(model: Model, *, with_teachers: bool) -> list[BaseModelLink]:
    links = model.base_models or ()
    return [link for link in links if with_teachers or link.relation != TEACHER_RELATION]


def _find_unrecorded_bases(
    links: Iterable[tuple[Model, BaseModelLink]], registry: Registry
) -> tuple[tuple[Model, BaseModelLink], ...]:
    """Each base without a record once, with the nearest model that names it."""
    found: dict[str, tuple[Model, BaseModelLink]] = {}
    for holder, link in links:
        if link.id not in registry.models:
            found.setdefault(link.id, (holder, link))
    return tuple(found.values())


def find_binding_bases(lineage: Lineage) -> tuple[Model, ...]:
    """The recorded bases whose terms bind the derivative's users, nearest first.

    Weights that were never published bind nobody: who takes only the derivative's has no part of
    them under those terms. Weights of which nobody knows whether they were published may bind.
    """
    return tuple(base for base in lineage.ancestors if base.weights.status not in _NEVER_PUBLISHED)


def find_licensors(model: Model, lineage: Lineage) -> tuple[Model, ...]:
    """The bases whose terms bind whoever uses this model: those of other makers, nearest first.

    A maker may give more in a derivative of its own, so that its own base does not bind; what that
    base was made from still does. A teacher whose outputs were used is no base.
    """
    if not lineage.ancestors:
        return ()
    makers = _map_derivative_makers(model, lineage)
    binding = find_binding_bases(lineage)
    return tuple(base for base in binding if makers[base.id] - {get_owner(base.id)})


def _map_derivative_makers(model: Model, lineage: Lineage) -> dict[str, set[str]]:
    """Who derived something from each recorded base that is reached without a teacher."""
    makers: dict[str, set[str]] = defaultdict(set)
    records = {base.id: base for base in lineage.ancestors}
    waiting = deque([model])
    walked = {model.id}
    while waiting:
        current = waiting.popleft()
        for base in _find_copied_bases(current, records):
            makers[base.id].add(get_owner(current.id))
            if base.id not in walked:
                walked.add(base.id)
                waiting.append(base)
    return makers


def _find_copied_bases(model: Model, records: Mapping[str, Model]) -> Iterator[Model]:
    """Recorded bases of which the model contains something, unlike of a teacher."""
    for link in model.base_models or ():
        if link.id in records and link.relation != TEACHER_RELATION:
            yield records[link.id]


def list_foreign_unrecorded_bases(lineage: Lineage) -> tuple[tuple[Model, BaseModelLink], ...]:
    """Bases without a record that another maker published.

    A maker's own base is covered by the maker's own grant.
    """
    return tuple(
        (holder, base)
        for holder, base in lineage.unrecorded_bases
        if get_owner(holder.id) != get_owner(base.id)
    )


def find_foreign_bases(model: Model, registry: Registry) -> Iterator[Model]:
    """Recorded bases of another owner, whose terms the model's maker cannot waive."""
    for base in model.base_models or ():
        record = registry.models.get(base.id)
        if record is not None and get_owner(record.id) != get_owner(model.id):
            yield record


def is_freer_than_base(model: Model, base: Model, registry: Registry) -> bool:
    """Whether a derivative's declared terms give what its base's terms withhold."""
    if base.weights.status not in ("released", "partial") or NO_LICENSE in (
        model.weights.license,
        base.weights.license,
    ):
        return False
    return compare_expressions(base.weights.license, model.weights.license, registry) == "more-open"


def get_owner(id: str) -> str:
    """Whose model it is, whatever the case."""
    return id.partition("/")[0].lower()


def build_lineage_steps(model: Model, lineage: Lineage, clause: str) -> tuple[Step, ...]:
    """Whether the whole chain is known.

    A lineage that nobody stated is unknown; an empty list says that it was trained from scratch.
    """
    if model.base_models == ():
        return (_build_scratch_step(model, clause),)
    steps = [_build_unstated_step(holder, model, clause) for holder in lineage.unstated_models]
    for holder, base in lineage.unrecorded_bases:
        steps.append(_build_unrecorded_step(holder, base, clause))
    return tuple(steps) or (_build_known_step(model, lineage, clause),)


def _build_scratch_step(model: Model, clause: str) -> Step:
    evidence = model.from_scratch.evidence if model.from_scratch else ()
    fact = FactUsed(model.ref, "base_models", "none", evidence)
    return Step("lineage", clause, "not-applicable", "trained from scratch", (fact,))


def _build_known_step(model: Model, lineage: Lineage, clause: str) -> Step:
    names = ", ".join(base.id for base in lineage.ancestors)
    if not names:
        return _build_taught_step(model, clause)
    evidence = chain.from_iterable(link.evidence for link in model.base_models or ())
    fact = FactUsed(model.ref, "base_models", names, tuple(evidence))
    return Step("lineage", clause, "yes", f"derived from {names}, judged below", (fact,))


def _build_taught_step(model: Model, clause: str) -> Step:
    """Of a model that names teachers alone."""
    links = model.base_models or ()
    facts = tuple(build_base_fact(model, link) for link in links)
    teachers = ", ".join(link.id for link in links)
    reason = f"taught by {teachers}, of which it contains no parameters"
    return Step("lineage", clause, "yes", reason, facts)


def _build_unstated_step(holder: Model, model: Model, clause: str) -> Step:
    scratch = "(an empty list when it was trained from scratch)"
    return Step(
        "lineage",
        clause,
        "unknown",
        f"nobody verified whether {holder.id} was derived from another model",
        (FactUsed(holder.ref, "base_models", "not stated"),),
        subject="" if holder is model else holder.id,
        needs=f"establish the base models of {holder.id} {scratch}",
    )


def _build_unrecorded_step(holder: Model, base: BaseModelLink, clause: str) -> Step:
    derived = f"{holder.id} was derived from {base.id} ({base.relation})"
    return Step(
        "lineage",
        clause,
        "unknown",
        f"{derived}, which the registry does not hold",
        (build_base_fact(holder, base),),
        subject=base.id,
        needs=f"add a record of {base.id}",
    )


def build_base_fact(holder: Model, base: BaseModelLink) -> FactUsed:
    """That a model names a base, as a fact that a step rests on."""
    value = f"{base.id} ({base.relation})"
    return FactUsed(holder.ref, "base_models", value, base.evidence)
