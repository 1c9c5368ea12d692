"""Every text that the registry knows, found by digest or by likeness."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from audit.licenses.text.fingerprint import (
    Shingle,
    count_common_hashes,
    decode_fingerprint,
    select_shingles,
)
from audit.licenses.text.spdx import SpdxReading
from audit.records.license import KnownText
from audit.records.registry import Registry

MAX_LABEL_WORDS = 5
"""Words by which whole texts of one license differ: numbered here, bulleted there.

A paragraph that was cut has more.
"""


@dataclass(frozen=True)
class IndexedText:
    """A known text and the license that it belongs to."""

    license: str
    text: KnownText


HashedText = tuple[IndexedText, Counter[int]]
"""A known text with the hashes of its fingerprint."""


@dataclass(frozen=True)
class TextLikeness:
    """How much of a known text stands in another one."""

    indexed_text: IndexedText
    similarity: float
    """Share of hashes that both have, of all that either has; 1 is alike, though not the same."""
    contained: float
    """Share of the known text's hashes that the other one has."""


@dataclass(frozen=True)
class KnownTextIndex:
    """The index over all records."""

    by_digest: dict[str, IndexedText] = field(default_factory=dict)
    """By the digest of the bytes, their name in git, and the digests of the words and the body."""
    by_window: dict[int, tuple[HashedText, ...]] = field(default_factory=dict)
    body_lengths: dict[str, frozenset[int]] = field(default_factory=dict)
    """How many words, without notices, the known texts of a license have."""
    licenses: frozenset[str] = frozenset()
    """Every license that has a record."""

    def find_by_digest(self, *digests: str | None) -> IndexedText | None:
        """The text with one of these digests, the first that is known."""
        return next((self.by_digest[each] for each in digests if each in self.by_digest), None)

    def has_body_length(self, license: str, body_words: int) -> bool:
        """Whether a text of so many words can be the whole license.

        Where no text of the license is known, any can.
        """
        return license not in self.body_lengths or any(
            abs(body_words - each) <= MAX_LABEL_WORDS for each in self.body_lengths[license]
        )

    def may_be_whole(self, found: SpdxReading, body_words: int) -> bool:
        """Whether a text that was read as an SPDX license can be all of it."""
        return found.is_word_for_word or self.has_body_length(found.license or "", body_words)

    def select_shingles_by_window(self, words: Sequence[str]) -> dict[int, list[Shingle]]:
        """The fingerprints of words, for each window that some known text has."""
        return {window: select_shingles(words, window) for window in self.by_window}

    def find_nearest(self, runs: Mapping[int, Sequence[Shingle]]) -> TextLikeness | None:
        """The known license most like a text with these fingerprints.

        None when nothing has a run in common.
        """
        return max(
            self._measure_likenesses(runs),
            key=lambda each: (each.similarity, each.contained, each.indexed_text.license),
            default=None,
        )

    def _measure_likenesses(self, runs: Mapping[int, Sequence[Shingle]]) -> Iterator[TextLikeness]:
        for window, sources in self.by_window.items():
            given = Counter(shingle.hash for shingle in runs[window])
            for source, hashes in sources:
                likeness = _measure_likeness(source, hashes, given)
                if likeness:
                    yield likeness


@lru_cache(maxsize=2)
def index_known_texts(registry: Registry) -> KnownTextIndex:
    """The index of a registry.

    A record without fingerprint is still found by the digest of its bytes.
    """
    sources: list[IndexedText] = []
    for license in registry.licenses.values():
        sources += [IndexedText(license.id, text) for text in license.texts]
    return KnownTextIndex(
        _index_by_digest(sources),
        _group_by_window(sources),
        _collect_body_lengths(sources),
        frozenset(registry.licenses),
    )


def _index_by_digest(sources: Iterable[IndexedText]) -> dict[str, IndexedText]:
    """The first text with each digest."""
    by_digest: dict[str, IndexedText] = {}
    for source in sources:
        text = source.text
        digests = (text.sha256, text.git_blob, text.words_sha256, text.body_sha256)
        for digest in filter(None, digests):
            by_digest.setdefault(digest, source)
    return by_digest


def _collect_body_lengths(sources: Iterable[IndexedText]) -> dict[str, frozenset[int]]:
    lengths: dict[str, set[int]] = defaultdict(set)
    for source in sources:
        text = source.text
        if text.kind == "license" and text.body_words:
            lengths[source.license].add(text.body_words)
    return {license: frozenset(counts) for license, counts in lengths.items()}


def _group_by_window(sources: Iterable[IndexedText]) -> dict[int, tuple[HashedText, ...]]:
    """The texts with a fingerprint and its hashes, the narrowest window first."""
    groups: dict[int, list[HashedText]] = defaultdict(list)
    for source in sources:
        if source.text.fingerprint:
            hashes = Counter(decode_fingerprint(source.text.fingerprint))
            groups[source.text.window].append((source, hashes))
    return {window: tuple(group) for window, group in sorted(groups.items())}


def _measure_likeness(
    source: IndexedText, hashes: Counter[int], given: Counter[int]
) -> TextLikeness | None:
    """How like a known text the given hashes are; None where they share none."""
    common = count_common_hashes(given, hashes)
    if not common:
        return None
    own = hashes.total()
    return TextLikeness(source, 2 * common / (given.total() + own), common / own)
