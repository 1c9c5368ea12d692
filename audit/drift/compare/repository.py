"""Pure comparison: what a record declares, what was first seen, and what is seen now. No clock, no network, no disk."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.definitions.lineage import foreign_bases, freer_than
from audit.drift.compare.license_texts import LOSS_RUNS, Scene, Texts, conflicts, text_differences
from audit.drift.compare.weights import weight_differences
from audit.drift.finding import Declared, Difference, Direction, Value
from audit.licenses.compare import compare_expressions
from audit.licenses.hub_tags import license_of_tag
from audit.observations.facts import CodeFacts, HubFacts, Kind, Sighting
from audit.records.model import Registry

ANONYMOUS_LOSS_RUNS = 3
"""One more where the Hub cannot tell missing from private: an anonymous 401."""

PIN = "hub.revision"
"""The field of what became of a pinned revision."""
HUB_FIRST_DAY = "2022-03-02"
"""What the Hub gives as the creation of everything older."""

GONE: dict[Kind, tuple[str, str]] = {"models": ("weights-gone", "hub.repo"), "datasets": ("data-gone", "hub.repo"), "code": ("code-gone", "url")}


@dataclass(frozen=True)
class View:
    """One declaration, the baseline of its target, and the latest sighting."""

    kind: Kind
    declared: Declared
    baseline: HubFacts | CodeFacts | None
    sighting: Sighting
    texts: Texts = lambda sha256: None
    """Fetched license texts by digest, as far as they were kept."""


def differences(view: View, registry: Registry) -> list[Difference]:
    """Every difference that matters, sorted by kind and field. An unverifiable sighting has none: it shows nothing."""
    state = view.sighting.state
    if state == "unverifiable":
        return []
    if state in ("absent", "disabled"):
        return list(_loss(view))
    facts = view.sighting.facts
    if isinstance(facts, CodeFacts):
        found = list(_code(view, facts, registry))
    elif isinstance(facts, HubFacts):
        found = list(_hub(view, facts, registry))
    else:
        return []
    return sorted(found, key=lambda each: (each.kind, each.field))


def _loss(view: View) -> Iterator[Difference]:
    # What nobody knew to be there can only be lost once it was seen.
    if view.declared.expected is False or (view.declared.expected is None and view.baseline is None):
        return
    if view.sighting.state == "disabled":
        yield Difference("repo-disabled", "hub.repo", "reachable", "disabled", "more-closed", LOSS_RUNS, loss=True, weights_gone=view.kind == "models")
        return
    kind, field = GONE[view.kind]
    runs = ANONYMOUS_LOSS_RUNS if view.sighting.reason == "not-publicly-reachable" else LOSS_RUNS
    yield Difference(kind, field, "reachable", "not publicly reachable", "more-closed", runs, loss=True, weights_gone=view.kind == "models")


def _code(view: View, facts: CodeFacts, registry: Registry) -> Iterator[Difference]:
    before = view.baseline if isinstance(view.baseline, CodeFacts) else None
    address = view.sighting.target.address
    if facts.repo.lower() != address.lower():
        yield Difference("repo-moved", "url", address, facts.repo, "neutral")
    if before and facts.archived and not before.archived:
        yield Difference("code-archived", "url", "active", "archived", "neutral")
    # GitHub answers None where it cannot name a license; that is a prompt to read the file, not a change of terms.
    if before and facts.license and before.license and facts.license != before.license:
        direction = compare_expressions(before.license, facts.license, registry)
        yield Difference("code-license-changed", "url", before.license, facts.license, direction)


def _hub(view: View, facts: HubFacts, registry: Registry) -> Iterator[Difference]:
    before = view.baseline if isinstance(view.baseline, HubFacts) else None
    if before and before.hub_id and facts.hub_id and before.hub_id != facts.hub_id:
        # Another repository under the same name: nothing it says is about the model that was recorded.
        yield Difference("identity-changed", "hub.repo", before.hub_id, facts.hub_id, "unreviewed")
        return
    if before and before.created_at and facts.created_at and before.created_at < facts.created_at:
        yield Difference("identity-changed", "hub.repo", f"created {before.created_at}", f"created {facts.created_at}", "unreviewed")
        return
    if view.sighting.pinned == "missing":
        pin = (view.declared.revision or "")[:12]
        if _younger(facts, view.declared):
            yield Difference("identity-changed", PIN, f"revision {pin}", f"created {facts.created_at}", "unreviewed")
            return
        yield Difference("history-rewritten", PIN, f"revision {pin}", f"revision {(facts.revision or '')[:12]}", "unreviewed")
    address = view.sighting.target.address
    if facts.repo != address:
        yield Difference("repo-moved", "hub.repo", address, facts.repo, "neutral")
    if view.declared.expected is False:
        if view.kind == "datasets" or facts.weights.files:  # a page without files releases nothing
            yield _released(view)
        return
    yield from _gate(view, before, facts)
    yield from _tag(view, before, facts, registry)
    yield from _link(view, before, facts)
    scene = Scene(view.declared, registry, view.texts)
    yield from text_differences(before, facts, scene)
    yield from _new_conflicts(before, facts, scene)
    yield from _freer_than_base(view, registry)
    if view.kind == "models" and before:
        yield from weight_differences(before.weights, facts.weights)
    if before:
        yield from _lists(before, facts)


def _younger(facts: HubFacts, declared: Declared) -> bool:
    """Whether the repository was created after the model's release, where both days are known."""
    created = (facts.created_at or "")[:10]
    return declared.released is not None and len(declared.released) == len(created) and created > max(declared.released, HUB_FIRST_DAY)


