"""Is it the same repository, under the same name, with the same history?"""

from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.finding import Difference, TargetDeclaration
from audit.drift.kinds import HISTORY_REWRITTEN, IDENTITY_CHANGED, REPO_MOVED
from audit.observations.facts import HubFacts

PINNED_REVISION_FIELD = "hub.revision"
"""The field of what became of a pinned revision."""
HUB_FIRST_DAY = "2022-03-02"
"""What the Hub gives as the creation of everything older."""
BeforeAndNow = tuple[str | None, str | None]
_SHOWN_REVISION_LENGTH = 12


def find_other_repository(hub: HubComparison, *, is_pin_missing: bool) -> Difference | None:
    """Another repository that has taken over the name; None where it may be the same."""
    other = _find_other_identity(hub.before, hub.now) if hub.before else None
    if other:
        return other
    if is_pin_missing and _is_younger_than_release(hub.now, hub.declaration):
        return _build_identity_difference(
            PINNED_REVISION_FIELD,
            _format_revision(hub.declaration.revision),
            f"created {hub.now.created_at}",
        )
    return None


def find_other_identity(ids: BeforeAndNow, created: BeforeAndNow) -> tuple[str, str] | None:
    """Another id, or a later creation, than at first sight; None where it may be the same."""
    id_before, id_now = ids
    if id_before and id_now and id_before != id_now:
        return id_before, id_now
    created_before, created_now = created
    if created_before and created_now and created_before < created_now:
        return f"created {created_before}", f"created {created_now}"
    return None


def _find_other_identity(before: HubFacts, now: HubFacts) -> Difference | None:
    found = find_other_identity((before.hub_id, now.hub_id), (before.created_at, now.created_at))
    return _build_identity_difference("hub.repo", *found) if found else None


def compare_history(hub: HubComparison, *, is_pin_missing: bool) -> Differences:
    """A reviewed commit that is not there any more."""
    if is_pin_missing:
        yield Difference(
            HISTORY_REWRITTEN.id,
            PINNED_REVISION_FIELD,
            _format_revision(hub.declaration.revision),
            _format_revision(hub.now.revision),
            "unreviewed",
        )


def compare_name(hub: HubComparison, declared_name: str) -> Differences:
    """A repository that answers under another name."""
    if hub.now.repo != declared_name:
        yield Difference(REPO_MOVED.id, "hub.repo", declared_name, hub.now.repo, "neutral")


def _build_identity_difference(field: str, before: str, after: str) -> Difference:
    return Difference(IDENTITY_CHANGED.id, field, before, after, "unreviewed")


def _is_younger_than_release(now: HubFacts, declaration: TargetDeclaration) -> bool:
    """Whether the repository was created after the model's release, where both days are known."""
    created, released = (now.created_at or "")[:10], declaration.released
    if released is None or len(released) != len(created):
        return False
    return created > max(released, HUB_FIRST_DAY)


def _format_revision(revision: str | None) -> str:
    return f"revision {(revision or '')[:_SHOWN_REVISION_LENGTH]}"
