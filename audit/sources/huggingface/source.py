"""The Hub as a source of the audit: what is unchanged costs its share of a listing and no more."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import ClassVar

from audit.observations.card_prose import (
    CARD_PATH,
    fill_known_prose,
    fill_read_prose,
    give_up_prose,
)
from audit.observations.facts import (
    HUGGING_FACE,
    HubFacts,
    Observation,
    Target,
    TargetKind,
    build_maker_target,
    sort_targets,
)
from audit.observations.license_files import (
    drop_due_text,
    fill_fetched_text,
    fill_known_texts,
    renew_due_texts,
)
from audit.observations.makers import MakerFacts
from audit.sources.base import (
    HeadChecks,
    Lessons,
    ListingAnswer,
    ObservationContext,
    OwnerCost,
    PlannedListing,
    build_owner_key,
)
from audit.sources.failures import (
    POSTPONED_REASONS,
    SourceFailure,
    build_partly_failed_observation,
    build_unverifiable,
)
from audit.sources.huggingface.api import HubApi
from audit.sources.huggingface.files import has_names_only
from audit.sources.huggingface.kinds import HUB_KINDS, build_hub_observation
from audit.sources.huggingface.listing import Heads, OwnerListing
from audit.sources.huggingface.makers import MakerQuestion, build_maker_facts
from audit.sources.huggingface.parse import RepositoryHead
from audit.sources.huggingface.revision_looks import build_revisions_url, observe_revisions
from audit.sources.newest import NewestAnswer, NewestQuestion

MIN_LISTED_REPOSITORIES = 2
"""Repositories of one owner from which a listing can cost less than look-ups."""
UNREADABLE_REASONS = frozenset(
    {"gated", "too-large", "foreign-redirect", "not-publicly-reachable", "http-401", "http-403"}
)
"""Why a text will not be had at all; its blob id must do."""


class HubSource(HubApi):
    """Fulfils `Source`. Safe to use from several threads."""

    host: ClassVar[str] = HUGGING_FACE
    max_parallel_requests: ClassVar[int] = 8
    """As many as the Hub's own client has under way by default (`snapshot_download`). Its limits
    count requests in five minutes, so that more at a time gain seconds and burden the host.
    """
    newest_kinds: ClassVar[tuple[TargetKind, ...]] = ("model", "dataset")

    @classmethod
    def plan_head_checks(cls, targets: Sequence[Target], lessons: Lessons) -> HeadChecks:
        """For each owner a listing or look-ups, whichever is expected to cost less."""
        checks = [_plan_owner_checks(owned, lessons) for owned in _group_by_owner(targets)]
        lookups = chain.from_iterable(each.lookups for each in checks)
        listings = chain.from_iterable(each.listings for each in checks)
        return HeadChecks(tuple(listings), tuple(sort_targets(lookups)))

    def build_url(self, target: Target) -> str:
        """The address in the Hub's API."""
        if target.kind == "revisions":
            return build_revisions_url(self, target)
        return self.build_api_url(HUB_KINDS[target.kind], target.repo)

    def check_listing(self, listing: PlannedListing, context: ObservationContext) -> ListingAnswer:
        """Keep the heads that a listing shows, where enough of them were seen before to compare."""
        known = {target.repo for target in listing.targets if target in context.previous}
        if len(known) < MIN_LISTED_REPOSITORIES:
            return None
        kind, cost = HUB_KINDS[listing.kind], listing.cost
        question = _build_maker_question(listing, context)
        answer = self.list_owner_heads(
            kind, listing.owner, known, cost.pages, cost.missing, question
        )
        if isinstance(answer, SourceFailure):
            return answer
        _keep_heads(listing, answer.heads, context)
        self._keep_maker(listing, answer, context)
        return find_cheapest_cost(len(known), answer.found_by_page)

    def _keep_maker(
        self, listing: PlannedListing, answer: OwnerListing, context: ObservationContext
    ) -> None:
        """What the list showed of its maker, where any line of models of it is known."""
        maker = build_maker_target(listing.owner)
        if listing.kind != "model" or maker not in context.maker_lines:
            return
        known = _find_maker_facts(maker, context)
        facts = build_maker_facts(maker.repo, known, answer.newest, answer.later, self.server_time)
        if facts is not None:
            url = f"{self.endpoint}/api/models?author={listing.owner}"
            context.seen_makers[maker] = Observation(maker, "ok", url, 200, "ok", facts)

    def read_newest(self, question: NewestQuestion) -> NewestAnswer | SourceFailure:
        """The Hub's list of models or of datasets, the last changed first."""
        return self.list_newest(HUB_KINDS[question.kind], question)

    def find_unchanged(self, target: Target, context: ObservationContext) -> Observation | None:
        """The observation of a target that its listing showed as it was.

        None where something is left to fetch.
        """
        before = _find_previous_facts(target, context)
        head: RepositoryHead | None = context.listed_heads.get(target)
        if before is None or _is_unfinished(before) or target in context.pinned_revisions:
            return None
        if head is None or not head.matches_facts(before):
            return None
        return build_hub_observation(target, self.build_url(target), before)

    def observe(self, target: Target, context: ObservationContext) -> Observation:
        """The head first where the repository was seen before; all of it where that changed."""
        if target.kind == "revisions":
            return observe_revisions(self, target, context.named_revisions)
        seen = self._observe_head(target, context) or self._observe_in_full(target, context)
        read = self._add_next_text(seen, context)
        # A license and a card that changed together are read one after the other.
        if read is seen or target not in context.previous:
            read = self._add_prose(read)
        return self._add_pinned_state(read, context)

    def _observe_head(self, target: Target, context: ObservationContext) -> Observation | None:
        """The observation of a repository whose head did not change, or why there is none.

        None where it changed.
        """
        previous = _find_previous_facts(target, context)
        if previous is None:
            return None
        # A listing may come from a cache: it is believed when it says that nothing changed; all
        # else is looked up.
        listed: RepositoryHead | None = context.listed_heads.get(target)
        head = listed or self.fetch_head(HUB_KINDS[target.kind], target.repo)
        if isinstance(head, Observation):
            return _convert_gated_to_unverifiable(head)
        if head.matches_facts(previous):
            return build_hub_observation(target, self.build_url(target), previous)
        return None

    def _observe_in_full(self, target: Target, context: ObservationContext) -> Observation:
        previous = _find_previous_facts(target, context)
        seen = self.observe_repository(HUB_KINDS[target.kind], target.repo)
        facts = seen.facts
        if not isinstance(facts, HubFacts):
            return _convert_gated_to_unverifiable(seen)
        if previous and _has_lost_identities(previous, facts):
            return build_unverifiable("schema", 200).build_observation(target, seen.url)
        known = fill_known_prose(fill_known_texts(facts, previous), previous)
        return replace(seen, facts=known)

    def _add_next_text(self, seen: Observation, context: ObservationContext) -> Observation:
        """At most one text per repository and run: the others stay due."""
        facts = renew_due_texts(seen.facts) if isinstance(seen.facts, HubFacts) else None
        if facts is None or not facts.texts_due or not facts.revision:
            return seen
        seen = replace(seen, facts=facts)
        path = facts.texts_due[0]
        answer = self._fetch_due_text(seen.target, facts, path)
        if isinstance(answer, bytes):
            context.keep_text(answer)
            return replace(seen, facts=fill_fetched_text(facts, path, answer))
        if answer is None or answer.reason in UNREADABLE_REASONS:
            return replace(seen, facts=drop_due_text(facts, path))
        is_postponed = answer.reason in POSTPONED_REASONS
        return seen if is_postponed else build_partly_failed_observation(seen, answer)

    def _add_prose(self, seen: Observation) -> Observation:
        """The sentences of the README, where another one stands there than the last one read."""
        facts = seen.facts
        if not isinstance(facts, HubFacts) or not facts.card or not _is_card_due(facts):
            return seen
        card, kind = facts.card, HUB_KINDS[seen.target.kind]
        answer = self.fetch_text(
            kind, facts.repo, facts.revision or "main", CARD_PATH, card.blob_id, card.size
        )
        if isinstance(answer, bytes):
            return replace(seen, facts=fill_read_prose(facts, answer))
        # Nothing else that was seen hangs on it: the next look at the repository tries again.
        is_refused = answer.reason in UNREADABLE_REASONS
        return replace(seen, facts=give_up_prose(facts)) if is_refused else seen

    def _fetch_due_text(
        self, target: Target, facts: HubFacts, path: str
    ) -> bytes | SourceFailure | None:
        """The text at the observed commit; None where the repository has no such file any more."""
        file = next((file for file in facts.license_files if file.path == path), None)
        if file is None or not facts.revision:
            return None
        kind = HUB_KINDS[target.kind]
        return self.fetch_text(kind, facts.repo, facts.revision, path, file.blob_id, file.size)

    def _add_pinned_state(self, seen: Observation, context: ObservationContext) -> Observation:
        """The observation with what became of the pinned revision.

        Only where this run is to look for it.
        """
        pin, facts = context.pinned_revisions.get(seen.target), seen.facts
        if pin is None or not isinstance(facts, HubFacts):
            return seen
        kind = HUB_KINDS[seen.target.kind]
        answer = facts.revision == pin or self.has_revision(kind, facts.repo, pin)
        if isinstance(answer, SourceFailure):
            return build_partly_failed_observation(seen, answer)
        return replace(seen, pinned_revision_state="found" if answer else "missing")


