"""What a project allows of the models that it uses, and where a model breaks it."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from audit.core.errors import InvalidRecordsError, Problem
from audit.core.grouping import group_pairs
from audit.core.json_files import read_json_file
from audit.core.near_names import format_near_names
from audit.definitions.lineage import Lineage, list_foreign_unrecorded_bases, trace_lineage
from audit.drift.finding import Finding
from audit.drift.kinds import find_drift_kind
from audit.licenses.expression import NO_LICENSE
from audit.licenses.terms import EffectiveTerms, list_alternative_terms
from audit.licenses.uses import IntendedUse
from audit.projects.policy_demands import find_unmet_demands
from audit.projects.policy_rules import PolicyWaiver, ProjectPolicy
from audit.records.model import Model
from audit.records.registry import Registry
from audit.records.schema import find_schema_problems

HARMFUL_DIRECTIONS = ("more-closed", "unreviewed")
_VALUE_SETS = ("labels", "licenses", "conditions", "data_licenses")
"""Keys of a policy that list what is allowed."""


def read_policy(path: Path, registry: Registry) -> ProjectPolicy:
    """A policy in the form of schemas/policy.schema.json.

    Raises InvalidRecordsError, also for a license or condition that no record has, and
    InvalidFileError.
    """
    data = read_json_file(path, path.name)
    schema_problems = find_schema_problems("policy", data, path.name)
    if problems := schema_problems or _find_unknown_names(data, registry, path.name):
        raise InvalidRecordsError(problems)
    return _build_policy(data)


def _find_unknown_names(data: dict[str, Any], registry: Registry, shown: str) -> list[Problem]:
    """Licenses and conditions that no record has."""
    kinds = _collect_condition_kinds(registry)
    return [
        *_find_unknown_values("licenses", data, registry.licenses, shown),
        *_find_unknown_values("data_licenses", data, registry.licenses, shown),
        *_find_unknown_values("conditions", data, kinds, shown),
    ]


def _build_policy(data: dict[str, Any]) -> ProjectPolicy:
    return ProjectPolicy(
        **{name: frozenset(data[name]) for name in _VALUE_SETS if name in data},
        allows_drift=data.get("drift") != "refuse",
        allows_unrecorded=data.get("unrecorded") == "allow",
        uses=tuple(map(_build_use, data.get("uses", ()))),
        allows_unknown=data.get("unknown") == "allow",
        allows_gate=data.get("gate") != "refuse",
        needs_review="depth" in data,
        allows_unpinned=data.get("unpinned") != "refuse",
        waivers=tuple(PolicyWaiver(**row) for row in data.get("waivers", ())),
    )


def _build_use(row: dict[str, Any]) -> IntendedUse:
    """The schema has the names of the fields."""
    return IntendedUse(**{**row, "purposes": tuple(row.get("purposes", ()))})


def find_policy_violations(
    model: Model, label: str, drift: Sequence[Finding], policy: ProjectPolicy, registry: Registry
) -> Iterator[str]:
    """Every way in which a model breaks the policy, in sentences."""
    if not policy.allows_label(label):
        yield f"the label {label} is not allowed"
    if policy.should_check_terms:
        yield from _check_lineage_terms(model, policy, registry)
    if not policy.allows_drift:
        yield from find_harmful_drift(drift)
    yield from find_unmet_demands(model, policy, registry)


def _collect_condition_kinds(registry: Registry) -> set[str]:
    kinds: set[str] = set()
    for license in registry.licenses.values():
        kinds.update(condition.kind for condition in license.conditions)
    return kinds


def _find_unknown_values(
    key: str, data: dict[str, list[str]], known: Collection[str], shown: str
) -> Iterator[Problem]:
    """A value that no record has would forbid everything, by a slip of the pen."""
    for index, value in enumerate(data.get(key, ())):
        if value not in known:
            yield _build_unknown_value_problem(value, known, shown, f"$.{key}[{index}]")


def _build_unknown_value_problem(
    value: str, known: Collection[str], shown: str, place: str
) -> Problem:
    near = format_near_names(value, known)
    message = f"the registry knows no {value!r}{near}"
    return Problem(shown, place, message, "write one that registry/licenses has")


def _check_lineage_terms(model: Model, policy: ProjectPolicy, registry: Registry) -> Iterator[str]:
    """The terms of the model and of everything that it is derived from."""
    lineage = trace_lineage(model, registry)
    yield from _check_terms(model, "", policy, registry)
    for base in lineage.ancestors:
        yield from _check_terms(base, f" of the base model {base.id}", policy, registry)
    yield from _report_unrecorded_bases(lineage)


def _report_unrecorded_bases(lineage: Lineage) -> Iterator[str]:
    for _, reference in list_foreign_unrecorded_bases(lineage):
        yield f"the terms of the base model {reference.id} are not known"


def find_harmful_drift(drift: Sequence[Finding]) -> Iterator[str]:
    """Confirmed drift that closes something, or that nobody has reviewed."""
    for finding in drift:
        if find_drift_kind(finding.kind).is_news:
            continue
        if finding.status == "confirmed" and finding.direction in HARMFUL_DIRECTIONS:
            yield f"there is confirmed drift: {finding.record} {finding.kind}"


def _check_terms(
    model: Model, whose: str, policy: ProjectPolicy, registry: Registry
) -> Iterator[str]:
    license = model.weights.license
    if model.weights.status == "not-released":
        return
    if not license:
        yield f"the license of the weights{whose} is not known"
    elif license == NO_LICENSE:
        yield f"the license of the weights{whose} is not there: nothing is granted"
    else:
        yield from _choose_terms(license, whose, policy, registry)


def _choose_terms(license: str, whose: str, policy: ProjectPolicy, registry: Registry) -> list[str]:
    """Of licenses to choose from, one that is allowed is enough: the violations of the best."""
    choices = list_alternative_terms(license, registry)
    return min((list(_find_disallowed_terms(terms, whose, policy)) for terms in choices), key=len)


def _find_disallowed_terms(
    terms: EffectiveTerms, whose: str, policy: ProjectPolicy
) -> Iterator[str]:
    """What the policy does not allow of the licenses that apply together."""
    for id in terms.licenses:
        if not policy.allows_license(id):
            yield f"the license {id}{whose} is not allowed"
    if policy.conditions is not None:
        yield from _find_disallowed_conditions(terms, whose, policy.conditions)


def _find_disallowed_conditions(
    terms: EffectiveTerms, whose: str, allowed: frozenset[str]
) -> Iterator[str]:
    disallowed = _collect_disallowed_kinds(terms, allowed)
    for license, kinds in sorted(disallowed.items()):
        listed = ", ".join(sorted(set(kinds)))
        yield f"conditions of {license}{whose} that are not allowed: {listed}"


def _collect_disallowed_kinds(
    terms: EffectiveTerms, allowed: frozenset[str]
) -> dict[str, list[str]]:
    """By license, the kinds of conditions that are not allowed."""
    return group_pairs(
        (clause.license, clause.condition.kind)
        for clause in terms.clauses
        if clause.condition.kind not in allowed
    )
