"""A whole round of looks: what is seen, and with how many requests."""

from dataclasses import replace

import pytest

from audit.observations.facts import HubFacts, LicenseFile, Target
from audit.observations.license_files import MAX_FETCHED_TEXT_BYTES, renew_due_texts
from audit.runs.collect import Upstreams, observe_targets
from audit.runs.observer import OUTAGE_FAILURES
from audit.runs.plan import build_run_plan, format_plan
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter
from tests.fakes.faults import FaultRule
from tests.fakes.repositories import GithubRepo, HubFile
from tests.sources.conftest import SourceBench, build_hub_repo

FAMILY = [Target("huggingface", "model", f"maker/m{number:02}") for number in range(16)]


def observe_round(bench: SourceBench, targets, previous=None, **options):
    """One round. Returns sightings and facts by target, and the counts of requests."""
    upstreams = bench.open_upstreams(**options)
    seen = {
        each.target: each
        for each in observe_targets(build_run_plan(targets), previous or {}, upstreams).observations
    }
    return (
        seen,
        {target: each.facts for target, each in seen.items() if each.facts},
        upstreams.counter.get_counts(),
    )


@pytest.fixture
def family(bench: SourceBench) -> SourceBench:
    for target in FAMILY:
        bench.world.add_hub_repo(build_hub_repo(target.repo))
    return bench


def test_the_plan_lists_owners_with_several_repositories():
    """One listing per owner and kind from two repositories on, else one look-up; order and doubles do not matter."""
    targets = [
        *FAMILY,
        Target("huggingface", "dataset", "maker/data"),
        Target("github", "code", "maker/code"),
        Target("huggingface", "model", "other/m"),
        FAMILY[0],
    ]
    plan = build_run_plan(targets)
    assert [(each.kind, each.owner, len(each.targets)) for each in plan.listings] == [
        ("model", "maker", 16)
    ]
    assert plan.lookups == (
        Target("huggingface", "dataset", "maker/data"),
        Target("huggingface", "model", "other/m"),
        Target("github", "code", "maker/code"),
    )
    assert plan == build_run_plan(reversed(targets))
    assert "3 requests to the Hub for 18 repositories and 1 to GitHub" in format_plan(plan)


def test_an_unchanged_owner_costs_one_request(family: SourceBench):
    """First sight reads everything; the second look at 16 models is one listing and changes nothing."""
    _, facts, counts = observe_round(family, FAMILY)
    assert counts["hub-api"] == 16
    assert all(
        file.sha256 and file.normalized for each in facts.values() for file in each.license_files
    )
    seen, again, counts = observe_round(family, FAMILY, facts)
    assert again == facts
    assert (counts["hub-api"], counts["hub-resolve"]) == (1, 0)
    assert {each.state for each in seen.values()} == {"ok"}


def test_a_changed_model_costs_little_more(family: SourceBench):
    """One answer with all files, and the license or the README only because its blob changed."""
    _, facts, _ = observe_round(family, FAMILY)
    family.world.put_file(
        "models", "maker/m03", HubFile.create_text("LICENSE", "You may not use it.")
    )
    family.world.put_file("models", "maker/m04", HubFile.create_text("README.md", "# Another\n"))
    family.world.set_gate("models", "maker/m05", "manual")
    _, again, counts = observe_round(family, FAMILY, facts)
    assert (counts["hub-api"], counts["hub-resolve"]) == (1 + 3, 1 + 1)
    changed = {target.repo for target in FAMILY if again[target] != facts[target]}
    assert changed == {"maker/m03", "maker/m04", "maker/m05"}
    assert (
        again[FAMILY[3]].license_files[0].normalized != facts[FAMILY[3]].license_files[0].normalized
    )
    assert again[FAMILY[4]].license_files == facts[FAMILY[4]].license_files
    assert again[FAMILY[5]].gated == "manual"


def test_missing_from_a_listing_is_looked_up(family: SourceBench):
    """A list proves no absence: gone, renamed and blocked are told by the repository's own address."""
    _, facts, _ = observe_round(family, FAMILY)
    family.world.remove_hub_repo("models", "maker/m00")
    family.world.rename_hub_repo("models", "maker/m01", "maker/n01")
    family.world.disable_hub_repo("models", "maker/m02")
    family.world.hide_hub_repo("models", "maker/m03")
    seen, again, counts = observe_round(family, FAMILY, facts)
    assert [seen[target].state for target in FAMILY[:5]] == [
        "absent",
        "moved",
        "disabled",
        "absent",
        "ok",
    ]
    assert again[FAMILY[1]].repo == "maker/n01"
    # One listing; one look-up each, two hops for the renamed one, and its new facts again with two hops.
    assert counts["hub-api"] == 1 + 4 + 1 + 2


