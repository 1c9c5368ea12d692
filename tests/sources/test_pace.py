"""Least requests, and none that the upstream has to refuse: on a Hub that enforces the published quotas, with a simulated clock."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from audit.observations.facts import HubFacts, Target
from audit.runs.collect import ObservationRound, Upstreams, observe_targets
from audit.runs.plan import build_run_plan, format_plan
from audit.sources.base import OwnerCost
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource, find_cheapest_cost
from audit.sources.patience import Patience
from audit.sources.rate_limits import parse_github_window
from audit.sources.request_log import RequestCounter
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_limits import ANONYMOUS_HUB_QUOTA, HubQuota
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import GithubRepo, HubRepo
from tests.fakes.world import UpstreamWorld
from tests.sources.conftest import build_hub_repo


@dataclass
class FakeClock:
    """Seconds that pass only when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.now += seconds
            self.slept.append(seconds)


@dataclass
class PacedStage:
    """A world behind a Hub with quotas, and one clock for both sides."""

    world: UpstreamWorld
    hub: LoopbackHub
    github: LoopbackGithub
    clock: FakeClock

    def observe_round(
        self, targets, previous=None, learned=None, oldest=None, **options
    ) -> tuple[ObservationRound, dict[str, int]]:
        counter = RequestCounter(clock=self.clock, **options)
        times = Patience(sleep=self.clock.sleep, clock=self.clock, pause=0.001)
        upstreams = Upstreams(
            (
                HubSource(self.hub.endpoint, None, counter, times),
                GithubSource(self.github.endpoint, None, counter, times),
            ),
            counter,
        )
        observed = observe_targets(
            build_run_plan(targets, learned, oldest), previous or {}, upstreams
        )
        return observed, counter.get_counts()

    @property
    def refused_count(self) -> int:
        return sum(each.status in (403, 429) for each in [*self.hub.log, *self.github.log])


def open_stage(
    quota: HubQuota | None, page_cap: int = 1000, github_quota: int | None = None
) -> Iterator[PacedStage]:
    world, clock = UpstreamWorld(), FakeClock()
    with (
        LoopbackHub(world, quota=quota, clock=clock, page_cap=page_cap) as hub,
        LoopbackGithub(world, quota=github_quota, clock=clock) as github,
    ):
        yield PacedStage(world, hub, github, clock)


@pytest.fixture
def quotas(request) -> Iterator[PacedStage]:
    yield from open_stage(request.param)


@pytest.fixture
def paged() -> Iterator[PacedStage]:
    yield from open_stage(None, page_cap=10)


