"""What a comparison is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audit.drift.compare.license_files import find_file_license
from audit.drift.finding import Difference, TargetDeclaration
from audit.licenses.compare import Direction, compare_expressions
from audit.licenses.hub_tags import find_license_of_tag
from audit.observations.facts import (
    CodeFacts,
    HubFacts,
    LicenseFile,
    Observation,
    PageFacts,
    TargetFacts,
    TargetKind,
)
from audit.records.model import Model
from audit.records.registry import Registry

Differences = Iterator[Difference]
TextLoader = Callable[[str | None], bytes | None]
"""The text with a digest, or None where it was not kept."""


@dataclass(frozen=True)
class TargetComparison:
    """One declaration, the baseline of its target, and the latest observation."""

    kind: TargetKind
    declaration: TargetDeclaration
    baseline: TargetFacts | None
    observation: Observation
    load_text: TextLoader = lambda sha256: None
    """Fetched license texts by digest, as far as they were kept."""


@dataclass(frozen=True)
class CodeComparison:
    """A code repository that answered: what is declared, what was first seen, what is seen now."""

    declaration: TargetDeclaration
    before: CodeFacts | None
    """The baseline; None at first sight."""
    now: CodeFacts
    registry: Registry
    load_text: TextLoader

    def find_licenses(
        self, old: LicenseFile | None, new: LicenseFile | None
    ) -> tuple[str | None, str | None]:
        """What a file was and is, where its words are those of a license."""
        before = find_file_license(old, self.registry) if old else None
        return before, find_file_license(new, self.registry) if new else None

    def find_direction(self, before: str | None, after: str | None) -> Direction:
        """Whether the second license grants more or less; unreviewed where one is not known."""
        if not before or not after:
            return "unreviewed"
        return compare_expressions(before, after, self.registry)

    @property
    def is_dataset(self) -> bool:
        """Whether a dataset's record states its terms here."""
        return self.declaration.record.startswith("datasets/")

    @property
    def model(self) -> Model | None:
        """The model whose record declares this; None for a family or a dataset."""
        return self.registry.models.get(self.declaration.record.removeprefix("models/"))

    @property
    def recorded_license(self) -> str | None:
        """The license of the weights by the model's record."""
        return self.model.weights.license if self.model else None


@dataclass(frozen=True)
class PageComparison:
    """A maker's page that answered, and the license record that names it."""

    record: str
    now: PageFacts
    registry: Registry
    load_text: TextLoader


@dataclass(frozen=True)
class HubComparison:
    """A model or dataset that answered: what is declared, what was first seen, what is seen now."""

    kind: TargetKind
    declaration: TargetDeclaration
    before: HubFacts | None
    """The baseline; None at first sight."""
    now: HubFacts
    registry: Registry
    load_text: TextLoader

    def find_direction(self, before: str | None, after: str | None) -> Direction:
        """Whether the second license grants more or less; unreviewed where one is not known."""
        if not before or not after:
            return "unreviewed"
        return compare_expressions(before, after, self.registry)

    @property
    def model(self) -> Model | None:
        """The model whose record declares this; None for a dataset."""
        if self.kind != "model":
            return None
        return self.registry.models.get(self.declaration.record.removeprefix("models/"))

    @property
    def license_in_force(self) -> str | None:
        """The license that the record states, else the one that the tag means."""
        return self.declaration.license or self.tagged_license

    @property
    def tagged_license(self) -> str | None:
        """The license that the tag means now, where the registry can say."""
        now = self.now
        return find_license_of_tag(now.license_tag, now.license_name, self.registry)
