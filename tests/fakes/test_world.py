"""The world of a rehearsal: deterministic, and true to what the registry declares."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from audit.records.model import (
    COMPONENTS,
    Base,
    Component,
    DataInformation,
    Dataset,
    Dated,
    HubPins,
    License,
    Model,
    Registry,
)
from tests.fakes.repositories import HUB_FIRST_DATE, GithubRepo, HubFile, HubRepo
from tests.fakes.world import World, world_from_registry


def pins(repo, **values):
    return HubPins(**({"repo": repo, "revision": None, "gated": False, "license_tag": None} | values))


def model(model_id, hub, license_id="MIT", bases=(), datasets=(), code=None):
    components = {name: Component(name) for name in COMPONENTS}
    components["model-parameters-final"] = Component("model-parameters-final", "released", license_id)
    components["datasets"] = Component("datasets", "released", datasets=tuple(datasets))
    if code:
        components["technical-report"] = Component("technical-report", "released", "CC-BY-4.0", f"{code}/blob/main/report.pdf")
        components["training-code"] = Component("training-code", "released", "Apache-2.0", f"{code}/tree/main")
    return Model(
        model_id,
        model_id,
        "Acme",
        None,
        ("text",),
        Dated("2025-11", ()),
        hub,
        tuple(Base(base, "finetune", ()) for base in bases),
        components,
        DataInformation(),
        (),
        (),
        total_parameters=7,
    )


def dataset(dataset_id, hub, status="released"):
    return Dataset(dataset_id, dataset_id, None, status, "open", None, (), "CC-BY-4.0", (), hub, None, (), ())


def license_record(license_id, *hub_tags):
    return License(license_id, license_id, "permissive", None, None, None, True, hub_tags, (), "yes", "yes", "yes", "yes", (), (), ())


def registry():
    models = [
        model("acme/base", pins("acme/base", license_tag="apache-2.0", gated="gated", revision="a" * 40)),
        model("acme/tuned", pins("Acme/Tuned", gated="auto"), "MIT", ["acme/base"], ["acme/corpus", "books"], "https://github.com/Acme/train"),
        model("acme/bare", pins("acme/bare", license_tag=False, gated="unknown"), license_id=None),
        model("acme/custom", pins("acme/custom", license_tag="other", license_name="acme-1", license_files={"LICENSE.md": "0" * 64})),
        model("acme/ambiguous", pins("acme/ambiguous"), license_id="CC-BY-4.0", code="https://github.com/acme/train.git"),
        model("acme/api-only", None),
    ]
    datasets = [
        dataset("acme/corpus", pins("acme/corpus-hub")),
        dataset("books", None),
        dataset("gone", pins("acme/gone"), "withdrawn"),
    ]
    licenses = [license_record("MIT", "mit"), license_record("CC-BY-4.0", "cc-by-4.0", "cc-by")]
    return Registry({each.id: each for each in models}, {}, {each.id: each for each in datasets}, {each.id: each for each in licenses})


def test_the_world_is_what_the_registry_declares():
    """One repository per pin; cards, gates, relations and revisions as pinned, the rest by rule."""
    world = world_from_registry(registry())
    assert [repo.id for repo in world.hub_repos("models")] == ["Acme/Tuned", "acme/ambiguous", "acme/bare", "acme/base", "acme/custom"]
    assert [repo.id for repo in world.hub_repos("datasets")] == ["acme/corpus-hub"]
    base, tuned = world.hub_repo("models", "acme/base"), world.hub_repo("models", "Acme/Tuned")
    assert (base.card, base.gated, base.revision) == ({"license": "apache-2.0"}, "manual", "a" * 40)
    assert tuned.card == {"license": "mit", "base_model": ["acme/base"], "base_model_relation": "finetune", "datasets": ["acme/corpus-hub"]}
    assert (tuned.gated, tuned.created_at, tuned.files["model.safetensors"].size) == ("auto", "2025-11-01T00:00:00.000Z", 14)
    assert set(tuned.files) == {"README.md", "LICENSE", "config.json", "model.safetensors"}
    bare, custom = world.hub_repo("models", "acme/bare"), world.hub_repo("models", "acme/custom")
    assert (bare.card, bare.gated, "LICENSE" in bare.files) == ({}, False, False)
    assert custom.card == {"license": "other", "license_name": "acme-1"}
    assert "LICENSE.md" in custom.files
    assert world.hub_repo("models", "acme/ambiguous").card == {}, "with two tags for a license nobody knows the card's"
    assert [(repo.full_name.lower(), repo.license) for repo in world.github_repos()] == [("acme/train", "Apache-2.0")]


def test_worlds_treated_alike_are_alike():
    """Nothing random, no clock: the same records and the same events give the same world."""

    def lived():
        world = world_from_registry(registry())
        world.day = datetime(2026, 5, 4, 6, 0)
        world.put_file("models", "acme/base", HubFile.text("LICENSE", "new terms"))
        world.rename("models", "acme/base", "newco/base")
        world.set_card("models", "newco/base", {"license": "mit"})
        return world

    first, second = lived(), lived()
    assert first.hub_repos("models") == second.hub_repos("models")
    assert first.hub_repo("models", "newco/base").last_modified == "2026-05-04T06:00:00.000Z"


def test_a_revision_changes_with_files_and_card_and_never_comes_back():
    """Each change makes a revision of its own, also one that restores what was; settings make none."""
    world = World(day=date(2026, 3, 1))
    repo = world.add(HubRepo("models", "acme/one", card={"license": "mit"}))
    assert repo.last_modified == HUB_FIRST_DATE
    for change in (
        lambda: world.put_file("models", "acme/one", HubFile.text("LICENSE", "terms")),
        lambda: world.set_card("models", "acme/one", {"license": "other"}),
        lambda: world.set_card("models", "acme/one", {"license": "mit"}),
        lambda: world.remove_file("models", "acme/one", "LICENSE"),
    ):
        change()
    assert len(repo.history) == 5
    assert list(repo.history)[-1] == repo.revision
    before = replace(repo.history[repo.revision])
    world.gate("models", "acme/one", "manual")
    world.disable("models", "acme/one")
    world.rename("models", "acme/one", "acme/two")
    assert (len(repo.history), repo.history[repo.revision]) == (5, before)


def test_names_are_taken_once():
    """Nothing overwrites a repository by accident."""
    world = World()
    world.add(HubRepo("models", "a/a"))
    world.add(HubRepo("models", "a/b"))
    world.add_github(GithubRepo("a/a"))
    with pytest.raises(ValueError, match="exists already"):
        world.rename("models", "a/a", "a/b")
    with pytest.raises(ValueError, match="exists already"):
        world.add_github(GithubRepo("A/a"))
