"""Datasets: whether they can be obtained, and under which terms."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from audit.records.evidence import Evidence
from audit.records.hub_pins import HubPins


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
