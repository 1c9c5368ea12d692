"""Winnowed fingerprints: what a text is like, without the text.

The method is that of Schleimer, Wilkerson and Aiken (Winnowing, 2003).
Of every `window` runs of `window` words the one with the smallest hash is kept, so that each word
lies in a kept run: a changed word always changes a hash. Nothing can be read back from them.
"""

import base64
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

MIN_WINDOW = 8
MAX_HASHES = 1000
"""Keeps a record small: a longer text gets a wider window. Four characters for each hash."""
HASH_BYTES = 3


@dataclass(frozen=True)
class Shingle:
    """A kept run of words: its hash and the place of its first word."""

    hash: int
    start: int


def compute_window(count: int) -> int:
    """The window for a text of so many words; about two hashes are kept for each."""
    return max(MIN_WINDOW, -(-2 * count // MAX_HASHES))


def select_shingles(words: Sequence[str], window: int) -> list[Shingle]:
    """The kept runs in order.

    The first and the last are always kept, so that the edges are covered too.
    """
    if not words:
        return []
    hashes = hash_runs(words, window)
    kept = {0, len(hashes) - 1, *_find_window_minima(hashes, window)}
    return [Shingle(hashes[place], place) for place in sorted(kept)]


def hash_runs(words: Sequence[str], window: int) -> list[int]:
    """The hash of each run of so many words, by the place of its first; at least one run."""
    last = max(0, len(words) - window)
    return [_hash_words(words[place : place + window]) for place in range(last + 1)]


def _find_window_minima(hashes: Sequence[int], window: int) -> Iterator[int]:
    """The place of the smallest hash of each window, the last of equal ones."""
    waiting: deque[int] = deque()
    """Places whose hash may still be the smallest of a window, the smallest first."""
    for place, value in enumerate(hashes):
        while waiting and hashes[waiting[-1]] >= value:
            waiting.pop()
        waiting.append(place)
        if waiting[0] <= place - window:
            waiting.popleft()
        if place >= window - 1:
            yield waiting[0]


def encode_fingerprint(runs: Sequence[Shingle]) -> str:
    """Hashes in order, as text."""
    return base64.b64encode(
        b"".join(each.hash.to_bytes(HASH_BYTES, "big") for each in runs)
    ).decode()


def decode_fingerprint(text: str) -> tuple[int, ...]:
    """Hashes in order. Raises ValueError for what is not a fingerprint."""
    data = base64.b64decode(text, validate=True)
    if len(data) % HASH_BYTES:
        raise ValueError("a fingerprint is a whole number of hashes")
    return tuple(
        int.from_bytes(data[place : place + HASH_BYTES], "big")
        for place in range(0, len(data), HASH_BYTES)
    )


def count_common_hashes(left: Counter[int], right: Counter[int]) -> int:
    """How many hashes two fingerprints share."""
    return sum(min(left[each], right[each]) for each in left.keys() & right.keys())


def _hash_words(words: Sequence[str]) -> int:
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=HASH_BYTES).digest(), "big")
