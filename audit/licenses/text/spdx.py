"""Which SPDX license a text is, where the text is that license and nothing else. All dealings with licenseclassifier stand here.

The library answers with the license that it finds and passes over what it takes for names and notices: a restriction in
such a place, or behind the license, still gets the plain name. So whatever its template does not contain counts as left over here.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from licenseclassifier import identify_license

from audit.licenses.text.highlights import NEGATIONS
from audit.licenses.text.normalize import words_of
from audit.licenses.text.notices import MAX_NOTICE_WORDS, is_notice

_NOTHING_LICENSED = re.compile(r"//\*\*.*?\*\*//|__\d+__", re.DOTALL)
_LABEL = re.compile(r"[a-z]|[ivx]+|\d{1,2}")
"""Numbering of paragraphs, which templates leave open."""
_NAMES = {"GPL-2.0": "GPL-2.0-only", "GPL-3.0": "GPL-3.0-only", "LGPL-2.1": "LGPL-2.1-only", "LGPL-3.0": "LGPL-3.0-only", "AGPL-3.0": "AGPL-3.0-only"}
"""Names that SPDX withdrew and the library still gives."""


@dataclass(frozen=True)
class SpdxReading:
    """What of the SPDX list stands in a text."""

    license: str | None
    """The id, where the text is that license and nothing else."""
    within: tuple[str, ...]
    """Every license whose text stands whole in it, in alphabetical order."""


def read_spdx(clean: str) -> SpdxReading:
    """Look for SPDX licenses in a clean text."""
    found = identify_license(clean, coverage_threshold=0)
    within = tuple(sorted({_NAMES.get(each.id, each.id) for each in found}))
    if len(found) != 1:
        return SpdxReading(None, within)
    id = found[0].id
    outside = words_of(clean[: found[0].start]) + words_of(clean[found[0].end :])
    plain = _is_title(outside, id) and not _left_over(words_of(clean), id)
    return SpdxReading(_NAMES.get(id, id) if plain else None, within)


def _is_title(words: Sequence[str], id: str) -> bool:
    """Whether words do no more than name the license, as 'The MIT License (MIT)' does."""
    allowed = {*words_of(id), "the", "license", "spdx", "identifier"}
    return len(words) <= MAX_NOTICE_WORDS and allowed.issuperset(words)


def _left_over(words: Sequence[str], id: str) -> bool:
    """Whether a text has words that its license's template does not, apart from notices, numbering and a title."""
    spare = _vocabulary(id)
    rest = Counter(words) - spare
    for word in (*words_of(id), "the", "license"):
        rest[word] = min(rest[word], max(0, rest[word] - 2))
    if _strange_negation(words, id):
        return True
    notices = _notice_words(words)
    return any(count > notices[word] and not _LABEL.fullmatch(word) for word, count in rest.items() if count > 0)


def _strange_negation(words: Sequence[str], id: str) -> bool:
    """Whether a negation stands between words between which the template has none: templates leave gaps for names."""
    pairs = _pairs(id)
    around = zip(["", *words[:-1]], words, [*words[1:], ""], strict=True)
    return any(word in NEGATIONS and (before, word) not in pairs and (word, after) not in pairs for before, word, after in around)


def _notice_words(words: Sequence[str]) -> Counter[str]:
    """The words of copyright notices, where each notice ends at the first word that no notice has."""
    found: Counter[str] = Counter()
    for start, word in enumerate(words):
        if word != "copyright":
            continue
        end = start + 1
        while end < len(words) and end - start < MAX_NOTICE_WORDS and is_notice(words[start : end + 1]):
            end += 1
        found.update(words[start:end])
    return found


@lru_cache(maxsize=64)
def _vocabulary(id: str) -> Counter[str]:
    """The words of a license's templates, each as often as the most verbose one has it."""
    found: Counter[str] = Counter()
    for words in _literals(id):
        found |= Counter(words)
    return found


@lru_cache(maxsize=64)
def _pairs(id: str) -> frozenset[tuple[str, str]]:
    """Words that stand side by side in a license's templates."""
    return frozenset(pair for words in _literals(id) for pair in pairwise(words))


def _literals(id: str) -> list[list[str]]:
    """The words of each template of a license, without what it leaves open."""
    return [words_of(_NOTHING_LICENSED.sub(" ", row["lre"])) for row in _templates() if row["id"] == id]


@lru_cache(maxsize=1)
def _templates() -> list[dict[str, str]]:
    data = (files("licenseclassifier") / "_engine" / "licenses.json.gz").read_bytes()
    rows: list[dict[str, str]] = json.loads(gzip.decompress(data))
    return rows