def _released(view: View) -> Difference:
    kind = "data-released" if view.kind == "datasets" else "weights-released"
    return Difference(kind, "hub.repo", "not released", "reachable", "more-open")


def _gate(view: View, before: HubFacts | None, facts: HubFacts) -> Iterator[Difference]:
    declared = view.declared.gated
    reference = declared if declared is not None else (before.gated if before else facts.gated)
    if reference == facts.gated or (reference == "gated" and facts.gated):
        return
    subject = "data" if view.kind == "datasets" else "weights"
    if not reference:
        yield Difference(f"{subject}-gated", "hub.gated", False, facts.gated, "more-closed", LOSS_RUNS, loss=True)
    elif not facts.gated:
        yield Difference(f"{subject}-ungated", "hub.gated", reference, False, "more-open")
    else:
        stricter = facts.gated == "manual"
        yield Difference("gate-changed", "hub.gated", reference, facts.gated, "more-closed" if stricter else "more-open")


def _tag(view: View, before: HubFacts | None, facts: HubFacts, registry: Registry) -> Iterator[Difference]:
    declared = view.declared
    reference, name = declared.license_tag, declared.license_name
    if reference is None and before:
        reference, name = before.license_tag, before.license_name
    seen = license_of_tag(facts.license_tag, facts.license_name, registry)
    if reference is None:
        yield from _conflict(view, seen, registry)
        return
    changed_tag = reference != facts.license_tag
    # license_name only says something beside `other`, and only where the reference has one.
    changed_name = not changed_tag and reference == "other" and name is not None and name != facts.license_name
    if not (changed_tag or changed_name):
        return
    # A tag that means nothing by itself, such as `other`, stood for the terms that the record states.
    was = license_of_tag(reference, name, registry) or (declared.license if reference == declared.license_tag else None)
    direction: Direction = compare_expressions(was, seen, registry) if was and seen else "unreviewed"
    values: tuple[Value, Value] = (reference or "none", facts.license_tag or "none") if changed_tag else (name, facts.license_name)
    yield Difference(_license_kind(view, values), "hub.license_tag" if changed_tag else "hub.license_name", *values, direction, weights_license=seen or "")


def _license_kind(view: View, values: tuple[Value, Value]) -> str:
    if view.kind == "datasets":
        return "data-license-changed"
    lists = any(isinstance(value, str) and " AND " in value for value in values)
    return "license-list-changed" if lists else "license-tag-changed"


def _conflict(view: View, seen: str | None, registry: Registry) -> Iterator[Difference]:
    """First sight of a tag that contradicts the terms which the record states."""
    declared = view.declared.license
    if seen and declared and seen not in declared.replace("(", " ").replace(")", " ").split():
        yield Difference("license-conflict", "hub.license_tag", declared, seen, compare_expressions(declared, seen, registry), weights_license=seen)


def _new_conflicts(before: HubFacts | None, facts: HubFacts, scene: Scene) -> Iterator[Difference]:
    """Contradictions within one repository. What merely follows from a change is told by that change."""
    changed = before is not None and (before.license_tag, before.license_name) != (facts.license_tag, facts.license_name)
    blobs = {each.path: each.blob_id for each in before.license_files} if before else {}
    for each in conflicts(facts, scene):
        known = next((file.blob_id for file in facts.license_files if file.path == each.field), None)
        if not changed and (not blobs or blobs.get(each.field) == known):
            yield each


def _freer_than_base(view: View, registry: Registry) -> Iterator[Difference]:
    """A derivative whose terms give what the terms of somebody else's base withhold: the base's still bind."""
    model = registry.models.get(view.declared.record.removeprefix("models/"))
    for base in foreign_bases(model, registry) if model and view.kind == "models" else ():
        if model and freer_than(model, base, registry):
            yield Difference("license-conflict", f"base_models.{base.id}", base.weights.license, model.weights.license, "unreviewed")


def _link(view: View, before: HubFacts | None, facts: HubFacts) -> Iterator[Difference]:
    reference = view.declared.license_link or (before.license_link if before else None)
    if reference and facts.license_link and reference != facts.license_link:
        yield Difference("license-tag-changed", "hub.license_link", reference, facts.license_link, "unreviewed")


def _lists(before: HubFacts, facts: HubFacts) -> Iterator[Difference]:
    if before.base_models != facts.base_models:
        yield Difference("base-model-changed", "base_models", before.base_models, facts.base_models, "unreviewed")
    if before.datasets != facts.datasets:
        yield Difference("data-list-changed", "datasets", before.datasets, facts.datasets, "neutral")
