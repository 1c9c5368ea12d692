"""Where something was not found, the audit watches: what appears there is a reason to look again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from audit.cli.main import main
from audit.drift.compare.inputs import TargetComparison
from audit.drift.compare.target import compare_target
from audit.drift.finding import SoughtComponent
from audit.drift.searched_places import find_searched_target, list_unwatched_places
from audit.drift.targets import list_watched_targets
from audit.observations.facts import Target
from audit.observations.telling_paths import MAX_PATHS, find_telling_paths, select_paths_of
from audit.publish.pages.context import judge_registry
from audit.publish.pages.model_page import render_model_pages
from audit.records.evidence import PlaceLookedIn
from audit.records.load import load_registry
from audit.store.run_status import (
    Heartbeat,
    UnverifiedTarget,
    read_heartbeat,
    write_heartbeat,
)
from tests.conftest import make_license_record, make_model_record
from tests.definitions.builders import make_model, make_registry, replace_component
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.test_differences import REGISTRY
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import GithubRepo, HubFile
from tests.fakes.world import build_world
from tests.test_run import AuditStage

SEEN = "2025-12-01"
SOUGHT = SoughtComponent("training-code", SEEN)
SEARCHED = make_declaration(sought=(SOUGHT,))
PLACES = [
    {"place": "card", "url": "https://huggingface.co/maker/model-1/blob/main/README.md"},
    {"place": "code-tree", "url": "https://github.com/maker/code/tree/main"},
    {"place": "dataset-hub", "url": "https://huggingface.co/collections/maker/all-1"},
    {"place": "paper", "url": "https://arxiv.org/abs/2511.00001"},
]


def list_told(declaration=SEARCHED, before=(), now=("train.py",), **changes):
    """Kind, field and paths of what is told of a repository with these telling names."""
    comparison = TargetComparison(
        "model",
        declaration,
        make_facts(telling_paths=before),
        make_observation(make_facts(telling_paths=now, **changes)),
    )
    found = compare_target(comparison, REGISTRY)
    return [(each.kind, each.field, each.after, each.direction) for each in found]


LOOK_AGAIN = ("look-again", "training-code in maker/model-1", ("train.py",), "unreviewed")
PINNED = replace(SOUGHT, revisions=frozenset({"1" * 40}))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, [LOOK_AGAIN]),
        ({"now": ("dedup.py", "train.py")}, [LOOK_AGAIN]),
        ({"now": ("dedup.py",)}, []),
        ({"before": ("train.py",)}, []),
        ({"before": ("train.py",), "now": ()}, []),
        ({"before": None}, []),
        ({"now": None}, []),
        ({"declaration": make_declaration()}, []),
        ({"declaration": make_declaration(sought=(PINNED,))}, []),
        ({"declaration": make_declaration(sought=(PINNED,)), "revision": "2" * 40}, [LOOK_AGAIN]),
    ],
)
def test_a_new_name_that_speaks_of_what_was_sought_is_told(changes, told):
    """Nothing else is: other names, names that were there, and commits that a reviewer looked at."""
    assert list_told(**changes) == told


def test_a_page_that_was_only_searched_tells_nothing_else():
    """Its gate, its terms and its end are not the record's."""
    only = make_declaration(sought=(SOUGHT,), search_only=True)
    assert list_told(only, gated="manual", license_tag="other") == [LOOK_AGAIN]
    gone = TargetComparison("model", only, make_facts(), make_observation(None, "absent"))
    assert compare_target(gone, REGISTRY) == []


@pytest.mark.parametrize(
    ("component", "path", "told"),
    [
        ("training-code", "scripts/training/run.py", "scripts/training"),
        ("training-code", "train_7b.sh", "train_7b.sh"),
        ("training-code", "notes/constraints.txt", None),
        ("data-preprocessing-code", "src/dedup/minhash.py", "src/dedup"),
        ("datasets", "data/part-1.jsonl", "data"),
        ("datasets", "mix.parquet", "mix.parquet"),
        ("datasets", "database.py", None),
        ("data-card", "data/info/DATA_CARD.txt", "data/info/DATA_CARD.txt"),
        ("technical-report", "Model_Technical_Report.pdf", "Model_Technical_Report.pdf"),
        ("model-parameters-intermediate", "step_1000/model.safetensors", "step_1000"),
        ("evaluation-code", "README.md", None),
    ],
)
def test_names_speak_of_components(component, path, told):
    """A name is cut behind what speaks of the component; words inside of other words say nothing."""
    found = select_paths_of(component, find_telling_paths([path]))
    assert found == ([told] if told else [])


def test_no_repository_makes_the_memory_large():
    """The topmost names are kept, with what nobody sees made visible."""
    many = [f"a/b{number}/train.py" for number in range(MAX_PATHS)]
    found = find_telling_paths([*many, "train\u202e.py", "eval/" + "x" * 5000])
    assert len(found) == MAX_PATHS
    assert "eval" in found
    assert not any("\u202e" in path for path in found)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://github.com/a/b/tree/main", Target("github", "code", "a/b")),
        ("https://huggingface.co/a/b", Target("huggingface", "model", "a/b")),
        ("https://huggingface.co/datasets/a/b/tree/main", Target("huggingface", "dataset", "a/b")),
        ("https://huggingface.co/collections/a/b-1", None),
        ("https://huggingface.co/a", None),
        ("https://huggingface.co/papers/2511.1", None),
        ("https://example.org/a/b", None),
    ],
)
def test_which_places_are_watched(url, target):
    """Repositories of the two hosts; every other page is a person's to look at."""
    assert find_searched_target(url) == target


