"""What changed between two license texts: the passages, and what strikes the eye in them.

Whether that opens or closes anything is said by terms, never by the words of a text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.licenses.text.alignment import WordChange, find_word_changes
from audit.licenses.text.highlights import find_highlights
from audit.licenses.text.license_text import MAX_READ_BYTES, LicenseText

CHANGE_CONTEXT_WORDS = 8
"""Words that are shown on each side of a change.

Changes with less than twice as many between them are one passage.
"""
MAX_CHANGED_PASSAGES = 20
MAX_PASSAGE_LINE_CHARACTERS = 300
"""Of one line of a passage. Twenty passages stay below 13,000 characters."""


@dataclass(frozen=True)
class TextChange:
    """The difference of two texts, for a person."""

    is_cosmetic: bool
    """The same words in another form."""
    highlights: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    """Lines of a diff: a `@@` line for each passage, then `-` the old words, `+` the new ones."""
    note: str = ""


def describe_text_change(old: bytes, new: bytes) -> TextChange:
    """The difference of two texts.

    It never raises, and takes no longer than two seconds whatever the texts are.
    """
    old_text, new_text = LicenseText(old), LicenseText(new)
    if not old_text.is_plain or not new_text.is_plain:
        return TextChange(is_cosmetic=False, note="one of the two is no plain text")
    before, after = old_text.head, new_text.head
    changes = find_word_changes(before.words, after.words)
    note = _note_cut(old_text, new_text)
    if not changes and not note:
        return TextChange(is_cosmetic=True)
    return TextChange(
        is_cosmetic=False,
        highlights=find_highlights(before, after, changes),
        passages=_render_passages(before, after, changes),
        note=note,
    )


def _note_cut(old: LicenseText, new: LicenseText) -> str:
    """That a text was not read to its end; empty where both were."""
    if old.is_whole and new.is_whole:
        return ""
    kibibytes = MAX_READ_BYTES >> 10
    return f"only the first {kibibytes} KiB were compared"


def _render_passages(
    old: LicenseText, new: LicenseText, changes: Sequence[WordChange]
) -> tuple[str, ...]:
    """The passages with a few words around, the first of them, and how many more there are."""
    groups = _group_changes(changes)
    lines: list[str] = []
    for group in groups[:MAX_CHANGED_PASSAGES]:
        lines += _render_passage(old, new, group)
    more = len(groups) - MAX_CHANGED_PASSAGES
    if more > 0:
        lines.append(f"@@ and {more} more passages @@")
    return tuple(lines)


def _render_passage(
    old: LicenseText, new: LicenseText, group: Sequence[WordChange]
) -> tuple[str, str, str]:
    first, last = group[0], group[-1]
    old_place, new_place = first.old_start + 1, first.new_start + 1
    removed = _render_words(old, first.old_start, last.old_end)
    added = _render_words(new, first.new_start, last.new_end)
    return (
        f"@@ word {old_place} of the old text, word {new_place} of the new one @@",
        f"- {removed}",
        f"+ {added}",
    )


def _group_changes(changes: Sequence[WordChange]) -> list[list[WordChange]]:
    groups: list[list[WordChange]] = []
    for change in changes:
        if groups and change.old_start - groups[-1][-1].old_end < 2 * CHANGE_CONTEXT_WORDS:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _render_words(text: LicenseText, start: int, end: int) -> str:
    """Changed words with those around them on one line; of a long stretch its two ends."""
    first = max(0, start - CHANGE_CONTEXT_WORDS)
    last = min(len(text.words), end + CHANGE_CONTEXT_WORDS)
    line = _cut_middle(text.render_span(first, last))
    before = "… " if first else ""
    after = " …" if last < len(text.words) else ""
    return f"{before}{line}{after}"


def _cut_middle(line: str) -> str:
    if len(line) <= MAX_PASSAGE_LINE_CHARACTERS:
        return line
    half = MAX_PASSAGE_LINE_CHARACTERS // 2
    return f"{line[:half]} […] {line[-half:]}"
