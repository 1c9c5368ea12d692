"""Pure comparison: what a record declares, what was first seen, and what is seen now. No clock, no network, no disk."""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.drift.types import Declared, Difference, Direction, Value
from audit.drift.weights import weight_differences
from audit.frameworks.lineage import foreign_bases, freer_than
from audit.licenses.compare import compare_expressions
from audit.licenses.tags import license_of_tag
from audit.observations.types import CodeFacts, HubFacts, Kind, LicenseFile, Sighting
from audit.records.types import Registry

LOSS_RUNS = 2
"""Runs that must agree before a loss is believed (audit anchors, rule 14)."""
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
    if not view.declared.expected:
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
    if not view.declared.expected:
        yield _released(view)
        return
    yield from _gate(view, before, facts)
    yield from _tag(view, before, facts, registry)
    yield from _link(view, before, facts)
    yield from _texts(before, facts, view, registry)
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


def _texts(before: HubFacts | None, facts: HubFacts, view: View, registry: Registry) -> Iterator[Difference]:
    now = {each.path: each for each in facts.license_files}
    pinned = dict(view.declared.license_files)
    known = {each.path: each for each in before.license_files} if before else {}
    for path in [*known, *(set(pinned) - set(known))]:
        if path in now:
            old = _other_text(now[path], known.get(path), pinned.get(path), facts, registry)
            if old:
                yield _text_change(path, old, now[path], registry)
        elif path in known:
            yield Difference("license-file-removed", path, "present", "removed", "unreviewed", LOSS_RUNS, loss=True)
    for path in sorted(set(now) - set(known)) if before else ():
        yield Difference("license-file-added", path, "absent", "present", "unreviewed")


def _other_text(now: LicenseFile, known: LicenseFile | None, pinned: str | None, facts: HubFacts, registry: Registry) -> str | None:
    """Which text stood there, by digest or blob id, where another stands now. What a reviewer pinned counts more than what was first seen."""
    if pinned and now.sha256:
        normalized = known.normalized if known and known.sha256 == pinned else None
        read = LicenseFile(now.path, now.size, "", pinned, normalized)
        return None if pinned == now.sha256 or _cosmetic(read, now, registry) else pinned
    if known is None or known.blob_id == now.blob_id or now.path in facts.texts_due or _cosmetic(known, now, registry):
        return None
    return known.sha256 or known.blob_id


def _cosmetic(old: LicenseFile, new: LicenseFile, registry: Registry) -> bool:
    """The same words in another form, or two texts that reviewers know as the same license."""
    if old.normalized is not None and old.normalized == new.normalized:
        return True
    known = _license_of_text(old.sha256, registry)
    return known is not None and known == _license_of_text(new.sha256, registry)


def _license_of_text(sha256: str | None, registry: Registry) -> str | None:
    return next((license.id for license in registry.licenses.values() if sha256 in license.text_digests), None)


def _text_change(path: str, old: str, new: LicenseFile, registry: Registry) -> Difference:
    was, seen = _license_of_text(old, registry), _license_of_text(new.sha256, registry)
    direction: Direction = compare_expressions(was, seen, registry) if was and seen else "unreviewed"
    before, after = was or f"text {old[:12]}", seen or f"text {(new.sha256 or new.blob_id)[:12]}"
    return Difference("license-text-changed", path, before, after, direction, weights_license=seen or "")


def _lists(before: HubFacts, facts: HubFacts) -> Iterator[Difference]:
    if before.base_models != facts.base_models:
        yield Difference("base-model-changed", "base_models", before.base_models, facts.base_models, "unreviewed")
    if before.datasets != facts.datasets:
        yield Difference("data-list-changed", "datasets", before.datasets, facts.datasets, "neutral")
