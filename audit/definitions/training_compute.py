"""How much compute a model took: at least, and at most, from what its records state.

A figure of the maker counts as it is. Six times parameters times tokens is the usual estimate
(guidelines on general-purpose AI models, annex A.2); with active parameters stated it counts as a
figure, without them only as a bound, because a mixture of experts computes less. A bound may show
that a threshold is not reached, never that it is passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from audit.definitions.base import FactUsed
from audit.records.model import Model, TrainingCompute, TrainingTokens

FLOP_PER_PARAMETER_AND_TOKEN = 6
MAX_TOKENS = 1e14
"""Two and a half times the most that a maker ever stated (Llama 4 Scout, about 40e12 tokens).

Taken for everything that one model and its bases of no larger size ever read.
"""
_NOTHING_TRAINED = frozenset({"quantized", "merge"})
"""Relations that take no training of their own."""


@dataclass(frozen=True)
class ComputeRange:
    """FLOP at least and at most; None where nothing bounds it."""

    least: float
    most: float | None

    def __str__(self) -> str:
        if self.most is None:
            return f"at least {self.least:.2g} FLOP" if self.least else "unknown"
        if self.least == self.most:
            return f"{self.most:.2g} FLOP"
        return f"at most {self.most:.2g} FLOP"


@lru_cache(maxsize=64)
def measure_chain(chain: tuple[Model, ...]) -> tuple[ComputeRange, tuple[FactUsed, ...]]:
    """The training of all these models together, and what each record states of it."""
    return estimate_compute(chain), list_compute_facts(chain)


def estimate_compute(chain: Iterable[Model]) -> ComputeRange:
    """The training of all these models together."""
    stated: list[tuple[Model, float]] = []
    unstated: list[Model] = []
    least = 0.0
    for model in chain:
        compute = _read_stated_compute(model)
        if compute is None or compute.most is None:
            unstated.append(model)
        else:
            stated.append((model, compute.most))
            least += compute.least
    return ComputeRange(least, _add_bounds(stated, unstated))


def _add_bounds(stated: list[tuple[Model, float]], unstated: list[Model]) -> float | None:
    """What all took at most; None where a size is missing to bound it by."""
    size = _find_largest_size(unstated)
    if size is None:
        return None
    total = sum(most for _, most in stated)
    beyond = sum(most for model, most in stated if not _is_within(model, size))
    # The bound covers models of that size and below; what they state above it is believed.
    return max(total, beyond + _bound_by_size(size))


def _find_largest_size(models: list[Model]) -> int | None:
    """Of models that state nothing but their size; 0 of none, None where a size is unknown."""
    sizes = [_count_parameters_at_work(model) for model in models]
    known = [size for size in sizes if size is not None]
    return None if len(known) < len(sizes) else max(known, default=0)


def _is_within(model: Model, size: int) -> bool:
    count = _count_parameters_at_work(model)
    return count is not None and count <= size


def _count_parameters_at_work(model: Model) -> int | None:
    """The active ones where they are stated: a mixture of experts computes with no others."""
    return model.parameters.active or model.parameters.total


def _bound_by_size(size: int) -> float:
    """What a model of which only the size is known took at most, its smaller bases included."""
    return FLOP_PER_PARAMETER_AND_TOKEN * size * MAX_TOKENS


def _read_stated_compute(model: Model) -> ComputeRange | None:
    """From a figure, a bound or the tokens of the record; None where it states none of them."""
    if model.training_compute:
        return _read_figure(model.training_compute)
    if model.training_tokens:
        return _estimate_from_tokens(model, model.training_tokens)
    relations = {link.relation for link in model.base_models or ()}
    return ComputeRange(0, 0) if relations and relations <= _NOTHING_TRAINED else None


def _read_figure(compute: TrainingCompute) -> ComputeRange:
    if compute.flop is None:
        return ComputeRange(0, compute.at_most)
    return ComputeRange(compute.flop, compute.flop)


def _estimate_from_tokens(model: Model, tokens: TrainingTokens) -> ComputeRange | None:
    parameters = _count_parameters_at_work(model)
    count = tokens.total or tokens.at_most
    if parameters is None or count is None:
        return None
    flop = float(FLOP_PER_PARAMETER_AND_TOKEN * parameters * count)
    is_figure = tokens.total is not None and model.parameters.active is not None
    return ComputeRange(flop if is_figure else 0, flop)


def list_compute_facts(chain: Iterable[Model]) -> tuple[FactUsed, ...]:
    """What each record states of its training, as facts that a step rests on."""
    return tuple(_build_compute_fact(model) for model in chain)


def _build_compute_fact(model: Model) -> FactUsed:
    if model.training_compute:
        shown = str(_read_figure(model.training_compute))
        return FactUsed(model.ref, "training_compute", shown, model.training_compute.evidence)
    if model.training_tokens:
        tokens = model.training_tokens
        shown = f"{tokens.total or tokens.at_most:.3g}"
        return FactUsed(model.ref, "training_tokens", shown, tokens.evidence)
    size = _count_parameters_at_work(model)
    if size is not None:
        shown = f"{size:,} active" if model.parameters.active else f"{size:,}"
        return FactUsed(model.ref, "parameters", shown, model.parameters.evidence)
    return FactUsed(model.ref, "training_compute", "unknown")
