"""Licenses as data: freedoms, clauses, known texts."""

from dataclasses import dataclass, field
from typing import Literal

from audit.records.evidence import Evidence

Freedom = Literal["yes", "limited", "no", "unknown"]
TextKind = Literal["license", "policy", "pointer"]
"""The license itself, a policy that belongs to it, or a few words that only point to it."""


def format_section(section: str) -> str:
    """Where a clause stands, in words: `section 2(b)`, or its title as it is."""
    return f"section {section}" if section[:1].isdigit() else section


@dataclass(frozen=True)
class LicenseCondition:
    """One clause of a license."""

    kind: str
    section: str
    summary: str
    parameters: dict[str, object] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    quote: str | None = None
    """The few words of the text that decide."""


@dataclass(frozen=True)
class KnownText:
    """What is kept of a text that a reviewer read: digests and a fingerprint, never the text."""

    sha256: str
    """Of the file's bytes."""
    kind: TextKind = "license"
    git_blob: str | None = None
    """Git blob id of the same bytes, by which a file behind a gate is known without being read."""
    words: int | None = None
    """None where the fingerprint was not computed yet."""
    words_sha256: str | None = None
    """Of the words without formatting."""
    body_sha256: str | None = None
    """Of the same words without copyright notices and a bare title."""
    body_words: int | None = None
    """Number of those words; `words` where there are no notices."""
    window: int = 0
    fingerprint: str = ""


@dataclass(frozen=True)
class License:
    """The terms of one license as data."""

    id: str
    name: str
    category: str
    steward: str | None = None
    """Who wrote it."""
    version: str | None = None
    effective: str | None = None
    """Day from which the text applies, as exact as its source."""
    predecessor: str | None = None
    binding_language: str | None = None
    """Of the version that binds where translations differ, as ISO 639-1."""
    url: str | None = None
    osi_approved: bool | None = None
    """None when unknown."""
    hub_tags: tuple[str, ...] = ()
    hub_names: tuple[str, ...] = ()
    freedoms: dict[str, Freedom] = field(default_factory=dict)
    """The four freedoms of OSAID 1.0: use, study, modify, share."""
    conditions: tuple[LicenseCondition, ...] = ()
    texts: tuple[KnownText, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def ref(self) -> str:
        """The record's name among all records."""
        return f"licenses/{self.id}"
