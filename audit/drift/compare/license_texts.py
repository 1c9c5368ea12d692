"""License files: what each one is, which changed, and whether they say what the Hub tag says. Pure; texts come from the caller."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from audit.drift.compare.license_conflicts import (
    FileStatement,
    LicenseStatements,
    TagContradiction,
    collect_license_names,
    find_tag_contradictions,
)
from audit.drift.finding import Difference, LicenseTextDiff, TargetDeclaration
from audit.licenses.compare import Direction, compare_expressions
from audit.licenses.hub_tags import find_license_of_tag, find_versions_meant
from audit.licenses.terms_diff import describe_terms_change
from audit.licenses.text.diff import TextChange, describe_text_change
from audit.licenses.text.identify import Identification, identify_license_text
from audit.licenses.text.known_texts import IndexedText, index_known_texts
from audit.observations.facts import HubFacts, LicenseFile
from audit.records.model import CODE_COMPONENTS, Registry

MAX_CACHED_TEXTS = 512

TextLoader = Callable[[str | None], bytes | None]
"""The text with a digest, or None where it was not kept."""


@dataclass(frozen=True)
class LicenseComparison:
    """What one comparison needs beside the facts."""

    declaration: TargetDeclaration
    registry: Registry
    load_text: TextLoader


def compare_license_files(
    before: HubFacts | None, facts: HubFacts, scene: LicenseComparison
) -> Iterator[Difference]:
    """License files that came, went, or have another text. Another form of the same words is no difference."""
    now = {each.path: each for each in facts.license_files}
    pinned = dict(scene.declaration.license_files)
    known = {each.path: each for each in before.license_files} if before else {}
    for path in [*known, *sorted(set(pinned) - set(known))]:
        if path in now:
            old = _find_replaced_text(now[path], known.get(path), pinned.get(path), facts)
            yield from _compare_license_file(old, now[path], scene) if old else ()
        elif path in known:
            yield Difference(
                "license-file-removed",
                path,
                "present",
                "removed",
                "unreviewed",
            )
    for path in sorted(set(now) - set(known)) if before else ():
        yield Difference("license-file-added", path, "absent", "present", "unreviewed")


def _find_replaced_text(
    now: LicenseFile, known: LicenseFile | None, pinned: str | None, facts: HubFacts
) -> LicenseFile | None:
    """The text that stood there, where another stands now. What a reviewer pinned counts more than what was first seen."""
    if pinned and now.sha256:
        if pinned == now.sha256:
            return None
        return known if known and known.sha256 == pinned else LicenseFile(now.path, 0, "", pinned)
    return (
        None
        if known is None or known.blob_id == now.blob_id or now.path in facts.texts_due
        else known
    )


def find_license_conflicts(facts: HubFacts, scene: LicenseComparison) -> Iterator[Difference]:
    """License files or a link that say another license than the Hub tag, with who says what."""
    declared, registry = scene.declaration, scene.registry
    tag = find_license_of_tag(facts.license_tag, facts.license_name, registry)
    sayings = LicenseStatements(
        tag=tag,
        tag_versions=frozenset(
            version
            for name in collect_license_names(tag or "")
            for version in find_versions_meant(name, registry)
        ),
        files=tuple(_build_file_statement(each, scene) for each in facts.license_files),
        link=facts.license_link,
        linked_licenses=_find_linked_licenses(facts.license_link, registry),
        recorded_license=declared.license,
        code_licenses=_collect_code_licenses(declared, registry),
    )
    for each in find_tag_contradictions(sayings):
        direction: Direction = (
            compare_expressions(each.tag, each.license, registry) if each.license else "unreviewed"
        )
        yield Difference(
            "license-conflict",
            each.field,
            each.tag,
            each.stated,
            direction,
            text_diff=_describe_conflict(each, facts, scene),
        )


def _describe_conflict(
    found: TagContradiction, facts: HubFacts, scene: LicenseComparison
) -> LicenseTextDiff:
    sha256 = next((each.sha256 for each in facts.license_files if each.path == found.field), None)
    content = scene.load_text(sha256) if found.license is None else None
    passages = _identify_content(content, scene.registry).passages if content else ()
    return LicenseTextDiff(
        before=None,
        after=sha256,
        striking=(f"the Hub tag says {found.tag}", f"{found.field} says {found.stated}"),
        passages=tuple(f"+ {each}" for each in passages),
        terms=describe_terms_change(found.tag, found.license, scene.registry),
    )


def is_cosmetic_change(old: LicenseFile, new: LicenseFile, scene: LicenseComparison) -> bool:
    """The same words in another form, or two texts of the same license."""
    if old.normalized is not None and (old.normalized, old.normalizer) == (
        new.normalized,
        new.normalizer,
    ):
        return True
    was, seen = find_file_license(old, scene.registry), find_file_license(new, scene.registry)
    return was is not None and was == seen


def find_file_license(file: LicenseFile, registry: Registry) -> str | None:
    """The license that a file is, word for word; a policy or a pointer is none."""
    source = _find_text_source(file, registry)
    if source:
        return source.license if source.text.kind == "license" else None
    spdx = file.spdx
    return (
        spdx
        if spdx in registry.licenses
        and index_known_texts(registry).has_body_length(spdx, file.body_words)
        else None
    )


def _find_text_source(file: LicenseFile, registry: Registry) -> IndexedText | None:
    return index_known_texts(registry).find_by_digest(file.sha256, file.normalized, file.body)


def _compare_license_file(
    old: LicenseFile, new: LicenseFile, scene: LicenseComparison
) -> Iterator[Difference]:
    if is_cosmetic_change(old, new, scene):
        return
    reading = _build_text_diff(old, new, scene)
    if reading is None:
        return
    registry = scene.registry
    was, seen = find_file_license(old, registry), find_file_license(new, registry)
    direction: Direction = (
        compare_expressions(was, seen, registry) if was and seen else "unreviewed"
    )
    yield Difference(
        "license-text-changed",
        new.path,
        _name_text(old, scene),
        _name_text(new, scene),
        direction,
        weights_license=seen or "",
        text_diff=reading,
    )


def _build_text_diff(
    old: LicenseFile, new: LicenseFile, scene: LicenseComparison
) -> LicenseTextDiff | None:
    """What a person needs to judge the change; None where the texts show that the words are the same."""
    terms = describe_terms_change(
        find_file_license(old, scene.registry),
        find_file_license(new, scene.registry),
        scene.registry,
    )
    before, after = scene.load_text(old.sha256), scene.load_text(new.sha256)
    if before is None or after is None:
        return LicenseTextDiff(
            old.sha256,
            new.sha256,
            terms=terms,
            note="the passages cannot be shown: not both texts were kept",
        )
    change = _compare_contents(before, after)
    if change.is_cosmetic:
        return None
    return LicenseTextDiff(
        old.sha256, new.sha256, change.highlights, change.passages, terms, change.note
    )


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def _compare_contents(before: bytes, after: bytes) -> TextChange:
    return describe_text_change(before, after)


def _name_text(file: LicenseFile, scene: LicenseComparison) -> str:
    """A text as people call it: by license, as the policy of one, or by the beginning of its digest."""
    name = find_file_license(file, scene.registry)
    if name:
        return name
    source = _find_text_source(file, scene.registry)
    return (
        f"{source.text.kind} of {source.license}"
        if source
        else f"text {(file.sha256 or file.blob_id)[:12]}"
    )


def _build_file_statement(file: LicenseFile, scene: LicenseComparison) -> FileStatement:
    name = find_file_license(file, scene.registry)
    reviewed = (
        file.sha256 is not None and (file.path, file.sha256) in scene.declaration.license_files
    )
    if name or reviewed or _find_text_source(file, scene.registry):
        return FileStatement(file.path, name, reviewed=reviewed)
    return FileStatement(file.path, None, _find_edited_license(file.sha256, scene))


def _find_edited_license(sha256: str | None, scene: LicenseComparison) -> str | None:
    """The license of which a text is a changed copy."""
    content = scene.load_text(sha256)
    found = _identify_content(content, scene.registry) if content else None
    return (
        found.nearest if found and found.kind == "edited" and found.document == "license" else None
    )


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def _identify_content(content: bytes, registry: Registry) -> Identification:
    return identify_license_text(content, registry)


def _find_linked_licenses(link: str | None, registry: Registry) -> frozenset[str]:
    """The licenses that are published under an address."""
    if not link:
        return frozenset()
    address = link.rstrip("/")
    return frozenset(
        each.id
        for each in registry.licenses.values()
        if each.url and each.url.rstrip("/") == address
    )


def _collect_code_licenses(declared: TargetDeclaration, registry: Registry) -> frozenset[str]:
    model = registry.models.get(declared.record.removeprefix("models/"))
    if model is None:
        return frozenset()
    return frozenset(
        license for name in CODE_COMPONENTS if (license := model.components[name].license)
    )
