"""What the site gives programs: every file as described, and every count as the records have it."""

import json
import re
from xml.etree import ElementTree as ET

import duckdb
import jsonschema_rs
import pytest

from audit.publish.bom.contents import build_model_contents
from audit.publish.bom.cyclonedx import build_cyclonedx
from audit.publish.bom.spdx import build_spdx
from audit.publish.site.api.openapi import API_FOLDER, API_PATHS
from audit.publish.site.build import list_site_files
from audit.publish.site.changes import list_site_events
from audit.publish.site.exports import list_tables
from audit.publish.views.model_summary import COMMERCIAL_GRANTS
from audit.publish.views.row_csv import CSV_FIELDS
from audit.records.component import COMPONENTS
from audit.store.record_pack import read_pack
from tests.publish.test_site import PageReader, make_sample


@pytest.fixture(scope="module")
def sample(root):
    return make_sample(root)


@pytest.fixture(scope="module")
def files(sample):
    return dict(list_site_files(sample))


@pytest.fixture(scope="module")
def described(files):
    return json.loads(files[f"{API_FOLDER}/openapi.json"])


def read_api(files, path):
    return json.loads(files[f"{API_FOLDER}/{path}"])


def test_the_description_is_valid(described):
    """A validator of others accepts it as OpenAPI 3.1."""
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(described)


def test_every_file_is_described_and_as_described(files, described):
    """Closed schemas: a field that nobody described, or that is missing somewhere, fails."""
    for path in API_PATHS:
        pattern = re.sub(r"\\\{[a-z]+\\\}", "[^/]+", re.escape(path.path))
        found = [name for name in files if re.fullmatch(f"{API_FOLDER}/{pattern}", name)]
        assert found, path.path
        schema = {"$ref": f"#/components/schemas/{path.document}"} | {
            "components": described["components"]
        }
        validator = jsonschema_rs.Draft202012Validator(schema)
        for name in found:
            faults = [str(fault) for fault in validator.iter_errors(json.loads(files[name]))]
            assert faults == [], (name, faults[:3])
    patterns = [re.sub(r"\{[a-z]+\}", "[^/]+", path.path) for path in API_PATHS]
    whole = re.compile(f"{API_FOLDER}/(?:{'|'.join(patterns)}|openapi.json)")
    assert [n for n in files if n.startswith("api/") and not whole.fullmatch(n)] == []


def test_a_document_with_another_field_is_refused(files, described):
    """The check above can fail."""
    schema = {"$ref": "#/components/schemas/Models", "components": described["components"]}
    document = read_api(files, "models.json")
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(document)
    document["models"][0]["size"] = None
    assert not jsonschema_rs.Draft202012Validator(schema).is_valid(document)


def test_counts_are_those_of_the_records(sample, files):
    """Index, list, identifiers and permissions speak of the same models."""
    index, models = read_api(files, "index.json"), read_api(files, "models.json")["models"]
    assert index["counts"]["models"] == len(models) == len(sample.rows)
    assert index["counts"]["events"] == len(sample.events) == len(list_site_events(sample))
    answers = read_api(files, "permissions/commercial.json")["answers"]
    granted = {id for id, answer in answers.items() if answer in COMMERCIAL_GRANTS}
    assert granted == {row.id for row in sample.rows if row.commercial in COMMERCIAL_GRANTS}
    packages = read_api(files, "identifiers.json")["purl"]
    hosted = [model for model in sample.registry.models.values() if model.hub]
    assert len(packages) == len(hosted)


def test_months_hold_every_change_once(files):
    """The files of the months together are the list of all."""
    every = read_api(files, "events.json")["events"]
    months = [name for name in files if name.startswith(f"{API_FOLDER}/events/")]
    parts = [event for name in months for event in json.loads(files[name])["events"]]
    assert sorted(map(json.dumps, parts)) == sorted(map(json.dumps, every))


def test_a_page_and_its_file_say_the_same(sample, files):
    """Label, questions and verdicts of a page are those of the JSON beside it."""
    for row in sample.rows[::9]:
        said = read_api(files, f"models/{row.id}.json")
        page = files[f"models/{row.id}.html"].decode()
        assert said["model"]["label"] == row.label
        for question in said["questions"]:
            assert f"<strong>{question['answer']}</strong>" in page
        assert {each["definition"]: each["value"] for each in said["verdicts"]} == row.verdicts


def test_csv_has_a_line_for_each_model(sample, files):
    """All fields of a row, and a column for each definition."""
    lines = files["export/models.csv"].decode().splitlines()
    assert lines[0].split(",")[: len(CSV_FIELDS)] == list(CSV_FIELDS)
    assert len(lines) == len(sample.rows) + 1


def test_parquet_keeps_rows_and_types(sample, files, tmp_path):
    """Every table reads back with its columns; an unknown is NULL and no word."""
    rows = {"models": len(sample.rows), "components": len(sample.rows) * len(COMPONENTS)}
    for name, columns in list_tables().items():
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(files[f"export/{name}.parquet"])
        found = duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
        assert {column: kind for column, kind, *_ in found} == dict(columns)
        count = duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall()[0][0]
        assert count == rows.get(name, count) > 0
    path = tmp_path / "models.parquet"
    unknown = duckdb.sql(f"SELECT id FROM '{path}' WHERE parameters IS NULL").fetchall()
    assert {id for (id,) in unknown} == {row.id for row in sample.rows if not row.parameters}


def test_records_can_be_taken_as_update_takes_them(sample, files):
    """The compressed file is what `omr update` reads."""
    pack = read_pack(files["export/records.jsonl.gz"])
    assert pack.data_date == sample.data_date
    assert {f"models/{row.id}.json" for row in sample.rows} <= pack.files.keys()


def test_badges_say_the_label(sample, files):
    """The drawing is well-formed, and the endpoint has what shields.io requires."""
    for row in sample.rows[::9]:
        drawing = ET.fromstring(files[f"badges/{row.id}.svg"])
        assert drawing.attrib["aria-label"].endswith(row.label)
        shield = json.loads(files[f"badges/{row.id}.json"])
        assert (shield["schemaVersion"], shield["message"]) == (1, row.label)


def test_charts_draw_what_their_tables_say(sample, files):
    """Each part of a column has its number in a title and in the table beside it."""
    page = files["charts.html"].decode()
    dated = [row for row in sample.rows if row.released]
    titles = re.findall(
        r"<title>\S+, (open-[a-z-]+|restricted-weights|closed|undetermined): ([0-9,]+)", page
    )
    assert sum(int(count.replace(",", "")) for _, count in titles) == len(dated)
    assert PageReader(page).tags.count("svg") == page.count("<caption>The numbers")


def test_each_model_has_its_bills(sample, files):
    """Each is what `bom` says of that model; their schemas are tested there."""
    for row in sample.rows[::9]:
        bill = json.loads(files[f"export/cyclonedx/{row.id}.cdx.json"])
        assert bill["specVersion"] == "1.6"
        assert bill["metadata"]["component"]["name"] == row.id.partition("/")[2]
        spdx = json.loads(files[f"export/spdx/{row.id}.spdx3.json"])
        assert "ai_AIPackage" in {each["type"] for each in spdx["@graph"]}
        contents = build_model_contents(
            [sample.registry.models[row.id]], sample.registry, sample.data_date
        )
        assert (bill, spdx) == (build_cyclonedx(contents, "1.6"), build_spdx(contents))
    assert sum(name.startswith("export/cyclonedx/") for name in files) == len(sample.rows)
