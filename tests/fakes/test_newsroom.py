"""The rehearsal's judge of what people were told: it is content with the truth and names every way to miss it."""

from dataclasses import replace

import pytest

from audit.store.events import EventStore
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.repositories import Comment
from tests.fakes.world import World
from tests.publish.conftest import DAY, Publisher, finding, known
from tests.rehearsal.expectations import Expectations
from tests.rehearsal.newsroom import REPOSITORY, Newsroom
from tests.rehearsal.scenario import End, Expected, Happening

GATED = finding()


def happening(expected=(), ends=()):
    return Happening("a change", "2026-03", "https://example.org", (), tuple(expected), {}, tuple(ends))


def demanded(looks=1):
    """The script knows of the finding and waits for it to be confirmed."""
    script = Expectations()
    script.happen(happening([Expected(GATED.record, GATED.kind, GATED.field, GATED.direction, looks)]))
    return script


@pytest.fixture
def room(tmp_path):
    """A newsroom whose registry holds one confirmed finding, on a GitHub of its own."""
    world = World(day=DAY)
    with LoopbackGithub(world) as github:
        root = tmp_path / "registry"
        root.mkdir()
        world.github_tokens["ours"] = "registry-bot"
        checkout = Publisher(root, github)
        checkout.stands(GATED)
        EventStore(root).append("r", "2026-03-01T06:00:00Z", [GATED])
        yield Newsroom(root, world, github.endpoint, 1)


def day(room, script):
    return room.day(known(1), DAY, script)


def test_the_script_counts_looks():
    """Suspected, confirmed, returned in one look and over in the next; an issue stands in between."""
    script = demanded(looks=3)
    assert [script.look().get(GATED.id) for _ in range(3)] == ["suspected", None, "confirmed"]
    assert script.standing == {GATED.id}
    script.happen(happening(ends=[End(GATED.record, GATED.kind, GATED.field, "returned")]))
    assert script.look() == {GATED.id: "returned"}
    assert script.standing == {GATED.id}
    assert script.look() == {}
    assert (script.standing, script.over, script.entries[GATED.id]) == (set(), {GATED.id}, 2)


def test_the_truth_passes(room):
    """One issue and one entry for what the script demands, and a second day tells nothing new."""
    script = demanded()
    script.look()
    told = day(room, script)
    assert (len(told.opened), len(told.entries), told.faults) == (1, 1, ())
    told = day(room, script)
    assert (told.opened, told.edited, told.entries, told.faults) == ((), (), (), ())


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda repo: repo.issues.append(replace(repo.issues[0], number=99, author="somebody")), "has 2 open issues"),
        (lambda repo: vars(repo.issues[0]).update(state="closed", closed_by="somebody"), "has 0 open issues"),
        (lambda repo: vars(repo.issues[0]).update(comments=[Comment(1, "x", "2026-03-01T00:00:00Z")]), None),
    ],
)
def test_missing_and_doubled_issues_are_named(room, spoil, words):
    """A second issue about one finding, or none, is a fault; a comment of a person is not."""
    script = demanded()
    script.look()
    day(room, script)
    spoil(room._world.github_repo(REPOSITORY))
    faults = day(room, script).faults
    assert [words in each for each in faults] == ([True] if words else [])


def test_what_the_script_does_not_know_or_calls_over_is_named(room):
    """An issue or entry of nobody's making, one left open, and a missing entry."""
    assert len(day(room, Expectations()).faults) == 2
    script = demanded()
    script.look()
    script.over, script.standing = {GATED.id}, set()
    script.entries[GATED.id] = 2
    faults = " ".join(day(room, script).faults)
    assert "left open" in faults
    assert "1 feed entries, not 2" in faults
