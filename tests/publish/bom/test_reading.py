"""Bills that others wrote: read whatever their format, with what we know added, and compared."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.core.errors import UsageError
from audit.publish.bom.contents import build_model_contents
from audit.publish.bom.cyclonedx import build_cyclonedx
from audit.publish.bom.diff import compare_boms
from audit.publish.bom.enrich import add_to_cyclonedx, build_contents, choose_version, find_model
from audit.publish.bom.entries import BomEntry
from audit.publish.bom.read import MAX_BOM_BYTES, find_bom, read_bom
from audit.publish.bom.read_cyclonedx import read_cyclonedx
from audit.publish.bom.spdx import build_spdx
from audit.records.load import load_registry
from tests.conftest import make_license_record, make_model_record, write_records
from tests.publish.bom.test_writing import (
    COMMIT,
    DAY,
    build_base_and_derivative,
    find_errors,
    read_properties,
)

FOREIGN = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "metadata": {"component": {"type": "application", "name": "shop"}},
    "components": [
        {"type": "library", "name": "requests", "purl": "pkg:pypi/requests@2.34.0"},
        {
            "type": "application",
            "name": "search",
            "components": [
                {
                    "type": "machine-learning-model",
                    "bom-ref": "m",
                    "name": "tuned",
                    "group": "maker",
                    "version": COMMIT,
                    "purl": f"pkg:huggingface/maker/tuned@{COMMIT}",
                    "properties": [{"name": "theirs", "value": "1"}],
                }
            ],
        },
        {"type": "machine-learning-model", "name": "lab/unheard-of"},
    ],
}
SPDX_2 = {
    "spdxVersion": "SPDX-2.3",
    "name": "shop",
    "packages": [
        {
            "name": "tuned",
            "versionInfo": COMMIT,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "Apache-2.0",
            "externalRefs": [
                {"referenceType": "purl", "referenceLocator": "pkg:huggingface/maker/tuned"}
            ],
        },
        {"name": "model", "downloadLocation": "https://huggingface.co/maker/model-1"},
        {"name": "requests", "versionInfo": "2.34.0"},
    ],
}


@pytest.fixture
def registry(write_registry):
    return build_base_and_derivative(write_registry)


@pytest.fixture(scope="module")
def small_registry(tmp_path_factory):
    """The same records for every example."""
    target = tmp_path_factory.mktemp("records") / "registry"
    records = (
        ("licenses", make_license_record()),
        ("models", make_model_record()),
        ("models", make_model_record("maker/tuned")),
    )
    write_records(target, records)
    return load_registry(target)


@pytest.fixture
def write_bom(tmp_path):
    def write(document: Any, name: str = "bom.json"):
        path = tmp_path / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write


def test_components_at_any_depth_are_read(write_bom, registry):
    """The subject, parts of parts, and of each its kind, purl and version."""
    found = read_bom(write_bom(FOREIGN))
    names = {each.name: each.kind for each in found.entries}
    model = next(each for each in found.entries if each.name == "maker/tuned")
    assert (found.format, found.name) == ("CycloneDX 1.5", "shop")
    assert names == {
        "shop": "other",
        "requests": "other",
        "search": "other",
        "maker/tuned": "model",
        "lab/unheard-of": "model",
    }
    assert find_model(model, registry).id == "maker/tuned"


def test_what_we_know_is_added_and_the_rest_is_kept(write_bom, registry, cyclonedx_judges):
    """Other components stay as they were; a second pass adds nothing twice."""
    found = read_bom(write_bom(FOREIGN))
    document = add_to_cyclonedx(found, registry, choose_version(found))
    library, part, strange, data = document["components"]
    (model,) = part["components"]
    again = add_to_cyclonedx(read_bom(write_bom(document)), registry, "1.6")
    assert find_errors(cyclonedx_judges["1.6"], document) == []
    assert library == FOREIGN["components"][0]
    assert strange == FOREIGN["components"][2]
    assert model["licenses"][0]["license"]["name"] == "LicenseRef-own"
    assert model["properties"][0] == {"name": "theirs", "value": "1"}
    assert model["pedigree"]["ancestors"][0]["name"] == "model-1"
    assert data["bom-ref"] == "dataset:maker/data"
    assert again == {**document, "version": document["version"] + 1}


def test_a_stated_license_is_not_replaced(write_bom, registry):
    """What the bill says stays; what a reviewer concluded stands beside it."""
    stated = [{"license": {"id": "Apache-2.0"}}]
    component = {"type": "machine-learning-model", "name": "maker/tuned", "licenses": stated}
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}
    model = add_to_cyclonedx(read_bom(write_bom(document)), registry, "1.6")["components"][0]
    assert model["licenses"] == stated
    assert read_properties(model)["concluded-license"] == "LicenseRef-own"


@pytest.mark.parametrize("format", ["SPDX-2.3", "SPDX 3.0.1"])
def test_models_of_a_bill_in_spdx_become_ours(write_bom, registry, cyclonedx_judges, format):
    """By package URL or download location in SPDX 2, by class in SPDX 3."""
    document = SPDX_2
    if format == "SPDX 3.0.1":
        models = [registry.models[id] for id in ("maker/tuned", "maker/model-1")]
        document = build_spdx(build_model_contents(models, registry, DAY))
    found = read_bom(write_bom(document))
    contents = build_contents(found, registry, DAY)
    bill = build_cyclonedx(contents, "1.6")
    assert found.format == format
    assert {each.name for each in contents.models} == {"maker/tuned", "maker/model-1"}
    assert find_errors(cyclonedx_judges["1.6"], bill) == []


def test_a_package_is_no_model_by_its_name(registry):
    """A library named as a model's last part is a library."""
    assert find_model(BomEntry("other", "tuned", purl="pkg:pypi/tuned"), registry) is None
    assert find_model(BomEntry("other", "requests"), registry) is None
    assert find_model(BomEntry("other", "maker/tuned"), registry).id == "maker/tuned"


