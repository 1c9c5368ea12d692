"""What is read of a bill of materials, whatever its format."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from audit.core.grouping import group_pairs
from audit.publish.bom.contents import Document
from audit.publish.bom.facts import PREFIX, Fact

EntryKind = Literal["model", "dataset", "other"]
HUB_PURL = "pkg:huggingface/"
HUB_DATASETS = ("https://huggingface.co/datasets/", "pkg:huggingface/datasets/")
NOTHING_SAID = frozenset({"", "NOASSERTION", "NONE", "unknown", "UNKNOWN"})


@dataclass(frozen=True)
class BomEntry:
    """One package or component."""

    kind: EntryKind
    name: str
    """With its owner, where the document says one."""
    version: str = ""
    purl: str = ""
    license: str = ""
    """As the document states it; empty where it states none."""
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a bill of ours says beyond the format's fields, by name."""
    location: str = ""
    """Where it is fetched, as the document says."""

    @property
    def is_on_hub(self) -> bool:
        """Whether the document says that it lies on the Hub."""
        return is_hub_address(self.purl) or is_hub_address(self.location)

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same in two bills: all but its version."""
        return self.kind, (self.purl.partition("@")[0] or self.name).lower()


@dataclass(frozen=True)
class ReadBom:
    """One document."""

    format: str
    """`CycloneDX 1.6`, `SPDX-2.3`, `SPDX 3.0.1`."""
    name: str
    """What the bill is about; empty where it does not say."""
    entries: tuple[BomEntry, ...]
    document: Document


def choose_kind(stated: EntryKind, purl: str, location: str = "") -> EntryKind:
    """What an entry is: as it says, else by where it lies."""
    if stated != "other":
        return stated
    if any(address.startswith(HUB_DATASETS) for address in (purl, location)):
        return "dataset"
    return "model" if is_hub_address(purl) or is_hub_address(location) else "other"


def is_hub_address(address: str) -> bool:
    """Whether a package URL or an address is one of the Hub."""
    return address.startswith((HUB_PURL, "https://huggingface.co/"))


def read_text(value: object) -> str:
    """A value that should be text; empty for anything else."""
    return value if isinstance(value, str) else ""


def read_field(holder: Document, name: str) -> str:
    """A field that should hold text; empty for anything else."""
    return read_text(holder.get(name))


def list_objects(holder: Document, name: str) -> list[Document]:
    """The objects of a field that should hold a list of them."""
    value = holder.get(name)
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, dict)]


def group_facts(pairs: Iterable[Fact]) -> dict[str, tuple[str, ...]]:
    """Facts of ours by name, each with all its values, without the prefix."""
    own = [(name.removeprefix(PREFIX), value) for name, value in pairs if is_own(name)]
    return {name: tuple(values) for name, values in group_pairs(own).items()}


def is_own(name: str) -> bool:
    """Whether a property or a line of an annotation is one of ours."""
    return name.startswith(PREFIX)
