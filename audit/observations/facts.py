"""What an upstream answered at one moment. Only sightings that were verified become facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Literal

from audit.core.references import get_owner, split_reference
from audit.observations.makers import MakerFacts
from audit.observations.revisions import RevisionFacts

ObservationState = Literal["ok", "absent", "gated", "disabled", "moved", "unverifiable"]
OBSERVATION_STATES: tuple[ObservationState, ...] = (
    "ok",
    "absent",
    "gated",
    "disabled",
    "moved",
    "unverifiable",
)
TargetKind = Literal["model", "dataset", "code", "terms", "revisions", "maker"]
"""What a repository holds, wherever it lies; a page of a maker, which holds terms; the branches and
tags of a repository; the list of what a maker published.
"""
TARGET_KINDS: tuple[TargetKind, ...] = (
    "model",
    "dataset",
    "code",
    "terms",
    "revisions",
    "maker",
)
MODEL_KINDS: tuple[TargetKind, ...] = ("model", "revisions")
"""What belongs to a model itself: its losses count together."""
HUGGING_FACE = "huggingface"
GITHUB = "github"
WEB = "web"


@dataclass(frozen=True, order=True)
class Target:
    """One repository to observe. Where it lies and what it holds are two things."""

    host: str
    """Of a registered source, such as `huggingface`: see audit/sources/registered.py."""
    kind: TargetKind
    repo: str
    """`owner/name` on its host."""

    def __hash__(self) -> int:
        # Targets are looked up a million times in a run; that of all three costs five times as
        # much, and hardly any two differ in nothing but host or kind.
        return hash(self.repo)

    @property
    def owner(self) -> str:
        """The account on the host."""
        return get_owner(self.repo)

    @property
    def key(self) -> str:
        """`host/kind/owner/name`: the target in the heartbeat, in reports and in messages."""
        return f"{self.host}/{self.kind}/{self.repo}"


def build_maker_target(owner: str) -> Target:
    """The list of the models that an account of the Hub published."""
    return Target(HUGGING_FACE, "maker", f"{owner}/models")


_read_place = attrgetter("host", "kind", "repo")


def sort_targets(targets: Iterable[Target]) -> list[Target]:
    """As `sorted` would, in a fifth of the time."""
    return sorted(targets, key=_read_place)


FORMAT_1_FOLDERS: Mapping[str, tuple[str, TargetKind]] = {
    "models": (HUGGING_FACE, "model"),
    "datasets": (HUGGING_FACE, "dataset"),
    "code": (GITHUB, "code"),
}
"""Host and kind of each target kind of format 1, which had one word for both.

Their observations keep these folders, so that the history of a file is not cut in two.
"""
_FOLDERS = {host_and_kind: folder for folder, host_and_kind in FORMAT_1_FOLDERS.items()}


def find_target_folder(target: Target) -> str:
    """The folder below `observations` in which a target is stored."""
    return _FOLDERS.get((target.host, target.kind), f"{target.host}/{target.kind}")


def read_target(data: Mapping[str, Any]) -> Target:
    """A stored target, of format 2 (`host`, `kind`, `repo`) or 1 (`kind`, `address`).

    Raises KeyError or TypeError for another form.
    """
    if "host" in data:
        return Target(data["host"], data["kind"], data["repo"])
    host, kind = FORMAT_1_FOLDERS[data["kind"]]
    return Target(host, kind, data["address"])


def read_target_key(key: str) -> str:
    """A stored key with its host: in format 1 it began with `models/`, `datasets/` or `code/`."""
    folder, rest = split_reference(key)
    if folder not in FORMAT_1_FOLDERS:
        return key
    host, kind = FORMAT_1_FOLDERS[folder]
    return f"{host}/{kind}/{rest}"


@dataclass(frozen=True)
class LicenseFile:
    """A file whose name says that it carries terms (LICENSE, COPYING, NOTICE, USE_POLICY …)."""

    path: str
    size: int
    blob_id: str
    """Git blob id as the listing gives it."""
    sha256: str | None = None
    """Digest of the bytes, once they were fetched and verified against the blob id."""
    normalized: str | None = None
    """sha256 of the text without its formatting.

    Equal values mean that only the formatting changed.
    """
    body: str | None = None
    """The same without copyright notices and a bare title."""
    body_words: int = 0
    spdx: str | None = None
    """SPDX id of a text that is one license of the SPDX list and nothing else."""
    is_word_for_word: bool = False
    """Whether that text is a wording of the list, so that no paragraph can be missing."""
    normalizer: int = 0
    """Version of the normalizer that gave the three.

    Digests of different versions cannot be compared.
    """


@dataclass(frozen=True)
class Weights:
    """The weight files of a repository, as identities."""

    files: dict[str, str] = field(default_factory=dict)
    """LFS sha256, or git blob id, by path."""
    formats: tuple[str, ...] = ()
    """Of safetensors, gguf, onnx, pickle, other: sorted."""
    total_size: int = 0
    """Bytes at this revision. Not `usedStorage`, which counts all history."""


@dataclass(frozen=True)
class Statement:
    """A sentence about terms, as it is told from others and as people may read it."""

    digest: str
    """sha256 of its words, without letter case and markup."""
    quote: str
    """Its beginning."""


@dataclass(frozen=True)
class CardProse:
    """What the README of a repository says in prose about licenses, gates and withdrawal."""

    blob_id: str
    size: int = 0
    read_blob: str | None = None
    """The blob whose sentences are known; None until one was read."""
    refused_blob: str | None = None
    """The blob that could not be had; it is not asked for again."""
    statements: tuple[Statement, ...] = ()
    """Sorted by digest."""

    @property
    def is_due(self) -> bool:
        """Whether another text stands there than the one whose sentences are known."""
        return self.blob_id not in ("", self.read_blob, self.refused_blob)

    @property
    def is_read(self) -> bool:
        """Whether the sentences are those of the README as it is."""
        return bool(self.blob_id) and self.blob_id == self.read_blob


@dataclass(frozen=True)
class DataContents:
    """The files of a dataset, as far as it takes to see that they went or were replaced."""

    files: int
    total_size: int
    """Bytes."""
    digest: str
    """Of all identities."""
    sample: tuple[str, ...]
    """The smallest digests of identities, sorted: of each content the same ones are kept."""


@dataclass(frozen=True)
class HubFacts:
    """What the Hub said of a repository, without counters (downloads, likes)."""

    repo: str
    """The id in the answer; another one than asked means that the repository was renamed."""
    hub_id: str | None
    """The Hub's own 24 hex digits, which survive a rename."""
    revision: str | None
    created_at: str | None
    gated: Literal["auto", "manual"] | Literal[False]
    private: bool
    disabled: bool
    license_tag: str | Literal[False]
    """The card's license; False when it has none. A list is joined by ` AND ` in sorted order."""
    license_name: str | None
    license_link: str | None
    base_models: tuple[str, ...]
    """Sorted. From the tags, which follow renames; card text does not."""
    datasets: tuple[str, ...]
    """Sorted."""
    weights: Weights
    license_files: tuple[LicenseFile, ...]
    """Sorted by path."""
    texts_due: tuple[str, ...] = ()
    """Paths whose text is still to be fetched, because this run had reached its limit for the
    repository.
    """
    card: CardProse | None = None
    """None without a README, and of an older look."""
    gate_prompt: Statement | None = None
    """`extra_gated_prompt` of the card: what one has to agree to at the gate."""
    contents: DataContents | None = None
    """Of a dataset; None of a model, and of an older look."""
    small_files: dict[str, str] = field(default_factory=dict)
    """Blob ids of small text files at the top, by path: what evidence may cite."""
    telling_paths: tuple[str, ...] | None = None
    """Names that speak of a component; None where nobody listed them."""

    @property
    def lists_folders(self) -> bool:
        """Whether files in folders were looked at: an older version of the audit did not."""
        return self.telling_paths is not None


