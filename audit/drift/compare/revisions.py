"""Are the branches and tags still there that a record names, and do they lead to the same commits?

A branch or tag that came is no drift. A commit that the record writes behind a name was seen by a
reviewer, and takes precedence over the first look.
"""

from collections.abc import Mapping, Sequence

from audit.core.wording import join_first
from audit.drift.compare.inputs import Differences
from audit.drift.finding import Difference, TargetDeclaration
from audit.drift.kinds import REVISIONS_GONE, REVISIONS_MOVED
from audit.observations.revisions import RevisionFacts
from audit.records.revision_names import expand_revision_names, find_pinned_commits

REVISIONS_FIELD = "revisions"
MAX_TOLD_NAMES = 10


def compare_revisions(
    declaration: TargetDeclaration, before: RevisionFacts | None, now: RevisionFacts
) -> Differences:
    """Names that are gone, and names with other commits."""
    declared = sorted(expand_revision_names(declaration.revisions))
    gone = [name for name in declared if name not in now.named]
    if gone:
        yield _build_loss(gone, declared)
    known = dict(before.named) if before else {}
    known |= find_pinned_commits(declaration.revisions)
    moved = [name for name in declared if _has_moved(name, known, now)]
    if moved:
        yield _build_move(moved)


def _build_move(moved: Sequence[str]) -> Difference:
    told = _tell_names(moved)
    return Difference(REVISIONS_MOVED.id, REVISIONS_FIELD, "as recorded", told, "unreviewed")


def _build_loss(gone: Sequence[str], declared: Sequence[str]) -> Difference:
    is_all = len(gone) == len(declared)
    return Difference(
        REVISIONS_GONE.id,
        REVISIONS_FIELD,
        f"{len(declared)} named",
        f"all {len(gone)} gone" if is_all else f"{len(gone)} gone: {_tell_names(gone)}",
        "more-closed",
        checkpoints="withdrawn" if is_all else "partial",
    )


def _has_moved(name: str, known: Mapping[str, str], now: RevisionFacts) -> bool:
    return name in known and name in now.named and known[name] != now.named[name]


def _tell_names(names: Sequence[str]) -> str:
    return join_first(names, MAX_TOLD_NAMES)
