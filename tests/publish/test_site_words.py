"""What pages say is for people: names and not keys, and each thing by one name."""

import json
import re
from pathlib import Path

import pytest

from audit.definitions.answered_question import COMMERCIAL
from audit.definitions.common_uses import COMMON_USES
from audit.publish.pages.model_facts import format_component_name
from audit.publish.site.build import list_site_files
from audit.publish.site.model_pages import QUESTIONS
from audit.records.component import COMPONENTS
from tests.publish.test_site import make_sample


@pytest.fixture(scope="module")
def sample(root: Path):
    return make_sample(root)


@pytest.fixture(scope="module")
def files(sample) -> dict[str, bytes]:
    return dict(list_site_files(sample))


def read_text(page: bytes) -> str:
    """What a reader sees."""
    return re.sub(r"<[^>]*>", " ", page.decode())


def test_changes_and_facts_name_licenses(sample, files):
    """A key of ours, such as LicenseRef-yi-2.1, stands where an id is asked for alone."""
    pages = [name for name in files if re.match(r"(changes|models)/.*html$", name)]
    for name in pages:
        found = set(re.findall(r"LicenseRef-[\w.-]*\w", read_text(files[name])))
        assert not found & sample.registry.licenses.keys(), name


def test_components_have_one_name(sample, files):
    """On a model's page, in the comparison, in the pictures and on the page beside the record."""
    names = [format_component_name(name) for name in COMPONENTS]
    more = files["assets/compare-data.js"].decode().removeprefix("window.OMR_MORE=")
    assert json.loads(more.rstrip(";\n"))["components"] == names
    facts = json.loads(files[f"api/v1/models/{sample.rows[0].id}.json"])["facts"]
    assert [fact["name"] for fact in facts[: len(names)]] == names
    assert "model parameters" not in read_text(files["charts.html"])


def test_the_comparison_asks_for_commercial_use_once(files):
    """The row says it: neither the questions nor the uses say it again."""
    more = files["assets/compare-data.js"].decode().removeprefix("window.OMR_MORE=")
    data = json.loads(more.rstrip(";\n"))
    assert QUESTIONS[COMMERCIAL] not in data["questions"]
    assert COMMON_USES[0].noun not in data["uses"]
    for column, names in (("questions", data["questions"]), ("uses", data["uses"])):
        lengths = {len(value.split("|")) for value in data["columns"][column]["v"]}
        assert lengths == {len(names)}


def test_definitions_part_by_their_names(sample, files):
    """No id of a definition, and no pair of the label, which follows from the others."""
    said = 0
    for row in sample.rows:
        page = files[f"models/{row.id}.html"].decode()
        part = re.search(r"Where definitions part</h3>(.*?)</ul>", page, re.S)
        lines = re.findall(r"<li>(.*?) says yes, (.*?) no:", part[1]) if part else []
        said += len(lines)
        assert not {name for line in lines for name in line} & {*row.verdicts, "plain label"}
    assert said
