"""Facts that cannot both be true are refused, and the message names both."""

import re
from dataclasses import replace

import pytest

from audit.analysis.consistency import find_contradictions
from audit.records.evidence import Evidence
from audit.records.model import ReleaseDate
from audit.records.schema import load_schemas
from tests.definitions.builders import (
    EVIDENCE,
    LICENSES,
    make_availability,
    make_condition,
    make_dataset,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

BASE = replace_component(
    make_model("meta/base"), "model-parameters-final", "released", "Users-700M"
)
ELSEWHERE = (Evidence("page", "https://huggingface.co/meta/base", "2026-11-24", "primary"),)


def change_weights(subject, **changes):
    """The model with other facts about its weights."""
    component = replace(subject.weights, **changes)
    return replace(subject, components={**subject.components, component.name: component})


def list_contradictory_records():
    """One case for each kind of contradiction: records, and the words that both sides must be named with."""
    subject = make_model()
    tagged = replace(subject, hub=replace(subject.hub, license_tag="apache-2.0"))
    apache = replace(LICENSES["Apache-2.0"], hub_tags=("apache-2.0",))
    pinned = replace(make_dataset(), hub=replace(subject.hub, repo="maker/data", license_tag=None))
    early = replace(subject, released=ReleaseDate("2027-01", EVIDENCE))
    before_base = replace(
        make_model(bases=("meta/base",)), released=ReleaseDate("2020-05", EVIDENCE)
    )
    closed_data = make_dataset(license="NC")
    return {
        "open terms on unreleased weights": (
            (change_weights(subject, status="not-released", license="MIT"),),
            {},
            ("MIT", "not released"),
        ),
        "data under closed terms marked open": (
            (subject,),
            {"datasets": (closed_data,)},
            ("open", "NC"),
        ),
        "withdrawn data marked public": (
            (subject,),
            {"datasets": (make_dataset(availability=make_availability("withdrawn", "public")),)},
            ("withdrawn", "public"),
        ),
        "released data of which a part was withdrawn": (
            (replace_component(subject, "datasets", datasets=("maker/data",)),),
            {"datasets": (make_dataset(availability=make_availability("withdrawn", "unknown")),)},
            ("released", "withdrawn"),
        ),
        "a tag that means another license": (
            (tagged,),
            {"licenses": (apache,)},
            ("apache-2.0", "MIT"),
        ),
        "a derivative freer than its base": (
            (make_model(bases=("meta/base",)), BASE),
            {},
            ("MIT", "Users-700M", "meta/base"),
        ),
        "another model's page as the source": (
            (change_weights(subject, evidence=ELSEWHERE), BASE),
            {},
            ("meta/base", "maker/model-1"),
        ),
        "released after its source was read": ((early,), {}, ("2027-01", "2026-11-24")),
        "released before its base": (
            (before_base, replace(BASE, released=ReleaseDate("2021", EVIDENCE))),
            {},
            ("2020-05", "2021"),
        ),
        "non-commercial terms marked free": (
            (subject,),
            {
                "licenses": (
                    make_license("Odd", make_condition("non-commercial", effect="forbidden")),
                )
            },
            ("commercial", "free"),
        ),
        "one dataset repository in two records": (
            (subject,),
            {"datasets": (pinned, replace(pinned, id="maker/twin"))},
            ("maker/data", "too"),
        ),
    }


@pytest.mark.parametrize("name", list_contradictory_records())
def test_each_contradiction_names_both_sides(name):
    """Every kind is found, and its message carries both facts."""
    models, more, words = list_contradictory_records()[name]
    found = [str(each) for each in find_contradictions(_make_registry(models, more), "registry")]
    assert any(all(word in each for word in words) for each in found), found


@pytest.mark.parametrize("name", list_contradictory_records())
def test_each_contradiction_points_at_a_place_that_records_have(name):
    """The JSON path of a problem is one that the record's schema knows."""
    models, more, _ = list_contradictory_records()[name]
    found = find_contradictions(_make_registry(models, more), "registry")
    assert found
    for problem in found:
        folder = problem.file.split("/")[1]
        schema = {"models": "model", "datasets": "dataset", "licenses": "license"}[folder]
        assert has_schema_path(f"{schema}.schema.json", problem.path), problem


def has_schema_path(file, path):
    """Whether a record of this schema may hold something at this JSON path."""
    document = load_schemas()[file]
    node = document
    for key in re.findall(r"[^.\[\]$]+", path):
        if "$ref" in node:
            other, _, pointer = node["$ref"].partition("#/$defs/")
            document = load_schemas()[other] if other else document
            node = document["$defs"][pointer]
        if key.isdigit():
            node = node.get("items")
        else:
            node = node.get("properties", {}).get(key, node.get("additionalProperties"))
        if not node:
            return False
    return True


def _make_registry(models, more):
    return make_registry(
        *models, datasets=more.get("datasets", ()), licenses=more.get("licenses", ())
    )


def test_consistent_records_are_left_alone():
    """A derivative of its own maker's base, a base's page as the source for a base, and a recorded dispute are no contradiction."""
    own = make_model("meta/tune", bases=("meta/base",))
    cited = change_weights(
        replace_component(
            make_model("maker/tune", bases=("meta/base",)),
            "model-parameters-final",
            "released",
            "Users-700M",
        ),
        evidence=ELSEWHERE,
    )
    assert (
        find_contradictions(make_registry(BASE, own, cited, datasets=(make_dataset(),)), "registry")
        == []
    )
