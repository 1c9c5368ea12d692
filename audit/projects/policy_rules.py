"""What a policy demands, as read."""

from collections.abc import Iterable
from dataclasses import dataclass

from audit.definitions.spectrum import OPEN_WEIGHT, OPEN_WEIGHT_OR_BETTER
from audit.licenses.uses import IntendedUse


@dataclass(frozen=True)
class PolicyWaiver:
    """A model that may break the policy up to a day."""

    model: str
    reason: str
    until: str

    def holds_on(self, day: str) -> bool:
        """Whether it still counts; the last day does."""
        return day <= self.until


@dataclass(frozen=True)
class ProjectPolicy:
    """The allowed values; None where the policy demands nothing."""

    labels: frozenset[str] | None = None
    licenses: frozenset[str] | None = None
    conditions: frozenset[str] | None = None
    allows_drift: bool = True
    allows_unrecorded: bool = False
    uses: tuple[IntendedUse, ...] = ()
    """What must be permitted."""
    allows_unknown: bool = False
    """Whether a use will do whose permission is not known."""
    allows_gate: bool = True
    needs_review: bool = False
    """Whether only reviewed records will do."""
    allows_unpinned: bool = True
    data_licenses: frozenset[str] | None = None
    waivers: tuple[PolicyWaiver, ...] = ()

    @property
    def should_check_terms(self) -> bool:
        """Whether licenses have to be known."""
        return self.licenses is not None or self.conditions is not None

    @property
    def asks_of_data(self) -> bool:
        """Whether it demands anything of data that the project itself uses."""
        return self.data_licenses is not None or not self.allows_drift

    def allows_label(self, label: str) -> bool:
        """Whether a model may have this plain label."""
        return self.labels is None or not self.labels.isdisjoint(_list_admitting_labels(label))

    def allows_license(self, id: str) -> bool:
        """Whether a license may be among those that apply."""
        return self.licenses is None or id in self.licenses


def _list_admitting_labels(label: str) -> frozenset[str]:
    """The labels that let this one pass: who admits open weights admits what may be better."""
    admitting = {label}
    if label == OPEN_WEIGHT_OR_BETTER:
        admitting.add(OPEN_WEIGHT)
    return frozenset(admitting)


def find_waiver(model: str, waivers: Iterable[PolicyWaiver], day: str) -> PolicyWaiver | None:
    """The waiver of a model that counts on a day."""
    for waiver in waivers:
        if waiver.model.lower() == model.lower() and waiver.holds_on(day):
            return waiver
    return None
