"""What is decided and by what, how deep records go, and which facts would settle most."""

import re
from dataclasses import replace

import pytest

from audit.analysis.coverage import CoverageCounter, count_depths
from audit.analysis.gaps import find_gaps, weigh_models
from audit.analysis.model_groups import ModelGroup, list_model_groups, rank_most_downloaded
from audit.cli.main import main
from audit.definitions.depth import find_depth
from audit.records.evidence import PlaceLookedIn
from audit.records.load import read_all_records
from tests.conftest import make_license_record, make_model_record
from tests.definitions.builders import make_model, make_registry, replace_component

PLACES = (PlaceLookedIn("card", "https://example.org/card", "2026-11-28"),)


def count_ways(*models):
    """Of each definition: decided by a stated fact, by a search, and left open."""
    registry = make_registry(*models)
    found = CoverageCounter(registry).count_group(ModelGroup("all", "All", "", models))
    return {
        row.definition: (row.by_stated_fact, row.by_not_found, len(row.undecided))
        for row in found.definitions
    }


@pytest.mark.parametrize(
    ("states", "ways"),
    [
        ({}, (1, 0, 0)),
        ({"training-code": "not-released"}, (1, 0, 0)),
        ({"training-code": "not-found"}, (0, 1, 0)),
        ({"training-code": "not-found", "inference-code": "not-released"}, (1, 0, 0)),
        ({"training-code": "unknown"}, (0, 0, 1)),
        ({"training-code": "unknown", "inference-code": "not-found"}, (0, 1, 0)),
    ],
)
def test_coverage_tells_facts_from_searches(states, ways):
    """A verdict is decided by a search only where it would be open without it; a label that may be better is open."""
    subject = make_model()
    for name, status in states.items():
        places = PLACES if status == "not-found" else ()
        subject = replace_component(subject, name, status, None, looked_in=places)
    found = count_ways(subject)
    assert found["osaid-1.0"] == found["spectrum"] == ways


def test_coverage_names_what_a_verdict_waits_for():
    """The step that waits, a base's marked as such, and terms only where the thing itself is there."""
    subject = replace_component(make_model(bases=("root/base",)), "training-code", "unknown", None)
    base = replace_component(make_model("root/base"), "inference-code", license=None)
    registry = make_registry(subject, base)
    found = CoverageCounter(registry).count_group(ModelGroup("all", "All", "", (subject,)))
    osaid = next(row for row in found.definitions if row.definition == "osaid-1.0")
    assert osaid.undecided == {"maker/model-1": ("training-code", "base: inference-code-terms")}
    assert osaid.count_waiting() == [("training-code", 1), ("base: inference-code-terms", 1)]


@pytest.mark.parametrize(
    ("name", "status", "license", "lacking"),
    [
        ("data-card", "unknown", None, ("data-card",)),
        ("data-card", "not-applicable", None, ()),
        ("data-card", "not-released", None, ()),
        ("data-information", "unknown", None, ("data-information",)),
        ("model-parameters-final", "released", None, ("model-parameters-final.license",)),
    ],
)
def test_depth_is_derived(name, status, license, lacking):
    """`reviewed` means that nothing is unknown and all was read at a primary source."""
    base = make_model("root/base")
    subject = replace_component(make_model(bases=(base.id,)), name, status, license)
    assert find_depth(subject).lacking == lacking
    assert find_depth(subject).value == ("listed" if lacking else "reviewed")


def test_coverage_says_what_keeps_records_from_being_reviewed():
    """Each fact that is unknown or second-hand with its models, and who lacks one fact only."""
    whole = make_model("a/whole", bases=("root/base",))
    one = replace_component(replace(whole, id="b/one"), "data-card", "unknown", None)
    two = replace_component(replace(one, id="c/two"), "evaluation-data", "unknown", None)
    found = count_depths([whole, one, two])
    assert (found.reviewed, found.lacking) == (1, {"data-card": 2, "evaluation-data": 1})
    assert found.lacking_one == {"b/one": "data-card"}


