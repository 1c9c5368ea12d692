"""Whether the lists of what changed last had shown what the rotation found.

Nobody promises that such a list leaves nothing out. Where it did, the next sweep does without it.
"""

from collections.abc import Iterable, Mapping

from audit.observations.facts import HubFacts, Observation, Target
from audit.runs.outcome import KnownStates
from audit.runs.sweep import SweepPlan
from audit.store.sweep_state import ListMark, SweepState


def list_unlisted_commits(
    sweep: SweepPlan, observations: Iterable[Observation], known: KnownStates
) -> list[Target]:
    """Targets with a new commit of which a list that was trusted had shown nothing.

    What failed in an earlier sweep may have been in its list, and does not count.
    """
    trusted = {result.part.key for result in sweep.lists if result.is_read}
    shown = {target for result in sweep.lists for target in result.heads}
    return [
        seen.target
        for seen in observations
        if f"{seen.target.host}/{seen.target.kind}" in trusted
        and seen.target not in shown
        and seen.target not in sweep.run.missed_since
        and _has_new_commit(seen, known)
    ]


def _has_new_commit(seen: Observation, known: KnownStates) -> bool:
    state = known.get(seen.target)
    before = state.facts if state else None
    if not isinstance(before, HubFacts) or not isinstance(seen.facts, HubFacts):
        return False
    return seen.facts.revision != before.revision


def forget_marks(state: SweepState, unlisted: Iterable[Target]) -> SweepState:
    """The state without the marks of lists that left something out."""
    incomplete = {f"{target.host}/{target.kind}" for target in unlisted}
    marks: Mapping[str, ListMark] = {
        key: mark for key, mark in state.marks.items() if key not in incomplete
    }
    return SweepState(marks, state.rotations)