def test_texts_are_fetched_one_by_one(bench: SourceBench):
    """One text per repository and run, the main one first; the others stay due and come with the next runs."""
    repo = build_hub_repo("maker/m")
    repo.files["NOTICE"] = HubFile.create_text("NOTICE", "Notice.")
    repo.files["USE_POLICY.md"] = HubFile.create_text("USE_POLICY.md", "Policy.")
    repo.commit_revision("2026-01-01T00:00:00.000Z")
    bench.world.add_hub_repo(repo)
    target = Target("huggingface", "model", "maker/m")
    facts: dict[Target, HubFacts] = {}
    for due, requests in ((("NOTICE", "USE_POLICY.md"), 2), (("USE_POLICY.md",), 1), ((), 1)):
        _, facts, counts = observe_round(bench, [target], facts)
        assert facts[target].texts_due == due
        # At first sight the README comes too.
        assert counts["hub-resolve"] == requests
    assert all(file.sha256 for file in facts[target].license_files)
    assert observe_round(bench, [target], facts)[2] == {
        "hub-api": 1,
        "hub-resolve": 0,
        "github": 0,
    }


def test_a_text_behind_a_gate_is_asked_for_once(bench: SourceBench):
    """A refused text is not due any more, until the gate falls."""
    bench.world.add_hub_repo(build_hub_repo("maker/m", gated="auto"))
    target = Target("huggingface", "model", "maker/m")
    seen, facts, counts = observe_round(bench, [target])
    assert (seen[target].state, counts["hub-resolve"]) == ("gated", 2)
    assert facts[target].license_files[0].sha256 is None
    bench.world.put_file("models", "maker/m", HubFile.create_text("README.md", "# New\n"))
    _, facts, counts = observe_round(bench, [target], facts)
    assert counts["hub-resolve"] == 1  # the new README alone
    bench.world.set_gate("models", "maker/m", False)
    _, facts, counts = observe_round(bench, [target], facts)
    assert facts[target].license_files[0].sha256
    _, facts, _ = observe_round(bench, [target], facts)
    assert facts[target].card.is_read


def test_a_text_that_was_refused_without_a_gate_is_tried_again(bench: SourceBench):
    """What a 403 of one day left unread, the next run reads, though nothing in the repository changed; behind a gate it stays."""
    bench.world.add_hub_repo(build_hub_repo("maker/m"))
    target = Target("huggingface", "model", "maker/m")
    _, facts, _ = observe_round(bench, [target])
    (read,) = facts[target].license_files
    unread = LicenseFile(read.path, read.size, read.blob_id)
    left = replace(facts[target], license_files=(unread,))
    _, facts, counts = observe_round(bench, [target], {target: left})
    assert (facts[target].license_files, facts[target].texts_due) == ((read,), ())
    assert counts["hub-resolve"] > 0
    assert renew_due_texts(left).texts_due == ("LICENSE",)
    for other in (
        replace(left, gated="auto"),
        replace(left, texts_due=("NOTICE",)),
        replace(left, license_files=(read,)),
        replace(left, license_files=(replace(unread, size=MAX_FETCHED_TEXT_BYTES + 1),)),
    ):
        assert renew_due_texts(other) == other


def test_a_login_page_becomes_no_license(family: SourceBench):
    """A changed text that cannot be verified leaves the target unverified; the next run reads it."""
    _, facts, _ = observe_round(family, FAMILY[:2])
    family.world.put_file("models", "maker/m00", HubFile.create_text("LICENSE", "New terms."))
    family.world.fault_injector.add_rule(FaultRule("html", path="resolve"))
    seen, _, _ = observe_round(family, FAMILY[:2], facts)
    assert [(seen[target].state, seen[target].reason) for target in FAMILY[:2]] == [
        ("unverifiable", "wrong-content"),
        ("ok", "ok"),
    ]
    family.world.fault_injector.clear_rules()
    seen, _, _ = observe_round(family, FAMILY[:2], facts)
    assert seen[FAMILY[0]].state == "ok"


