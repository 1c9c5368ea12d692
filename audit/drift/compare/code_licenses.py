"""Under which terms is a code repository? By its license files, and by the name that GitHub gives.

A file is told by its bytes: where it lies and what it is called is no matter of terms. A file for
the weights that lies beside the code speaks for the weights.
"""

from collections.abc import Iterator

from audit.drift.compare.inputs import CodeComparison, Differences
from audit.drift.compare.license_files import (
    TEXTS_NOT_KEPT,
    compare_contents,
    find_file_license,
    has_same_words,
    name_license_file,
)
from audit.drift.compare.license_roles import is_named_for_data
from audit.drift.compare.license_statements import is_named_for_weights, is_side_document
from audit.drift.compare.moved_files import FilePair, join_moved_files
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import (
    CODE_LICENSE_CHANGED,
    DATA_LICENSE_CHANGED,
    TERMS_ELSEWHERE_CHANGED,
    DriftKind,
)
from audit.licenses.terms_lines import describe_terms_change
from audit.observations.facts import CodeFacts, LicenseFile

REMOVAL_SIGHTINGS = 1
"""One more look than a change needs: a listing may be cut short."""


def compare_code_licenses(code: CodeComparison, before: CodeFacts) -> Differences:
    """Another license by its file, else by the name that GitHub gives."""
    named = _compare_names(code, before)
    if named:
        yield named
    if before.has_listed_files and code.now.has_listed_files:
        for pair in join_moved_files(list(_pair_changed_files(before, code.now))):
            # What GitHub names anew is the main file at the top: one change is told once.
            if not (named and _is_main_file(pair)):
                yield from _compare_files(code, pair)


def _compare_names(code: CodeComparison, before: CodeFacts) -> Difference | None:
    # None where GitHub cannot name a license: then its file tells.
    old, new = before.license, code.now.license
    if not new or not old or new == old:
        return None
    kind, direction = _choose_kind(code, ""), code.find_direction(old, new)
    license = new if new in code.registry.licenses else ""
    return Difference(kind.id, "url", old, new, direction, code_license=license)


def _pair_changed_files(before: CodeFacts, now: CodeFacts) -> Iterator[FilePair]:
    """The paths whose text came, went or was replaced; a text that only moved did neither.

    Two files that stay and trade their texts say other things than before, where one is for the
    weights or the data and the other is not.
    """
    old = {file.path: file for file in before.license_files}
    new = {file.path: file for file in now.license_files}
    for path in sorted(old.keys() | new.keys()):
        gone, come = old.get(path), new.get(path)
        is_replaced = gone is not None and come is not None
        is_kept = gone is None or _has_text(gone, now, of_one_subject=is_replaced)
        is_known = come is None or _has_text(come, before, of_one_subject=is_replaced)
        if not (is_kept and is_known):
            yield None if is_kept else gone, None if is_known else come


def _has_text(file: LicenseFile, facts: CodeFacts, *, of_one_subject: bool) -> bool:
    """Whether a file has these bytes: any, or only one whose name speaks of the same thing."""
    subject = _find_subject(file)
    return any(
        each.blob_id == file.blob_id and (not of_one_subject or _find_subject(each) == subject)
        for each in facts.license_files
    )


def _find_subject(file: LicenseFile) -> tuple[bool, bool]:
    """Whether it is named for weights or for data; any other one is for the code."""
    return is_named_for_weights(file.path), is_named_for_data(file.path)


def _is_main_file(pair: FilePair) -> bool:
    path = _find_path(pair)
    return "/" not in path and not is_named_for_weights(path) and not is_side_document(path)


def _find_path(pair: FilePair) -> str:
    file = pair[1] or pair[0]
    return file.path if file else ""


def _compare_files(code: CodeComparison, pair: FilePair) -> Differences:
    old, new = pair
    if new and new.path in code.now.texts_due:
        return  # the next run reads it
    if old and new and _is_same_text(code, old, new):
        return
    if new is None and _find_successor(code, old):
        return
    yield _build_difference(code, old, new)


def _find_successor(code: CodeComparison, old: LicenseFile | None) -> LicenseFile | None:
    """A file of the same license under another name: `LICENSE.md` in place of `LICENSE`."""
    name = find_file_license(old, code.registry) if old else None
    for file in code.now.license_files:
        if name and find_file_license(file, code.registry) == name:
            return file
    return None


def _is_same_text(code: CodeComparison, old: LicenseFile, new: LicenseFile) -> bool:
    """Another form of the same words, or another wording of the same license."""
    return (
        has_same_words(old, new) or _is_same_license(code, old, new) or _is_cosmetic(code, old, new)
    )


def _is_same_license(code: CodeComparison, old: LicenseFile, new: LicenseFile) -> bool:
    before, after = code.find_licenses(old, new)
    return before is not None and before == after


def _is_cosmetic(code: CodeComparison, old: LicenseFile, new: LicenseFile) -> bool:
    old_text, new_text = code.load_text(old.sha256), code.load_text(new.sha256)
    if old_text is None or new_text is None:
        return False
    return compare_contents(old_text, new_text).is_cosmetic


def _build_difference(
    code: CodeComparison, old: LicenseFile | None, new: LicenseFile | None
) -> Difference:
    path = _find_path((old, new))
    before, after = code.find_licenses(old, new)
    return Difference(
        _choose_kind(code, path).id,
        path,
        name_license_file(old, code.registry) if old else "absent",
        name_license_file(new, code.registry) if new else "removed",
        code.find_direction(before or _find_recorded_terms(code, path, old), after),
        extra_sightings=0 if new else REMOVAL_SIGHTINGS,
        weights_license=(after or "") if _governs_record(code, path, before) else None,
        code_license=(after or "") if _is_main_file((old, new)) else None,
        text_diff=_describe_change(code, old, new),
    )


def _find_recorded_terms(code: CodeComparison, path: str, old: LicenseFile | None) -> str | None:
    """The terms of the weights by the record, where a file for them appears beside the code."""
    if old is not None or code.model is None or not is_named_for_weights(path):
        return None
    return code.model.weights.license


def _choose_kind(code: CodeComparison, path: str) -> DriftKind:
    if code.is_dataset:
        return DATA_LICENSE_CHANGED
    return TERMS_ELSEWHERE_CHANGED if is_named_for_weights(path) else CODE_LICENSE_CHANGED


def _governs_record(code: CodeComparison, path: str, before: str | None) -> bool:
    """Whether a file here carried the very terms that the record states for weights or data.

    One repository may hold the licenses of several models.
    """
    if before is None:
        return False
    if code.model is not None:
        return is_named_for_weights(path) and code.model.weights.license == before
    return code.is_dataset and code.declaration.license == before


def _describe_change(
    code: CodeComparison, old: LicenseFile | None, new: LicenseFile | None
) -> LicenseTextDiff | None:
    if old is None or new is None:
        return None
    terms = describe_terms_change(*code.find_licenses(old, new), code.registry)
    before, after = code.load_text(old.sha256), code.load_text(new.sha256)
    if before is None or after is None:
        return LicenseTextDiff(old.sha256, new.sha256, terms=terms, note=TEXTS_NOT_KEPT)
    change = compare_contents(before, after)
    return LicenseTextDiff(
        old.sha256, new.sha256, change.highlights, change.passages, terms, change.note
    )
