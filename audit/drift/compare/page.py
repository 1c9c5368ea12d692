"""Do the terms on a maker's page still have the words that they had?

The words are those of the terms alone. Recording the digest of a new text in the license record
settles the finding: then a reviewer has read it. Where a page holds texts of license records and
nothing else, before and after, the change has their direction.
"""

from dataclasses import dataclass
from itertools import product

from audit.drift.compare.inputs import Differences, PageComparison
from audit.drift.compare.license_files import (
    TEXTS_NOT_KEPT,
    compare_contents,
    find_text_source,
    has_same_words,
    name_license_file,
)
from audit.drift.compare.license_statements import collect_license_names
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import TERMS_ELSEWHERE_CHANGED
from audit.licenses.compare import Direction, compare_expressions
from audit.licenses.terms_lines import describe_terms_change
from audit.licenses.text.contained_texts import TextContents, read_contents
from audit.observations.facts import LicenseFile, PageFacts
from audit.records.registry import Registry

FLICKER_SIGHTINGS = 1
"""One more look than a file needs: pages are tried out on some of their readers."""


@dataclass(frozen=True)
class _PageChange:
    """The licenses that stood on a page and those that stand there, as far as they are known."""

    before: TextContents
    after: TextContents
    registry: Registry

    @property
    def is_known(self) -> bool:
        """Whether all terms on the page are those of license records, then and now."""
        return self.before.is_complete and self.after.is_complete

    @property
    def gone(self) -> list[str]:
        """The licenses that stand there no more, sorted."""
        return sorted(self.before.licenses - self.after.licenses) if self.is_known else []

    @property
    def come(self) -> list[str]:
        """Those that stand there newly, sorted."""
        return sorted(self.after.licenses - self.before.licenses) if self.is_known else []

    def find_direction(self) -> Direction:
        """What each license in place of each other one gives or takes, if all agree."""
        pairs = product(self.gone, self.come)
        found = {compare_expressions(*pair, self.registry) for pair in pairs}
        return found.pop() if len(found) == 1 else "unreviewed"

    def describe_terms(self) -> tuple[str, ...]:
        """The clauses that differ, where one license took the place of one."""
        if len(self.gone) != 1 or len(self.come) != 1:
            return ()
        return describe_terms_change(self.gone[0], self.come[0], self.registry)

    def list_models(self) -> tuple[str, ...]:
        """The models under the licenses that stand there no more."""
        gone = frozenset(self.gone)
        models = self.registry.models.values()
        return tuple(
            sorted(each.ref for each in models if gone & _list_licenses(each.weights.license))
        )


def _list_licenses(expression: str | None) -> frozenset[str]:
    return collect_license_names(expression or "")


def compare_page(page: PageComparison, before: PageFacts) -> Differences:
    """Other words than at first sight, and than any that the record knows."""
    old, new = before.license_files[0], page.now.license_files[0]
    if _is_same_text(old, new) or _is_recorded(page, new):
        return
    change = _PageChange(_read_page(page, before), _read_page(page, page.now), page.registry)
    if change.is_known and not (change.gone or change.come):
        return  # the same licenses in another order
    if page.record in {f"licenses/{id}" for id in change.come}:
        return  # a reviewer has read it
    text_diff = _describe_change(page, old, new, change)
    if text_diff is not None:
        yield _build_difference(page, (old, new), change, text_diff)


def _is_same_text(old: LicenseFile, new: LicenseFile) -> bool:
    return old.blob_id == new.blob_id or has_same_words(old, new)


def _read_page(page: PageComparison, facts: PageFacts) -> TextContents:
    """What is known of the page as it was laid out; nothing where its text was not kept."""
    whole = page.load_text(facts.whole_text)
    terms = page.load_text(facts.license_files[0].sha256)
    if whole is None or terms is None:
        return TextContents()
    return read_contents(whole, terms.decode(errors="replace").splitlines(), page.registry)


def _build_difference(
    page: PageComparison,
    files: tuple[LicenseFile, LicenseFile],
    change: _PageChange,
    text_diff: LicenseTextDiff,
) -> Difference:
    return Difference(
        TERMS_ELSEWHERE_CHANGED.id,
        "url",
        " and ".join(change.gone) or name_license_file(files[0], page.registry),
        " and ".join(change.come) or name_license_file(files[1], page.registry),
        change.find_direction(),
        extra_sightings=FLICKER_SIGHTINGS,
        text_diff=text_diff,
        affects=change.list_models(),
    )


def _is_recorded(page: PageComparison, new: LicenseFile) -> bool:
    """Whether a reviewer has read this very text for this license."""
    source = find_text_source(new, page.registry)
    return source is not None and f"licenses/{source.license}" == page.record


def _describe_change(
    page: PageComparison, old: LicenseFile, new: LicenseFile, change: _PageChange
) -> LicenseTextDiff | None:
    """What changed; None where the words turn out to be the same."""
    terms = change.describe_terms()
    before, after = page.load_text(old.sha256), page.load_text(new.sha256)
    if before is None or after is None:
        return LicenseTextDiff(old.sha256, new.sha256, terms=terms, note=TEXTS_NOT_KEPT)
    text = compare_contents(before, after)
    if text.is_cosmetic:
        return None
    return LicenseTextDiff(old.sha256, new.sha256, text.highlights, text.passages, terms, text.note)
