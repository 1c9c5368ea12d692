"""Every page of a record leads to the forms that fit it, filled in."""

import html
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from audit.publish.site.build import list_site_files
from audit.publish.urls import RegistryAddress
from audit.records.registry import Registry
from tests.publish.test_site import make_sample

REPOSITORY = "https://github.com/registry/records"
FORMS_BY_FOLDER = {
    "models": {"wrong-fact.yml", "contest-a-verdict.yml"},
    "datasets": {"wrong-fact.yml"},
    "families": {"wrong-fact.yml"},
    "licenses": {"wrong-fact.yml", "new-license.yml"},
}


@pytest.fixture(scope="module")
def sample(root: Path):
    return make_sample(root)


def list_references(registry: Registry):
    """One record of each kind that has a page, and a second one."""
    for records in (registry.models, registry.datasets, registry.families, registry.licenses):
        for id in sorted(records)[:2]:
            yield records[id].ref


def test_each_page_leads_to_its_forms_filled_in(root: Path, sample):
    """Known files, fields that the form has, and a record as `from-issue` reads it."""
    address = RegistryAddress(f"{REPOSITORY}/blob/main/registry", f"{REPOSITORY}/raw/registry")
    files = dict(list_site_files(replace(sample, address=address)))
    for ref in list_references(sample.registry):
        folder, _, id = ref.partition("/")
        page = html.unescape(files[f"{ref}.html"].decode())
        links = re.findall(rf'href="({REPOSITORY}/issues/new[^"]+)"', page)
        asked = [parse_qs(urlsplit(link).query) for link in links]
        assert {values["template"][0] for values in asked} == FORMS_BY_FOLDER[folder], ref
        for values in asked:
            form = root / ".github" / "ISSUE_TEMPLATE" / values.pop("template")[0]
            fields = {each.get("id") for each in yaml.safe_load(form.read_text())["body"]}
            assert values.pop("title")[0].endswith(id)
            assert values.keys() <= fields
            record = id if folder == "models" else ref
            assert values in ({"record": [record]}, {"name": [id]})


def test_a_registry_without_a_repository_names_the_form(sample):
    """No address is made up: the words say what to open and which record to name."""
    files = dict(list_site_files(sample))
    for ref in list_references(sample.registry):
        page = files[f"{ref}.html"].decode()
        assert "issues/new" not in page
        named = ref.removeprefix("models/")
        assert (
            f"A fact is wrong: open the form of that name in the repository of this registry, and name {named}"
            in page
        )