def find_cheapest_cost(tracked: int, found_by_page: Sequence[int]) -> OwnerCost:
    """How many pages would have cost least.

    `found_by_page`: how many of the tracked repositories each page of a listing showed.
    """
    best = OwnerCost(tracked, 0, tracked)
    missing = tracked
    for page, found in enumerate(found_by_page, start=1):
        missing -= found
        if page + missing < best.requests:
            best = OwnerCost(tracked, page, missing)
    return best


def _group_by_owner(targets: Sequence[Target]) -> list[tuple[Target, ...]]:
    """The targets of each owner and kind: a listing shows one kind of one owner."""
    owners: dict[tuple[TargetKind, str], list[Target]] = defaultdict(list)
    for target in targets:
        owners[target.kind, target.owner].append(target)
    return [tuple(owners[key]) for key in sorted(owners)]


def _plan_owner_checks(owned: tuple[Target, ...], lessons: Lessons) -> HeadChecks:
    first, cost = owned[0], _expect_cost(owned, lessons)
    if len(owned) < MIN_LISTED_REPOSITORIES or cost.pages == 0:
        return HeadChecks(lookups=owned)
    listing = PlannedListing(first.host, first.kind, first.owner, owned, cost)
    return HeadChecks(listings=(listing,))


def _expect_cost(owned: tuple[Target, ...], lessons: Lessons) -> OwnerCost:
    """As learned; one page that shows everything where nothing was learned of so many."""
    lesson = lessons.get(build_owner_key(owned[0]))
    if lesson is not None and lesson.tracked == len(owned):
        return lesson
    return OwnerCost(len(owned), 1, 0)


