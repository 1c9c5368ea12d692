"""What a reviewer saw of a repository on a hub."""

from dataclasses import dataclass, field
from typing import Literal

from audit.records.evidence import Evidence

HubGate = Literal["auto", "manual", "gated", "unknown"] | Literal[False]
"""`False` (open), the Hub's two modes, `gated` or `unknown`.

`gated` is a gate of unknown mode, `unknown` one that was not seen.
"""
DEFAULT_HOST = "huggingface"
"""Where a repository lies whose record names no host."""


@dataclass(frozen=True)
class HubPins:
    """What a reviewer saw of a Hub repository."""

    repo: str
    revision: str | None = None
    gated: HubGate = "unknown"
    license_tag: str | Literal[False] | None = None
    """The card's license field; False when the card has none, None when nobody saw it."""
    license_name: str | None = None
    license_link: str | None = None
    license_files: dict[str, str] = field(default_factory=dict)
    """sha256 of the license texts that were read, by path in the repository."""
    evidence: tuple[Evidence, ...] = ()
    host: str = DEFAULT_HOST
    """Where the repository lies; a source for it is registered in audit/sources/registered.py."""
