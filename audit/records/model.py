"""Records as types. Facts carry their evidence; nothing here judges them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

from audit.core.references import split_reference

ComponentStatus = Literal[
    "released",
    "partial",
    "described",
    "withdrawn",
    "not-released",
    "not-found",
    "unknown",
    "not-applicable",
]
PlaceKind = Literal[
    "card", "code-tree", "report", "announcement", "paper", "dataset-hub", "website"
]
"""Where a maker may have published something."""
HubGate = Literal["auto", "manual", "gated", "unknown"] | Literal[False]
"""`False` (open), the Hub's two modes, `gated` or `unknown`.

`gated` is a gate of unknown mode, `unknown` one that was not seen.
"""
Freedom = Literal["yes", "limited", "no", "unknown"]

CODE_COMPONENTS = (
    "model-architecture",
    "training-code",
    "inference-code",
    "evaluation-code",
    "supporting-libraries-and-tools",
    "data-preprocessing-code",
)
DATA_COMPONENTS = (
    "model-parameters-final",
    "model-parameters-intermediate",
    "evaluation-data",
    "datasets",
    "model-metadata",
)
DOCUMENT_COMPONENTS = (
    "technical-report",
    "research-paper",
    "evaluation-results",
    "model-card",
    "data-card",
    "sample-model-outputs",
)
COMPONENTS = CODE_COMPONENTS + DATA_COMPONENTS + DOCUMENT_COMPONENTS
"""The 17 components of the Model Openness Framework (arXiv 2403.13784, table 1), by type."""


@dataclass(frozen=True)
class Evidence:
    """One source that was read."""

    key: str
    url: str
    seen: str
    kind: Literal["primary", "secondary"]
    revision: str | None = None
    quote: str | None = None
    note: str | None = None
    record: str = ""
    """The record whose table holds it: `models/…` or `families/…`."""


@dataclass(frozen=True)
class EvidenceConflict:
    """Sources that disagree about a fact."""

    followed: tuple[Evidence, ...]
    set_aside: tuple[Evidence, ...]
    why: str


@dataclass(frozen=True)
class PlaceLookedIn:
    """A place where a reviewer looked for a component, and what was there to read on that day."""

    place: PlaceKind
    url: str
    seen: str
    kind: Literal["primary", "secondary"] = "primary"
    revision: str | None = None
    reached: bool = True


@dataclass(frozen=True)
class Component:
    """One component of a model: whether it was released and under which terms."""

    name: str
    status: ComponentStatus = "unknown"
    license: str | None = None
    """SPDX expression over known ids, `NONE` for published without a license, None for unknown."""
    url: str | None = None
    datasets: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    conflict: EvidenceConflict | None = None
    note: str | None = None
    looked_in: tuple[PlaceLookedIn, ...] = ()
    """Where it was looked for: in vain, where the status is `not-found`."""
    since: str | None = None
    """Since when it is withdrawn, as exact as the source."""
    origin: str = ""
    """The record that states it; empty when nobody does.

    `models/…`, or `families/…` when inherited.
    """


@dataclass(frozen=True)
class DataInformation:
    """OSAID's data information: enough to build a substantially equivalent system?"""

    sufficient: Literal["yes", "no", "unknown"] = "unknown"
    reason: str | None = None
    license: str | None = None
    evidence: tuple[Evidence, ...] = ()
    conflict: EvidenceConflict | None = None
    origin: str = ""


@dataclass(frozen=True)
class MakerClaim:
    """What the maker calls the model."""

    says: str
    evidence: tuple[Evidence, ...] = ()
    origin: str = ""


@dataclass(frozen=True)
class StewardReview:
    """What the steward of a definition published about a model."""

    by: str
    definition: str
    found: Literal["available", "not-available"]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class BaseModelLink:
    """A model from which another was derived."""

    id: str
    relation: str
    evidence: tuple[Evidence, ...] = ()


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


@dataclass(frozen=True)
class ReleaseDate:
    """A date as exact as its source."""

    date: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class ParameterCounts:
    """The size of a model, counted one by one."""

    total: int | None = None
    active: int | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class TrainingCompute:
    """What the model's own training took, without that of its bases: a figure or a bound."""

    flop: float | None = None
    evidence: tuple[Evidence, ...] = ()
    at_most: float | None = None


@dataclass(frozen=True)
class TrainingTokens:
    """What the model's own training read, without that of its bases: a figure or a bound."""

    total: int | None = None
    evidence: tuple[Evidence, ...] = ()
    at_most: int | None = None


@dataclass(frozen=True)
class TrainedFromScratch:
    """Where an empty lineage was read."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class OtherName:
    """Another name of a model's repository on the Hub."""

    name: str
    relation: Literal["former", "mirror"]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Successor:
    """What replaced a model, as a source says."""

    id: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, eq=False)
