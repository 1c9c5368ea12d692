"""What changed between two license texts: the passages, and what strikes the eye in them. Whether that opens or closes is said by terms."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.licenses.text.alignment import WordChange, find_word_changes
from audit.licenses.text.highlights import ComparedText, find_highlights
from audit.licenses.text.normalize import clean_text, find_word_spans, is_text, take_leading_bytes

MAX_COMPARED_BYTES = 256 << 10
CHANGE_CONTEXT_WORDS = 8
"""Words that are shown on each side of a change; changes with less than twice as many between them are one passage."""
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
    """Lines of a diff: a `@@` line before each passage, then `-` the old words and `+` the new ones."""
    changed_word_count: int = 0
    note: str = ""


def describe_text_change(old: bytes, new: bytes) -> TextChange:
    """The difference of two texts. Never raises, and takes no longer than two seconds whatever the texts are."""
    if not is_text(old) or not is_text(new):
        return TextChange(is_cosmetic=False, note="one of the two is no plain text")
    before, after = _build_compared_text(old), _build_compared_text(new)
    found = find_word_changes(
        [word for word, _, _ in before.spans], [word for word, _, _ in after.spans]
    )
    cut = max(len(old), len(new)) > MAX_COMPARED_BYTES
    if not found and not cut:
        return TextChange(is_cosmetic=True)
    return TextChange(
        is_cosmetic=False,
        highlights=find_highlights(before, after, found),
        passages=_render_passages(before, after, found),
        changed_word_count=sum(
            max(each.old_end - each.old_start, each.new_end - each.new_start) for each in found
        ),
        note=f"only the first {MAX_COMPARED_BYTES >> 10} KiB were compared" if cut else "",
    )


def _build_compared_text(content: bytes) -> ComparedText:
    clean = clean_text(take_leading_bytes(content, MAX_COMPARED_BYTES))
    spans = find_word_spans(clean)
    return ComparedText(clean, spans, frozenset(word for word, _, _ in spans))


def _render_passages(
    old: ComparedText, new: ComparedText, found: Sequence[WordChange]
) -> tuple[str, ...]:
    """The passages with a few words around, the first of them, and how many more there are."""
    groups = _group_changes(found)
    lines: list[str] = []
    for group in groups[:MAX_CHANGED_PASSAGES]:
        first, last = group[0], group[-1]
        lines.append(
            f"@@ word {first.old_start + 1} of the old text, word {first.new_start + 1} of the new one @@"
        )
        lines.append(
            "- "
            + _render_words(
                old, first.old_start - CHANGE_CONTEXT_WORDS, last.old_end + CHANGE_CONTEXT_WORDS
            )
        )
        lines.append(
            "+ "
            + _render_words(
                new, first.new_start - CHANGE_CONTEXT_WORDS, last.new_end + CHANGE_CONTEXT_WORDS
            )
        )
    more = len(groups) - MAX_CHANGED_PASSAGES
    return tuple(lines if more <= 0 else [*lines, f"@@ and {more} more passages @@"])


def _group_changes(found: Sequence[WordChange]) -> list[list[WordChange]]:
    groups: list[list[WordChange]] = []
    for each in found:
        if groups and each.old_start - groups[-1][-1].old_end < 2 * CHANGE_CONTEXT_WORDS:
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _render_words(side: ComparedText, start: int, end: int) -> str:
    """Words with their punctuation on one line; of a long stretch the beginning and the end."""
    first, last = max(0, start), min(len(side.spans), end)
    text = side.render_span(first, last)
    if len(text) > MAX_PASSAGE_LINE_CHARACTERS:
        half = MAX_PASSAGE_LINE_CHARACTERS // 2
        text = f"{text[:half]} […] {text[-half:]}"
    return f"{'… ' if first else ''}{text}{' …' if last < len(side.spans) else ''}"
