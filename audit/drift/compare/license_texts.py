"""Which license files came, went, or have another text?"""

from collections.abc import Iterable

from audit.drift.compare.added_license_file import build_addition
from audit.drift.compare.file_changes import find_file_changes
from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.compare.license_files import (
    TEXTS_NOT_KEPT,
    compare_contents,
    find_file_license,
    name_license_file,
)
from audit.drift.compare.license_roles import FileRole, find_file_role, speaks_for_weights
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import LICENSE_FILE_REMOVED, LICENSE_TEXT_CHANGED
from audit.licenses.terms_lines import describe_terms_change
from audit.observations.facts import HubFacts, LicenseFile


def compare_license_files(hub: HubComparison) -> Differences:
    """Files that came, went, or have another text.

    Another form of the same words is no difference, and neither is another place or name.
    """
    before, now = _list_reference_files(hub), hub.now.license_files
    changes = find_file_changes(before, now)
    for old, new in changes.changed:
        if not _is_unread(hub, new):
            yield from _compare_license_file(hub, old, new)
    for old in changes.removed:
        if not _is_said_by(hub, old, now):
            yield Difference(LICENSE_FILE_REMOVED.id, old.path, "present", "removed", "unreviewed")
    for new in changes.added if hub.before else ():
        is_news = _was_looked_for(hub, new) and not _is_said_by(hub, new, before)
        if is_news and not _is_unread(hub, new):
            yield build_addition(hub, new)


def _was_looked_for(hub: HubComparison, file: LicenseFile) -> bool:
    """Whether the first look would have seen it."""
    return "/" not in file.path or (hub.before is not None and hub.before.lists_folders)


def _is_unread(hub: HubComparison, file: LicenseFile) -> bool:
    """Whether the next run reads it: until its words are known, it may be another form."""
    return file.path in hub.now.texts_due


def _is_said_by(hub: HubComparison, file: LicenseFile, others: Iterable[LicenseFile]) -> bool:
    """Whether one of the others says it: of the same thing the same license or the same words."""
    role = _find_role(hub, file)
    return any(
        _find_role(hub, other) == role
        and (_is_cosmetic_change(other, file) or _is_same_license(hub, other, file))
        for other in others
    )


def _find_role(hub: HubComparison, file: LicenseFile) -> FileRole:
    return find_file_role(file, hub.now.license_link, hub.registry)


def _list_reference_files(hub: HubComparison) -> list[LicenseFile]:
    """The files as they were first seen.

    What a reviewer pinned counts more, once the text that is there now was read.
    """
    known = _index_by_path(hub.before)
    now = _index_by_path(hub.now)
    for path, sha256 in hub.declaration.license_files:
        is_read = path in now and now[path].sha256 is not None
        if is_read and (path not in known or known[path].sha256 != sha256):
            # The pinned text was never seen here: only its digest is known.
            known[path] = LicenseFile(path, 0, "", sha256)
    return list(known.values())


def _index_by_path(facts: HubFacts | None) -> dict[str, LicenseFile]:
    return {file.path: file for file in facts.license_files} if facts else {}


def _compare_license_file(hub: HubComparison, old: LicenseFile, new: LicenseFile) -> Differences:
    if _is_cosmetic_change(old, new) or _is_same_license(hub, old, new):
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
        weights_license=(after or "") if _is_about_weights(hub, old, new) else None,
        text_diff=text_diff,
    )


def _is_about_weights(hub: HubComparison, old: LicenseFile, new: LicenseFile) -> bool:
    """Whether the file spoke for the weights, or does now."""
    return speaks_for_weights(hub, new) or speaks_for_weights(hub, old)


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
