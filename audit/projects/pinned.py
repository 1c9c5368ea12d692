"""What the commit that a project pins was granted under, and whether that stays.

Only what a source says of that very commit counts: the record, an event, an observation.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from audit.definitions.permissions import judge_permission
from audit.drift.events import Event
from audit.drift.finding import Finding, FindingValue
from audit.drift.lifecycle import has_changed_upstream
from audit.licenses.expression import InvalidExpressionError
from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.uses import GRANTED, PERMISSION_WORDS, IntendedUse, Permission
from audit.observations.facts import HubFacts, Target
from audit.records.hub_pins import HubPins
from audit.records.model import Model
from audit.records.registry import Registry
from audit.store.observations import TargetState

Advice = Literal["stay", "move", "neither", "unknown"]
TERMS_FIELDS = ("components.model-parameters-final.license", "hub.license_tag")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
ADVICE_WORDS: Mapping[Advice, str] = {
    "stay": "stay: what was granted there is not taken back by a new file",
    "move": "move: it is not granted there, and it is today",
    "neither": "it is not granted there, nor today",
    "unknown": "what that means for the use is not known",
}


@dataclass(frozen=True)
class PinnedTerms:
    """The terms at one pinned commit beside those of today."""

    revision: str
    then: str | None
    """License at that commit; None where no source says it."""
    now: str | None
    use_then: Permission = "unknown"
    use_now: Permission = "unknown"

    @property
    def advice(self) -> Advice:
        """Whether to stay at the commit."""
        if self.then is None or self.use_then == "unknown":
            return "unknown"
        if self.use_then in GRANTED:
            return "stay"
        return "move" if self.use_now in GRANTED else "neither"

    @property
    def words(self) -> str:
        """In a sentence."""
        if self.then is None:
            return "not known which license lay at that commit"
        then = f"{self.then} there ({PERMISSION_WORDS[self.use_then]})"
        now = f"{self.now or 'unknown'} today ({PERMISSION_WORDS[self.use_now]})"
        return f"{then}, {now}; {ADVICE_WORDS[self.advice]}"


@dataclass(frozen=True)
class CommitHistory:
    """What is known of commits."""

    registry: Registry
    events: tuple[Event, ...]
    states: Mapping[Target, TargetState]

    def find_present_commit(self, model: Model) -> str | None:
        """The newest commit that was seen: by the audit, else by a reviewer."""
        if model.hub is None:
            return None
        seen = [facts.revision for facts in self._list_facts(model.hub) if facts.revision]
        return seen[0] if seen else model.hub.revision

    def find_license(self, model: Model, revision: str) -> str | None:
        """The license at a commit; None for a branch, and where no source says it."""
        if not _COMMIT.fullmatch(revision):
            return None
        for commit, license in self._list_known(model):
            if commit.startswith(revision) and license:
                return license
        return None

    def _list_known(self, model: Model) -> Iterator[tuple[str, str | None]]:
        """Commits with the license there, the surest source first."""
        for row in model.weights.evidence:
            yield row.revision or "", model.weights.license
        yield from self._list_events(model)
        if model.hub:
            yield model.hub.revision or "", model.weights.license
            for facts in self._list_facts(model.hub):
                license = find_license_of_tag(facts.license_tag, facts.license_name, self.registry)
                yield facts.revision or "", license

    def _list_events(self, model: Model) -> Iterator[tuple[str, str | None]]:
        for event in self.events:
            finding = event.finding
            if _concerns_terms(finding, model) and has_changed_upstream(event):
                yield finding.revision or "", self._read_license(event.values[1])

    def _list_facts(self, pins: HubPins) -> Iterator[HubFacts]:
        """What was observed of the repository, the newest first."""
        state = self.states.get(Target(pins.host, "model", pins.repo))
        for facts in (state.facts, state.baseline) if state else ():
            if isinstance(facts, HubFacts):
                yield facts

    def find_present_license(self, model: Model, drift: Iterable[Finding]) -> str | None:
        """As it is upstream: what is confirmed and not yet recorded goes before the record."""
        for finding in drift:
            if finding.status == "confirmed" and _concerns_terms(finding, model):
                return self._read_license(finding.after)
        return model.weights.license

    def _read_license(self, value: FindingValue) -> str | None:
        if not isinstance(value, str):
            return None
        return find_license_of_tag(value, None, self.registry) or value


def _concerns_terms(finding: Finding, model: Model) -> bool:
    return finding.record == model.ref and finding.field in TERMS_FIELDS


def judge_pinned_commit(
    model: Model, revision: str, drift: Iterable[Finding], known: CommitHistory, use: IntendedUse
) -> PinnedTerms:
    """The terms at a commit, those of today, and what each makes of a use."""
    then, now = known.find_license(model, revision), known.find_present_license(model, drift)
    if then is None:
        return PinnedTerms(revision, None, now)
    uses = (_judge_under(license, model, known.registry, use) for license in (then, now))
    return PinnedTerms(revision, then, now, *uses)


def _judge_under(
    license: str | None, model: Model, registry: Registry, use: IntendedUse
) -> Permission:
    """What the model's terms would make of a use if this were the license of its weights."""
    weights = replace(model.weights, license=license, conflict=None)
    under = replace(model, components={**model.components, weights.name: weights})
    whole = replace(registry, models={**registry.models, model.id: under})
    try:
        return judge_permission(under, whole, use).value
    except InvalidExpressionError:
        return "unknown"
