"""What a run knows of its targets from the runs before."""

from collections.abc import Iterator, Mapping

from audit.observations.facts import Target, TargetFacts
from audit.records.registry import Registry
from audit.runs.basis import ComparisonBasis
from audit.runs.outcome import KnownStates
from audit.runs.renormalize import RenormalizedFile, renormalize_state, renormalize_states
from audit.store.observations import (
    StoredTexts,
    TargetState,
    TargetStateStore,
    follow_renamed_state,
)
from audit.store.texts import TextStore


class PreviousFacts(Mapping[Target, TargetFacts]):
    """The last good facts of each target that had any."""

    def __init__(self, known: KnownStates) -> None:
        self._known = known

    def __getitem__(self, target: Target) -> TargetFacts:
        facts = self._known[target].facts
        if facts is None:
            raise KeyError(target)
        return facts

    def __iter__(self) -> Iterator[Target]:
        return (target for target in self._known if target in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def open_known_states(
    stored: tuple[TargetStateStore, StoredTexts],
    registry: Registry,
    texts: TextStore,
    basis: ComparisonBasis,
) -> tuple[KnownStates, tuple[RenormalizedFile, ...]]:
    """The states by the normalizer of today, and what that moved.

    On an unmoved basis, the files are those that the last run read, checked and wrote: nothing
    moves, and each is parsed when somebody asks for it, most of them while a host is waited for.
    Else all are checked before anything is asked. Raises InvalidFileError for a damaged one.
    """
    store, files = stored
    if not basis.is_unmoved:
        return renormalize_states(store.parse_states(files, registry), texts.find_text)

    def adapt(state: TargetState) -> TargetState:
        return renormalize_state(follow_renamed_state(state, registry), texts.find_text)

    return store.open_checked_states(files, adapt), ()
