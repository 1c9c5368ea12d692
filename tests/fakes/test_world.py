"""The world of a rehearsal: deterministic, and true to what the registry declares."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from audit.records.component import COMPONENTS, Component, DataInformation
from audit.records.dataset import Dataset, DatasetAvailability, DatasetTerms
from audit.records.hub_pins import HubPins
from audit.records.license import License
from audit.records.model import BaseModelLink, Model, ParameterCounts, ReleaseDate
from audit.records.registry import Registry
from tests.fakes.repositories import HUB_FIRST_DATE, GithubRepo, HubFile, HubRepo
from tests.fakes.world import UpstreamWorld, build_world


def build_pins(repo, **values):
    return HubPins(
        **({"repo": repo, "revision": None, "gated": False, "license_tag": None} | values)
    )


def build_model(model_id, hub, license_id="MIT", bases=(), datasets=(), code=None):
    components = {name: Component(name) for name in COMPONENTS}
    components["model-parameters-final"] = Component(
        "model-parameters-final", "released", license_id
    )
    components["datasets"] = Component("datasets", "released", datasets=tuple(datasets))
    if code:
        components["technical-report"] = Component(
            "technical-report", "released", "CC-BY-4.0", f"{code}/blob/main/report.pdf"
        )
        components["training-code"] = Component(
            "training-code", "released", "Apache-2.0", f"{code}/tree/main"
        )
    return Model(
        model_id,
        model_id,
        "Acme",
        None,
        ("text",),
        ReleaseDate("2025-11", ()),
        hub,
        tuple(BaseModelLink(base, "finetune", ()) for base in bases),
        components,
        DataInformation(),
        (),
        (),
        parameters=ParameterCounts(total=7),
    )


def build_dataset(dataset_id, hub, status="released"):
    availability = DatasetAvailability(status, "open")
    return Dataset(dataset_id, dataset_id, availability, DatasetTerms("CC-BY-4.0"), hub=hub)


def build_license(license_id, *hub_tags):
    return License(
        license_id,
        license_id,
        "permissive",
        osi_approved=True,
        hub_tags=hub_tags,
        freedoms=dict.fromkeys(("use", "study", "modify", "share"), "yes"),
    )


def build_registry():
    models = [
        build_model(
            "acme/base",
            build_pins("acme/base", license_tag="apache-2.0", gated="gated", revision="a" * 40),
        ),
        build_model(
            "acme/tuned",
            build_pins("Acme/Tuned", gated="auto"),
            "MIT",
            ["acme/base"],
            ["acme/corpus", "books"],
            "https://github.com/Acme/train",
        ),
        build_model(
            "acme/bare",
            build_pins("acme/bare", license_tag=False, gated="unknown"),
            license_id=None,
        ),
        build_model(
            "acme/custom",
            build_pins(
                "acme/custom",
                license_tag="other",
                license_name="acme-1",
                license_files={"LICENSE.md": "0" * 64},
            ),
        ),
        build_model(
            "acme/ambiguous",
            build_pins("acme/ambiguous"),
            license_id="CC-BY-4.0",
            code="https://github.com/acme/train.git",
        ),
        build_model("acme/api-only", None),
    ]
    datasets = [
        build_dataset("acme/corpus", build_pins("acme/corpus-hub")),
        build_dataset("books", None),
        build_dataset("gone", build_pins("acme/gone"), "withdrawn"),
    ]
    licenses = [build_license("MIT", "mit"), build_license("CC-BY-4.0", "cc-by-4.0", "cc-by")]
    return Registry(
        {each.id: each for each in models},
        {},
        {each.id: each for each in datasets},
        {each.id: each for each in licenses},
    )


def test_the_world_is_what_the_registry_declares():
    """One repository per pin; cards, gates, relations and revisions as pinned, the rest by rule."""
    world = build_world(build_registry())
    assert [repo.id for repo in world.list_hub_repos("models")] == [
        "Acme/Tuned",
        "acme/ambiguous",
        "acme/bare",
        "acme/base",
        "acme/custom",
    ]
    assert [repo.id for repo in world.list_hub_repos("datasets")] == ["acme/corpus-hub"]
    base, tuned = (
        world.get_hub_repo("models", "acme/base"),
        world.get_hub_repo("models", "Acme/Tuned"),
    )
    assert (base.card, base.gated, base.revision) == ({"license": "apache-2.0"}, "manual", "a" * 40)
    assert tuned.card == {
        "license": "mit",
        "base_model": ["acme/base"],
        "base_model_relation": "finetune",
        "datasets": ["acme/corpus-hub"],
    }
    assert (tuned.gated, tuned.created_at, tuned.files["model.safetensors"].size) == (
        "auto",
        "2025-11-01T00:00:00.000Z",
        14,
    )
    assert set(tuned.files) == {"README.md", "LICENSE", "config.json", "model.safetensors"}
    bare, custom = (
        world.get_hub_repo("models", "acme/bare"),
        world.get_hub_repo("models", "acme/custom"),
    )
    assert (bare.card, bare.gated, "LICENSE" in bare.files) == ({}, False, False)
    assert custom.card == {"license": "other", "license_name": "acme-1"}
    assert "LICENSE.md" in custom.files
    assert world.get_hub_repo("models", "acme/ambiguous").card == {}, (
        "with two tags for a license nobody knows the card's"
    )
    assert [(repo.full_name.lower(), repo.license) for repo in world.list_github_repos()] == [
        ("acme/train", "Apache-2.0")
    ]


def test_worlds_treated_alike_are_alike():
    """Nothing random, no clock: the same records and the same events give the same world."""

    def lived():
        world = build_world(build_registry())
        world.day = datetime(2026, 5, 4, 6, 0)
        world.put_file("models", "acme/base", HubFile.create_text("LICENSE", "new terms"))
        world.rename_hub_repo("models", "acme/base", "newco/base")
        world.set_card("models", "newco/base", {"license": "mit"})
        return world

    first, second = lived(), lived()
    assert first.list_hub_repos("models") == second.list_hub_repos("models")
    assert first.get_hub_repo("models", "newco/base").last_modified == "2026-05-04T06:00:00.000Z"


def test_a_revision_changes_with_files_and_card_and_never_comes_back():
    """Each change makes a revision of its own, also one that restores what was; settings make none."""
    world = UpstreamWorld(day=date(2026, 3, 1))
    repo = world.add_hub_repo(HubRepo("models", "acme/one", card={"license": "mit"}))
    assert repo.last_modified == HUB_FIRST_DATE
    for change in (
        lambda: world.put_file("models", "acme/one", HubFile.create_text("LICENSE", "terms")),
        lambda: world.set_card("models", "acme/one", {"license": "other"}),
        lambda: world.set_card("models", "acme/one", {"license": "mit"}),
        lambda: world.remove_file("models", "acme/one", "LICENSE"),
    ):
        change()
    assert len(repo.history) == 5
    assert list(repo.history)[-1] == repo.revision
    before = replace(repo.history[repo.revision])
    world.set_gate("models", "acme/one", "manual")
    world.disable_hub_repo("models", "acme/one")
    world.rename_hub_repo("models", "acme/one", "acme/two")
    assert (len(repo.history), repo.history[repo.revision]) == (5, before)


def test_names_are_taken_once():
    """Nothing overwrites a repository by accident."""
    world = UpstreamWorld()
    world.add_hub_repo(HubRepo("models", "a/a"))
    world.add_hub_repo(HubRepo("models", "a/b"))
    world.add_github_repo(GithubRepo("a/a"))
    with pytest.raises(ValueError, match="exists already"):
        world.rename_hub_repo("models", "a/a", "a/b")
    with pytest.raises(ValueError, match="exists already"):
        world.add_github_repo(GithubRepo("A/a"))
