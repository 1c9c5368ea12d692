"""Which license files came, went, or have another text?"""

from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.compare.license_files import (
    TEXTS_NOT_KEPT,
    compare_contents,
    find_file_license,
    name_license_file,
)
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import LICENSE_FILE_ADDED, LICENSE_FILE_REMOVED, LICENSE_TEXT_CHANGED
from audit.licenses.terms_lines import describe_terms_change
from audit.observations.facts import HubFacts, LicenseFile

FilesByPath = dict[str, LicenseFile]


def compare_license_files(hub: HubComparison) -> Differences:
    """Files that came, went, or have another text.

    Another form of the same words is no difference.
    """
    now = _index_by_path(hub.now)
    known = _index_by_path(hub.before) if hub.before else {}
    pinned = dict(hub.declaration.license_files)
    only_pinned = sorted(set(pinned) - set(known))
    for path in [*known, *only_pinned]:
        if path in now:
            old = _find_replaced_text(hub, now[path], known.get(path), pinned.get(path))
            yield from _compare_license_file(hub, old, now[path])
        elif path in known:
            yield Difference(LICENSE_FILE_REMOVED.id, path, "present", "removed", "unreviewed")
    if hub.before:
        yield from _find_added_files(known, now)


def _find_added_files(known: FilesByPath, now: FilesByPath) -> Differences:
    for path in sorted(set(now) - set(known)):
        yield Difference(LICENSE_FILE_ADDED.id, path, "absent", "present", "unreviewed")


def _index_by_path(facts: HubFacts) -> FilesByPath:
    return {file.path: file for file in facts.license_files}


def _find_replaced_text(
    hub: HubComparison, now: LicenseFile, known: LicenseFile | None, pinned: str | None
) -> LicenseFile | None:
    """The text that was there, where another is now.

    What a reviewer pinned counts more than what was first seen.
    """
    if pinned and now.sha256:
        return _find_replaced_pin(now, known, pinned)
    is_unread = now.path in hub.now.texts_due
    if known is None or known.blob_id == now.blob_id or is_unread:
        return None
    return known


def _find_replaced_pin(
    now: LicenseFile, known: LicenseFile | None, pinned: str
) -> LicenseFile | None:
    if pinned == now.sha256:
        return None
    if known is not None and known.sha256 == pinned:
        return known
    # The pinned text was never seen here: only its digest is known.
    return LicenseFile(now.path, 0, "", pinned)


def _compare_license_file(
    hub: HubComparison, old: LicenseFile | None, new: LicenseFile
) -> Differences:
    if old is None or _is_cosmetic_change(old, new) or _is_same_license(hub, old, new):
        return
    text_diff = _build_text_diff(hub, old, new)
    if text_diff is not None:
        yield _build_text_difference(hub, old, new, text_diff)


def _is_same_license(hub: HubComparison, old: LicenseFile, new: LicenseFile) -> bool:
    before, after = _find_licenses(hub, old, new)
    return before is not None and before == after


def _find_licenses(
    hub: HubComparison, old: LicenseFile, new: LicenseFile
) -> tuple[str | None, str | None]:
    """What the file was and is, where its words are those of a license."""
    return find_file_license(old, hub.registry), find_file_license(new, hub.registry)


def _build_text_difference(
    hub: HubComparison, old: LicenseFile, new: LicenseFile, text_diff: LicenseTextDiff
) -> Difference:
    before, after = _find_licenses(hub, old, new)
    return Difference(
        LICENSE_TEXT_CHANGED.id,
        new.path,
        name_license_file(old, hub.registry),
        name_license_file(new, hub.registry),
        hub.find_direction(before, after),
        weights_license=after or "",
        text_diff=text_diff,
    )


def _is_cosmetic_change(old: LicenseFile, new: LicenseFile) -> bool:
    """The same words in another form, by one and the same normalizer."""
    if old.normalized is None:
        return False
    return (old.normalized, old.normalizer) == (new.normalized, new.normalizer)


def _build_text_diff(
    hub: HubComparison, old: LicenseFile, new: LicenseFile
) -> LicenseTextDiff | None:
    """What a person needs to judge the change; None where the words turn out to be the same."""
    before, after = hub.load_text(old.sha256), hub.load_text(new.sha256)
    terms = describe_terms_change(*_find_licenses(hub, old, new), hub.registry)
    if before is None or after is None:
        return LicenseTextDiff(old.sha256, new.sha256, terms=terms, note=TEXTS_NOT_KEPT)
    change = compare_contents(before, after)
    if change.is_cosmetic:
        return None
    return LicenseTextDiff(
        old.sha256, new.sha256, change.highlights, change.passages, terms, change.note
    )