def test_a_bill_of_ours_says_the_same_in_every_format(write_bom, registry):
    """Written as CycloneDX and as SPDX and read again: no difference, ids of licenses included."""
    contents = build_model_contents([registry.models["maker/tuned"]], registry, DAY)
    old = read_bom(write_bom(build_cyclonedx(contents, "1.7"), "old.json"))
    new = read_bom(write_bom(build_spdx(contents), "new.json"))
    changes = compare_boms(old.entries, new.entries)
    assert [each for each in changes if each.name == "maker/tuned"] == []


def test_the_difference_of_two_bills():
    """Added, removed, and what is said otherwise of one that stayed, the license first."""
    old = BomEntry("model", "a/b", "1", "pkg:huggingface/a/b@1", "MIT", {"gate": ("none",)})
    new = BomEntry("model", "a/b", "2", "pkg:huggingface/a/b@2", "NONE", {"gate": ("manual",)})
    gone, come = BomEntry("model", "a/gone"), BomEntry("dataset", "a/come")
    changes = {each.name: each for each in compare_boms([old, gone], [new, come])}
    fields = {each.field: (each.before, each.after) for each in changes["a/b"].fields}
    assert {name: each.change for name, each in changes.items()} == {
        "a/b": "changed",
        "a/gone": "removed",
        "a/come": "added",
    }
    assert fields == {"version": ("1", "2"), "license": ("MIT", "NONE"), "gate": ("none", "manual")}
    assert compare_boms([old], [old]) == []


def test_a_model_at_two_versions_is_compared_by_version():
    """Of two pinned commits one is given up: that is told, and the other is not taken for it."""
    first, second = (BomEntry("model", "a/b", each, f"pkg:huggingface/a/b@{each}") for each in "12")
    (change,) = compare_boms([first, second], [second])
    assert (change.change, change.fields[0].before) == ("removed", "1")
    assert compare_boms([second, first], [first, second]) == []


FIELDS = (
    "components name group purl licenses license type metadata component packages externalRefs "
    "downloadLocation @graph spdxId to from statement properties externalReferences version "
    "pedigree relationshipType subject"
)
KEYS = st.sampled_from(FIELDS.split())
WORDS = st.sampled_from(["machine-learning-model", "data", "maker/tuned", "Annotation", "x", ""])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.just("pkg:huggingface/maker/tuned"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
HEADS = ({"bomFormat": "CycloneDX"}, {"spdxVersion": "SPDX-2.3"}, {"@context": "spdx.org/rdf/3"})


@given(st.dictionaries(KEYS, ANYTHING, max_size=6), st.sampled_from(HEADS))
def test_no_document_breaks_the_reader(tmp_path_factory, small_registry, document, head):
    """Whatever stands in a bill from elsewhere, it is read, added to and listed."""
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps({**document, **head}), encoding="utf-8")
    found = read_bom(path)
    build_cyclonedx(build_contents(found, small_registry, DAY), "1.6")
    if head is HEADS[0]:
        added = add_to_cyclonedx(found, small_registry, "1.6")
        assert all(each in json.dumps(added) for each in ("specVersion", "bomFormat"))
    assert compare_boms(found.entries, found.entries) == []


