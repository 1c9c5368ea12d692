"""Whatever records say stays text on every page, in every file, and in what the scripts are given."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.publish.site.build import list_site_files
from audit.publish.site.data_file import DATA_PATH
from tests.conftest import count_examples
from tests.hostile.records import FIELDS, PAYLOADS, hostile_text, make_hostile_registry
from tests.publish.test_site import PageReader, make_site_data, read_data_file
from tests.publish.test_site_exports import BlockReader

HIDING = re.compile("[\u200b\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that hide, or turn what stands beside them."""
FEW = settings(
    max_examples=count_examples(0.3), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Shapes(dict):
    """Of pages; too many to print beside an example."""

    def __repr__(self) -> str:
        return f"{len(self)} shapes"


def build_files(texts, folder):
    return dict(list_site_files(make_site_data(make_hostile_registry(texts), folder)))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The same site of plain words, and the elements and attributes of each page."""
    words = [f"word{number}" for number in range(FIELDS)]
    files = build_files(words, tmp_path_factory.mktemp("plain"))
    return Shapes({path: read_shape(each) for path, each in files.items() if is_page(path)})


def is_page(path):
    return path.endswith((".html", ".svg"))


def read_shape(content):
    page = PageReader(content.decode())
    return page.tags, page.attributes


def check_files(files, plain):
    """Every page has the elements of the plain one; every other file reads as what it is."""
    assert {path for path in files if is_page(path)} == plain.keys()
    for path, content in files.items():
        text = content.decode() if not path.endswith((".parquet", ".gz")) else ""
        if is_page(path):
            assert not HIDING.search(text), path
            tags, attributes = read_shape(content)
            # An address that is none of the web is shown and not linked: that is all that differs.
            assert [tag for tag in tags if tag not in ("a", "small")] == [
                tag for tag in plain[path][0] if tag not in ("a", "small")
            ], path
            assert attributes <= plain[path][1] | {"href", "rel"}, path
            for link in PageReader(text).links:
                assert not re.match(r"\s*(javascript|data|vbscript):", link, re.IGNORECASE), path
            BlockReader(text)
        elif path.endswith((".json", ".jsonl")):
            json.loads(text)
        elif path.endswith(".atom"):
            ET.fromstring(text)
    assert b"<" not in files[DATA_PATH]
    assert not HIDING.search(files[DATA_PATH].decode())


@FEW
@given(st.lists(hostile_text, min_size=1, max_size=FIELDS))
def test_no_text_becomes_markup(plain, tmp_path_factory, texts):
    """On no page, in no attribute, in no address; and every file can still be read."""
    check_files(build_files(texts, tmp_path_factory.getbasetemp()), plain)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: repr(text)[:30])
def test_each_known_trick_stays_text(plain, tmp_path, payload):
    """In every field at once."""
    files = build_files([payload], tmp_path)
    check_files(files, plain)
    data, unpack = read_data_file(files)
    shown = "".join(sign if sign.isprintable() else " " for sign in payload)
    assert unpack(data["columns"]["name"]) == [shown, shown]
    assert unpack(data["columns"]["developer"]) == [shown, shown]
    titles = [facet["values"][0] for facet in data["facets"] if facet["id"] == "family"]
    assert titles == [shown if shown == "constructor" else ["constructor", shown]]
