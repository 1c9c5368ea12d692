"""Models and families. Facts carry their evidence; nothing here judges them."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from audit.records.component import UNSTATED_DATA_INFORMATION, Component, DataInformation
from audit.records.evidence import Evidence
from audit.records.hub_pins import HubPins


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
    data_information: DataInformation = UNSTATED_DATA_INFORMATION
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
