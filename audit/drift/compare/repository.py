"""Pure comparison: what a record declares, what was first seen, and what is seen now. No clock, no network, no disk."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.definitions.lineage import find_foreign_bases, is_freer_than_base
from audit.drift.compare.license_texts import (
    LicenseComparison,
    TextLoader,
    compare_license_files,
    find_license_conflicts,
)
from audit.drift.compare.weights import compare_weights
from audit.drift.finding import Difference, FindingValue, TargetDeclaration
from audit.licenses.compare import Direction, compare_expressions
from audit.licenses.hub_tags import find_license_of_tag
from audit.observations.facts import CodeFacts, HubFacts, Observation, TargetKind
from audit.records.model import Registry

EXTRA_ANONYMOUS_SIGHTINGS = 1
"""One more where the Hub cannot tell missing from private: an anonymous 401."""

PINNED_REVISION_FIELD = "hub.revision"
"""The field of what became of a pinned revision."""
HUB_FIRST_DAY = "2022-03-02"
"""What the Hub gives as the creation of everything older."""

LOSS_KIND_AND_FIELD: dict[TargetKind, tuple[str, str]] = {
    "model": ("weights-gone", "hub.repo"),
    "dataset": ("data-gone", "hub.repo"),
    "code": ("code-gone", "url"),
}


@dataclass(frozen=True)
class TargetComparison:
    """One declaration, the baseline of its target, and the latest sighting."""

    kind: TargetKind
    declaration: TargetDeclaration
    baseline: HubFacts | CodeFacts | None
    observation: Observation
    load_text: TextLoader = lambda sha256: None
    """Fetched license texts by digest, as far as they were kept."""


def find_differences(view: TargetComparison, registry: Registry) -> list[Difference]:
    """Every difference that matters, sorted by kind and field. An unverifiable sighting has none: it shows nothing."""
    state = view.observation.state
    if state == "unverifiable":
        return []
    if state in ("absent", "disabled"):
        return list(_find_loss(view))
    facts = view.observation.facts
    if isinstance(facts, CodeFacts):
        found = list(_compare_code_repository(view, facts, registry))
    elif isinstance(facts, HubFacts):
        found = list(_compare_hub_repository(view, facts, registry))
    else:
        return []
    return sorted(found, key=lambda each: (each.kind, each.field))


def _find_loss(view: TargetComparison) -> Iterator[Difference]:
    # What nobody knew to be there can only be lost once it was seen.
    if view.declaration.expected is False or (
        view.declaration.expected is None and view.baseline is None
    ):
        return
    if view.observation.state == "disabled":
        yield Difference(
            "repo-disabled",
            "hub.repo",
            "reachable",
            "disabled",
            "more-closed",
            weights_gone=view.kind == "model",
        )
        return
    kind, field = LOSS_KIND_AND_FIELD[view.kind]
    is_anonymous = view.observation.reason == "not-publicly-reachable"
    yield Difference(
        kind,
        field,
        "reachable",
        "not publicly reachable",
        "more-closed",
        extra_sightings=EXTRA_ANONYMOUS_SIGHTINGS if is_anonymous else 0,
        weights_gone=view.kind == "model",
    )


def _compare_code_repository(
    view: TargetComparison, facts: CodeFacts, registry: Registry
) -> Iterator[Difference]:
    before = view.baseline if isinstance(view.baseline, CodeFacts) else None
    address = view.observation.target.repo
    if facts.repo.lower() != address.lower():
        yield Difference("repo-moved", "url", address, facts.repo, "neutral")
    if before and facts.archived and not before.archived:
        yield Difference("code-archived", "url", "active", "archived", "neutral")
    # GitHub answers None where it cannot name a license; that is a prompt to read the file, not a change of terms.
    if before and facts.license and before.license and facts.license != before.license:
        direction = compare_expressions(before.license, facts.license, registry)
        yield Difference("code-license-changed", "url", before.license, facts.license, direction)


def _compare_hub_repository(
    view: TargetComparison, facts: HubFacts, registry: Registry
) -> Iterator[Difference]:
    before = view.baseline if isinstance(view.baseline, HubFacts) else None
    if before and before.hub_id and facts.hub_id and before.hub_id != facts.hub_id:
        # Another repository under the same name: nothing it says is about the model that was recorded.
        yield Difference("identity-changed", "hub.repo", before.hub_id, facts.hub_id, "unreviewed")
        return
    if before and before.created_at and facts.created_at and before.created_at < facts.created_at:
        yield Difference(
            "identity-changed",
            "hub.repo",
            f"created {before.created_at}",
            f"created {facts.created_at}",
            "unreviewed",
        )
        return
    if view.observation.pinned_revision_state == "missing":
        pin = (view.declaration.revision or "")[:12]
        if _is_younger_than_release(facts, view.declaration):
            yield Difference(
                "identity-changed",
                PINNED_REVISION_FIELD,
                f"revision {pin}",
                f"created {facts.created_at}",
                "unreviewed",
            )
            return
        yield Difference(
            "history-rewritten",
            PINNED_REVISION_FIELD,
            f"revision {pin}",
            f"revision {(facts.revision or '')[:12]}",
            "unreviewed",
        )
    address = view.observation.target.repo
    if facts.repo != address:
        yield Difference("repo-moved", "hub.repo", address, facts.repo, "neutral")
    if view.declaration.expected is False:
        if view.kind == "dataset" or facts.weights.files:  # a page without files releases nothing
            yield _build_release_difference(view)
        return
    yield from _compare_gate(view, before, facts)
    yield from _compare_license_tag(view, before, facts, registry)
    yield from _compare_license_link(view, before, facts)
    scene = LicenseComparison(view.declaration, registry, view.load_text)
    yield from compare_license_files(before, facts, scene)
    yield from _find_new_conflicts(before, facts, scene)
    yield from _find_terms_freer_than_base(view, registry)
    if view.kind == "model" and before:
        yield from compare_weights(before.weights, facts.weights)
    if before:
        yield from _compare_bases_and_datasets(before, facts)


def _is_younger_than_release(facts: HubFacts, declared: TargetDeclaration) -> bool:
    """Whether the repository was created after the model's release, where both days are known."""
    created = (facts.created_at or "")[:10]
    return (
        declared.released is not None
        and len(declared.released) == len(created)
        and created > max(declared.released, HUB_FIRST_DAY)
    )


