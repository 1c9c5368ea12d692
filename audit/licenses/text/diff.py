"""What changed between two license texts: the passages, and what strikes the eye in them. Whether that opens or closes is said by terms."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.licenses.text.alignment import Change, changes
from audit.licenses.text.highlights import Side, striking
from audit.licenses.text.normalize import beginning, clean_text, is_text, spans_of

MAX_BYTES = 256 << 10
CONTEXT = 8
"""Words that are shown on each side of a change; changes with less than twice as many between them are one passage."""
MAX_PASSAGES = 20
MAX_CHARACTERS = 300
"""Of one line of a passage. Twenty passages stay below 13,000 characters."""


@dataclass(frozen=True)
class TextChange:
    """The difference of two texts, for a person."""

    cosmetic: bool
    """The same words in another form."""
    striking: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    """Lines of a diff: a `@@` line before each passage, then `-` the old words and `+` the new ones."""
    changed_words: int = 0
    note: str = ""


def text_change(old: bytes, new: bytes) -> TextChange:
    """The difference of two texts. Never raises, and takes no longer than two seconds whatever the texts are."""
    if not is_text(old) or not is_text(new):
        return TextChange(cosmetic=False, note="one of the two is no plain text")
    before, after = _side(old), _side(new)
    found = changes([word for word, _, _ in before.spans], [word for word, _, _ in after.spans])
    cut = max(len(old), len(new)) > MAX_BYTES
    if not found and not cut:
        return TextChange(cosmetic=True)
    return TextChange(
        cosmetic=False,
        striking=striking(before, after, found),
        passages=_passages(before, after, found),
        changed_words=sum(max(each.old_end - each.old_start, each.new_end - each.new_start) for each in found),
        note=f"only the first {MAX_BYTES >> 10} KiB were compared" if cut else "",
    )


def _side(content: bytes) -> Side:
    clean = clean_text(beginning(content, MAX_BYTES))
    spans = spans_of(clean)
    return Side(clean, spans, frozenset(word for word, _, _ in spans))


def _passages(old: Side, new: Side, found: Sequence[Change]) -> tuple[str, ...]:
    """The passages with a few words around, the first of them, and how many more there are."""
    groups = _together(found)
    lines: list[str] = []
    for group in groups[:MAX_PASSAGES]:
        first, last = group[0], group[-1]
        lines.append(f"@@ word {first.old_start + 1} of the old text, word {first.new_start + 1} of the new one @@")
        lines.append("- " + _shown(old, first.old_start - CONTEXT, last.old_end + CONTEXT))
        lines.append("+ " + _shown(new, first.new_start - CONTEXT, last.new_end + CONTEXT))
    more = len(groups) - MAX_PASSAGES
    return tuple(lines if more <= 0 else [*lines, f"@@ and {more} more passages @@"])


def _together(found: Sequence[Change]) -> list[list[Change]]:
    groups: list[list[Change]] = []
    for each in found:
        if groups and each.old_start - groups[-1][-1].old_end < 2 * CONTEXT:
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _shown(side: Side, start: int, end: int) -> str:
    """Words with their punctuation on one line; of a long stretch the beginning and the end."""
    first, last = max(0, start), min(len(side.spans), end)
    text = side.text(first, last)
    if len(text) > MAX_CHARACTERS:
        half = MAX_CHARACTERS // 2
        text = f"{text[:half]} […] {text[-half:]}"
    return f"{'… ' if first else ''}{text}{' …' if last < len(side.spans) else ''}"
