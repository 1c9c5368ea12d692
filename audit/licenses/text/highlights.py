"""What strikes the eye in a change of terms: numbers with their words, dates, names and negations. Put on top, never judged."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from audit.core.escape import format_printable_line
from audit.licenses.text.alignment import WordChange
from audit.licenses.text.normalize import split_words

MAX_HIGHLIGHTS = 12
MAX_HIGHLIGHT_CHARACTERS = 200
"""Of one line; a word may have any length."""
MAX_NAME_CHARACTERS = 60
MAX_NAME_SEARCH_CHARACTERS = 4000
"""Characters of a changed stretch in which names are looked for."""
_MONTHS_LIST = (
    "january february march april may june july august september october november december"
)
_MONTHS = frozenset(_MONTHS_LIST.split())
_NUMBER_WORDS_LIST = (
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion trillion"
)
_NUMBER_WORDS = frozenset(_NUMBER_WORDS_LIST.split())
_UNITS_LIST = (
    "thousand million billion trillion percent % user users day days week weeks month months monthly year years yearly annual annually "
    "daily active dollars usd euro euros eur rmb yuan parameters"
)
_UNITS = frozenset(_UNITS_LIST.split())
_FIGURE = re.compile(r"\d[\d.,]*(?:[bkmt]|bn|mn|st|nd|rd|th)?|\d.*[^\x00-\x7f].*")
"""700, 1.5, 70b, 2nd, 2023年; not the 3a of an encoded address."""
_SIGNS = frozenset("$€£¥≤≥")
_NEGATIONS_LIST = (
    "not no non nor neither never none nothing cannot without except unless prohibited forbidden only solely noncommercial won't can't "
    "don't shan't mustn't isn't aren't doesn't"
)
NEGATIONS = frozenset(_NEGATIONS_LIST.split())
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
MAX_UNIT_WORDS = 3


@dataclass(frozen=True)
class ComparedText:
    """One of the two texts."""

    clean: str
    spans: Sequence[tuple[str, int, int]]
    words: frozenset[str]

    def render_span(self, start: int, end: int) -> str:
        """The words `start:end` as they stand in the text."""
        return (
            format_printable_line(self.clean[self.spans[start][1] : self.spans[end - 1][2]])
            if start < end
            else ""
        )


def find_highlights(
    old: ComparedText, new: ComparedText, found: Sequence[WordChange]
) -> tuple[str, ...]:
    """Lines such as '700 million → 100 million', the most telling first, each once."""
    numbers = [line for each in found for line in _find_number_changes(old, new, each)]
    telling = [line for line in numbers if _TELLING_NUMBER.search(line)]
    negations = [line for each in found for line in _find_negation_changes(old, new, each)]
    names = [line for each in found for line in _find_name_changes(old, new, each)]
    unique = list(
        dict.fromkeys(_shorten_line(each) for each in (*telling, *negations, *names, *numbers))
    )
    more = len(unique) - MAX_HIGHLIGHTS
    return tuple(unique if more <= 0 else [*unique[:MAX_HIGHLIGHTS], f"… and {more} more"])


def _shorten_line(line: str) -> str:
    return line if len(line) <= MAX_HIGHLIGHT_CHARACTERS else f"{line[:MAX_HIGHLIGHT_CHARACTERS]}…"


def _find_number_changes(old: ComparedText, new: ComparedText, change: WordChange) -> Iterator[str]:
    was = _list_quantities(old, change.old_start, change.old_end)
    now = _list_quantities(new, change.new_start, change.new_end)
    yield from (_format_change(a, b) for a, b in zip_longest(was, now) if a != b)


def _format_change(before: str | None, after: str | None) -> str:
    if before is None:
        return f"new: {after}"
    return f"gone: {before}" if after is None else f"{before} → {after}"


def _list_quantities(side: ComparedText, start: int, end: int) -> list[str]:
    """Numbers and dates that a changed stretch touches, whole, with the words that say of what."""
    found, place = [], start
    while place < end:
        first, last = _find_quantity_span(side, place)
        if first < last:
            found.append(side.render_span(first, last))
        place = max(last, place + 1)
    return found


def _find_quantity_span(side: ComparedText, place: int) -> tuple[int, int]:
    """The stretch of one number or date around a word; empty where the word belongs to none."""
    words = [
        word
        for word, _, _ in side.spans[max(0, place - MAX_UNIT_WORDS) : place + 2 * MAX_UNIT_WORDS]
    ]
    offset, here = place - min(place, MAX_UNIT_WORDS), min(place, MAX_UNIT_WORDS)
    if not _is_quantity_word(words[here]):
        return place, place
    first, last = here, here + 1
    while (
        first > 0
        and _is_quantity_word(words[first - 1])
        and _is_same_phrase(side, offset + first - 1)
    ):
        first -= 1
    while (
        last < len(words)
        and _is_quantity_word(words[last])
        and _is_same_phrase(side, offset + last - 1)
    ):
        last += 1
    # A unit alone, such as "users", is a word like any other.
    return (
        (offset + first, offset + last)
        if any(_is_number(word) for word in words[first:last])
        else (place, place)
    )


def _is_number(word: str) -> bool:
    return _FIGURE.fullmatch(word) is not None or word in _NUMBER_WORDS


def _is_quantity_word(word: str) -> bool:
    return _is_number(word) or word in _MONTHS or word in _SIGNS or word in _UNITS


def _is_same_phrase(side: ComparedText, place: int) -> bool:
    """Whether a word and the next one are of one phrase: the number of the next section is not."""
    gap = side.clean[side.spans[place][2] : side.spans[place + 1][1]]
    if "," in gap and side.spans[place + 1][0] in _MONTHS:
        return False
    return ("\n" not in gap.strip(" ") and "." not in gap) or not side.spans[place + 1][0].isdigit()


def _find_negation_changes(
    old: ComparedText, new: ComparedText, change: WordChange
) -> Iterator[str]:
    was = Counter(
        word for word, _, _ in old.spans[change.old_start : change.old_end] if word in NEGATIONS
    )
    now = Counter(
        word for word, _, _ in new.spans[change.new_start : change.new_end] if word in NEGATIONS
    )
    for word in sorted(now - was):
        yield f"new: “{word}” in “{_quote_context(new, change.new_start, change.new_end, word)}”"
    for word in sorted(was - now):
        yield f"gone: “{word}” from “{_quote_context(old, change.old_start, change.old_end, word)}”"


def _quote_context(side: ComparedText, start: int, end: int, word: str) -> str:
    at = next(place for place in range(start, end) if side.spans[place][0] == word)
    return side.render_span(max(0, at - 4), min(len(side.spans), at + 6))


def _find_name_changes(old: ComparedText, new: ComparedText, change: WordChange) -> Iterator[str]:
    """Names in a changed stretch that the other text has nowhere."""
    was = _find_new_names(old, change.old_start, change.old_end, new)
    now = _find_new_names(new, change.new_start, change.new_end, old)
    yield from (_format_change(before, after) for before, after in zip_longest(was, now))


def _find_new_names(side: ComparedText, start: int, end: int, other: ComparedText) -> list[str]:
    if start >= end:
        return []
    begin = side.spans[start][1]
    stop = min(side.spans[end - 1][2], begin + MAX_NAME_SEARCH_CHARACTERS)
    found = (
        each for each in _NAME.finditer(side.clean, begin, stop) if _is_new_name(side, each, other)
    )
    return list(dict.fromkeys(" ".join(each.group().split()).rstrip(".,") for each in found))


def _is_new_name(side: ComparedText, match: re.Match[str], other: ComparedText) -> bool:
    """Whether capitals mean a name, and one that the other text does not have."""
    name = match.group()
    if len(name) > MAX_NAME_CHARACTERS or name.isupper():
        return False
    # The first word of a sentence has a capital too.
    if " " not in name and _SENTENCE_START.search(
        side.clean[max(0, match.start() - 6) : match.start()]
    ):
        return False
    words = [word for word in split_words(name) if not word[0].isdigit() and word not in _MONTHS]
    return any(word not in other.words for word in words)
