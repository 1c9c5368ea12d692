"""By what targets are compared, and which of them need no comparison again.

A comparison follows from the record, the program, the kept texts and what was stored and seen of a
target. Where none of them moved since everything was compared, and nothing was found then, nothing
is found now. The digest of all of them stands in the heartbeat: whatever else writes one of these
files, people and git among them, makes the next run compare everything.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from audit.core.digests import digest_files, digest_text
from audit.observations.facts import Observation, TargetKind
from audit.records.registry import Registry
from audit.store.observations import TargetState, TargetStateStore
from audit.store.run_status import Heartbeat
from audit.store.texts import TextStore

SELDOM_KINDS: frozenset[TargetKind] = frozenset({"terms", "revisions"})
"""Kinds that are not looked at in every run: a record may have moved in one that left them out."""


@dataclass(frozen=True)
class ComparisonBasis:
    """What the comparisons of one run may rest on."""

    is_unmoved: bool
    """Whether everything is as it was when every target but the unseen ones had been compared."""
    unseen: AbstractSet[str] = frozenset()
    """Keys of the targets that were not."""

    def needs_comparison(self, observation: Observation, old: TargetState | None) -> bool:
        """Whether this observation may tell anything that the last one did not."""
        target = observation.target
        if old is None or not self.is_unmoved:
            return True
        if self.unseen and target.key in self.unseen:
            return True
        if target.kind in SELDOM_KINDS:
            return True
        if old.findings or old.baseline is None or observation.pinned_revision_state:
            return True
        return not _is_same(observation, old)


UNKNOWN_BASIS = ComparisonBasis(is_unmoved=False)
"""Everything is compared."""


def _is_same(observation: Observation, old: TargetState) -> bool:
    facts = observation.facts
    if facts is None or facts.texts_due or observation.state != old.state:
        return False
    return facts is old.facts or facts == old.facts


def compute_basis_digest(
    registry: Registry, states: TargetStateStore, texts: TextStore
) -> str | None:
    """The digest of all that comparison depends on, None where it cannot be known."""
    parts = {
        "records": registry.digest,
        "states": states.compute_digest(),
        "texts": digest_text("\n".join(texts.list_digests())).hex(),
        "program": _digest_program(),
    }
    if not registry.digest:
        return None
    return digest_files({name: digest_text(part) for name, part in parts.items()})


@cache
def _digest_program() -> str:
    """Of every file of the package, whose version need not change with each of them."""
    root = Path(__file__).parents[1]
    paths = (path for path in root.rglob("*") if path.suffix in (".py", ".json"))
    return digest_files({str(path.relative_to(root)): _digest_file(path) for path in paths})


def _digest_file(path: Path) -> bytes:
    return digest_text(path.read_text(encoding="utf-8"))


def find_basis(heartbeat: Heartbeat | None, digest: str | None) -> ComparisonBasis:
    """The basis of a run, by what the last one left."""
    if heartbeat is None or digest is None or heartbeat.compared != digest:
        return UNKNOWN_BASIS
    return ComparisonBasis(is_unmoved=True, unseen=heartbeat.unseen.keys())