@pytest.mark.parametrize(
    "text",
    ["{", '{"a": 1, "a": 2}', "[" * 100_000, '{"bomFormat": NaN}'],
    ids=lambda each: each[:16],
)
def test_damaged_json_is_refused(tmp_path, text):
    """One line says what is wrong; nothing is guessed."""
    path = tmp_path / "bom.json"
    path.write_text(text)
    with pytest.raises(UsageError):
        read_bom(path)


@pytest.mark.parametrize(
    "document",
    [
        {"bomFormat": "CycloneDX"},
        {"bomFormat": "CycloneDX", "components": {"a": 1}, "metadata": []},
        {"bomFormat": "CycloneDX", "components": [{"name": 5, "purl": [], "licenses": {}}, "x"]},
        {"spdxVersion": "SPDX-2.3", "packages": [{"externalRefs": "x", "licenseDeclared": 3}]},
        {"@context": "https://spdx.org/rdf/3.0.1/x", "@graph": [{"type": ["x"], "to": 5}]},
    ],
)
def test_fields_of_a_wrong_type_are_nothing(write_bom, registry, document):
    """A document from elsewhere may hold anything: it is read without a failure."""
    found = read_bom(write_bom(document))
    assert build_contents(found, registry, DAY).models == ()
    assert not any(each.license for each in found.entries)


def test_components_within_components_end_somewhere(write_bom):
    """A bill that is nested to exhaust its reader is refused in one line."""
    document: Any = {"name": "innermost"}
    for _ in range(200):
        document = {"name": "part", "components": [document]}
    with pytest.raises(UsageError, match="levels deep"):
        read_bom(write_bom({"bomFormat": "CycloneDX", **document}))


def test_other_files_are_no_bill(write_bom, tmp_path):
    """Another JSON file is a project's file; a named bill that is none is a mistake."""
    path = write_bom({"model": "maker/tuned"}, "config.json")
    assert find_bom(path) is None
    assert find_bom(tmp_path) is None
    with pytest.raises(UsageError, match="no bill of materials"):
        read_bom(path)
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(MAX_BOM_BYTES + 1)
    with pytest.raises(UsageError):
        read_bom(tmp_path / "large.json")


def test_a_model_that_was_renamed_is_found(write_registry):
    """A bill may be older than a name."""
    model = make_model_record(former_ids=["old/name"])
    registry = load_registry(write_registry(("licenses", make_license_record()), ("models", model)))
    entry = BomEntry("model", "old/name", purl="pkg:huggingface/old/name")
    assert find_model(entry, registry).id == "maker/model-1"


def test_a_name_of_which_nobody_says_that_it_is_on_the_hub_gets_no_package_url(registry, write_bom):
    """A model of a bill may be one of another service, whose name looks like an id."""
    rows = [
        {"type": "machine-learning-model", "name": "ai/gpt-oss:20B-F16"},
        {"type": "machine-learning-model", "name": "x", "purl": "pkg:huggingface/someone/model"},
    ]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": rows}
    contents = build_contents(read_bom(write_bom(document)), registry, DAY)
    assert [(model.name, model.is_elsewhere) for model in contents.models] == [
        ("ai/gpt-oss:20B-F16", True),
        ("x", False),
    ]
    assert contents.models[0].purl == ""


class CountedRecords(dict[str, Any]):
    """Records that count how often somebody goes through all of them."""

    walks = 0

    def __iter__(self):
        self.walks += 1
        return super().__iter__()

    def values(self):
        self.walks += 1
        return super().values()


def test_a_long_bill_goes_through_the_records_once_and_not_for_each_package(write_registry):
    """A bill of a hundred thousand packages took 23 seconds: every one looked at the ids of all models."""
    known = build_base_and_derivative(write_registry)
    records = [CountedRecords(known.models), CountedRecords(known.datasets)]
    kinds = ("library", "data", "machine-learning-model")
    walks = []
    for number in (10, 200):
        registry = replace(known, models=records[0], datasets=records[1])
        parts = [{"type": kind, "name": f"@o/{n}"} for kind in kinds for n in range(number)]
        document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": parts}
        add_to_cyclonedx(read_cyclonedx(document), registry, "1.6")
        walks.append(sum(each.walks for each in records))
        for each in records:
            each.walks = 0
    assert walks[0] == walks[1]


@pytest.mark.parametrize("number", ["9" * 4300, "1e999"])
def test_a_number_that_nobody_can_write_again_is_refused(tmp_path, number):
    """The next edition of a bill has the next number, and what a bill holds is written as it was."""
    path = tmp_path / "bom.json"
    path.write_text(f'{{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": {number}}}')
    with pytest.raises(UsageError, match="shorter number"):
        read_bom(path)