def _build_release_difference(view: TargetComparison) -> Difference:
    kind = "data-released" if view.kind == "dataset" else "weights-released"
    return Difference(kind, "hub.repo", "not released", "reachable", "more-open")


def _compare_gate(
    view: TargetComparison, before: HubFacts | None, facts: HubFacts
) -> Iterator[Difference]:
    declared = view.declaration.gated
    reference = declared if declared is not None else (before.gated if before else facts.gated)
    if reference == facts.gated or (reference == "gated" and facts.gated):
        return
    subject = "data" if view.kind == "dataset" else "weights"
    if not reference:
        yield Difference(
            f"{subject}-gated",
            "hub.gated",
            False,
            facts.gated,
            "more-closed",
        )
    elif not facts.gated:
        yield Difference(f"{subject}-ungated", "hub.gated", reference, False, "more-open")
    else:
        stricter = facts.gated == "manual"
        yield Difference(
            "gate-changed",
            "hub.gated",
            reference,
            facts.gated,
            "more-closed" if stricter else "more-open",
        )


def _compare_license_tag(
    view: TargetComparison, before: HubFacts | None, facts: HubFacts, registry: Registry
) -> Iterator[Difference]:
    declared = view.declaration
    reference, name = declared.license_tag, declared.license_name
    if reference is None and before:
        reference, name = before.license_tag, before.license_name
    seen = find_license_of_tag(facts.license_tag, facts.license_name, registry)
    if reference is None:
        yield from _find_tag_conflict(view, seen, registry)
        return
    changed_tag = reference != facts.license_tag
    # license_name only says something beside `other`, and only where the reference has one.
    changed_name = (
        not changed_tag and reference == "other" and name is not None and name != facts.license_name
    )
    if not (changed_tag or changed_name):
        return
    # A tag that means nothing by itself, such as `other`, stood for the terms that the record states.
    was = find_license_of_tag(reference, name, registry) or (
        declared.license if reference == declared.license_tag else None
    )
    direction: Direction = (
        compare_expressions(was, seen, registry) if was and seen else "unreviewed"
    )
    values: tuple[FindingValue, FindingValue] = (
        (reference or "none", facts.license_tag or "none")
        if changed_tag
        else (name, facts.license_name)
    )
    yield Difference(
        _choose_license_kind(view, values),
        "hub.license_tag" if changed_tag else "hub.license_name",
        *values,
        direction,
        weights_license=seen or "",
    )


def _choose_license_kind(view: TargetComparison, values: tuple[FindingValue, FindingValue]) -> str:
    if view.kind == "dataset":
        return "data-license-changed"
    lists = any(isinstance(value, str) and " AND " in value for value in values)
    return "license-list-changed" if lists else "license-tag-changed"


def _find_tag_conflict(
    view: TargetComparison, seen: str | None, registry: Registry
) -> Iterator[Difference]:
    """First sight of a tag that contradicts the terms which the record states."""
    declared = view.declaration.license
    if seen and declared and seen not in declared.replace("(", " ").replace(")", " ").split():
        yield Difference(
            "license-conflict",
            "hub.license_tag",
            declared,
            seen,
            compare_expressions(declared, seen, registry),
            weights_license=seen,
        )


def _find_new_conflicts(
    before: HubFacts | None, facts: HubFacts, scene: LicenseComparison
) -> Iterator[Difference]:
    """Contradictions within one repository. What merely follows from a change is told by that change."""
    changed = before is not None and (before.license_tag, before.license_name) != (
        facts.license_tag,
        facts.license_name,
    )
    blobs = {each.path: each.blob_id for each in before.license_files} if before else {}
    for each in find_license_conflicts(facts, scene):
        known = next(
            (file.blob_id for file in facts.license_files if file.path == each.field), None
        )
        if not changed and (not blobs or blobs.get(each.field) == known):
            yield each


def _find_terms_freer_than_base(view: TargetComparison, registry: Registry) -> Iterator[Difference]:
    """A derivative whose terms give what the terms of somebody else's base withhold: the base's still bind."""
    model = registry.models.get(view.declaration.record.removeprefix("models/"))
    for base in find_foreign_bases(model, registry) if model and view.kind == "model" else ():
        if model and is_freer_than_base(model, base, registry):
            yield Difference(
                "license-conflict",
                f"base_models.{base.id}",
                base.weights.license,
                model.weights.license,
                "unreviewed",
            )


def _compare_license_link(
    view: TargetComparison, before: HubFacts | None, facts: HubFacts
) -> Iterator[Difference]:
    reference = view.declaration.license_link or (before.license_link if before else None)
    if reference and facts.license_link and reference != facts.license_link:
        yield Difference(
            "license-tag-changed", "hub.license_link", reference, facts.license_link, "unreviewed"
        )


def _compare_bases_and_datasets(before: HubFacts, facts: HubFacts) -> Iterator[Difference]:
    if before.base_models != facts.base_models:
        yield Difference(
            "base-model-changed", "base_models", before.base_models, facts.base_models, "unreviewed"
        )
    if before.datasets != facts.datasets:
        yield Difference(
            "data-list-changed", "datasets", before.datasets, facts.datasets, "neutral"
        )
