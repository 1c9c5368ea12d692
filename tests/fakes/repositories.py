"""Repositories of the rehearsal: what a Hub and a GitHub repository hold. No network, no clock, no randomness."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

HubKind = Literal["models", "datasets"]
HubGateMode = Literal["auto", "manual", False]
GithubBlock = Literal["dmca", "tos"]
CardFields = Mapping[str, object]
"""The card's front matter: license, license_name, license_link, base_model, datasets, tags …"""

HUB_FIRST_DATE = "2022-03-02T23:29:04.000Z"
"""What the Hub answers as `createdAt` for everything older than this field."""


GITHUB_FIRST_DATE = "2020-01-01T00:00:00Z"
"""When repositories of the rehearsal were created on GitHub, unless told otherwise."""


def format_github_time(day: date) -> str:
    """A day, or a moment in UTC, as GitHub writes it."""
    return day.strftime("%Y-%m-%dT%H:%M:%SZ")


def format_hub_time(day: date) -> str:
    """A day, or a moment in UTC, as the Hub writes it."""
    return day.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def compute_git_blob_id(content: bytes) -> str:
    """The name that git gives to these bytes: 40 hex digits."""
    return hashlib.sha1(b"blob %d\x00" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class HubFile:
    """One file of a Hub repository; a large one has a sha256 and need not have its bytes."""

    path: str
    content: bytes | None
    """None when only the size and the digest of a large file are kept."""
    size: int
    sha256: str | None = None
    """Digest of a file in Git LFS; None for a file in git itself."""

    @classmethod
    def create_text(cls, path: str, content: str | bytes) -> "HubFile":
        """A small file, in git itself."""
        data = content.encode() if isinstance(content, str) else content
        return cls(path, data, len(data))

    @classmethod
    def create_large(cls, path: str, size: int, name: str) -> "HubFile":
        """A file in LFS whose bytes nobody keeps; the digest follows from `name`, so another name is another content."""
        return cls(path, None, size, hashlib.sha256(name.encode()).hexdigest())

    @property
    def pointer(self) -> bytes:
        """What git itself holds of the file: the LFS pointer, or the bytes (Git LFS specification, version 1)."""
        if self.sha256 is None:
            return self.content or b""
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {self.size}\n".encode()

    @property
    def blob_id(self) -> str:
        """The git blob id that listings show."""
        return compute_git_blob_id(self.pointer)


@dataclass(frozen=True)
class HubCommit:
    """What a repository held at one revision."""

    files: Mapping[str, HubFile]
    card: CardFields


@dataclass
class HubRepo:
    """A model or dataset repository. Change it through World, which keeps its revisions."""

    kind: HubKind
    id: str
    files: dict[str, HubFile] = field(default_factory=dict)
    card: dict[str, object] = field(default_factory=dict)
    gated: HubGateMode = False
    disabled: bool = False
    private: bool = False
    created_at: str = HUB_FIRST_DATE
    last_modified: str = HUB_FIRST_DATE
    likes: int = 10
    """Lists can be sorted by it."""
    hub_id: str = ""
    """24 hex digits that survive a rename; made from the first name when left out."""
    revision: str = ""
    """40 hex digits; made from the content when left out."""
    branches: dict[str, str] = field(default_factory=dict)
    """Commits by name, without main."""
    tags: dict[str, str] = field(default_factory=dict)
    """Commits by name."""
    history: dict[str, HubCommit] = field(default_factory=dict)
    """Every revision that can be asked for, oldest first, the present one included."""

    def __post_init__(self) -> None:
        self.hub_id = (
            self.hub_id or hashlib.sha256(f"{self.kind}/{self.id}".encode()).hexdigest()[:24]
        )
        self.revision = self.revision or self._compute_next_revision()
        self.history.setdefault(self.revision, HubCommit(dict(self.files), dict(self.card)))

    @property
    def author(self) -> str:
        """The account that owns it."""
        return self.id.partition("/")[0]

    def commit_revision(self, moment: str) -> None:
        """Make a revision of the present files and card. It depends on its parent, so that going back is a new one, as in git."""
        self.revision = self._compute_next_revision()
        self.last_modified = moment
        self.history[self.revision] = HubCommit(dict(self.files), dict(self.card))

    def squash_history(self, moment: str) -> None:
        """Replace the history by one revision; the old ones are not found any more."""
        self.history.clear()
        self.commit_revision(moment)

    def _compute_next_revision(self) -> str:
        listing = [[path, file.blob_id] for path, file in sorted(self.files.items())]
        content = json.dumps([self.hub_id, self.revision, listing, self.card], sort_keys=True)
        return hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()


@dataclass
class GithubComment:
    """A comment below an issue."""

    id: int
    body: str
    created_at: str
    author: str = "rehearsal"


@dataclass
class GithubIssue:
    """An issue of a GitHub repository."""

    number: int
    title: str
    body: str | None
    labels: list[str]
    created_at: str
    updated_at: str
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    closed_at: str | None = None
    closed_by: str | None = None
    author: str = "rehearsal"
    deleted: bool = False
    """GitHub answers 410 for it and lists it no more."""
    moved_to: str | None = None
    """Address in another repository, to which GitHub redirects; it is listed here no more."""
    comments: list[GithubComment] = field(default_factory=list)


@dataclass
class GithubLabel:
    """A label of a GitHub repository."""

    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass
class GithubRepo:
    """A GitHub repository with the little of it that the project reads and writes."""

    full_name: str
    license: str | None = None
    """SPDX id; `NOASSERTION` for a license that GitHub could not name; None when it found none."""
    archived: bool = False
    disabled: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    issues: list[GithubIssue] = field(default_factory=list)
    labels: dict[str, GithubLabel] = field(default_factory=dict)
    """By name in lower case: GitHub's labels differ by more than case."""
    renamed_to: str | None = None
    """The present name, when this one is an old name that only redirects."""

    id: int = 0
    """GitHub's own number, which survives a rename; made from the first name when left out."""
    created_at: str = GITHUB_FIRST_DATE
    pushed_at: str = GITHUB_FIRST_DATE
    blocked: GithubBlock | None = None
    """Why GitHub withholds it."""
    gone: bool = False
    """GitHub answers 410: it was there and will not come back."""

    def __post_init__(self) -> None:
        self.id = self.id or int(
            hashlib.sha256(self.full_name.lower().encode()).hexdigest()[:8], 16
        )
