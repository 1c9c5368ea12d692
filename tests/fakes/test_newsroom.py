"""The rehearsal's judge of what people were told: it is content with the truth and names every way to miss it."""

from dataclasses import replace

import pytest

from audit.store.events import EventStore
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.repositories import GithubComment
from tests.fakes.world import UpstreamWorld
from tests.publish.conftest import DAY, PublisherBench, build_finding, build_known_registry
from tests.rehearsal.expectations import Expectations
from tests.rehearsal.newsroom import REPOSITORY, RehearsalPublisher
from tests.rehearsal.scenario import ExpectedEnding, ExpectedFinding, ScriptedChange

GATED = build_finding()


def build_change(expected=(), ends=()):
    return ScriptedChange(
        "a change", "2026-03", "https://example.org", (), tuple(expected), {}, tuple(ends)
    )


def build_expectations(looks=1):
    """The script knows of the finding and waits for it to be confirmed."""
    script = Expectations()
    script.add_change(
        build_change(
            [ExpectedFinding(GATED.record, GATED.kind, GATED.field, GATED.direction, looks)]
        )
    )
    return script


@pytest.fixture
def room(tmp_path):
    """A newsroom whose registry holds one confirmed finding, on a GitHub of its own."""
    world = UpstreamWorld(day=DAY)
    with LoopbackGithub(world) as github:
        root = tmp_path / "registry"
        root.mkdir()
        world.github_tokens["ours"] = "registry-bot"
        checkout = PublisherBench(root, github)
        checkout.set_open_findings(GATED)
        EventStore(root).append_findings("r", "2026-03-01T06:00:00Z", [GATED])
        yield RehearsalPublisher(root, world, github.endpoint, 1)


def publish_day(room, script):
    return room.publish_day(build_known_registry(1), DAY, script)


def test_the_script_counts_looks():
    """Suspected, confirmed, reverted in one look and over in the next; an issue stands in between."""
    script = build_expectations(looks=3)
    assert [script.advance_one_run().get(GATED.id) for _ in range(3)] == [
        "suspected",
        None,
        "confirmed",
    ]
    assert script.open_findings == {GATED.id}
    script.add_change(
        build_change(ends=[ExpectedEnding(GATED.record, GATED.kind, GATED.field, "reverted")])
    )
    assert script.advance_one_run() == {GATED.id: "reverted"}
    assert script.open_findings == {GATED.id}
    assert script.advance_one_run() == {}
    assert (script.open_findings, script.closed_findings, script.feed_entries[GATED.id]) == (
        set(),
        {GATED.id},
        2,
    )


def test_the_truth_passes(room):
    """One issue and one entry for what the script demands, and a second day tells nothing new."""
    script = build_expectations()
    script.advance_one_run()
    told = publish_day(room, script)
    assert (len(told.opened), len(told.entries), told.faults) == (1, 1, ())
    told = publish_day(room, script)
    assert (told.opened, told.edited, told.entries, told.faults) == ((), (), (), ())


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda repo: repo.issues.append(replace(repo.issues[0], number=99, author="somebody")),
            "has 2 open issues",
        ),
        (
            lambda repo: vars(repo.issues[0]).update(state="closed", closed_by="somebody"),
            "has 0 open issues",
        ),
        (
            lambda repo: vars(repo.issues[0]).update(
                comments=[GithubComment(1, "x", "2026-03-01T00:00:00Z")]
            ),
            None,
        ),
    ],
)
def test_missing_and_doubled_issues_are_named(room, spoil, words):
    """A second issue about one finding, or none, is a fault; a comment of a person is not."""
    script = build_expectations()
    script.advance_one_run()
    publish_day(room, script)
    spoil(room._world.get_github_repo(REPOSITORY))
    faults = publish_day(room, script).faults
    assert [words in each for each in faults] == ([True] if words else [])


def test_what_the_script_does_not_know_or_calls_over_is_named(room):
    """An issue or entry of nobody's making, one left open, and a missing entry."""
    assert len(publish_day(room, Expectations()).faults) == 2
    script = build_expectations()
    script.advance_one_run()
    script.closed_findings, script.open_findings = {GATED.id}, set()
    script.feed_entries[GATED.id] = 2
    faults = " ".join(publish_day(room, script).faults)
    assert "left open" in faults
    assert "1 feed entries, not 2" in faults