class Model:
    """A model record merged with its family's. Compared by identity, as Registry is."""

    id: str
    name: str
    developer: str
    family: str | None = None
    modalities: tuple[str, ...] = ()
    released: ReleaseDate | None = None
    hub: HubPins | None = None
    base_models: tuple[BaseModelLink, ...] | None = None
    """None when nobody verified the lineage; empty when it was trained from scratch."""
    components: dict[str, Component] = field(default_factory=dict)
    """All 17, in the order of COMPONENTS; the ones that nobody states are `unknown`."""
    data_information: DataInformation = DataInformation()
    claims: tuple[MakerClaim, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    parameters: ParameterCounts = ParameterCounts()
    training_compute: TrainingCompute | None = None
    training_tokens: TrainingTokens | None = None
    reviews: tuple[StewardReview, ...] = ()
    from_scratch: TrainedFromScratch | None = None
    former_ids: tuple[str, ...] = ()
    """Ids under which this record was published before, the oldest first."""
    other_names: tuple[OtherName, ...] = ()
    successor: Successor | None = None

    folder: ClassVar[str] = "models"
    """Below the registry."""

    @property
    def ref(self) -> str:
        """The record's name among all records."""
        return f"{self.folder}/{self.id}"

    @property
    def earlier_names(self) -> tuple[str, ...]:
        """Every other name by which people may still call it."""
        return (*self.former_ids, *(other.name for other in self.other_names))

    @property
    def weights(self) -> Component:
        """The final parameters."""
        return self.components["model-parameters-final"]


@dataclass(frozen=True)
class Family:
    """What the models of a family share."""

    id: str
    name: str
    developer: str
    components: dict[str, Component] = field(default_factory=dict)
    data_information: DataInformation | None = None
    claims: tuple[MakerClaim, ...] = ()
    former_ids: tuple[str, ...] = ()

    folder: ClassVar[str] = "families"
    """Below the registry."""

    @property
    def ref(self) -> str:
        """The record's name among all records."""
        return f"{self.folder}/{self.id}"


@dataclass(frozen=True)
class DatasetAvailability:
    """Whether the data can be obtained, and by whom."""

    status: Literal["released", "partial", "withdrawn", "not-released", "unknown"]
    class_: Literal["open", "public", "obtainable", "unshareable", "unknown"] = "unknown"
    """`class` in the record, a word that Python reserves."""
    since: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class DatasetTerms:
    """The license of a collection; it says nothing about the works in it."""

    license: str | None
    """None only of a past day on which nobody knew it."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A dataset: whether it can be obtained and under which terms."""

    id: str
    name: str
    availability: DatasetAvailability
    terms: DatasetTerms | None = None
    publisher: str | None = None
    hub: HubPins | None = None
    url: str | None = None
    derived_from: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    former_ids: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """Of its availability."""
        return self.availability.status

    @property
    def license(self) -> str | None:
        """License expression of the collection; None where nobody knows it."""
        return self.terms.license if self.terms else None

    @property
    def license_evidence(self) -> tuple[Evidence, ...]:
        """Where the license of the collection was read."""
        return self.terms.evidence if self.terms else ()

    folder: ClassVar[str] = "datasets"
    """Below the registry."""

    @property
    def ref(self) -> str:
        """The record's name among all records."""
        return f"{self.folder}/{self.id}"


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


TextKind = Literal["license", "policy", "pointer"]
"""The license itself, a policy that belongs to it, or a few words that only point to it."""


@dataclass(frozen=True)
class KnownText:
    """What is kept of a text that a reviewer read: digests and a fingerprint, never the text."""

    sha256: str
    """Of the file's bytes."""
    kind: TextKind = "license"
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


Record = Model | Family | Dataset | License


@dataclass(frozen=True, eq=False)
class Registry:
    """All records, valid and merged.

    Two registries are the same only if they are one, so that answers can be remembered by registry.
    """

    models: dict[str, Model]
    families: dict[str, Family]
    datasets: dict[str, Dataset]
    licenses: dict[str, License]

    def get(self, ref: str) -> Record | None:
        """The record of a reference such as `models/owner/name`, by its present or a former id."""
        folder, id = split_reference(self.find_current_ref(ref))
        return self._records_by_folder.get(folder, {}).get(id)

    @property
    def _records_by_folder(self) -> Mapping[str, Mapping[str, Record]]:
        return {
            "models": self.models,
            "families": self.families,
            "datasets": self.datasets,
            "licenses": self.licenses,
        }

    def find_current_ref(self, ref: str) -> str:
        """The reference of today of a record that may have been renamed; else the same."""
        return self._current_refs.get(ref, ref)

    def find_first_ref(self, ref: str) -> str:
        """The reference under which a record was first published.

        Ids of findings follow from it.
        """
        return self._first_refs.get(ref, ref)

    @cached_property
    def _current_refs(self) -> Mapping[str, str]:
        return {
            f"{record.folder}/{former}": record.ref
            for record in self._list_renamed_records()
            for former in record.former_ids
        }

    @cached_property
    def _first_refs(self) -> Mapping[str, str]:
        return {
            record.ref: f"{record.folder}/{record.former_ids[0]}"
            for record in self._list_renamed_records()
        }

    def _list_renamed_records(self) -> list[Model | Family | Dataset]:
        records: list[Model | Family | Dataset] = [*self.models.values()]
        records += self.families.values()
        records += self.datasets.values()
        return [record for record in records if record.former_ids]
