"""Which license a text is: a known one word for word, an SPDX one, a changed copy, or unknown.

A changed text never gets the plain name: 700 million become 100 million in one word of a thousand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from audit.licenses.text.fingerprint import Shingle, decode_fingerprint
from audit.licenses.text.known_texts import (
    IndexedText,
    KnownTextIndex,
    TextLikeness,
    index_known_texts,
)
from audit.licenses.text.license_text import MAX_READ_BYTES, LicenseText
from audit.records.license import TextKind
from audit.records.registry import Registry

MIN_EDITED_SIMILARITY = 0.5
"""Likeness from which a text is a changed copy.

Siblings such as Llama 3 and 3.1 have 0.6 to 0.9.
"""
MIN_CONTAINED_SHARE = 0.8
"""Or so much of a known text that is in it, however much was added."""
MAX_POINTER_WORDS = 150
"""A notice that says which license applies has no more."""
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
    """0 to 1: share of the nearest known text that is in it."""
    within: tuple[str, ...] = ()
    """SPDX licenses whose text is in it, beside other words."""
    same_text: tuple[str, ...] = ()
    """Other SPDX ids of the very same text."""
    points_to: tuple[str, ...] = ()
    """SPDX licenses that it names by a notice or an address, without their text."""
    note: str = ""


def identify_license_text(content: bytes, registry: Registry) -> Identification:
    """Which license a text is. Never raises, whatever the bytes are."""
    text = LicenseText(content)
    if not text.is_plain:
        note = "this is no plain text; convert it to text first"
        return Identification("unknown", None, note=note)
    if not text.head.words:
        return Identification("unknown", None, note="there are no words in it")
    known = index_known_texts(registry)
    return _identify_whole_text(text, known) or _identify_by_likeness(text, known)


def find_plain_license(content: bytes, registry: Registry) -> str | None:
    """The license that a text is, and nothing else.

    None for everything that `identify_license_text` would describe at more length.
    """
    text = LicenseText(content)
    if not text.is_plain:
        return None
    found = _identify_whole_text(text, index_known_texts(registry))
    return found.license if found else None


def _identify_whole_text(text: LicenseText, known: KnownTextIndex) -> Identification | None:
    if not text.is_whole:
        return None
    source = known.find_by_digest(text.sha256, text.words_sha256, text.body_sha256)
    if source:
        return _build_exact_identification(source)
    return _identify_spdx_text(text, known)


def _identify_spdx_text(text: LicenseText, known: KnownTextIndex) -> Identification | None:
    found = text.spdx
    if found.license is None or not known.may_be_whole(found, len(text.body)):
        return None
    ids = (found.license, *found.same_text)
    # Of several names for one text, the one that has a record here.
    id = next((each for each in ids if each in known.licenses), found.license)
    others = tuple(each for each in ids if each != id)
    return Identification("spdx", id, nearest=id, similarity=1.0, same_text=others)


def _build_exact_identification(source: IndexedText) -> Identification:
    kind = source.text.kind
    name = source.license if kind == "license" else None
    return Identification("exact", name, kind, nearest=source.license, similarity=1.0)


def _identify_by_likeness(text: LicenseText, known: KnownTextIndex) -> Identification:
    head = text.head
    shingles = known.select_shingles_by_window(head.words)
    nearest = known.find_nearest(shingles)
    unknown = _describe_unknown_text(text, nearest)
    if nearest is None or unknown.document == "pointer" or not _is_changed_copy(nearest):
        return unknown
    source = nearest.indexed_text
    uncovered = _find_uncovered_words(head, source, shingles[source.text.window])
    return _name_changed_copy(unknown, head, nearest, uncovered)


def _describe_unknown_text(text: LicenseText, nearest: TextLikeness | None) -> Identification:
    found = text.head.spdx
    unknown = Identification(
        "unknown",
        None,
        nearest=nearest.indexed_text.license if nearest else None,
        similarity=_round_similarity(nearest),
        within=found.within,
        points_to=found.points_to,
        note=_note_unread_rest(text),
    )
    if not _is_pointer(text):
        return unknown
    return replace(unknown, document="pointer", nearest=found.points_to[0], similarity=0.0)


def _is_pointer(text: LicenseText) -> bool:
    """Whether a text is short, and all that it says of a license is which one applies."""
    found = text.head.spdx
    is_short = len(text.head.words) <= MAX_POINTER_WORDS
    return is_short and len(found.points_to) == 1 and not found.within


def _note_unread_rest(text: LicenseText) -> str:
    if text.is_whole:
        return ""
    kibibytes = MAX_READ_BYTES >> 10
    return f"only the first {kibibytes} KiB were read, so that it gets no name"


def _is_changed_copy(nearest: TextLikeness) -> bool:
    """Like a known text as a whole, or with nearly all of it inside."""
    if nearest.similarity >= MIN_EDITED_SIMILARITY:
        return True
    return nearest.contained >= MIN_CONTAINED_SHARE


def _name_changed_copy(
    unknown: Identification, head: LicenseText, nearest: TextLikeness, uncovered: Sequence[bool]
) -> Identification:
    return replace(
        unknown,
        kind="edited",
        document=nearest.indexed_text.text.kind,
        passages=_render_passages(head, uncovered),
        missing_words=_estimate_missing_words(nearest, sum(uncovered)),
        contained=round(nearest.contained, 4),
    )


def _round_similarity(nearest: TextLikeness | None) -> float:
    # Alike is not the same: only an exact text is at 1.
    return min(0.9999, round(nearest.similarity, 4)) if nearest else 0.0


def _estimate_missing_words(nearest: TextLikeness, uncovered: int) -> int:
    """Words of the known text that are neither here nor replaced by others.

    An estimate, and 0 where it is too small to tell.
    """
    text = nearest.indexed_text.text
    lost = round((1 - nearest.contained) * (text.words or 0)) - uncovered
    return lost if lost > 2 * text.window else 0


def _find_uncovered_words(
    text: LicenseText, source: IndexedText, shingles: Sequence[Shingle]
) -> list[bool]:
    """For each word, whether no run of words that the known text has too covers it."""
    known = set(decode_fingerprint(source.text.fingerprint))
    uncovered = [True] * len(text.words)
    for shingle in shingles:
        if shingle.hash in known:
            end = min(shingle.start + source.text.window, len(uncovered))
            uncovered[shingle.start : end] = [False] * (end - shingle.start)
    return uncovered


def _render_passages(text: LicenseText, uncovered: Sequence[bool]) -> tuple[str, ...]:
    """The passages that a known text does not have, as far as its fingerprint shows."""
    found = [_render_passage(text, start, end) for start, end in _find_gaps(uncovered)]
    more = len(found) - MAX_DIFFERING_PASSAGES
    if more <= 0:
        return tuple(found)
    return (*found[:MAX_DIFFERING_PASSAGES], f"… and {more} more passages")


def _render_passage(text: LicenseText, start: int, end: int) -> str:
    first = max(0, start - PASSAGE_CONTEXT_WORDS)
    last = min(len(text.words), end + PASSAGE_CONTEXT_WORDS)
    return _shorten_passage(text.render_span(first, last))


def _find_gaps(uncovered: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Stretches of words that no run in common covers."""
    start = None
    for place, is_uncovered in enumerate([*uncovered, False]):
        if is_uncovered and start is None:
            start = place
        elif not is_uncovered and start is not None:
            yield start, place
            start = None


def _shorten_passage(passage: str) -> str:
    if len(passage) <= MAX_PASSAGE_CHARACTERS:
        return passage
    return f"{passage[:MAX_PASSAGE_CHARACTERS]}… ({len(passage)} characters)"
