"""License files: what each one is, which changed, and whether they say what the Hub tag says. Pure; texts come from the caller."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from audit.drift.compare.license_conflicts import Disagreement, FileSays, Sayings, disagreements, names_in
from audit.drift.finding import Declared, Difference, Direction, Reading
from audit.licenses.compare import compare_expressions
from audit.licenses.hub_tags import license_of_tag, versions_meant
from audit.licenses.terms_diff import terms_change
from audit.licenses.text.diff import TextChange, text_change
from audit.licenses.text.identify import Identification, identify
from audit.licenses.text.known_texts import Source, known_texts
from audit.observations.facts import HubFacts, LicenseFile
from audit.records.model import CODE_COMPONENTS, Registry

LOSS_RUNS = 2
"""Runs that must agree before a loss is believed (audit anchors, rule 14)."""
REMEMBERED = 512

Texts = Callable[[str | None], bytes | None]
"""The text with a digest, or None where it was not kept."""


@dataclass(frozen=True)
class Scene:
    """What one comparison needs beside the facts."""

    declared: Declared
    registry: Registry
    texts: Texts


def text_differences(before: HubFacts | None, facts: HubFacts, scene: Scene) -> Iterator[Difference]:
    """License files that came, went, or have another text. Another form of the same words is no difference."""
    now = {each.path: each for each in facts.license_files}
    pinned = dict(scene.declared.license_files)
    known = {each.path: each for each in before.license_files} if before else {}
    for path in [*known, *sorted(set(pinned) - set(known))]:
        if path in now:
            old = _other_text(now[path], known.get(path), pinned.get(path), facts)
            yield from _changed(old, now[path], scene) if old else ()
        elif path in known:
            yield Difference("license-file-removed", path, "present", "removed", "unreviewed", LOSS_RUNS, loss=True)
    for path in sorted(set(now) - set(known)) if before else ():
        yield Difference("license-file-added", path, "absent", "present", "unreviewed")


def _other_text(now: LicenseFile, known: LicenseFile | None, pinned: str | None, facts: HubFacts) -> LicenseFile | None:
    """The text that stood there, where another stands now. What a reviewer pinned counts more than what was first seen."""
    if pinned and now.sha256:
        if pinned == now.sha256:
            return None
        return known if known and known.sha256 == pinned else LicenseFile(now.path, 0, "", pinned)
    return None if known is None or known.blob_id == now.blob_id or now.path in facts.texts_due else known


def conflicts(facts: HubFacts, scene: Scene) -> Iterator[Difference]:
    """License files or a link that say another license than the Hub tag, with who says what."""
    declared, registry = scene.declared, scene.registry
    tag = license_of_tag(facts.license_tag, facts.license_name, registry)
    sayings = Sayings(
        tag=tag,
        versions=frozenset(version for name in names_in(tag or "") for version in versions_meant(name, registry)),
        files=tuple(_says(each, scene) for each in facts.license_files),
        link=facts.license_link,
        linked=_linked(facts.license_link, registry),
        recorded=declared.license,
        code=_code_licenses(declared, registry),
    )
    for each in disagreements(sayings):
        direction: Direction = compare_expressions(each.tag, each.license, registry) if each.license else "unreviewed"
        yield Difference("license-conflict", each.field, each.tag, each.says, direction, reading=_who_says_what(each, facts, scene))


def _who_says_what(found: Disagreement, facts: HubFacts, scene: Scene) -> Reading:
    sha256 = next((each.sha256 for each in facts.license_files if each.path == found.field), None)
    content = scene.texts(sha256) if found.license is None else None
    passages = _described(content, scene.registry).passages if content else ()
    return Reading(
        before=None,
        after=sha256,
        striking=(f"the Hub tag says {found.tag}", f"{found.field} says {found.says}"),
        passages=tuple(f"+ {each}" for each in passages),
        terms=terms_change(found.tag, found.license, scene.registry),
    )


def cosmetic(old: LicenseFile, new: LicenseFile, scene: Scene) -> bool:
    """The same words in another form, or two texts of the same license."""
    if old.normalized is not None and (old.normalized, old.normalizer) == (new.normalized, new.normalizer):
        return True
    was, seen = license_of(old, scene.registry), license_of(new, scene.registry)
    return was is not None and was == seen


def license_of(file: LicenseFile, registry: Registry) -> str | None:
    """The license that a file is, word for word; a policy or a pointer is none."""
    source = _source(file, registry)
    if source:
        return source.license if source.text.kind == "license" else None
    spdx = file.spdx
    return spdx if spdx in registry.licenses and known_texts(registry).has_length(spdx, file.body_words) else None


def _source(file: LicenseFile, registry: Registry) -> Source | None:
    return known_texts(registry).of(file.sha256, file.normalized, file.body)


def _changed(old: LicenseFile, new: LicenseFile, scene: Scene) -> Iterator[Difference]:
    if cosmetic(old, new, scene):
        return
    reading = _reading(old, new, scene)
    if reading is None:
        return
    registry = scene.registry
    was, seen = license_of(old, registry), license_of(new, registry)
    direction: Direction = compare_expressions(was, seen, registry) if was and seen else "unreviewed"
    yield Difference("license-text-changed", new.path, _named(old, scene), _named(new, scene), direction, weights_license=seen or "", reading=reading)


def _reading(old: LicenseFile, new: LicenseFile, scene: Scene) -> Reading | None:
    """What a person needs to judge the change; None where the texts show that the words are the same."""
    terms = terms_change(license_of(old, scene.registry), license_of(new, scene.registry), scene.registry)
    before, after = scene.texts(old.sha256), scene.texts(new.sha256)
    if before is None or after is None:
        return Reading(old.sha256, new.sha256, terms=terms, note="the passages cannot be shown: not both texts were kept")
    change = _compared(before, after)
    if change.cosmetic:
        return None
    return Reading(old.sha256, new.sha256, change.striking, change.passages, terms, change.note)


@lru_cache(maxsize=REMEMBERED)
def _compared(before: bytes, after: bytes) -> TextChange:
    return text_change(before, after)


def _named(file: LicenseFile, scene: Scene) -> str:
    """A text as people call it: by license, as the policy of one, or by the beginning of its digest."""
    name = license_of(file, scene.registry)
    if name:
        return name
    source = _source(file, scene.registry)
    return f"{source.text.kind} of {source.license}" if source else f"text {(file.sha256 or file.blob_id)[:12]}"


def _says(file: LicenseFile, scene: Scene) -> FileSays:
    name = license_of(file, scene.registry)
    reviewed = file.sha256 is not None and (file.path, file.sha256) in scene.declared.license_files
    if name or reviewed or _source(file, scene.registry):
        return FileSays(file.path, name, reviewed=reviewed)
    return FileSays(file.path, None, _edited(file.sha256, scene))


def _edited(sha256: str | None, scene: Scene) -> str | None:
    """The license of which a text is a changed copy."""
    content = scene.texts(sha256)
    found = _described(content, scene.registry) if content else None
    return found.nearest if found and found.kind == "edited" and found.document == "license" else None


@lru_cache(maxsize=REMEMBERED)
def _described(content: bytes, registry: Registry) -> Identification:
    return identify(content, registry)


def _linked(link: str | None, registry: Registry) -> frozenset[str]:
    """The licenses that are published under an address."""
    if not link:
        return frozenset()
    address = link.rstrip("/")
    return frozenset(each.id for each in registry.licenses.values() if each.url and each.url.rstrip("/") == address)


def _code_licenses(declared: Declared, registry: Registry) -> frozenset[str]:
    model = registry.models.get(declared.record.removeprefix("models/"))
    if model is None:
        return frozenset()
    return frozenset(license for name in CODE_COMPONENTS if (license := model.components[name].license))
