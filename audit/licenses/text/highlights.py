"""What strikes the eye in a change of terms: numbers, sentences of weight, names and negations.

It judges nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from audit.licenses.text.alignment import WordChange
from audit.licenses.text.license_text import LicenseText
from audit.licenses.text.normalize import split_words
from audit.licenses.text.sentences import find_sentences_that_matter
from audit.licenses.text.word_lists import MONTHS, NEGATIONS, NUMBER_WORDS, SIGNS, UNITS

MAX_HIGHLIGHTS = 12
MAX_HIGHLIGHT_CHARACTERS = 200
"""Of one line; a word may have any length."""
MAX_NAME_CHARACTERS = 60
MAX_NAME_SEARCH_CHARACTERS = 4000
"""Characters of a changed stretch in which names are looked for."""
MAX_UNIT_WORDS = 3
"""Words before a changed one, and twice as many after it, that can belong to its quantity."""
QUOTED_WORDS = (4, 6)
"""Words before and from a negation that are quoted with it."""
_FIGURE = re.compile(r"\d[\d.,]*(?:[bkmt]|bn|mn|st|nd|rd|th)?|\d.*[^\x00-\x7f].*")
"""700, 1.5, 70b, 2nd, 2023年; not the 3a of an encoded address."""
_NAME = re.compile(
    r"\b[A-Z][\w&-]*(?: (?:of )?[A-Z0-9][\w.&-]*){0,5}(?:,? (?:Inc|LLC|Ltd|Corp|GmbH|Co)\b\.?)?",
    re.ASCII,
)
_TELLING_NUMBER = re.compile(
    r"\d{3}|million|billion|thousand|hundred|percent|[%$€£¥]|users?|days?|months?|years?|weeks?",
    re.IGNORECASE,
)
"""Lone small numbers are mostly those of sections."""
_SENTENCE_START = re.compile(r"(?:^|[.;:!?)\"“”]\s*|\n\s*)$")


def find_highlights(
    old: LicenseText, new: LicenseText, changes: Sequence[WordChange]
) -> tuple[str, ...]:
    """Lines such as '700 million → 100 million', the most telling first, each once."""
    numbers = [line for change in changes for line in _find_number_changes(old, new, change)]
    negations = [line for change in changes for line in _find_negation_changes(old, new, change)]
    names = [line for change in changes for line in _find_name_changes(old, new, change)]
    telling = [line for line in numbers if _TELLING_NUMBER.search(line)]
    sentences = find_sentences_that_matter(old, new, changes)
    lines = map(_shorten_line, chain(telling, sentences, negations, names, numbers))
    return _limit_lines(list(dict.fromkeys(lines)))


def _limit_lines(lines: Sequence[str]) -> tuple[str, ...]:
    more = len(lines) - MAX_HIGHLIGHTS
    if more <= 0:
        return tuple(lines)
    return (*lines[:MAX_HIGHLIGHTS], f"… and {more} more")


def _shorten_line(line: str) -> str:
    if len(line) <= MAX_HIGHLIGHT_CHARACTERS:
        return line
    return f"{line[:MAX_HIGHLIGHT_CHARACTERS]}…"


def _find_number_changes(old: LicenseText, new: LicenseText, change: WordChange) -> Iterator[str]:
    was = _list_quantities(old, change.old_start, change.old_end)
    now = _list_quantities(new, change.new_start, change.new_end)
    for before, after in zip_longest(was, now):
        if before != after:
            yield _format_change(before, after)


def _format_change(before: str | None, after: str | None) -> str:
    if before is None:
        return f"new: {after}"
    return f"gone: {before}" if after is None else f"{before} → {after}"


def _list_quantities(text: LicenseText, start: int, end: int) -> list[str]:
    """Numbers and dates that a changed stretch touches, whole, with the words that say of what."""
    found, place = [], start
    while place < end:
        first, last = _find_quantity_span(text, place)
        if first < last:
            found.append(text.render_span(first, last))
        place = max(last, place + 1)
    return found


def _find_quantity_span(text: LicenseText, place: int) -> tuple[int, int]:
    """The stretch of one number or date around a word; empty where the word belongs to none."""
    if not _is_quantity_word(text.words[place]):
        return place, place
    first = _find_quantity_start(text, place)
    last = _find_quantity_end(text, place)
    # A unit alone, such as "users", is a word like any other.
    has_number = any(map(_is_number, text.words[first:last]))
    return (first, last) if has_number else (place, place)


def _find_quantity_start(text: LicenseText, place: int) -> int:
    first = place
    least = max(0, place - MAX_UNIT_WORDS)
    while first > least and _is_quantity_word(text.words[first - 1]):
        if not _is_same_phrase(text, first - 1):
            break
        first -= 1
    return first


def _find_quantity_end(text: LicenseText, place: int) -> int:
    last = place + 1
    most = min(len(text.words), place + 2 * MAX_UNIT_WORDS)
    while last < most and _is_quantity_word(text.words[last]):
        if not _is_same_phrase(text, last - 1):
            break
        last += 1
    return last


def _is_number(word: str) -> bool:
    return _FIGURE.fullmatch(word) is not None or word in NUMBER_WORDS


def _is_quantity_word(word: str) -> bool:
    return _is_number(word) or word in MONTHS or word in SIGNS or word in UNITS


def _is_same_phrase(text: LicenseText, place: int) -> bool:
    """Whether a word and the next one are of one phrase: the number of the next section is not."""
    following, next_start, _ = text.spans[place + 1]
    gap = text.clean[text.spans[place][2] : next_start]
    if "," in gap and following in MONTHS:
        return False
    is_unbroken = "\n" not in gap.strip(" ") and "." not in gap
    return is_unbroken or not following.isdigit()


def _find_negation_changes(old: LicenseText, new: LicenseText, change: WordChange) -> Iterator[str]:
    old_span = change.old_start, change.old_end
    new_span = change.new_start, change.new_end
    was, now = _count_negations(old, *old_span), _count_negations(new, *new_span)
    for word in sorted(now - was):
        context = _quote_context(new, *new_span, word)
        yield f"new: “{word}” in “{context}”"
    for word in sorted(was - now):
        context = _quote_context(old, *old_span, word)
        yield f"gone: “{word}” from “{context}”"


def _count_negations(text: LicenseText, start: int, end: int) -> Counter[str]:
    return Counter(word for word in text.words[start:end] if word in NEGATIONS)


def _quote_context(text: LicenseText, start: int, end: int, word: str) -> str:
    at = text.words.index(word, start, end)
    before, after = QUOTED_WORDS
    return text.render_span(max(0, at - before), min(len(text.words), at + after))


def _find_name_changes(old: LicenseText, new: LicenseText, change: WordChange) -> Iterator[str]:
    """Names in a changed stretch that the other text has nowhere."""
    was = _find_new_names(old, change.old_start, change.old_end, new)
    now = _find_new_names(new, change.new_start, change.new_end, old)
    for before, after in zip_longest(was, now):
        yield _format_change(before, after)


def _find_new_names(text: LicenseText, start: int, end: int, other: LicenseText) -> list[str]:
    if start >= end:
        return []
    begin = text.spans[start][1]
    stop = min(text.spans[end - 1][2], begin + MAX_NAME_SEARCH_CHARACTERS)
    matches = _NAME.finditer(text.clean, begin, stop)
    names = [_format_name(match) for match in matches if _is_new_name(text, match, other)]
    return list(dict.fromkeys(names))


def _format_name(match: re.Match[str]) -> str:
    """A name on one line, without the end of its sentence."""
    return " ".join(match.group().split()).rstrip(".,")


def _is_new_name(text: LicenseText, match: re.Match[str], other: LicenseText) -> bool:
    """Whether capitals mean a name, and one that the other text does not have."""
    name = match.group()
    if len(name) > MAX_NAME_CHARACTERS or name.isupper():
        return False
    # The first word of a sentence has a capital too.
    if " " not in name and _is_sentence_start(text, match.start()):
        return False
    words = [word for word in split_words(name) if not word[0].isdigit() and word not in MONTHS]
    return not other.word_set.issuperset(words)


def _is_sentence_start(text: LicenseText, start: int) -> bool:
    before = text.clean[max(0, start - 6) : start]
    return _SENTENCE_START.search(before) is not None
