"""How to cite the registry: both files as the format's own schema asks."""

import hashlib
import re
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from audit.publish.site.data_pages import render_data_pages
from tests.publish.test_site import make_sample

SCHEMAS = Path(__file__).parents[1] / "schemas"
CITATION = "CITATION.cff"


@pytest.fixture(scope="module")
def validator() -> jsonschema_rs.Draft7Validator:
    """The official schema of the Citation File Format, dates and addresses included."""
    text = (SCHEMAS / "cff-1.2.0.schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.Draft7Validator(text, validate_formats=True)


@pytest.fixture(scope="module")
def citations(root: Path) -> dict[str, dict]:
    """The file of the repository and that of the site, as a reader of YAML has them."""
    written = dict(render_data_pages(make_sample(root)))[CITATION]
    own = (root / CITATION).read_bytes()
    return {"repository": yaml.safe_load(own), "site": yaml.safe_load(written)}


def test_both_files_are_valid_and_name_the_same_work(validator, citations):
    """Who cites from either cites one work; only the site knows the day of its newest fact."""
    for name, citation in citations.items():
        assert [str(fault) for fault in validator.iter_errors(citation)] == [], name
    named = [
        {key: each[key] for key in ("type", "title", "authors", "license")}
        for each in citations.values()
    ]
    assert named[0] == named[1]
    assert citations["site"]["date-released"] == citations["site"]["version"] == "2026-11-28"


@pytest.mark.parametrize(
    "change", [{"authors": []}, {"license": "Apache"}, {"date-released": "28.11.2026"}, {"year": 1}]
)
def test_a_wrong_file_is_refused(validator, citations, change):
    """The check above can fail."""
    assert not validator.is_valid({**citations["site"], **change})


def test_schemas_of_others_are_unchanged():
    """Each file stands in the table with the sum of what its authors publish."""
    table = (SCHEMAS / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", table, re.M))
    files = [path for path in SCHEMAS.iterdir() if path.name != "README.md"]
    assert sums == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
