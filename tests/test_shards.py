"""Shards of a plan: every target once, whole owners, and no worker of another version."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.core.errors import UsageError
from audit.observations.facts import Observation, Target
from audit.runs.collect import ObservationRound, Upstreams
from audit.runs.plan import RunPlan, build_run_plan
from audit.scale.cluster import _GatheredShards
from audit.scale.shards import MAX_SHARD_REQUESTS, ShardResult, build_shards, observe_shard
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter

targets = st.builds(
    lambda home, owner, name: Target(*home, f"o{owner}/m{name}"),
    st.sampled_from([("huggingface", "model"), ("huggingface", "dataset"), ("github", "code")]),
    st.integers(0, 90),
    st.integers(0, 9),
)


def build_upstreams() -> Upstreams:
    counter = RequestCounter()
    return Upstreams(
        (
            HubSource("http://127.0.0.1:1", "hf_client", counter),
            GithubSource("http://127.0.0.1:1", "gh_client", counter),
        ),
        counter,
    )


@given(st.lists(targets, max_size=300), st.sets(targets, max_size=20))
def test_shards_are_the_plan_in_parts_of_whole_owners(found: list[Target], old: set[Target]):
    """Nothing is lost or asked twice, nothing is larger than agreed unless one owner is, and no token is in them."""
    plan = build_run_plan(
        found,
        missed_since=dict.fromkeys(old & set(found), "2026-01-01"),
        pins=dict.fromkeys(found[:5], "a" * 40),
    )
    plan = replace(plan, named_revisions=dict.fromkeys(found[:5], frozenset({"step1"})))
    parts = list(build_shards(plan, {}, build_upstreams()))
    known = {target for part in parts for target in part.plan.named_revisions}
    assert known == set(plan.named_revisions)
    assert sorted(target for part in parts for target in part.plan.targets) == list(plan.targets)
    homes: dict[tuple[str, str], set[int]] = {}
    for number, part in enumerate(parts):
        for target in part.plan.targets:
            homes.setdefault((target.kind, target.owner), set()).add(number)
        assert sum(part.plan.requests_by_host.values()) <= MAX_SHARD_REQUESTS
        assert "client" not in repr(part)
    assert all(len(numbers) == 1 for numbers in homes.values())
    assert {target for part in parts for target in part.plan.missed_since} == set(plan.missed_since)
    assert {target for part in parts for target in part.plan.pinned_revisions} == set(
        plan.pinned_revisions
    )


def test_a_worker_of_another_version_looks_at_nothing():
    """What it sees could not be compared."""
    shard = replace(
        next(
            iter(
                build_shards(
                    build_run_plan([Target("huggingface", "model", "a/b")]), {}, build_upstreams()
                )
            )
        ),
        program_digest="older",
    )
    assert observe_shard(shard).observed is None


def test_without_dask_or_scheduler_the_error_says_what_to_do():
    """One line, not a traceback."""
    from audit.scale.cluster import build_cluster_observer

    with pytest.raises(UsageError, match=r"pip install|dask scheduler"):
        build_cluster_observer("tcp://127.0.0.1:9")(RunPlan(), {}, build_upstreams())


def test_a_worker_answers_for_its_own_shard_alone():
    """A target that its worker leaves out is not verified, and one of another shard stays as its own worker saw it."""
    targets = [Target("github", "code", f"o{number}/m") for number in range(90)]
    plan = build_run_plan(targets, missed_since={}, pins={})
    upstreams = build_upstreams()
    first, second = list(build_shards(plan, {}, upstreams))[:2]
    foreign = second.plan.targets[0]
    gathered = _GatheredShards(upstreams)
    for shard, seen in ((second, second.plan.targets), (first, (*first.plan.targets[1:], foreign))):
        state = "ok" if shard is second else "absent"
        observations = [Observation(target, state, "https://x", 200, "ok", None) for target in seen]
        result = ShardResult(ObservationRound(observations, {}, []), {}, 1)
        gathered.add_future(SimpleNamespace(status="finished", result=lambda r=result: r), shard)
    found = gathered.build_round([first.plan.targets[0], first.plan.targets[1], foreign])
    assert [(each.state, each.reason) for each in found.observations] == [
        ("unverifiable", "worker-lost"),
        ("absent", "ok"),
        ("ok", "ok"),
    ]
