"""The sentences that matter in a change of terms: new duties, bans, registration, commerce, territory.

In English and Chinese, by the words that such sentences are made of. It judges nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from audit.core.escape import format_printable_line
from audit.licenses.text.alignment import WordChange
from audit.licenses.text.license_text import LicenseText
from audit.licenses.text.word_lists import CHINESE_TERMS_THAT_MATTER, TERMS_THAT_MATTER

MAX_SENTENCES = 5
MAX_SENTENCE_CHARACTERS = 170
"""Of a longer sentence, the part around the word that matters."""
_SENTENCE_END = re.compile(r"[.;!?](?=\s)|[。；！？]|\n[ \t]*\n")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def find_sentences_that_matter(
    old: LicenseText, new: LicenseText, changes: Sequence[WordChange]
) -> list[str]:
    """Lines such as 'new: “You must register first.”', those that came before those that went."""
    came = _find_sentences(new, [(each.new_start, each.new_end) for each in changes], old)
    went = _find_sentences(old, [(each.old_start, each.old_end) for each in changes], new)
    return [
        *(f"new: “{sentence}”" for sentence in islice(came, MAX_SENTENCES)),
        *(f"gone: “{sentence}”" for sentence in islice(went, MAX_SENTENCES)),
    ][:MAX_SENTENCES]


def _find_sentences(
    text: LicenseText, stretches: Sequence[tuple[int, int]], other: LicenseText
) -> Iterator[str]:
    """Each sentence once in which a word that matters stands more often than in the other text."""
    beyond = _count_terms(text.words) - _count_terms(other.words)
    shown: set[str] = set()
    for start, end in stretches:
        for place in range(start, end):
            if beyond.keys().isdisjoint(_list_terms(text.words[place])):
                continue
            sentence = _cut_sentence(text, place)
            if sentence not in shown:
                shown.add(sentence)
                yield sentence


def _count_terms(words: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in words:
        found.update(_list_terms(word))
    return found


def _list_terms(word: str) -> list[str]:
    if word in TERMS_THAT_MATTER:
        return [word]
    if not _CHINESE.search(word):
        return []
    return [term for term in CHINESE_TERMS_THAT_MATTER if term in word]


def _cut_sentence(text: LicenseText, place: int) -> str:
    """The sentence around a word, or as much of it as is shown."""
    _, word_start, word_end = text.spans[place]
    least = max(0, word_start - MAX_SENTENCE_CHARACTERS // 2)
    most = word_end + MAX_SENTENCE_CHARACTERS // 2
    before, after = text.clean[least:word_start], text.clean[word_end:most]
    ends = list(_SENTENCE_END.finditer(before))
    start = least + ends[-1].end() if ends else _skip_part(text.clean, least)
    end = _SENTENCE_END.search(after)
    stop = word_end + end.end() if end else min(most, len(text.clean))
    return format_printable_line(text.clean[start:stop]).strip()


def _skip_part(clean: str, start: int) -> int:
    """Where the next whole word begins."""
    if start == 0:
        return 0
    space = re.compile(r"\s").search(clean, start)
    return space.end() if space and space.end() - start < MAX_SENTENCE_CHARACTERS // 4 else start