@pytest.mark.parametrize(
    "quotas",
    [HubQuota(20, 3000, 100), HubQuota(60, 90, 100), ANONYMOUS_HUB_QUOTA],
    indirect=True,
    ids=["tiny", "small", "anonymous"],
)
def test_no_request_is_refused_on_a_hub_that_enforces_its_quotas(quotas: PacedStage):
    """Everything is seen without one 429, and the windows waited are the fewest that the quota leaves."""
    quota = quotas.hub._quota_windows._quota
    large = quota == ANONYMOUS_HUB_QUOTA
    targets = [
        Target("huggingface", "model", f"owner{number}/m")
        for number in range(700 if large else 110)
    ]
    for target in targets:
        quotas.world.add_hub_repo(
            build_hub_repo(target.repo) if not large else HubRepo("models", target.repo)
        )
    observed, counts = quotas.observe_round(targets, seconds=36_000)
    assert {each.state for each in observed.observations} == {"ok"}
    assert quotas.refused_count == 0
    # 2 % of each window is left to others, and as many as are under way at once.
    floor = sum(
        max(0, -(-counts[bucket] // (limit - limit // 50 - 8)) - 1)
        for bucket, limit in (("hub-api", quota.api), ("hub-resolve", quota.resolvers))
    )
    assert quotas.clock.now - 1000 <= 301 * floor


def test_others_behind_the_same_address_are_seen_in_the_answers():
    """The window shrinks faster than we send: we stop at what the answers say, not at what we counted."""
    for stage in open_stage(HubQuota(100, 1000, 100)):
        targets = [Target("huggingface", "model", f"owner{number}/m") for number in range(120)]
        for target in targets:
            stage.world.add_hub_repo(HubRepo("models", target.repo))
        with stage.world.lock:
            for _ in range(60):
                stage.hub._quota_windows.count_request("api", None)
        observed, _ = stage.observe_round(targets, seconds=36_000)
        assert ({each.state for each in observed.observations}, stage.refused_count) == ({"ok"}, 0)


def test_github_is_left_alone_when_its_hour_is_spent():
    """GitHub's primary limit lasts an hour, which no run waits: the rest is unverified by our own choice, and nothing is refused."""
    for stage in open_stage(None, github_quota=20):
        targets = [Target("github", "code", f"owner{number}/code") for number in range(30)]
        for target in targets:
            stage.world.add_github_repo(GithubRepo(target.repo, license="MIT"))
        observed, _ = stage.observe_round(targets)
        assert {(each.state, each.reason) for each in observed.observations} == {
            ("ok", "ok"),
            ("unverifiable", "rate-limited"),
        }
        assert all(
            each.is_our_fault for each in observed.observations if each.state == "unverifiable"
        )
        assert stage.refused_count == 0


def test_the_reset_of_github_is_measured_by_its_own_clock():
    """X-RateLimit-Reset is a moment; only the answer's Date tells how far it is."""
    headers = {
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Limit": "60",
        "X-RateLimit-Reset": "1796119260",
        "Date": "Tue, 01 Dec 2026 10:00:00 GMT",
    }
    assert parse_github_window(headers).reset_seconds == 61
    assert parse_github_window({}) is None


@pytest.mark.parametrize(
    ("found_by_page", "cost"),
    [
        ([5], OwnerCost(5, 1, 0)),
        ([0, 0, 5], OwnerCost(5, 3, 0)),
        ([4, 0, 0, 1], OwnerCost(5, 1, 1)),
        ([0, 0, 0, 0, 5], OwnerCost(5, 0, 5)),
        ([1, 0], OwnerCost(5, 0, 5)),
        ([], OwnerCost(5, 0, 5)),
    ],
)
def test_a_listing_teaches_what_would_have_cost_least(found_by_page, cost):
    """Pages plus the look-ups of what they do not show; of equal costs, no listing."""
    assert find_cheapest_cost(5, found_by_page) == cost


def test_an_owner_of_thousands_costs_what_is_cheapest(paged: PacedStage):
    """Three tracked among a hundred: the first round learns where they stand, the second pays no more than the cheapest way."""
    for number in range(100):
        paged.world.add_hub_repo(build_hub_repo(f"maker/m{number:03}", likes=1000 - number))
    popular = [Target("huggingface", "model", f"maker/m{number:03}") for number in (0, 1, 2, 95)]
    obscure = [Target("huggingface", "model", f"maker/m{number:03}") for number in (55, 77, 95)]
    for targets, first, later in ((popular, 2, 2), (obscure, 6, 3)):
        facts = {each.target: each.facts for each in paged.observe_round(targets)[0].observations}
        observed, counts = paged.observe_round(targets, facts)
        assert counts["hub-api"] == first
        again, counts = paged.observe_round(targets, facts, observed.owner_costs)
        assert (
            counts["hub-api"]
            == later
            == build_run_plan(targets, observed.owner_costs).requests_by_host["huggingface"]
        )
        assert {each.target: each.facts for each in again.observations} == facts
    plan = build_run_plan(popular, {"huggingface/model/maker": OwnerCost(4, 1, 1)})
    assert (
        "one listing of maker for 4 repositories, and 1 look-ups of what it does not show"
        in format_plan(plan)
    )


def test_a_lesson_is_void_for_another_number_of_repositories():
    """A record more, and the listing is tried again."""
    targets = [Target("huggingface", "model", f"maker/m{number}") for number in range(3)]
    assert build_run_plan(targets, {"huggingface/model/maker": OwnerCost(3, 0, 3)}).listings == ()
    assert (
        len(build_run_plan(targets, {"huggingface/model/maker": OwnerCost(2, 0, 2)}).listings) == 1
    )


def test_what_was_missed_comes_first(paged: PacedStage):
    """A run that may not ask everything begins with what was not verified for longest, so that several runs see all."""
    targets = [Target("huggingface", "model", f"owner{number:02}/m") for number in range(60)]
    for target in targets:
        paged.world.add_hub_repo(HubRepo("models", target.repo))
    facts: dict[Target, HubFacts] = {}
    oldest: dict[Target, str] = {}
    runs = 0
    while len(facts) < len(targets):
        observed, _ = paged.observe_round(targets, facts, oldest=oldest, limit=25)
        runs += 1
        for each in observed.observations:
            if each.facts:
                facts[each.target] = each.facts
                oldest.pop(each.target, None)
            else:
                oldest.setdefault(each.target, f"2026-01-{runs:02}")
        assert runs < 6
    # 25, then 25 more before those that were seen, then the last 10.
    assert runs == 3


def test_time_is_a_budget_too(quotas_tiny: PacedStage):
    """No wait begins that would end after the run's time; what one window allows is more than spent."""
    targets = [Target("huggingface", "model", f"owner{number}/m") for number in range(100)]
    for target in targets:
        quotas_tiny.world.add_hub_repo(HubRepo("models", target.repo))
    observed, _ = quotas_tiny.observe_round(targets, seconds=700)
    assert quotas_tiny.clock.now - 1000 <= 700
    assert {each.reason for each in observed.observations if each.state == "unverifiable"} == {
        "rate-limited"
    }
    # How many of a window's requests meet a full quota depends on how many are under way.
    assert 20 < sum(each.state == "ok" for each in observed.observations) <= 60


@pytest.fixture
def quotas_tiny() -> Iterator[PacedStage]:
    yield from open_stage(HubQuota(20, 3000, 100))
