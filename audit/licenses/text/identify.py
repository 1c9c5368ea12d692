"""Which license a text is: known word for word, an SPDX text and nothing else, a changed copy of a known one, or unknown.

A changed text never gets the plain name: 700 million become 100 million in one word of a thousand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from audit.licenses.text.fingerprint import Run, decode
from audit.licenses.text.highlights import printable
from audit.licenses.text.known_texts import KnownTexts, Likeness, Source, known_texts, words_digest
from audit.licenses.text.normalize import beginning, clean_text, is_text, spans_of, words_of
from audit.licenses.text.notices import without_notices
from audit.licenses.text.spdx import SpdxReading, read_spdx
from audit.records.model import Registry, TextKind

MAX_BYTES = 256 << 10
"""A longer text is read this far and never gets a name: what follows could say anything."""
EDITED_FROM = 0.5
"""Likeness from which a text is called a changed copy. Siblings such as Llama 3 and 3.1 are at 0.6 to 0.9."""
CONTAINED_FROM = 0.8
"""Or so much of a known text that stands in it, however much was added."""
MAX_PASSAGES = 12
MAX_PASSAGE_CHARACTERS = 360
CONTEXT = 4
"""Words that are shown on each side of a passage."""

Kind = Literal["exact", "spdx", "edited", "unknown"]


@dataclass(frozen=True)
class Identification:
    """What a text is, and how sure that is."""

    kind: Kind
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
class _Read:
    """A text as far as it is read."""

    clean: str
    words: list[str]
    body: list[str]
    spdx: SpdxReading
    whole: bool


def identify(content: bytes, registry: Registry) -> Identification:
    """Which license a text is. Never raises, whatever the bytes are."""
    if not is_text(content):
        return Identification("unknown", None, note="this is no plain text; convert it to text first")
    read = _read(content)
    if not read.words:
        return Identification("unknown", None, note="there are no words in it")
    known = known_texts(registry)
    return _named(read, known) or _likeness(read, known)


def plain_name(content: bytes, registry: Registry) -> str | None:
    """The license that a text is, and nothing else; None for everything that `identify` would describe at more length."""
    found = _named(_read(content), known_texts(registry)) if is_text(content) else None
    return found.license if found else None


def _read(content: bytes) -> _Read:
    clean = clean_text(beginning(content, MAX_BYTES))
    return _Read(clean, words_of(clean), without_notices(clean), read_spdx(clean), len(content) <= MAX_BYTES)


def _named(read: _Read, known: KnownTexts) -> Identification | None:
    if not read.whole:
        return None
    source = known.of(words_digest(read.words), words_digest(read.body) if read.body else None)
    if source:
        return _exact(source)
    spdx = read.spdx.license
    if spdx and known.has_length(spdx, len(read.body)):
        return Identification("spdx", spdx, nearest=spdx, similarity=1.0)
    return None


def _exact(source: Source) -> Identification:
    kind = source.text.kind
    return Identification("exact", source.license if kind == "license" else None, kind, source.license, 1.0)


def _likeness(read: _Read, known: KnownTexts) -> Identification:
    runs = known.runs(read.words)
    nearest = known.nearest(runs)
    note = "" if read.whole else f"only the first {MAX_BYTES >> 10} KiB were read, so that it gets no name"
    plain = Identification("unknown", None, similarity=_rounded(nearest), within=read.spdx.within, note=note)
    if nearest is None:
        return plain
    if nearest.similarity < EDITED_FROM and nearest.contained < CONTAINED_FROM:
        return replace(plain, nearest=nearest.source.license)
    passages, uncovered = differing(read.clean, nearest.source, runs[nearest.source.text.window])
    return replace(
        plain,
        kind="edited",
        document=nearest.source.text.kind,
        nearest=nearest.source.license,
        passages=passages,
        missing_words=_missing(nearest, uncovered),
        contained=round(nearest.contained, 4),
    )


def _rounded(nearest: Likeness | None) -> float:
    # Alike is not the same: only an exact text is at 1.
    return min(0.9999, round(nearest.similarity, 4)) if nearest else 0.0


def _missing(nearest: Likeness, uncovered: int) -> int:
    """Words of the known text that are neither here nor replaced by others; an estimate, and 0 where it is too small to tell."""
    lost = round((1 - nearest.contained) * (nearest.source.text.words or 0)) - uncovered
    return lost if lost > 2 * nearest.source.text.window else 0


def differing(clean: str, source: Source, runs: Sequence[Run]) -> tuple[tuple[str, ...], int]:
    """The passages of a clean text that a known text does not have, as far as its fingerprint shows, and their words."""
    spans = spans_of(clean)
    window = source.text.window
    known = set(decode(source.text.fingerprint))
    covered = [False] * len(spans)
    for run in runs:
        if run.hash in known:
            covered[run.start : run.start + window] = [True] * min(window, len(spans) - run.start)
    wide = [(max(0, start - CONTEXT), min(len(spans), end + CONTEXT)) for start, end in _gaps(covered)]
    found = [_shown(clean[spans[start][1] : spans[end - 1][2]]) for start, end in wide]
    more = len(found) - MAX_PASSAGES
    return tuple(found if more <= 0 else [*found[:MAX_PASSAGES], f"… and {more} more passages"]), covered.count(False)


def _gaps(covered: list[bool]) -> list[tuple[int, int]]:
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


def _shown(passage: str) -> str:
    plain = printable(passage)
    return plain if len(plain) <= MAX_PASSAGE_CHARACTERS else f"{plain[:MAX_PASSAGE_CHARACTERS]}… ({len(plain)} characters)"
