"""Demands of a policy beside label and license: uses, gate, depth of the record, data."""

from collections.abc import Iterator

from audit.definitions.depth import find_depth
from audit.definitions.permissions import judge_permission
from audit.licenses.uses import GRANTED, PERMISSION_WORDS, IntendedUse
from audit.projects.policy_rules import ProjectPolicy
from audit.records.dataset import Dataset
from audit.records.model import Model
from audit.records.registry import Registry


def find_unmet_demands(model: Model, policy: ProjectPolicy, registry: Registry) -> Iterator[str]:
    """Every way in which a model breaks these demands, in sentences."""
    for use in policy.uses:
        yield from _judge_use(model, use, policy, registry)
    if not policy.allows_gate:
        yield from _judge_gate(model)
    if policy.needs_review and find_depth(model).value != "reviewed":
        yield "its record is not reviewed"
    if policy.data_licenses is not None:
        yield from _judge_data(model, policy.data_licenses, registry)


def _judge_use(
    model: Model, use: IntendedUse, policy: ProjectPolicy, registry: Registry
) -> Iterator[str]:
    answer = judge_permission(model, registry, use)
    if answer.value in GRANTED or (answer.value == "unknown" and policy.allows_unknown):
        return
    clause = f": {answer.clauses[0].summary}" if answer.clauses else ""
    yield f"to {use.entailment.words} is {PERMISSION_WORDS[answer.value]}{clause}"


def _judge_gate(model: Model) -> Iterator[str]:
    if model.hub and model.hub.gated not in (False, "unknown"):
        yield f"it lies behind a gate ({model.hub.gated})"


def _judge_data(model: Model, allowed: frozenset[str], registry: Registry) -> Iterator[str]:
    """The licenses of the datasets that the record names."""
    names = model.components["datasets"].datasets
    if not names:
        yield "the terms of its training data are not known"
    for id in names:
        yield from _judge_dataset(id, registry.datasets.get(id), allowed)


def _judge_dataset(id: str, dataset: Dataset | None, allowed: frozenset[str]) -> Iterator[str]:
    license = dataset.license if dataset else None
    if license is None:
        yield f"the license of its training data {id} is not known"
    elif license not in allowed:
        yield f"the license {license} of its training data {id} is not allowed"
