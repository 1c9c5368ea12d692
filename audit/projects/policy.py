"""What a project allows of the models that it uses, and where a model breaks it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.core.errors import InvalidRecordsError, Problem
from audit.core.json_files import read_json_file
from audit.core.near_names import format_near_names
from audit.definitions.lineage import list_foreign_unrecorded_bases, trace_lineage
from audit.drift.finding import Finding
from audit.licenses.terms import EffectiveTerms, list_alternative_terms
from audit.records.model import Model, Registry
from audit.records.schema import find_schema_problems

HARMFUL_DIRECTIONS = ("more-closed", "unreviewed")


@dataclass(frozen=True)
class ProjectPolicy:
    """The allowed values; None where nothing is asked."""

    labels: frozenset[str] | None = None
    licenses: frozenset[str] | None = None
    conditions: frozenset[str] | None = None
    allows_drift: bool = True
    allows_unrecorded: bool = False

    @property
    def should_check_terms(self) -> bool:
        """Whether licenses have to be known."""
        return self.licenses is not None or self.conditions is not None


def read_policy(path: Path, registry: Registry) -> ProjectPolicy:
    """A policy in the form of schemas/policy.schema.json. Raises InvalidRecords, BadFile; a license or condition that nothing has is a mistake."""
    data = read_json_file(path, path.name)
    problems = find_schema_problems("policy", data, path.name)
    kinds = {each.kind for license in registry.licenses.values() for each in license.conditions}
    if not problems:
        problems = [
            *_find_unknown_values("licenses", data, registry.licenses, path.name),
            *_find_unknown_values("conditions", data, kinds, path.name),
        ]
    if problems:
        raise InvalidRecordsError(problems)
    sets = {
        name: frozenset(data[name]) if name in data else None
        for name in ("labels", "licenses", "conditions")
    }
    return ProjectPolicy(
        **sets,
        allows_drift=data.get("drift") != "refuse",
        allows_unrecorded=data.get("unrecorded") == "allow",
    )


def _find_unknown_values(
    name: str, data: dict[str, list[str]], known: Collection[str], shown: str
) -> list[Problem]:
    return [
        Problem(
            shown,
            f"$.{name}[{index}]",
            f"the registry knows no {value!r}{format_near_names(value, known)}",
            "write one that registry/licenses has",
        )
        for index, value in enumerate(data.get(name, ()))
        if value not in known
    ]


def find_policy_violations(
    model: Model, label: str, drift: Sequence[Finding], policy: ProjectPolicy, registry: Registry
) -> Iterator[str]:
    """Every way in which a model breaks the policy, in sentences."""
    if policy.labels is not None and label not in policy.labels:
        yield f"the label {label} is not allowed"
    if policy.should_check_terms:
        lineage = trace_lineage(model, registry)
        for each in (model, *lineage.ancestors):
            yield from _check_terms(
                each, "" if each is model else f" of the base model {each.id}", policy, registry
            )
        yield from (
            f"the terms of the base model {base.id} are not known"
            for _, base in list_foreign_unrecorded_bases(lineage)
        )
    if not policy.allows_drift:
        yield from (
            f"there is confirmed drift: {each.record} {each.kind}"
            for each in drift
            if each.status == "confirmed" and each.direction in HARMFUL_DIRECTIONS
        )


def _check_terms(
    model: Model, whose: str, policy: ProjectPolicy, registry: Registry
) -> Iterator[str]:
    weights = model.weights
    if weights.status == "not-released":
        return
    if not weights.license or weights.license == "NONE":
        yield f"the license of the weights{whose} is {'not there: nothing is granted' if weights.license else 'not known'}"
        return
    choices = [
        list(_find_disallowed_terms(terms, whose, policy))
        for terms in list_alternative_terms(weights.license, registry)
    ]
    yield from min(choices, key=len)


def _find_disallowed_terms(
    terms: EffectiveTerms, whose: str, policy: ProjectPolicy
) -> Iterator[str]:
    """What of the licenses that apply together the policy does not allow."""
    if policy.licenses is not None:
        yield from (
            f"the license {id}{whose} is not allowed"
            for id in terms.licenses
            if id not in policy.licenses
        )
    if policy.conditions is not None:
        outside: dict[str, set[str]] = defaultdict(set)
        for each in terms.clauses:
            if each.condition.kind not in policy.conditions:
                outside[each.license].add(each.condition.kind)
        yield from (
            f"conditions of {license}{whose} that are not allowed: {', '.join(sorted(kinds))}"
            for license, kinds in sorted(outside.items())
        )