@dataclass(frozen=True)
class CodeFacts:
    """What GitHub said of a repository, without counters."""

    repo: str
    """`full_name` in the answer; another one than asked means that it was renamed."""
    archived: bool
    disabled: bool
    license: str | None
    """SPDX id by GitHub's detection; None when it found no license or could not name it
    (NOASSERTION).
    """
    repository_id: str | None = None
    """GitHub's own number, which survives a rename."""
    created_at: str | None = None
    pushed_at: str | None = None
    """The last push when the files were listed; None where they never were."""
    license_files: tuple[LicenseFile, ...] = ()
    """Of the whole tree, sorted by path; those of others' code that it carries along left out."""
    texts_due: tuple[str, ...] = ()
    """As in HubFacts."""
    card: CardProse | None = None
    """As in HubFacts."""
    telling_paths: tuple[str, ...] | None = None
    """As in HubFacts; None, too, where the tree was too large for one answer."""

    @property
    def has_listed_files(self) -> bool:
        """Whether the license files are known: a mirror, or an older run, tells none."""
        return self.pushed_at is not None


@dataclass(frozen=True)
class PageFacts:
    """What a maker's page said, without what stands around the terms."""

    repo: str
    """The page as its target names it."""
    language: str | None
    """As the page says it; None where it does not."""
    license_files: tuple[LicenseFile, ...]
    """The terms on it, as one text whose path is the page's address."""
    etag: str | None = None
    last_modified: str | None = None
    """What the server takes to say that nothing changed."""
    whole_text: str | None = None
    """Digest of the page as it was laid out when these terms were first read, headings included.

    None of an older look.
    """

    @property
    def texts_due(self) -> tuple[str, ...]:
        """A page comes whole or not at all."""
        return ()


TargetFacts = HubFacts | CodeFacts | PageFacts | RevisionFacts | MakerFacts


@dataclass(frozen=True)
class Observation:
    """One verified answer, or one failure to get one."""

    target: Target
    state: ObservationState
    url: str
    """What was asked."""
    status: int | None
    """HTTP status, None when no answer came."""
    reason: str
    """Short code.

    `ok`, `repo-not-found`, `not-publicly-reachable`, `disabled`, `blocked-dmca`, `renamed`,
    `timeout`, `too-slow`, `http-503`, `rate-limited`, `wrong-content`, `truncated`, `connection`, `schema`, `budget`,
    `too-large`, `unreadable`, `not-written` …
    """
    facts: TargetFacts | None
    """None unless the state is ok, gated or moved."""
    is_our_fault: bool = False
    """True when the failure is on our side (DNS, bad token, rate limit, no network): it must never
    name a model.
    """
    pinned_revision_state: Literal["", "found", "missing"] = ""
    """Whether the revision that the record pins is still there.

    Empty where this look did not ask.
    """
