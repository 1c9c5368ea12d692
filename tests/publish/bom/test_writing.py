"""Bills of materials: every document is valid by the official schema, and says what is known."""

import copy
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from audit.publish.bom.contents import (
    BomContents,
    BomModel,
    BomPlace,
    build_model_contents,
    build_purl,
    read_commit,
)
from audit.publish.bom.cyclonedx import build_cyclonedx
from audit.publish.bom.facts import PREFIX
from audit.publish.bom.license_words import NOT_IN_EVERY_LIST, is_own_id
from audit.publish.bom.spdx import build_spdx
from audit.publish.bom.spdx_elements import NO_ASSERTION_ID, NO_LICENSE_ID
from audit.records.load import load_registry
from audit.records.registry import Registry
from tests.conftest import make_dataset_record, make_license_record, make_model_record
from tests.publish.bom.conftest import SCHEMAS, read_schema

DAY = "2026-11-28"
COMMIT = "a" * 40


def find_errors(judge: Any, document: Any) -> list[str]:
    return [
        f"{error.instance_path}: {error.message[:200]}" for error in judge.iter_errors(document)
    ]


def build_base_and_derivative(write_registry: Any, **changes: Any) -> Registry:
    """A model under two licenses of its own kind, made of another, trained on data."""
    weights = {"status": "released", "license": "LicenseRef-own", "evidence": ["card"]}
    data = {"status": "released", "datasets": ["maker/data"], "evidence": ["card"]}
    base = [{"id": "maker/model-1", "relation": "finetune", "evidence": ["card"]}]
    derivative = make_model_record(
        "maker/tuned",
        base_models=base,
        components={"model-parameters-final": weights, "datasets": data},
        **changes,
    )
    own = make_license_record("LicenseRef-own", hub_tags=[], url="https://example.org/terms")
    return load_registry(
        write_registry(
            ("licenses", make_license_record()),
            ("licenses", own),
            ("models", make_model_record()),
            ("models", derivative),
            ("datasets", make_dataset_record()),
        )
    )


def read_properties(component: dict[str, Any]) -> dict[str, str]:
    return {row["name"].removeprefix(PREFIX): row["value"] for row in component["properties"]}


def test_every_recorded_model_is_a_valid_bill(recorded, cyclonedx_judges):
    """Both versions of CycloneDX, each model for itself."""
    wrong = {}
    for id, model in recorded.models.items():
        contents = build_model_contents([model], recorded, DAY)
        for version, judge in cyclonedx_judges.items():
            if not judge.is_valid(build_cyclonedx(contents, version)):
                wrong[id, version] = find_errors(judge, build_cyclonedx(contents, version))
    assert wrong == {}


def test_every_recorded_model_is_a_valid_bill_of_spdx(recorded, spdx_judge):
    """The profiles AI and Dataset, by the schema that SPDX generates from its own SHACL."""
    wrong = []
    for id, model in recorded.models.items():
        if not spdx_judge.is_valid(build_spdx(build_model_contents([model], recorded, DAY))):
            wrong.append(id)
    assert wrong == []


def test_all_models_in_one_bill(recorded, cyclonedx_judges, spdx_judge):
    """References are unique within a bill, whatever it holds."""
    contents = build_model_contents(list(recorded.models.values())[::25], recorded, DAY)
    document = build_cyclonedx(contents, "1.7")
    refs = re.findall(r'"bom-ref": "([^"]+)"', json.dumps(document))
    assert find_errors(cyclonedx_judges["1.7"], document) == []
    assert len(refs) == len(set(refs))
    elements = build_spdx(contents)
    ids = [each["spdxId"] for each in elements["@graph"] if "spdxId" in each]
    assert spdx_judge.is_valid(elements)
    assert len(ids) == len(set(ids))


