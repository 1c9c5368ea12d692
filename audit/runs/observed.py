"""One target as a run sees it: who declares it, what was seen now, and what was known before."""

from dataclasses import dataclass
from functools import cached_property

from audit.drift.compare.identity import PINNED_REVISION_FIELD
from audit.drift.finding import Finding, WatchedTarget
from audit.drift.kinds import LOOK_AGAIN, find_drift_kind
from audit.observations.facts import CodeFacts, HubFacts, Observation, TargetFacts
from audit.store.observations import TargetState


@dataclass(frozen=True)
class ObservedTarget:
    """One target: who declares it, what was seen now, and what was known before."""

    watch: WatchedTarget
    observation: Observation
    old: TargetState | None

    @cached_property
    def reference(self) -> TargetFacts | None:
        """What the observation is compared with: what a reviewer pinned, else what was first seen.

        None at first sight.
        """
        if self.old is None:
            return None
        return _find_reviewed_facts(self.watch, self.observation, self.old) or self.old.baseline

    @property
    def newest_facts(self) -> TargetFacts | None:
        """Those seen now, else the last ones that were."""
        return self.observation.facts or (self.old.facts if self.old else None)

    @property
    def seen_revision(self) -> str | None:
        """The commit that was seen now; None of code, and where nothing was seen."""
        facts = self.observation.facts
        return facts.revision if isinstance(facts, HubFacts) else None

    @property
    def is_unchanged_upstream(self) -> bool:
        """Whether the answer is that of the last run."""
        if self.old is None:
            return False
        now = (self.newest_facts, self.observation.state)
        return now == (self.old.facts, self.old.state)

    def list_stored_findings(self, record: str) -> list[Finding]:
        """The open findings of one record."""
        return [finding for finding in self._stored_findings if finding.record == record]

    def list_undeclared_findings(self) -> list[Finding]:
        """The open findings of records that do not declare this target."""
        records = {declaration.record for declaration in self.watch.declarations}
        return [finding for finding in self._stored_findings if finding.record not in records]

    @property
    def _stored_findings(self) -> tuple[Finding, ...]:
        return self.old.findings if self.old else ()

    def could_show(self, finding: Finding, *, is_other_repository: bool) -> bool:
        """Whether this observation could have shown a finding at all."""
        if self.observation.state in ("absent", "disabled"):
            return find_drift_kind(finding.kind).seen_when_gone
        if finding.kind == LOOK_AGAIN.id and self._has_unlisted_names:
            return False
        if finding.field == PINNED_REVISION_FIELD:
            return bool(self.observation.pinned_revision_state)
        return finding.field not in self._unread_texts and not is_other_repository

    @property
    def _has_unlisted_names(self) -> bool:
        """Whether the names in the repository could not be listed, so that none can be missed."""
        facts = self.observation.facts
        return isinstance(facts, HubFacts | CodeFacts) and facts.telling_paths is None

    @property
    def _unread_texts(self) -> tuple[str, ...]:
        facts = self.observation.facts
        return facts.texts_due if facts else ()


def _find_reviewed_facts(
    watch: WatchedTarget, observation: Observation, old: TargetState
) -> HubFacts | None:
    """The facts at the very commit that a record pins: a person saw it.

    Another repository under the same name may hold the same commit, and nobody reviewed that.
    """
    first = old.baseline
    if not isinstance(first, HubFacts):
        return None
    pinned = {declared.revision for declared in watch.declarations if declared.revision}
    for facts in (observation.facts, old.facts):
        if not isinstance(facts, HubFacts) or facts.hub_id != first.hub_id:
            continue
        if facts.revision in pinned:
            return facts
    return None
