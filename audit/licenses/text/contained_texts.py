"""Known license texts that stand whole in a longer text, such as a page, word for word.

The first run of a fingerprint says where a text may begin, and the digest of its words whether it
is there: what has one other word is not found.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from audit.licenses.text.fingerprint import decode_fingerprint, hash_runs
from audit.licenses.text.known_texts import IndexedText, index_known_texts
from audit.licenses.text.license_text import LicenseText, compute_words_digest
from audit.records.registry import Registry

MIN_CONTAINED_WORDS = 40
"""A shorter known text is a pointer, which may stand anywhere."""


@dataclass(frozen=True)
class ContainedText:
    """A known text and the words that it takes up."""

    source: IndexedText
    start: int
    end: int

    def is_within(self, other: "ContainedText") -> bool:
        """Whether it is a part of another, larger one."""
        is_larger = other.end - other.start > self.end - self.start
        return is_larger and other.start <= self.start and self.end <= other.end


@dataclass(frozen=True)
class TextContents:
    """What of a text is known."""

    licenses: frozenset[str] = frozenset()
    """The licenses that stand in it whole."""
    is_complete: bool = False
    """Whether each paragraph that was asked for lies in a known text."""


def read_contents(content: bytes, paragraphs: Iterable[str], registry: Registry) -> TextContents:
    """Which known licenses a text holds, and whether these paragraphs of it are theirs alone."""
    words = LicenseText(content).head.words
    found = list(find_contained_texts(words, registry))
    known = [" ".join(["", *words[each.start : each.end], ""]) for each in found]
    licenses = {each.source.license for each in found if each.source.text.kind == "license"}
    spoken = (" ".join(["", *LicenseText(line.encode()).words, ""]) for line in paragraphs)
    is_complete = all(any(line in text for text in known) for line in spoken)
    return TextContents(frozenset(licenses), bool(licenses) and is_complete)


def find_contained_texts(words: Sequence[str], registry: Registry) -> Iterator[ContainedText]:
    """The known texts in these words; of one within another, the larger alone."""
    found = [
        each
        for window, texts in _index_first_runs(registry).items()
        for each in _find_at_starts(words, window, texts)
    ]
    for each in found:
        if not any(each.is_within(other) for other in found):
            yield each


def _find_at_starts(
    words: Sequence[str], window: int, texts: Mapping[int, Sequence[IndexedText]]
) -> Iterator[ContainedText]:
    for start, run in enumerate(hash_runs(words, window)):
        for source in texts.get(run, ()):
            end = start + (source.text.words or 0)
            if compute_words_digest(words[start:end]) == source.text.words_sha256:
                yield ContainedText(source, start, end)


@lru_cache(maxsize=2)
def _index_first_runs(registry: Registry) -> Mapping[int, Mapping[int, Sequence[IndexedText]]]:
    """The known texts by window, and by the first run of their words."""
    index: dict[int, dict[int, list[IndexedText]]] = defaultdict(lambda: defaultdict(list))
    for window, group in index_known_texts(registry).by_window.items():
        for source, _ in group:
            if (source.text.words or 0) >= MIN_CONTAINED_WORDS:
                first = decode_fingerprint(source.text.fingerprint)[0]
                index[window][first].append(source)
    return index
