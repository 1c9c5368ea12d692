"""Which license a text is: known word for word, an SPDX text and nothing else, a changed copy of a known one, or unknown.

A changed text never gets the plain name: 700 million become 100 million in one word of a thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from audit.core.escape import format_printable_line
from audit.licenses.text.fingerprint import Shingle, decode_fingerprint
from audit.licenses.text.known_texts import (
    IndexedText,
    KnownTextIndex,
    TextLikeness,
    compute_words_digest,
    index_known_texts,
)
from audit.licenses.text.normalize import (
    clean_text,
    find_word_spans,
    is_text,
    split_words,
    take_leading_bytes,
)
from audit.licenses.text.notices import strip_notices
from audit.licenses.text.spdx import SpdxReading, find_spdx_licenses
from audit.records.model import Registry, TextKind

MAX_IDENTIFIED_BYTES = 256 << 10
"""A longer text is read this far and never gets a name: what follows could say anything."""
MIN_EDITED_SIMILARITY = 0.5
"""Likeness from which a text is called a changed copy. Siblings such as Llama 3 and 3.1 are at 0.6 to 0.9."""
MIN_CONTAINED_SHARE = 0.8
"""Or so much of a known text that stands in it, however much was added."""
MAX_DIFFERING_PASSAGES = 12
MAX_PASSAGE_CHARACTERS = 360
PASSAGE_CONTEXT_WORDS = 4
"""Words that are shown on each side of a passage."""

IdentificationKind = Literal["exact", "spdx", "edited", "unknown"]


@dataclass(frozen=True)
class Identification:
    """What a text is, and how sure that is."""

    kind: IdentificationKind
    license: str | None
    """Only where the text is that license and nothing else."""
    document: TextKind = "license"
    """A policy or a pointer of `nearest` is no license."""
    nearest: str | None = None
    similarity: float = 0.0
    """0 to 1: share of the fingerprint that the text and the nearest known one have in common."""
    passages: tuple[str, ...] = ()
    """Where the text differs from the nearest known one, with a few words around."""
    missing_words: int = 0
    """About how many words of the nearest known text are not in it."""
    contained: float = 0.0
    """0 to 1: share of the nearest known text that stands in it."""
    within: tuple[str, ...] = ()
    """SPDX licenses whose text stands in it, beside other words."""
    note: str = ""


@dataclass(frozen=True)
class _ReadText:
    """A text as far as it is read."""

    clean: str
    words: list[str]
    body: list[str]
    spdx: SpdxReading
    is_whole: bool


def identify_license_text(content: bytes, registry: Registry) -> Identification:
    """Which license a text is. Never raises, whatever the bytes are."""
    if not is_text(content):
        return Identification(
            "unknown", None, note="this is no plain text; convert it to text first"
        )
    read = _read_license_text(content)
    if not read.words:
        return Identification("unknown", None, note="there are no words in it")
    known = index_known_texts(registry)
    return _identify_whole_text(read, known) or _identify_by_likeness(read, known)


def find_plain_license(content: bytes, registry: Registry) -> str | None:
    """The license that a text is, and nothing else; None for everything that `identify` would describe at more length."""
    found = (
        _identify_whole_text(_read_license_text(content), index_known_texts(registry))
        if is_text(content)
        else None
    )
    return found.license if found else None


def _read_license_text(content: bytes) -> _ReadText:
    clean = clean_text(take_leading_bytes(content, MAX_IDENTIFIED_BYTES))
    return _ReadText(
        clean,
        split_words(clean),
        strip_notices(clean),
        find_spdx_licenses(clean),
        len(content) <= MAX_IDENTIFIED_BYTES,
    )


def _identify_whole_text(read: _ReadText, known: KnownTextIndex) -> Identification | None:
    if not read.is_whole:
        return None
    source = known.find_by_digest(
        compute_words_digest(read.words), compute_words_digest(read.body) if read.body else None
    )
    if source:
        return _build_exact_identification(source)
    spdx = read.spdx.license
    if spdx and known.has_body_length(spdx, len(read.body)):
        return Identification("spdx", spdx, nearest=spdx, similarity=1.0)
    return None


def _build_exact_identification(source: IndexedText) -> Identification:
    kind = source.text.kind
    return Identification(
        "exact", source.license if kind == "license" else None, kind, source.license, 1.0
    )


def _identify_by_likeness(read: _ReadText, known: KnownTextIndex) -> Identification:
    runs = known.select_shingles_by_window(read.words)
    nearest = known.find_nearest(runs)
    note = (
        ""
        if read.is_whole
        else f"only the first {MAX_IDENTIFIED_BYTES >> 10} KiB were read, so that it gets no name"
    )
    plain = Identification(
        "unknown", None, similarity=_round_similarity(nearest), within=read.spdx.within, note=note
    )
    if nearest is None:
        return plain
    if nearest.similarity < MIN_EDITED_SIMILARITY and nearest.contained < MIN_CONTAINED_SHARE:
        return replace(plain, nearest=nearest.indexed_text.license)
    passages, uncovered = find_differing_passages(
        read.clean, nearest.indexed_text, runs[nearest.indexed_text.text.window]
    )
    return replace(
        plain,
        kind="edited",
        document=nearest.indexed_text.text.kind,
        nearest=nearest.indexed_text.license,
        passages=passages,
        missing_words=_estimate_missing_words(nearest, uncovered),
        contained=round(nearest.contained, 4),
    )


def _round_similarity(nearest: TextLikeness | None) -> float:
    # Alike is not the same: only an exact text is at 1.
    return min(0.9999, round(nearest.similarity, 4)) if nearest else 0.0


def _estimate_missing_words(nearest: TextLikeness, uncovered: int) -> int:
    """Words of the known text that are neither here nor replaced by others; an estimate, and 0 where it is too small to tell."""
    lost = round((1 - nearest.contained) * (nearest.indexed_text.text.words or 0)) - uncovered
    return lost if lost > 2 * nearest.indexed_text.text.window else 0


def find_differing_passages(
    clean: str, source: IndexedText, runs: Sequence[Shingle]
) -> tuple[tuple[str, ...], int]:
    """The passages of a clean text that a known text does not have, as far as its fingerprint shows, and their words."""
    spans = find_word_spans(clean)
    window = source.text.window
    known = set(decode_fingerprint(source.text.fingerprint))
    covered = [False] * len(spans)
    for run in runs:
        if run.hash in known:
            covered[run.start : run.start + window] = [True] * min(window, len(spans) - run.start)
    wide = [
        (max(0, start - PASSAGE_CONTEXT_WORDS), min(len(spans), end + PASSAGE_CONTEXT_WORDS))
        for start, end in _find_gaps(covered)
    ]
    found = [_format_passage(clean[spans[start][1] : spans[end - 1][2]]) for start, end in wide]
    more = len(found) - MAX_DIFFERING_PASSAGES
    return tuple(
        found if more <= 0 else [*found[:MAX_DIFFERING_PASSAGES], f"… and {more} more passages"]
    ), covered.count(False)


def _find_gaps(covered: list[bool]) -> list[tuple[int, int]]:
    """Stretches of words that no run in common covers."""
    found: list[tuple[int, int]] = []
    start = None
    for place, each in enumerate([*covered, True]):
        if not each and start is None:
            start = place
        elif each and start is not None:
            found.append((start, place))
            start = None
    return found


def _format_passage(passage: str) -> str:
    plain = format_printable_line(passage)
    return (
        plain
        if len(plain) <= MAX_PASSAGE_CHARACTERS
        else f"{plain[:MAX_PASSAGE_CHARACTERS]}… ({len(plain)} characters)"
    )
