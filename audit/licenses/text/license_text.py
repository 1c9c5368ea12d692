"""A license text as one value: its bytes, and whatever is computed from them, once and when asked.

It identifies nothing and compares nothing; `identify` and `diff` do.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from audit.core.escape import format_printable_line
from audit.licenses.text.normalize import (
    clean_text,
    find_word_spans,
    is_text,
    take_leading_bytes,
)
from audit.licenses.text.notices import strip_notices
from audit.licenses.text.spdx import SpdxReading, find_spdx_licenses

MAX_READ_BYTES = 256 << 10
"""A longer text is read this far, and gets no name: what follows could say anything."""


@dataclass(frozen=True, eq=False)
class LicenseText:
    """A text that may be a license. Its properties never raise, whatever the bytes are."""

    content: bytes

    @cached_property
    def is_plain(self) -> bool:
        """Whether the bytes are plain text at all."""
        return is_text(self.content)

    @cached_property
    def is_whole(self) -> bool:
        """Whether it is short enough to be read to its end."""
        return len(self.content) <= MAX_READ_BYTES

    @cached_property
    def head(self) -> "LicenseText":
        """As much of it as is read; the text itself where that is all."""
        if self.is_whole:
            return self
        return LicenseText(take_leading_bytes(self.content, MAX_READ_BYTES))

    @cached_property
    def clean(self) -> str:
        """As a person would read it."""
        return clean_text(self.content)

    @cached_property
    def spans(self) -> Sequence[tuple[str, int, int]]:
        """The words in order, each with its place in `clean`."""
        return find_word_spans(self.clean)

    @cached_property
    def words(self) -> list[str]:
        """The words and numbers in order."""
        return [word for word, _, _ in self.spans]

    @cached_property
    def word_set(self) -> frozenset[str]:
        """Each word once."""
        return frozenset(self.words)

    @cached_property
    def body(self) -> list[str]:
        """The words without copyright notices and a bare title."""
        return strip_notices(self.clean)

    @cached_property
    def spdx(self) -> SpdxReading:
        """Which SPDX licenses it holds. Takes seconds for a long text: ask the head."""
        return find_spdx_licenses(self.clean, self.words)

    @cached_property
    def sha256(self) -> str:
        """Digest of the bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def words_sha256(self) -> str:
        """Digest of the words."""
        return compute_words_digest(self.words)

    @cached_property
    def body_sha256(self) -> str | None:
        """Digest of the body; None where there is nothing but notices."""
        return compute_words_digest(self.body) if self.body else None

    def render_span(self, start: int, end: int) -> str:
        """The words `start:end` as they are written, on one line."""
        if start >= end:
            return ""
        return format_printable_line(self.clean[self.spans[start][1] : self.spans[end - 1][2]])


def compute_words_digest(words: Sequence[str]) -> str:
    """Digest of words in order."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()
