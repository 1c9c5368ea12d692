"""Do the terms on a maker's page still have the words that they had?

The words are those of the terms alone. Recording the digest of a new text in the license record
settles the finding: then a reviewer has read it.
"""

from audit.drift.compare.inputs import Differences, PageComparison
from audit.drift.compare.license_files import (
    TEXTS_NOT_KEPT,
    compare_contents,
    find_text_source,
    has_same_words,
    name_license_file,
)
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import TERMS_ELSEWHERE_CHANGED
from audit.observations.facts import LicenseFile, PageFacts

FLICKER_SIGHTINGS = 1
"""One more look than a file needs: pages are tried out on some of their readers."""


def compare_page(page: PageComparison, before: PageFacts) -> Differences:
    """Other words than at first sight, and than any that the record knows."""
    old, new = before.license_files[0], page.now.license_files[0]
    if _is_same_text(old, new) or _is_recorded(page, new):
        return
    text_diff = _describe_change(page, old, new)
    if text_diff is not None:
        yield _build_difference(page, old, new, text_diff)


def _is_same_text(old: LicenseFile, new: LicenseFile) -> bool:
    return old.blob_id == new.blob_id or has_same_words(old, new)


def _build_difference(
    page: PageComparison, old: LicenseFile, new: LicenseFile, text_diff: LicenseTextDiff
) -> Difference:
    return Difference(
        TERMS_ELSEWHERE_CHANGED.id,
        "url",
        name_license_file(old, page.registry),
        name_license_file(new, page.registry),
        "unreviewed",
        extra_sightings=FLICKER_SIGHTINGS,
        text_diff=text_diff,
    )


def _is_recorded(page: PageComparison, new: LicenseFile) -> bool:
    """Whether a reviewer has read this very text for this license."""
    source = find_text_source(new, page.registry)
    return source is not None and f"licenses/{source.license}" == page.record


def _describe_change(
    page: PageComparison, old: LicenseFile, new: LicenseFile
) -> LicenseTextDiff | None:
    """What changed; None where the words turn out to be the same."""
    before, after = page.load_text(old.sha256), page.load_text(new.sha256)
    if before is None or after is None:
        return LicenseTextDiff(old.sha256, new.sha256, note=TEXTS_NOT_KEPT)
    change = compare_contents(before, after)
    if change.is_cosmetic:
        return None
    return LicenseTextDiff(
        old.sha256, new.sha256, change.highlights, change.passages, (), change.note
    )
