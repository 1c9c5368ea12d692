"""What leads out of the site: feeds, its archive, Croissant, schema.org, schemas, a sitemap."""

import hashlib
import io
import json
import posixpath
import re
import tarfile
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import feedparser
import jsonschema_rs
import pytest

from audit.cli.main import main
from audit.publish.site.api.openapi import API_FOLDER
from audit.publish.site.archive import ARCHIVE, TOP_FOLDER
from audit.publish.site.build import SUMS_FILE, list_site_files, write_site
from audit.publish.site.croissant import CROISSANT_PATH
from audit.publish.site.exports import CSV_PATH, list_tables
from audit.publish.site.json_blocks import dump_json_block
from audit.publish.site.sitemap import SITEMAP
from audit.publish.urls import HUB_URL
from audit.records.model import ReleaseDate
from audit.records.schema import SCHEMA_BASE_URL, SCHEMA_SUFFIX
from tests.definitions.builders import EVIDENCE, make_model, make_registry
from tests.publish.test_site import PageReader, make_sample, make_site_data

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://example.org/models"


@pytest.fixture(scope="module")
def sample(root):
    return make_sample(root)


@pytest.fixture(scope="module")
def files(sample):
    return dict(list_site_files(sample))


def list_feeds(files):
    return {path: content for path, content in files.items() if path.endswith(".atom")}


def test_feeds_lead_within_the_site(files):
    """Without an address every link is relative and leads somewhere; what upstream has, is `via`."""
    feeds = list_feeds(files)
    assert {"feeds/all.atom", "feeds/more-closed.atom", "feeds/owners/meta-llama.atom"} <= set(
        feeds
    )
    dead = []
    for path, content in feeds.items():
        for link in ET.fromstring(content).iter(f"{ATOM}link"):
            if link.attrib["rel"] != "via":
                target = posixpath.join(posixpath.dirname(path), unquote(link.attrib["href"]))
                dead += [target] if posixpath.normpath(target) not in files else []
    assert dead == []


def test_a_feed_reader_reads_them(sample, files):
    """A reader of others finds the entries, each with a title, a day and an id that never changes."""
    found = feedparser.parse(files["feeds/all.atom"])
    assert not found.bozo
    assert len(found.entries) == len(sample.feeds["all"].entries) > 20
    assert all(each.title and each.updated and each.id.startswith("tag:") for each in found.entries)


def test_pages_name_their_feed(sample, files):
    """Every maker and family, and whatever else has one; a page without says nothing of it."""
    for path, topic in (
        ("makers/meta-llama.html", "owners/meta-llama"),
        ("families/llama-3.3.html", "families/llama-3.3"),
        ("changes/index.html", "all"),
    ):
        up = "../" * path.count("/")
        assert 'type="application/atom+xml"' in files[path].decode()
        assert f'href="{up}feeds/{topic}.atom"' in files[path].decode()
    quiet = next(row.id for row in sample.rows if f"models/{row.id}" not in sample.feeds)
    assert "atom" not in files[f"models/{quiet}.html"].decode()


def test_the_archive_holds_every_file(root, tmp_path):
    """The same bytes twice, the same files as beside it, and nothing of this machine."""
    data = make_site_data(make_registry(make_model()), root / "registry")
    sums = []
    for name in ("one", "two"):
        write_site(tmp_path / name, replace(data))
        sums.append((tmp_path / name / ARCHIVE).read_bytes())
    assert sums[0] == sums[1]
    with tarfile.open(fileobj=io.BytesIO(sums[0]), mode="r:gz") as archive:
        entries = archive.getmembers()
        packed = {
            entry.name.removeprefix(f"{TOP_FOLDER}/"): archive.extractfile(entry).read()
            for entry in entries
        }
    assert {(entry.uid, entry.gid, entry.uname, entry.mode) for entry in entries} == {
        (0, 0, "", 0o644)
    }
    found = {p.relative_to(tmp_path / "one").as_posix() for p in (tmp_path / "one").rglob("*.*")}
    written = {path for path in found if (tmp_path / "one" / path).is_file()}
    assert packed.keys() == (written | {".nojekyll"}) - {ARCHIVE, SUMS_FILE}
    assert all(
        content == (tmp_path / "one" / path).read_bytes() for path, content in packed.items()
    )
    assert f"{hashlib.sha256(sums[0]).hexdigest()}  {ARCHIVE}" in (
        (tmp_path / "one" / SUMS_FILE).read_text().splitlines()
    )


def test_croissant_describes_every_table(files):
    """Each file with its sum, each column once, and every source is a file that is described."""
    described = json.loads(files[CROISSANT_PATH])
    sums = {each["@id"]: each["sha256"] for each in described["distribution"]}
    assert set(sums) == {"models.csv", *(f"{name}.parquet" for name in list_tables())}
    for name, sum in sums.items():
        assert hashlib.sha256(files[f"export/{name}"]).hexdigest() == sum
    fields = {each["@id"]: each["field"] for each in described["recordSet"]}
    assert fields.keys() == list_tables().keys()
    columns = [each["source"]["extract"]["column"] for each in fields["models"]]
    assert columns == files[CSV_PATH].decode().splitlines()[0].split(",")
    for name in fields.keys() - {"models"}:
        assert [each["name"] for each in fields[name]] == [
            f"{name}/{c}" for c in list_tables()[name]
        ]
    used = {each["source"]["fileObject"]["@id"] for found in fields.values() for each in found}
    assert used <= sums.keys()