def test_a_copy_of_a_source_is_no_review():
    """A fact that only a third party's copy supports, an unseen gate or an unstated lineage keep a record `listed`."""
    subject = make_model(bases=("root/base",))
    card = subject.components["model-card"]
    copied = replace(card, evidence=(replace(card.evidence[0], kind="secondary"),))
    second_hand = replace(subject, components={**subject.components, "model-card": copied})
    unseen = replace(subject, hub=replace(subject.hub, gated="unknown"))
    unstated = replace(subject, base_models=None)
    found = [find_depth(each).lacking for each in (second_hand, unseen, unstated)]
    assert found == [("model-card",), ("hub.gated",), ("base_models",)]


def test_coverage_names_weights_on_a_secondary_source_alone():
    """One primary source is enough, and weights of which nothing is known rest on no source."""
    read = make_model("a/read")
    copy = replace(read.weights.evidence[0], kind="secondary")
    both = replace(read.weights, evidence=(copy, *read.weights.evidence))
    copied = replace(read.weights, evidence=(copy,))
    models = (
        replace(read, components={**read.components, both.name: both}),
        replace(read, id="b/copied", components={**read.components, copied.name: copied}),
        replace_component(make_model("c/unknown"), copied.name, "unknown", None),
    )
    found = CoverageCounter(make_registry(*models)).count_group(ModelGroup("g", "G", "", models))
    assert (found.stated_weights, found.second_hand_weights) == (2, ("b/copied",))


def test_gaps_rank_what_settles_most(monkeypatch):
    """A fact that decides a verdict alone is worth more than one of several, and one of a popular model more than another's."""
    alone = replace_component(make_model("a/alone"), "training-code", "unknown", None)
    shared = make_model("b/shared")
    for name in ("training-code", "inference-code"):
        shared = replace_component(shared, name, "unknown", None)
    registry = make_registry(alone, shared)
    weights = {"a/alone": 1.0, "b/shared": 1.0}
    monkeypatch.setattr("audit.analysis.gaps.weigh_models", lambda _: weights)
    first = find_gaps(registry, ())[0]
    assert (first.record, first.fact) == ("models/a/alone", "training-code")
    assert first.look_in == ("https://huggingface.co/a/alone",)
    weights["b/shared"] = 4.0
    assert find_gaps(registry, ())[0].record == "models/b/shared"


def test_gaps_are_lines_of_one_owner_or_family(write_registry, capsys):
    """One line a fact, the priority first and the place last; whoever is not asked about is left out."""
    unsure = {"model-parameters-final": {"status": "unknown"}}
    records = [make_model_record(id, components=unsure) for id in ("acme/bird", "zoo/owl")]
    root = write_registry(
        ("licenses", make_license_record()), *(("models", record) for record in records)
    )
    assert main(["gaps", "--owner", "ACME", "--registry", str(root)]) == 0
    _, *rows, _ = capsys.readouterr().out.splitlines()
    assert all(
        re.fullmatch(r" +[0-9.]+  models/acme/bird: .+  ->  https://\S+", row) for row in rows
    )
    priorities = [float(row.split()[0]) for row in rows]
    assert priorities == sorted(priorities, reverse=True) != []
    by_fact = {row.split(": ")[1].split("  ")[0]: row.rpartition("  ->  ")[2] for row in rows}
    assert by_fact["model-card"] == "https://huggingface.co/acme/bird"
    assert main(["gaps", "--owner", "acmee", "--registry", str(root)]) == 2
    assert "--owner 'acmee' is not in the registry (near: acme)" in capsys.readouterr().err
    assert main(["gaps", "--family", "birds", "--registry", str(root)]) == 2


def test_groups_name_models_of_the_registry(root):
    """Every family matches a record, and of the most downloaded the missing ones are named."""
    registry = read_all_records(root / "registry").partial_registry
    groups = list_model_groups(registry)
    assert [group.id for group in groups if not group.models] == []
    downloaded = next(group for group in groups if group.id == "most-downloaded")
    assert len(downloaded.models) + len(downloaded.unrecorded) == len(rank_most_downloaded()) == 200
    first = next(iter(rank_most_downloaded()))
    assert weigh_models(downloaded.models)[first] == 2
