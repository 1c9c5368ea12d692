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
from audit.licenses.text.normalize import split_words
from audit.licenses.text.notices import MAX_NOTICE_WORDS, is_copyright_notice

_TEMPLATE_PLACEHOLDER = re.compile(r"//\*\*.*?\*\*//|__\d+__", re.DOTALL)
_PARAGRAPH_LABEL = re.compile(r"[a-z]|[ivx]+|\d{1,2}")
"""Numbering of paragraphs, which templates leave open."""
_CURRENT_SPDX_IDS = {
    "GPL-2.0": "GPL-2.0-only",
    "GPL-3.0": "GPL-3.0-only",
    "LGPL-2.1": "LGPL-2.1-only",
    "LGPL-3.0": "LGPL-3.0-only",
    "AGPL-3.0": "AGPL-3.0-only",
}
"""Names that SPDX withdrew and the library still gives."""


@dataclass(frozen=True)
class SpdxReading:
    """What of the SPDX list stands in a text."""

    license: str | None
    """The id, where the text is that license and nothing else."""
    within: tuple[str, ...]
    """Every license whose text stands whole in it, in alphabetical order."""


def find_spdx_licenses(clean: str) -> SpdxReading:
    """Look for SPDX licenses in a clean text."""
    found = identify_license(clean, coverage_threshold=0)
    within = tuple(sorted({_CURRENT_SPDX_IDS.get(each.id, each.id) for each in found}))
    if len(found) != 1:
        return SpdxReading(None, within)
    id = found[0].id
    outside = split_words(clean[: found[0].start]) + split_words(clean[found[0].end :])
    plain = _is_license_title(outside, id) and not _has_left_over_words(split_words(clean), id)
    return SpdxReading(_CURRENT_SPDX_IDS.get(id, id) if plain else None, within)


def _is_license_title(words: Sequence[str], id: str) -> bool:
    """Whether words do no more than name the license, as 'The MIT License (MIT)' does."""
    allowed = {*split_words(id), "the", "license", "spdx", "identifier"}
    return len(words) <= MAX_NOTICE_WORDS and allowed.issuperset(words)


def _has_left_over_words(words: Sequence[str], id: str) -> bool:
    """Whether a text has words that its license's template does not, apart from notices, numbering and a title."""
    spare = _count_template_words(id)
    rest = Counter(words) - spare
    for word in (*split_words(id), "the", "license"):
        rest[word] = min(rest[word], max(0, rest[word] - 2))
    if _has_strange_negation(words, id):
        return True
    notices = _count_notice_words(words)
    return any(
        count > notices[word] and not _PARAGRAPH_LABEL.fullmatch(word)
        for word, count in rest.items()
        if count > 0
    )


def _has_strange_negation(words: Sequence[str], id: str) -> bool:
    """Whether a negation stands between words between which the template has none: templates leave gaps for names."""
    pairs = _collect_word_pairs(id)
    around = zip(["", *words[:-1]], words, [*words[1:], ""], strict=True)
    return any(
        word in NEGATIONS and (before, word) not in pairs and (word, after) not in pairs
        for before, word, after in around
    )


def _count_notice_words(words: Sequence[str]) -> Counter[str]:
    """The words of copyright notices, where each notice ends at the first word that no notice has."""
    found: Counter[str] = Counter()
    for start, word in enumerate(words):
        if word != "copyright":
            continue
        end = start + 1
        while (
            end < len(words)
            and end - start < MAX_NOTICE_WORDS
            and is_copyright_notice(words[start : end + 1])
        ):
            end += 1
        found.update(words[start:end])
    return found


@lru_cache(maxsize=64)
def _count_template_words(id: str) -> Counter[str]:
    """The words of a license's templates, each as often as the most verbose one has it."""
    found: Counter[str] = Counter()
    for words in _list_template_words(id):
        found |= Counter(words)
    return found


@lru_cache(maxsize=64)
def _collect_word_pairs(id: str) -> frozenset[tuple[str, str]]:
    """Words that stand side by side in a license's templates."""
    return frozenset(pair for words in _list_template_words(id) for pair in pairwise(words))


def _list_template_words(id: str) -> list[list[str]]:
    """The words of each template of a license, without what it leaves open."""
    return [
        split_words(_TEMPLATE_PLACEHOLDER.sub(" ", row["lre"]))
        for row in _load_templates()
        if row["id"] == id
    ]


@lru_cache(maxsize=1)
def _load_templates() -> list[dict[str, str]]:
    data = (files("licenseclassifier") / "_engine" / "licenses.json.gz").read_bytes()
    rows: list[dict[str, str]] = json.loads(gzip.decompress(data))
    return rows
