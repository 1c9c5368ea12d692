"""From the text of a license to a wording: what `nox -s update-licenses` keeps of each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from audit.licenses.text.core_words import list_core_words, may_be_filled_in, unify_spelling
from audit.licenses.text.labels import strip_labels
from audit.licenses.text.normalize import split_words
from audit.licenses.text.wordings import (
    ANCHOR_WORDS,
    NAMES_GAP,
    NO_GAP,
    Anchor,
    Part,
    Wording,
    digest_words,
)

_GAP = "openplaceofalicense"
_EDGE = "edgeofalicense"
"""Words that no text has: where something is filled in, and where a text may begin or end."""
_LETTERS = str.maketrans("0123456789", "qwrtypsdfg")
_DIGITS = str.maketrans("qwrtypsdfg", "0123456789")
_OPEN_PLACE = re.compile(
    r"<(?![^<>\n]{0,60}(?:://|@))[^<>\n]{1,60}>"
    r"|\[(?![^\[\]\n]{0,60}(?:://|@))[^\[\]\n]{2,60}\]"
    r"|\{[^{}\n]{1,60}\}"
    r"|_{3,}"
)
_OPTIONAL_EDGE = re.compile(
    r"^(?=\W{0,8}(?:END OF (?:THE )?(?:TERMS|[A-Z][A-Z ]{0,40}LICEN[CS]E|LICEN[CS]E)"
    r"|APPENDIX\b|How to (?:Apply|Use)\b"
    r"|How To Apply\b|Creative Commons (?:Corporation )?(?:is not a party|may be contacted)"
    r"|Creative Commons Notice|By exercising the (?:Licensed )?Rights|THE WORK \(AS DEFINED))",
    re.MULTILINE,
)
"""Where a preface ends or an appendix begins, which many copies leave out."""


@dataclass
class _Stretch:
    """Words of a wording between open places and edges, and what may stand before them."""

    words: list[str] = field(default_factory=list)
    gap: list[str] | None = None
    """What the wording itself has in the open place; None where there is none."""
    may_begin: bool = False
    may_end: bool = False


def build_wordings(ids: Sequence[str], names: Iterable[str], clean: str) -> list[Wording]:
    """What is kept of a text that is given clean: with the labels of paragraphs, and without."""
    title = frozenset(word for name in (*ids, *names) for word in _split_name(name))
    marked, fillings = _mark_open_places(_OPTIONAL_EDGE.sub(f"{_EDGE}\n", clean))
    text = unify_spelling(marked)
    # Where lines begin is lost by rewrapping, and with it what is a label.
    both = [_build_wording(form, fillings, title) for form in (text, strip_labels(text))]
    found = [replace(wording, ids=tuple(ids)) for wording in both if wording]
    return list(dict.fromkeys(found))


def _mark_open_places(clean: str) -> tuple[str, list[list[str]]]:
    """A text with a mark for each open place, and the words that stood there."""
    fillings: list[list[str]] = []

    def mark_open_place(match: re.Match[str]) -> str:
        fillings.append(split_words(match.group()))
        return f" {_GAP}{_spell_number(len(fillings) - 1)} "

    return _OPEN_PLACE.sub(mark_open_place, clean), fillings


def _build_wording(
    marked: str, fillings: Sequence[Sequence[str]], title: frozenset[str]
) -> Wording | None:
    """A wording, as yet of no license; None where the text has no words of its own."""
    words = list_core_words(marked, in_place_of_notice=_GAP)
    stretches, ends_open = _split_stretches(words, fillings, title)
    if not stretches:
        return None
    parts = tuple(map(_build_part, stretches))
    return Wording((), title, parts, _choose_anchor(stretches), ends_open)


def _split_name(name: str) -> list[str]:
    return [*split_words(name), *split_words(unify_spelling(name))]


def _split_stretches(
    words: Sequence[str], fillings: Sequence[Sequence[str]], title: frozenset[str]
) -> tuple[list[_Stretch], bool]:
    """The stretches, and whether something may be filled in behind the last of them."""
    splitter = _Splitter(title)
    for word in words:
        if word == _EDGE:
            splitter.add_edge()
        elif word.startswith(_GAP):
            splitter.add_gap(_read_filling(word, fillings))
        else:
            splitter.add_word(word)
    splitter.add_edge()
    return splitter.stretches, splitter.ends_open


class _Splitter:
    """Cuts the words of a wording where something is filled in and where a text may end."""

    def __init__(self, title: frozenset[str]) -> None:
        self.stretches: list[_Stretch] = []
        self.title = title
        self.current = _Stretch(may_begin=True)
        self.ends_open = False

    def add_word(self, word: str) -> None:
        """A word of the text, without those of its title at its beginning."""
        is_title = word in self.title and not self.stretches and not self.current.words
        if not is_title:
            self.current.words.append(word)

    def add_gap(self, filling: Sequence[str]) -> None:
        """An open place, one with the open place just before."""
        self._close_stretch()
        self.current.gap = [*(self.current.gap or []), *filling]

    def add_edge(self) -> None:
        """A place where a text may end or begin."""
        self._close_stretch()
        self.ends_open = self.current.gap is not None
        self.current.may_begin = True
        if self.stretches:
            self.stretches[-1].may_end = True

    def _close_stretch(self) -> None:
        if self.current.words:
            self.stretches.append(self.current)
            self.current = _Stretch()


def _read_filling(word: str, fillings: Sequence[Sequence[str]]) -> Sequence[str]:
    number = word.removeprefix(_GAP)
    return fillings[_read_number(number)] if number else ()


def _spell_number(number: int) -> str:
    """In letters: a number in a line would keep it from being a notice."""
    return str(number).translate(_LETTERS)


def _read_number(spelled: str) -> int:
    return int(spelled.translate(_DIGITS))


def _build_part(stretch: _Stretch) -> Part:
    return Part(
        len(stretch.words),
        digest_words(stretch.words),
        _describe_gap(stretch.gap),
        stretch.may_begin,
        stretch.may_end,
    )


def _describe_gap(filling: Sequence[str] | None) -> str:
    if filling is None:
        return NO_GAP
    return NAMES_GAP if may_be_filled_in(filling) else digest_words(filling)


def _choose_anchor(stretches: Sequence[_Stretch]) -> Anchor:
    """The middle of the longest stretch: there two licenses are least alike."""
    number = max(range(len(stretches)), key=lambda each: len(stretches[each].words))
    words = stretches[number].words
    count = min(ANCHOR_WORDS, len(words))
    offset = (len(words) - count) // 2
    return Anchor(number, offset, count, digest_words(words[offset : offset + count]))