def test_a_search_adds_to_what_a_record_declares():
    """Its own repository keeps its declaration; a page of another is watched for the search alone."""
    places = tuple(
        PlaceLookedIn("card", url, SEEN)
        for url in ("https://huggingface.co/maker/model-1", "https://huggingface.co/datasets/a/b")
    )
    model = replace_component(
        make_model(), "training-code", "not-found", None, url=None, looked_in=places
    )
    watched = {each.target: each for each in list_watched_targets(make_registry(model))}
    [own] = watched[Target("huggingface", "model", "maker/model-1")].declarations
    assert (own.sought, own.search_only, own.license) == ((SOUGHT,), False, "MIT")
    [page] = watched[Target("huggingface", "dataset", "a/b")].declarations
    assert (page.sought, page.search_only) == ((SOUGHT,), True)


def test_one_record_holds_a_search_for_all():
    """What appears is told once, with the others named, and the last look of any of them counts."""
    place = PlaceLookedIn("code-tree", "https://github.com/a/b", SEEN, revision="1" * 40)
    later = replace(place, seen="2026-02-01", revision="2" * 40)
    models = [
        replace_component(
            make_model(id, hub=None),
            "training-code",
            "not-found",
            None,
            url=None,
            looked_in=(look,),
        )
        for id, look in (("a/two", later), ("a/one", place))
    ]
    target = Target("github", "code", "a/b")
    registry = make_registry(*models)
    [watched] = [each for each in list_watched_targets(registry) if each.target == target]
    holder, other = watched.declarations
    revisions = frozenset({"1" * 40, "2" * 40})
    assert (holder.record, other.record) == ("models/a/one", "models/a/two")
    assert holder.sought == (
        SoughtComponent("training-code", "2026-02-01", revisions, ("models/a/two",)),
    )
    assert other.sought == ()
    part = list_watched_targets(registry, frozenset({"a/two"}))
    [watched] = [each for each in part if each.target == target]
    assert [each.sought for each in watched.declarations] == [()]


@pytest.fixture
def stage(write_registry) -> Iterator[AuditStage]:
    """A model of which the training code was looked for, in the world where that is true."""
    places = [{**place, "seen": SEEN} for place in PLACES]
    record = make_model_record()
    record["components"]["training-code"] = {"status": "not-found", "looked_in": places}
    root = write_registry(("licenses", make_license_record()), ("models", record))
    world = build_world(load_registry(root))
    if "maker/code" not in {repo.full_name for repo in world.list_github_repos()}:
        world.add_github_repo(GithubRepo("maker/code", files={"README.md": b"code"}))
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        yield AuditStage(root, world, hub, github)


def test_what_appears_in_a_searched_place_is_told_until_somebody_looked(stage: AuditStage):
    """A push of other files is quiet, one of telling files is told once, and a new look ends it."""
    first, second = stage.audit(), stage.audit()
    assert (first.findings, second.findings) == ((), ())
    stage.world.push_github_file("maker/code", "README.md", "more words")
    assert stage.audit().findings == ()
    stage.world.push_github_file("maker/code", "train/loop.py", "pass")
    stage.world.put_file("models", "maker/model-1", HubFile.create_text("finetune.py", "pass"))
    told = stage.audit()
    assert {(each.kind, each.field, each.after, each.status) for each in told.changed_findings} == {
        ("look-again", "training-code in maker/code", ("train",), "confirmed"),
        ("look-again", "training-code in maker/model-1", ("finetune.py",), "confirmed"),
    }
    assert stage.audit().changed_findings == ()
    path = stage.root / "models" / "maker" / "model-1.json"
    path.write_text(path.read_text().replace(SEEN, "2026-11-28"))
    ended = {(each.field, each.status) for each in stage.audit().changed_findings}
    assert ("training-code in maker/code", "accepted") in ended


def test_other_places_are_listed_with_a_day(stage: AuditStage, capsys):
    """What no machine watches, a person looks at again within half a year: a command and the page say it."""
    registry = load_registry(stage.root)
    page = render_model_pages(judge_registry(registry))["models/maker/model-1.md"]
    assert "no machine watches: look again by 2026-05-30" in page
    assert main(["gaps", "--searches", "--registry", str(stage.root)]) == 0
    said = capsys.readouterr().out
    assert "look again by 2026-05-30  models/maker/model-1: training-code  ->  https://arx" in said
    assert "2 of 2 places" in said
    found = list_unwatched_places(registry.models.values())
    assert [(each.review_by, each.record, each.component) for each in found] == [
        ("2026-05-30", "models/maker/model-1", "training-code")
    ] * 2
    assert [each.url for each in found] == [
        "https://arxiv.org/abs/2511.00001",
        "https://huggingface.co/collections/maker/all-1",
    ]


@pytest.mark.parametrize("host", ["https://github.com", "https://huggingface.co"])
@pytest.mark.parametrize("name", ["x" * 500, "a%20b", "a\u2028b", "a\u202eb", "..", "a:b"])
def test_what_no_repository_is_called_is_no_target(host, name):
    """It could never be looked at, and a name too long stopped the end of every run."""
    assert find_searched_target(f"{host}/maker/{name}") is None


@pytest.mark.parametrize("host", ["https://github.com", "https://huggingface.co"])
def test_the_longest_name_of_a_repository_fits_into_a_heartbeat(host, tmp_path):
    """Whatever is watched can be named there as not seen."""
    target = find_searched_target(f"{host}/{'m' * 100}/{'x' * 100}")
    moment = "2026-11-01T00:00:00Z"
    unseen = {target.key: UnverifiedTarget(1, moment, "error")}
    beat = Heartbeat("run", moment, moment, "incomplete", None, unseen=unseen)
    write_heartbeat(tmp_path, beat)
    assert read_heartbeat(tmp_path).unseen == unseen