def test_the_judges_refuse_what_is_wrong(write_registry, cyclonedx_judges, spdx_judge):
    """An id outside of the list, a field that the format lacks, a dataset without its type."""
    contents = build_model_contents(
        build_base_and_derivative(write_registry).models.values(),
        load_registry(write_registry()),
        DAY,
    )
    for version, judge in cyclonedx_judges.items():
        good = build_cyclonedx(contents, version)
        for part, value in (("licenses", [{"license": {"id": "unknown"}}]), ("stars", 5)):
            bad = copy.deepcopy(good)
            bad["components"][0][part] = value
            assert not judge.is_valid(bad)
    registry = build_base_and_derivative(write_registry)
    good = build_spdx(build_model_contents([registry.models["maker/tuned"]], registry, DAY))
    assert spdx_judge.is_valid(good)
    for type, part in (
        ("dataset_DatasetPackage", "dataset_datasetType"),
        ("Relationship", "relationshipType"),
    ):
        bad = copy.deepcopy(good)
        next(each for each in bad["@graph"] if each["type"] == type)[part] = "bogus"
        assert not spdx_judge.is_valid(bad)


def test_the_same_records_give_the_same_bytes(write_registry):
    """There is no clock and no chance in a bill; other contents get another number."""
    registry = build_base_and_derivative(write_registry)
    tuned, base = registry.models["maker/tuned"], registry.models["maker/model-1"]
    for build in (lambda each: build_cyclonedx(each, "1.6"), build_spdx):
        first = build(build_model_contents([tuned], registry, DAY))
        assert json.dumps(first) == json.dumps(build(build_model_contents([tuned], registry, DAY)))
        other = build(build_model_contents([base], registry, DAY))
        assert re.findall("urn:uuid:[0-9a-f-]+", json.dumps(first))[0] not in json.dumps(other)


def test_what_a_bill_says_of_a_model(write_registry):
    """License with its own id, base with its relation, data, label and class of the MOF."""
    registry = build_base_and_derivative(write_registry)
    document = build_cyclonedx(
        build_model_contents([registry.models["maker/tuned"]], registry, DAY), "1.6"
    )
    model = document["metadata"]["component"]
    license = model["licenses"][0]["license"]
    (base,) = model["pedigree"]["ancestors"]
    (data,) = document["components"]
    facts = read_properties(model)
    assert license["url"] == "https://example.org/terms"
    assert read_properties(license)["license-id"] == "LicenseRef-own"
    assert "id" not in license
    assert (base["purl"], read_properties(base)["relation"]) == (
        "pkg:huggingface/maker/model-1",
        "finetune",
    )
    assert model["modelCard"]["modelParameters"]["datasets"] == [{"ref": data["bom-ref"]}]
    assert {"ref": "model:maker/tuned", "dependsOn": [data["bom-ref"]]} in document["dependencies"]
    assert {"label", "mof-class", "commercial-use", "gate"} <= set(facts)


def test_what_spdx_says_of_a_model(write_registry):
    """The same facts as elements and relations."""
    registry = build_base_and_derivative(write_registry)
    graph = build_spdx(build_model_contents([registry.models["maker/tuned"]], registry, DAY))[
        "@graph"
    ]
    by_id = {each["spdxId"]: each for each in graph if "spdxId" in each}
    relations = {
        (by_id[each["from"]]["name"], each["relationshipType"], by_id[end].get("name", end))
        for each in graph
        if each["type"] == "Relationship"
        for end in each["to"]
        if end in by_id
    }
    (expression,) = (
        each for each in graph if each.get("simplelicensing_licenseExpression") == "LicenseRef-own"
    )
    assert ("maker/model-1", "ancestorOf", "maker/tuned") in relations
    assert ("maker/tuned", "trainedOn", "maker/data") in relations
    assert expression["simplelicensing_customIdToUri"][0]["key"] == "LicenseRef-own"
    assert any("mof-class=" in each.get("statement", "") for each in graph)


