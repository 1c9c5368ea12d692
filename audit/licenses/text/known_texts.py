"""Every text that the registry knows, found by digest or by likeness."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from audit.licenses.text.fingerprint import Run, decode, in_common, runs_of
from audit.records.model import KnownText, Registry

LABELS = 5
"""Words by which whole texts of one license differ: numbered here, bulleted there. A paragraph that was cut has more."""


@dataclass(frozen=True)
class Source:
    """A known text and the license that it belongs to."""

    license: str
    text: KnownText


@dataclass(frozen=True)
class Likeness:
    """How much of a known text stands in another one."""

    source: Source
    similarity: float
    """Share of hashes that both have, of all that either has; 1 is alike, though not the same."""
    contained: float
    """Share of the known text's hashes that the other one has."""


@dataclass(frozen=True)
class KnownTexts:
    """The index over all records."""

    by_digest: dict[str, Source] = field(default_factory=dict)
    """By the digest of the bytes, of the words and of the body."""
    by_window: dict[int, tuple[tuple[Source, Counter[int]], ...]] = field(default_factory=dict)
    lengths: dict[str, frozenset[int]] = field(default_factory=dict)
    """How many words, without notices, the known texts of a license have."""

    def of(self, *digests: str | None) -> Source | None:
        """The text with one of these digests, the first that is known."""
        return next((self.by_digest[each] for each in digests if each in self.by_digest), None)

    def has_length(self, license: str, body_words: int) -> bool:
        """Whether a text of so many words can be the whole license; where none is known, any can."""
        return license not in self.lengths or any(abs(body_words - each) <= LABELS for each in self.lengths[license])

    def runs(self, words: Sequence[str]) -> dict[int, list[Run]]:
        """The fingerprints of words, for each window that some known text has."""
        return {window: runs_of(words, window) for window in self.by_window}

    def nearest(self, runs: Mapping[int, Sequence[Run]]) -> Likeness | None:
        """The known license most like a text with these fingerprints, or None when nothing has a run in common."""
        return max(self._likenesses(runs), key=lambda each: (each.similarity, each.contained, each.source.license), default=None)

    def _likenesses(self, runs: Mapping[int, Sequence[Run]]) -> Iterator[Likeness]:
        for window, sources in self.by_window.items():
            given = Counter(each.hash for each in runs[window])
            for source, hashes in sources:
                common = in_common(given, hashes)
                if common:
                    total, own = given.total() + hashes.total(), hashes.total()
                    yield Likeness(source, 2 * common / total, common / own)


@lru_cache(maxsize=2)
def known_texts(registry: Registry) -> KnownTexts:
    """The index of a registry. A record without fingerprint is still found by the digest of its bytes."""
    by_digest: dict[str, Source] = {}
    by_window: dict[int, list[tuple[Source, Counter[int]]]] = {}
    lengths: dict[str, set[int]] = {}
    for license in registry.licenses.values():
        for text in license.texts:
            source = Source(license.id, text)
            for digest in (text.sha256, text.words_sha256, text.body_sha256):
                if digest:
                    by_digest.setdefault(digest, source)
            if text.fingerprint:
                by_window.setdefault(text.window, []).append((source, Counter(decode(text.fingerprint))))
            if text.kind == "license" and text.body_words:
                lengths.setdefault(license.id, set()).add(text.body_words)
    return KnownTexts(
        by_digest,
        {window: tuple(sources) for window, sources in sorted(by_window.items())},
        {license: frozenset(each) for license, each in lengths.items()},
    )


def words_digest(words: Sequence[str]) -> str:
    """Digest of words in order."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()
