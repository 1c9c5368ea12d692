"""What the registry says of the models that a project uses.

Label, obligations, open drift, and whether a policy is kept. Pure: it reads no file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from audit.core.grouping import group_pairs
from audit.definitions import spectrum
from audit.definitions.permissions import DecidingClause, judge_permission
from audit.drift.finding import Finding
from audit.drift.impact import collect_underlying_records
from audit.licenses.uses import IntendedUse, Permission, ToldPermission
from audit.projects.finding.known_elsewhere import KnownName, load_known_names
from audit.projects.finding.mention import Mention
from audit.projects.pinned import CommitHistory, PinnedTerms, judge_pinned_commit
from audit.projects.policy import find_policy_violations
from audit.projects.policy_rules import ProjectPolicy, find_waiver
from audit.records.model import Model
from audit.records.registry import Registry

_UNRECORDED_WORDS = "the registry does not hold it"
_ELSEWHERE_WORDS = "a name of another service, whose tag may move: which model it is, is not known"
WATCHED_USE = IntendedUse(purposes=("commercial",))
"""What most who watch do: they build on the model. `allows` answers for another use."""


@dataclass(frozen=True)
class WatchedModel:
    """One model of the project."""

    name: str
    """As the project writes it."""
    places: tuple[Mention, ...]
    recorded: bool
    id: str | None = None
    """That of its record."""
    label: str | None = None
    license: str | None = None
    permission: Permission | None = None
    told: ToldPermission | None = None
    """The permission as it is told of a model: an open lineage makes a grant one of its own kind."""
    obligations: tuple[DecidingClause, ...] = ()
    drift: tuple[Finding, ...] = ()
    """Open findings of the model, its bases and its data, the confirmed first."""
    broken: tuple[str, ...] = ()
    """How it breaks the policy."""
    pinned: tuple[PinnedTerms, ...] = ()
    """The terms at each commit at which it is pinned."""
    waived: tuple[str, ...] = ()
    """How it would, were it not for a waiver; the last says until when and why."""
    elsewhere: KnownName | None = None
    """What the table of other services knows of the name, where it is one of theirs."""

    @property
    def is_used(self) -> bool:
        """Whether it is more than named to a reader."""
        return any(place.is_use for place in self.places)

    @property
    def revisions(self) -> tuple[str, ...]:
        """The commits and branches at which it is pinned."""
        return tuple(sorted({place.revision for place in self.places if place.revision}))

    @property
    def unpinned_places(self) -> tuple[Mention, ...]:
        """Where it is used at whatever is newest: one pin does not pin the other places."""
        return tuple(place for place in self.places if place.is_use and not place.revision)


def judge_project_models(
    mentions: Iterable[Mention],
    registry: Registry,
    findings: Sequence[Finding],
    policy: ProjectPolicy,
    day: str = "",
) -> list[WatchedModel]:
    """Judge every model that is named, in whatever form. `day`: for waivers, which end."""
    judge = _ProjectJudge(registry, findings, policy, day)
    places = group_pairs((judge.name_model(each), each) for each in mentions)
    return [judge.judge_name(name, tuple(where)) for name, where in sorted(places.items())]


def add_pinned_terms(watched: WatchedModel, known: CommitHistory) -> WatchedModel:
    """The model with what is known of the commits at which the project pins it."""
    model = known.registry.models.get(watched.id or "")
    if model is None:
        return watched
    pinned = (
        judge_pinned_commit(model, revision, watched.drift, known, WATCHED_USE)
        for revision in watched.revisions
    )
    return replace(watched, pinned=tuple(pinned))


def format_place(mention: Mention) -> str:
    """`file:line`, and what is done there where that is told."""
    use = "" if mention.use == "named" else f" ({mention.use})"
    return f"{mention.file}:{mention.line}{use}"


@dataclass(frozen=True)
class _ProjectJudge:
    """What all models of a project are judged by."""

    registry: Registry
    findings: Sequence[Finding]
    policy: ProjectPolicy
    day: str

    def name_model(self, mention: Mention) -> str:
        """One name for all ways of writing it."""
        if mention.kind == "elsewhere":
            return mention.model
        model = self.registry.find_model(mention.model)
        return model.id if model else mention.model

    def judge_name(self, name: str, places: tuple[Mention, ...]) -> WatchedModel:
        """Judge the model of this name; one that has no record by the policy alone."""
        known = load_known_names().get(name) if places[0].kind == "elsewhere" else None
        model = self._find_meant(name, places[0], known)
        if model is None:
            watched = _report_unrecorded(name, places, self.policy)
        else:
            watched = self._judge_model(places, model)
        return self._waive(replace(watched, elsewhere=known))

    def _find_meant(self, name: str, place: Mention, known: KnownName | None) -> Model | None:
        """The record; of a name of another service only where its source states the Hub's id."""
        if place.kind != "elsewhere":
            return self.registry.find_model(name)
        return self.registry.find_model(known.hub_id) if known and known.hub_id else None

    def _waive(self, watched: WatchedModel) -> WatchedModel:
        """Take a waiver into account, and a use without a commit."""
        watched = self._require_pin(watched)
        waiver = find_waiver(watched.id or watched.name, self.policy.waivers, self.day)
        if waiver is None or not watched.broken:
            return watched
        words = f"waived until {waiver.until}: {waiver.reason}"
        return replace(watched, broken=(), waived=(*watched.broken, words))

    def _require_pin(self, watched: WatchedModel) -> WatchedModel:
        loose = next(iter(watched.unpinned_places), None)
        if self.policy.allows_unpinned or loose is None:
            return watched
        words = f"no commit is pinned where it is used: {format_place(loose)}"
        return replace(watched, broken=(*watched.broken, words))

    def _judge_model(self, places: tuple[Mention, ...], model: Model) -> WatchedModel:
        label = spectrum.judge(model, self.registry).value
        answer = judge_permission(model, self.registry, WATCHED_USE)
        drift = _select_drift(model, self.registry, self.findings)
        broken = find_policy_violations(model, label, drift, self.policy, self.registry)
        watched = WatchedModel(
            places[0].model,
            places,
            recorded=True,
            id=model.id,
            label=label,
            license=model.weights.license,
            permission=answer.value,
            told=answer.told,
            obligations=answer.clauses,
            drift=drift,
            broken=tuple(broken),
        )
        return watched if watched.is_used else replace(watched, broken=())


def _report_unrecorded(
    name: str, places: tuple[Mention, ...], policy: ProjectPolicy
) -> WatchedModel:
    watched = WatchedModel(name, places, recorded=False)
    if policy.allows_unrecorded or not watched.is_used:
        return watched
    words = _ELSEWHERE_WORDS if places[0].kind == "elsewhere" else _UNRECORDED_WORDS
    return replace(watched, broken=(words,))


def _select_drift(
    model: Model, registry: Registry, findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Findings of the model, its bases and its data, the confirmed first."""
    records = collect_underlying_records(model, registry)
    drift = [finding for finding in findings if finding.record in records]
    return tuple(sorted(drift, key=_rank_finding))


def _rank_finding(finding: Finding) -> tuple[bool, str, str, str]:
    return finding.status != "confirmed", finding.record, finding.kind, finding.field
