"""What drift is: a difference that matters, and the finding it becomes."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from audit.drift.kinds import find_drift_kind
from audit.licenses.compare import Direction
from audit.observations.facts import Target

FindingStatus = Literal["suspected", "confirmed", "reverted", "accepted", "withdrawn"]
"""See audit/drift/lifecycle.py, which alone decides it."""
FindingValue = str | bool | None | tuple[str, ...]
"""A value before or after: plain words, or a sorted list of names."""

DIRECTION_WORDS: dict[Direction, str] = {
    "more-closed": "more closed",
    "more-open": "more open",
    "neutral": "neither more open nor more closed",
    "unreviewed": "a person has to read it",
}
_VALUE_WORDS: dict[FindingValue, str] = {
    None: "nothing",
    False: "no",
    True: "yes",
    "auto": "automatic gate",
    "manual": "a gate that a person opens",
}


def format_observed_value(value: FindingValue) -> str:
    """A value before or after, for people."""
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return _VALUE_WORDS.get(value, str(value))


def compute_finding_id(record: str, kind: str, field: str) -> str:
    """A finding's identity: its record, kind and field only, so that forks agree on it."""
    identity = f"{record}\n{kind}\n{field}"
    # Half a character has an id too: whether it can be written is decided where it is written.
    return hashlib.sha256(identity.encode(errors="surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True)
class LicenseTextDiff:
    """What changed in a license text, for the person who must say whether it matters.

    Capped in size.
    """

    before: str | None
    """sha256 of the old text."""
    after: str | None
    highlights: tuple[str, ...] = ()
    """Numbers, dates, names and negations that changed."""
    passages: tuple[str, ...] = ()
    """Lines of a diff."""
    terms: tuple[str, ...] = ()
    """Conditions that differ, where both texts are known."""
    note: str = ""

    @property
    def all_lines(self) -> tuple[str, ...]:
        """All of it, the most telling first."""
        return (*self.terms, *self.highlights, *self.passage_lines)

    @property
    def passage_lines(self) -> tuple[str, ...]:
        """The passages, and why some are missing."""
        return (*self.passages, *((self.note,) if self.note else ()))


@dataclass(frozen=True)
class LabelChange:
    """The plain label of one model before and after a difference."""

    record: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """Something that is not as declared, or not as it was first seen.

    Raises UnknownDriftKindError for a kind that the table lacks.
    """

    kind: str
    """Id of a DriftKind."""
    field: str
    before: FindingValue
    after: FindingValue
    direction: Direction
    extra_sightings: int = 0
    """Runs that must see it beyond what its kind needs."""
    weights_license: str | None = None
    """The weights' license by the new value, an expression; empty where nobody read the terms."""
    weights_gone: bool = False
    is_release: bool = False
    """The weights or the data, recorded as not released, are there."""
    checkpoints: Literal["partial", "withdrawn"] | None = None
    """What becomes of the intermediate checkpoints; None where nothing does."""
    code_license: str | None = None
    """The code's license by the new value, as `weights_license` has it for the weights."""
    text_diff: LicenseTextDiff | None = None
    affects: tuple[str, ...] = ()
    """Further records that it concerns, beside those that rest on the record."""

    def __post_init__(self) -> None:
        find_drift_kind(self.kind)

    @property
    def is_loss(self) -> bool:
        """Counts for the breaker."""
        return find_drift_kind(self.kind).is_loss

    @property
    def sightings_needed(self) -> int:
        """Runs, hours apart, that must see it before it is confirmed."""
        return find_drift_kind(self.kind).sightings_needed + self.extra_sightings


@dataclass(frozen=True)
class Finding:
    """One drift in one record, through its life."""

    record: str
    kind: str
    field: str
    before: FindingValue
    after: FindingValue
    direction: Direction
    status: FindingStatus
    verdict_before: str | None
    verdict_after: str | None
    url: str
    revision: str | None
    first_seen: str
    """Start of the run that saw it first, UTC."""
    last_counted: str
    """Start of the run that last counted towards confirmation, UTC."""
    sightings: int
    sightings_needed: int
    """Sightings needed to confirm it."""
    affects: tuple[str, ...] = ()
    """Other records that it touches: the models of a dataset."""
    text_diff: LicenseTextDiff | None = None
    """Only where a license text changed."""
    label_changes: tuple[LabelChange, ...] = ()
    """Of the other models that it touches, those whose plain label changes with it."""
    first_record: str = ""
    """The name under which the record was first published, where we renamed it since."""

    @property
    def id(self) -> str:
        """First 12 hex digits of the sha256 of the record's first name, kind and field."""
        return compute_finding_id(self.first_record or self.record, self.kind, self.field)


def sort_by_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By record, kind and field: an order that no run changes."""
    return tuple(sorted(findings, key=_find_place))


def _find_place(finding: Finding) -> tuple[str, str, str]:
    return finding.record, finding.kind, finding.field


@dataclass(frozen=True)
class SoughtComponent:
    """A component that reviewers looked for in a repository, and did not find."""

    name: str
    seen: str
    """The day of the last look."""
    revisions: frozenset[str] = frozenset()
    """The commits that were looked at."""
    others: tuple[str, ...] = ()
    """Further records that rest on a search for it here."""


@dataclass(frozen=True)
class TargetDeclaration:
    """What one record declares about one target."""

    record: str
    """`models/…`, `datasets/…` or `families/…`."""
    expected: bool | None
    """Whether it should be there; None where nobody knows."""
    gated: str | bool | None = None
    """None when nobody saw it, else False, `auto`, `manual` or `gated` (mode unknown)."""
    license_tag: str | Literal[False] | None = None
    license_name: str | None = None
    license_link: str | None = None
    license: str | None = None
    """License expression of the weights, the data or the code."""
    license_files: tuple[tuple[str, str], ...] = ()
    """(path, sha256) of the texts that a reviewer read."""
    revision: str | None = None
    """The commit that a reviewer saw: what it held is accepted."""
    released: str | None = None
    """Day of release, as exact as its source."""
    cited_files: tuple[str, ...] = ()
    """Paths of files in the repository that the record cites as evidence, sorted."""
    revisions: tuple[str, ...] = ()
    """Branches and tags that hold checkpoints, as the record writes them."""
    sought: tuple[SoughtComponent, ...] = ()
    """What was looked for here in vain; of several records, the first holds it."""
    search_only: bool = False
    """Nothing else of the record is about this target."""


@dataclass(frozen=True)
class WatchedTarget:
    """A target and every record that declares something about it."""

    target: Target
    declarations: tuple[TargetDeclaration, ...]
