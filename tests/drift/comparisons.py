"""One declaration against one look, told as rows that a table can hold; and the small registry that the tables share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from audit.drift.compare.inputs import TargetComparison
from audit.drift.compare.target import compare_target
from audit.drift.finding import Difference, FindingValue, TargetDeclaration
from audit.observations.facts import CodeFacts, HubFacts, Observation, Target, TargetKind
from audit.records.build import RecordBuilder
from audit.records.license import License
from audit.records.registry import Registry
from tests.conftest import make_license_record, make_model_record
from tests.drift.builders import DECLARED, FACTS, TARGET, make_facts, make_observation

NO_COMMERCE = {
    "osi_approved": False,
    "freedoms": {"use": "limited", "study": "yes", "modify": "yes", "share": "limited"},
    "conditions": [
        {"kind": "non-commercial", "section": "2", "summary": "No commerce.", "evidence": ["card"]}
    ],
}
LICENSES = (
    make_license_record(),
    make_license_record("Apache-2.0"),
    make_license_record("CC-BY-NC-4.0", **NO_COMMERCE),
    make_license_record("LicenseRef-maker", hub_tags=[], hub_names=["maker-license"]),
    make_license_record(
        "LicenseRef-maker-nc", hub_tags=[], hub_names=["maker-research"], **NO_COMMERCE
    ),
)


@dataclass(frozen=True)
class Told:
    """What a difference says, without the passages of a text."""

    kind: str
    field: str
    before: FindingValue
    after: FindingValue
    direction: str
    looks: int = 1
    """How many must see it."""
    loss: bool = False
    """Whether the breaker counts it."""
    license: str | None = None
    """That the weights would have."""
    gone: bool = False
    """Whether the weights are."""


def summarize_difference(found: Difference) -> Told:
    """A difference as a row."""
    return Told(
        found.kind,
        found.field,
        found.before,
        found.after,
        found.direction,
        found.sightings_needed,
        found.is_loss,
        found.weights_license,
        found.weights_gone,
    )


def make_registry(*models: Mapping[str, Any], licenses: tuple[License, ...] = ()) -> Registry:
    """The shared licenses, with others and with models."""
    known = {row["id"]: RecordBuilder().build_license(row) for row in LICENSES} | {
        each.id: each for each in licenses
    }
    return Registry(
        {row["id"]: RecordBuilder().build_model(dict(row), None) for row in models}, {}, {}, known
    )


REGISTRY = make_registry(make_model_record())


def compare_observation(
    declaration: TargetDeclaration = DECLARED,
    baseline: HubFacts | CodeFacts | None = FACTS,
    look: Observation | None = None,
    *,
    kind: TargetKind = "model",
    registry: Registry = REGISTRY,
    texts: Mapping[str, bytes] | None = None,
) -> list[Difference]:
    """What one look shows; without one, a look at the usual facts."""
    kept = texts or {}
    view = TargetComparison(
        kind,
        declaration,
        baseline,
        look or make_observation(),
        lambda sha256: kept.get(sha256 or ""),
    )
    return compare_target(view, registry)


def summarize_changes(
    declaration: TargetDeclaration = DECLARED,
    baseline: HubFacts | CodeFacts | None = FACTS,
    *,
    kind: TargetKind = "model",
    registry: Registry = REGISTRY,
    **now: Any,
) -> list[Told]:
    """The rows of a look at the usual facts, but for some."""
    return [
        summarize_difference(each)
        for each in compare_observation(
            declaration, baseline, make_observation(make_facts(**now)), kind=kind, registry=registry
        )
    ]


def make_code_observation(**changes: Any) -> Observation:
    """A look at a repository of code."""
    seen = replace(CodeFacts("maker/code", False, False, "MIT"), **changes)
    return Observation(
        Target("github", "code", "maker/code"),
        "ok",
        "https://api.example/repos/maker/code",
        200,
        "ok",
        seen,
    )


def make_failed_observation(state: Any, reason: str, kind: TargetKind = "model") -> Observation:
    """A look that found nothing to read."""
    return Observation(
        Target("github" if kind == "code" else "huggingface", kind, TARGET.repo),
        state,
        "https://hub.example/api",
        404,
        reason,
        None,
    )