@pytest.mark.parametrize(
    ("license", "said", "ending"),
    [
        (None, [], NO_ASSERTION_ID),
        ("NONE", ["no license: nothing is granted"], NO_LICENSE_ID),
        ("MIT", ["MIT"], "license/MIT"),
        ("MIT OR LicenseRef-own", ["MIT OR LicenseRef-own"], "license/MIT%20OR%20LicenseRef-own"),
    ],
)
def test_each_form_of_a_license(write_registry, cyclonedx_judges, license, said, ending):
    """Unknown is left out or not asserted, none is said, a choice stays a choice."""
    weights = {"status": "released", "evidence": ["card"]} | (
        {"license": license} if license else {}
    )
    registry = load_registry(
        write_registry(
            ("licenses", make_license_record()),
            ("licenses", make_license_record("LicenseRef-own", hub_tags=[])),
            ("models", make_model_record(components={"model-parameters-final": weights})),
        )
    )
    contents = build_model_contents(registry.models.values(), registry, DAY)
    for version, judge in cyclonedx_judges.items():
        document = build_cyclonedx(contents, version)
        found = document["metadata"]["component"].get("licenses", [])
        named = [
            each.get("expression") or each["license"].get("id") or each["license"]["name"]
            for each in found
        ]
        assert find_errors(judge, document) == []
        assert named == said
    concluded = [
        end
        for each in build_spdx(contents)["@graph"]
        if each.get("relationshipType") == "hasConcludedLicense"
        for end in each["to"]
    ]
    assert [end.endswith(ending) for end in concluded] == [True]


def test_a_bill_of_a_project(write_registry, cyclonedx_judges, spdx_judge):
    """A model at two commits is in it twice, one without a record once, each with its places."""
    registry = build_base_and_derivative(write_registry)
    place = BomPlace("src/load.py", 7, "loaded")
    models = (
        BomModel("maker/model-1", registry.models["maker/model-1"], COMMIT, (place,)),
        BomModel("maker/model-1", registry.models["maker/model-1"], "", (place,)),
        BomModel("maker/tuned", registry.models["maker/tuned"], "", (place,)),
        BomModel("lab/unheard-of", None, COMMIT, (place,)),
        BomModel("llama3:8b", None, "", (place,), is_elsewhere=True),
    )
    contents = BomContents(registry, models, DAY, "my project")
    document = build_cyclonedx(contents, "1.6")
    purls = [each.get("purl") for each in document["components"]]
    pinned, loose, _, strange, tag, _ = document["components"]
    assert find_errors(cyclonedx_judges["1.6"], document) == []
    assert spdx_judge.is_valid(build_spdx(contents))
    assert purls[0] == f"pkg:huggingface/maker/model-1@{COMMIT}"
    assert purls[3] == f"pkg:huggingface/lab/unheard-of@{COMMIT}"
    assert "unpinned" in read_properties(loose)
    assert "unpinned" not in read_properties(pinned)
    assert read_properties(strange) == {"recorded": "no"}
    assert "purl" not in tag
    assert pinned["evidence"]["occurrences"] == [
        {"location": "src/load.py", "line": 7, "additionalContext": "loaded"}
    ]
    assert document["dependencies"][0]["ref"] == "project"


def test_only_a_commit_is_a_version():
    """A branch moves, and the package URL's version is a commit."""
    assert [read_commit(each) for each in (COMMIT, "main", "v1.0", "ABCDEF0123")] == [
        COMMIT,
        "",
        "",
        "",
    ]
    assert build_purl(None) == ""


def test_ids_that_the_list_of_cyclonedx_lacks_are_names(recorded):
    """Each license that is no LicenseRef is in the list of the format, or known to be missing."""
    listed = set(read_schema("spdx.schema.json")["enum"])
    outside = {
        id for id in recorded.licenses if id not in listed and not id.startswith("LicenseRef-")
    }
    assert outside == NOT_IN_EVERY_LIST
    assert all(map(is_own_id, outside))


def test_the_schemas_of_others_are_unchanged():
    """Each is the file that the table names, and the table names each."""
    table = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\S+\.[a-z]+) \|.*\| ([0-9a-f]{64}) \|$", table, re.M))
    files: list[Path] = [each for each in SCHEMAS.iterdir() if each.name != "README.md"]
    assert {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files} == rows