def test_a_failure_is_tried_again_at_the_end(family: SourceBench):
    """What failed three times in a row is asked once more after all others."""
    family.world.fault_injector.add_rule(FaultRule("503", path="m07", times=3))
    seen, _, _ = observe_round(family, FAMILY)
    assert {each.state for each in seen.values()} == {"ok"}


def test_one_broken_model_leaves_the_others_alone(family: SourceBench):
    """A fault of one address is the failure of one target."""
    family.world.fault_injector.add_rule(FaultRule("reset", path="m07"))
    seen, _, _ = observe_round(family, FAMILY)
    assert [target.repo for target in FAMILY if seen[target].state == "unverifiable"] == [
        "maker/m07"
    ]


def test_a_listing_that_fails_is_replaced_by_look_ups(family: SourceBench):
    """The listing only saves requests."""
    _, facts, _ = observe_round(family, FAMILY)
    family.world.fault_injector.add_rule(FaultRule("503", path="^/api/models$"))
    _, again, counts = observe_round(family, FAMILY, facts)
    assert again == facts
    assert counts["hub-api"] == 3 + 16


@pytest.mark.parametrize("fault", ["503", "reset", "html", "429"])
def test_an_outage_ends_early(bench: SourceBench, fault):
    """When an upstream only fails, most targets are not even asked: no hours of repeats, and nothing is read as gone."""
    targets = [Target("huggingface", "model", f"owner{number}/m") for number in range(100)]
    bench.world.fault_injector.add_rule(FaultRule(fault, host="hub"))
    seen, _, counts = observe_round(bench, targets)
    assert {each.state for each in seen.values()} == {"unverifiable"}
    assert counts["hub-api"] < 2 * 3 * (OUTAGE_FAILURES + HubSource.max_parallel_requests) + 1


def test_a_wrong_token_is_asked_about_once(family: SourceBench):
    """The other targets share the failure without more than the requests already under way."""
    seen, _, counts = observe_round(family, FAMILY, token="hf_wrong")
    assert {(each.reason, each.is_our_fault) for each in seen.values()} == {("bad-token", True)}
    assert counts["hub-api"] <= HubSource.max_parallel_requests


def test_a_budget_ends_the_run_early(family: SourceBench):
    """At the limit the rest is unverified by our own choice."""
    seen, _, counts = observe_round(family, FAMILY, limit=10)
    assert sum(counts.values()) == 10
    assert {
        (each.reason, each.is_our_fault) for each in seen.values() if each.state == "unverifiable"
    } == {("budget", True)}


def test_sightings_come_in_the_order_of_their_targets(family: SourceBench):
    """Code, datasets and models of one plan, sorted, with progress counted to the end."""
    family.world.add_hub_repo(build_hub_repo("maker/data", "datasets"))
    family.world.add_github_repo(GithubRepo("maker/code", license="MIT"))
    targets = [
        *FAMILY,
        Target("huggingface", "dataset", "maker/data"),
        Target("github", "code", "maker/code"),
    ]
    steps: list[tuple[int, int]] = []
    seen = observe_targets(
        build_run_plan(targets),
        {},
        family.open_upstreams(),
        lambda done, total: steps.append((done, total)),
    ).observations
    assert [each.target for each in seen] == sorted(targets)
    assert steps == [(number + 1, 18) for number in range(18)]
    assert {each.state for each in seen} == {"ok"}


def test_a_gate_before_the_metadata_is_no_loss(httpserver):
    """GatedRepo on the API itself: the repository is there, but what it holds was not seen."""
    refusal = {
        "X-Error-Code": "GatedRepo",
        "X-Error-Message": "Access to model maker/m is restricted.",
    }
    httpserver.expect_request("/api/models/maker/m").respond_with_data("", 403, refusal)
    counter = RequestCounter()
    upstreams = Upstreams(
        (
            HubSource(httpserver.url_for("/"), None, counter),
            GithubSource("http://127.0.0.1:1", None, counter),
        ),
        counter,
    )
    seen = observe_targets(
        build_run_plan([Target("huggingface", "model", "maker/m")]), {}, upstreams
    ).observations[0]
    assert (seen.state, seen.reason, seen.facts) == ("unverifiable", "gated", None)