def _build_maker_question(
    listing: PlannedListing, context: ObservationContext
) -> MakerQuestion | None:
    maker = build_maker_target(listing.owner)
    lines = context.maker_lines.get(maker)
    if lines is None or listing.kind != "model":
        return None
    return MakerQuestion(lines, _find_maker_facts(maker, context))


def _find_maker_facts(maker: Target, context: ObservationContext) -> MakerFacts | None:
    facts = context.previous.get(maker)
    return facts if isinstance(facts, MakerFacts) else None


def _keep_heads(listing: PlannedListing, heads: Heads, context: ObservationContext) -> None:
    for target in listing.targets:
        if target.repo in heads and target not in context.direct:
            context.listed_heads[target] = heads[target.repo]


def _find_previous_facts(target: Target, context: ObservationContext) -> HubFacts | None:
    facts = context.previous.get(target)
    return facts if isinstance(facts, HubFacts) else None


def _is_unfinished(facts: HubFacts) -> bool:
    """Whether a text or the card is left to read."""
    return _is_card_due(facts) or bool(renew_due_texts(facts).texts_due)


def _is_card_due(facts: HubFacts) -> bool:
    """As with texts: what was refused without a gate is asked for again."""
    card = facts.card
    if card is None or card.is_read:
        return False
    return card.is_due or not facts.gated


def _has_lost_identities(before: HubFacts, now: HubFacts) -> bool:
    """Whether a server that told what the weight files are tells only their names now."""
    return has_names_only(now.weights) and not has_names_only(before.weights)


def _convert_gated_to_unverifiable(seen: Observation) -> Observation:
    """A gate before the metadata itself leaves nothing that could be compared.

    It shows only that the repository is there.
    """
    return replace(seen, state="unverifiable") if seen.state == "gated" else seen