class BlockReader(HTMLParser):
    """The blocks of linked data of a page."""

    def __init__(self, text):
        super().__init__()
        self.blocks, self._is_inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._is_inside = tag == "script" and ("type", "application/ld+json") in attrs

    def handle_data(self, data):
        if self._is_inside:
            self.blocks.append(json.loads(data))
            self._is_inside = False


def test_pages_say_what_they_are_about_to_search_engines(sample, files):
    """A block on each page of a model and a dataset: its facts, and nothing for what is unknown."""
    for row in sample.rows[::5]:
        (said,) = BlockReader(files[f"models/{row.id}.html"].decode()).blocks
        model = sample.registry.models[row.id]
        assert said["name"] == model.name
        assert said["description"].startswith(row.label)
        assert said.get("datePublished", "") == row.released
        assert ("url" in said) == (model.hub is not None)
        assert len(said.get("isBasedOn", ())) == len(model.base_models or ())
        assert "unknown" not in json.dumps({**said, "description": ""})
    for dataset in sample.registry.datasets.values():
        (said,) = BlockReader(files[f"datasets/{dataset.id}.html"].decode()).blocks
        assert (said["@type"], said["identifier"]) == ("Dataset", dataset.id)
        assert len(said["description"]) >= 50
    (said,) = BlockReader(files["data.html"].decode()).blocks
    assert {each["contentUrl"] for each in said["distribution"]} <= files.keys()


def test_addresses_in_linked_data_lead_somewhere(files):
    """A relative one is a page of the site."""
    for path, content in files.items():
        if not path.startswith("models/"):
            continue
        for text in re.findall(r'"url":"([^"]+)"', content.decode()):
            if not text.startswith(HUB_URL):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), text))
                assert unquote(target) in files, (path, text)


def test_no_value_ends_a_block():
    """Neither an end of the element nor a sign that hides: and it reads back as it was."""
    content = {"name": '</script><!--<script>\u202e\u2028"&amp;', "é": ["<", ">"]}
    block = dump_json_block(content)
    assert not set(block) & set("<>&")
    assert block.isascii()
    assert json.loads(block) == content


def test_records_keep_the_schemas_that_are_published(sample, files):
    """Each refers only to what stands beside it, and real records pass."""
    found = {
        path.rpartition("/")[2]: json.loads(content)
        for path, content in files.items()
        if path.startswith(f"{API_FOLDER}/schemas/")
    }
    references = {
        reference.partition("#")[0]
        for schema in found.values()
        for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema))
    }
    assert references - {""} <= found.keys()
    registry = jsonschema_rs.Registry(
        [(f"{SCHEMA_BASE_URL}{name}", schema) for name, schema in found.items()]
    )
    address = {"$ref": f"{SCHEMA_BASE_URL}model{SCHEMA_SUFFIX}"}
    validator = jsonschema_rs.Draft202012Validator(address, registry=registry)
    record = json.loads((sample.root / "models" / f"{sample.rows[0].id}.json").read_text())
    assert validator.is_valid(record)
    assert not validator.is_valid(record | {"nonsense": 1})


def test_whole_addresses_only_where_somebody_said_where_the_site_stands(root):
    """Then a sitemap lists every page once, and feeds and tables lead there; pages stay as they are."""
    released = ReleaseDate("2026-01-02", EVIDENCE)
    data = make_site_data(
        make_registry(replace(make_model(), released=released)), root / "registry"
    )
    plain = dict(list_site_files(replace(data)))
    based = dict(list_site_files(replace(data, base_url=BASE)))
    assert SITEMAP not in plain
    assert based.keys() - plain.keys() == {SITEMAP}
    pages = {path for path in plain if path.endswith(".html")}
    places = [each.text for each in ET.fromstring(based[SITEMAP]).iter() if each.text]
    assert sorted(places) == sorted(f"{BASE}/{path}" for path in pages - {"404.html"})
    assert {path for path in pages if plain[path] != based[path]} == {"404.html"}
    links = PageReader(based["404.html"].decode()).links
    assert all(link.startswith((f"{BASE}/", "#")) for link in links)  # it is shown anywhere
    for feed in list_feeds(based).values():
        for link in ET.fromstring(feed).iter(f"{ATOM}link"):
            assert link.attrib["href"].startswith((f"{BASE}/", "https://"))
    described = json.loads(based[CROISSANT_PATH])
    assert described["url"] == f"{BASE}/data.html"
    assert {each["contentUrl"].rpartition("/")[0] for each in described["distribution"]} == {
        f"{BASE}/export"
    }


@pytest.mark.parametrize("address", ["example.org", "ftp://x.org", "https://x.org?q=1", "//x"])
def test_a_base_that_is_no_address_is_refused(sample, tmp_path, capsys, address):
    """Before anything is written."""
    arguments = ("--registry", str(sample.root), "--output", str(tmp_path / "s"))
    assert main(["site", *arguments, "--base-url", address]) == 2
    assert "no plain address" in capsys.readouterr().err
    assert not (tmp_path / "s").exists()
