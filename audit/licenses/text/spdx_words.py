"""The words of the SPDX licenses: how often each has which word, and what stands beside negations.

A generated file, `spdx_words.json.gz`, holds them; `nox -s update-licenses` writes it from the
public sources of licenseclassifier. It holds no text: words without their order cannot be read.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate, chain, pairwise
from typing import Any

from audit.licenses.text.normalize import NORMALIZER_VERSION
from audit.licenses.text.word_lists import NEGATIONS

DATA_FILE = "spdx_words.json.gz"


@dataclass(frozen=True)
class LicenseWords:
    """What is known of the wordings of one license."""

    counts: Counter[str]
    """Each word, as often as the wording that has it most often."""
    negation_pairs: frozenset[tuple[str, str]]
    """Words that stand side by side in some wording and of which one is a negation."""


NOTHING_KNOWN = LicenseWords(Counter(), frozenset())


def collect_license_words(wordings: Iterable[Sequence[str]]) -> LicenseWords:
    """What is kept of the wordings of one license, each given as its words in order."""
    counts: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    for words in wordings:
        counts |= Counter(words)
        pairs |= {pair for pair in pairwise(words) if not NEGATIONS.isdisjoint(pair)}
    return LicenseWords(counts, frozenset(pairs))


@lru_cache(maxsize=64)
def find_license_words(id: str) -> LicenseWords:
    """The words of an SPDX license; nothing for one that came after the file was made."""
    data = _load_data()
    row = data["licenses"].get(id)
    return _parse_row(row, data["vocabulary"]) if row else NOTHING_KNOWN


def _parse_row(row: Mapping[str, str], vocabulary: Sequence[str]) -> LicenseWords:
    counts = Counter(vocabulary[place] for place in accumulate(_split_numbers(row["words"])))
    sides = [vocabulary[place] for place in _split_numbers(row["pairs"])]
    return LicenseWords(counts, frozenset(zip(sides[::2], sides[1::2], strict=True)))


def dump_license_words(licenses: Mapping[str, LicenseWords], source: str) -> bytes:
    """The contents of the data file. The same words give the same bytes."""
    vocabulary = sorted({word for words in licenses.values() for word in words.counts})
    data = {
        "generated_by": "nox -s update-licenses",
        "source": source,
        "normalizer": NORMALIZER_VERSION,
        "vocabulary": vocabulary,
        "licenses": _dump_rows(licenses, vocabulary),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def _dump_rows(
    licenses: Mapping[str, LicenseWords], vocabulary: Sequence[str]
) -> dict[str, dict[str, str]]:
    places = {word: place for place, word in enumerate(vocabulary)}
    return {id: _dump_row(words, places) for id, words in sorted(licenses.items())}


def _dump_row(words: LicenseWords, places: Mapping[str, int]) -> dict[str, str]:
    """One license, as strings: only the licenses that are asked for are then read whole."""
    # A word that comes twice is there twice.
    used = sorted(places[word] for word in words.counts.elements())
    pairs = sorted((places[left], places[right]) for left, right in words.negation_pairs)
    return {"words": _join_numbers(_list_steps(used)), "pairs": _join_numbers(chain(*pairs))}


def _list_steps(numbers: Sequence[int]) -> list[int]:
    """From 0 to the first number and from each to the next: these compress well."""
    return [after - before for before, after in pairwise([0, *numbers])]


def _join_numbers(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def _split_numbers(text: str) -> list[int]:
    return [int(number) for number in text.split()]


@lru_cache(maxsize=1)
def _load_data() -> dict[str, Any]:
    content = (files("audit.licenses.text") / DATA_FILE).read_bytes()
    data: dict[str, Any] = json.loads(gzip.decompress(content))
    return data
