"""The site: the same bytes each time, no link into nothing, and what upstream writes stays text."""

import hashlib
import json
import posixpath
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from jinja2 import Environment, nodes

from audit.cli.main import main
from audit.core.references import get_owner
from audit.publish import templating
from audit.publish.pages.context import judge_registry
from audit.publish.site.archive import ARCHIVE
from audit.publish.site.build import SUMS_FILE, list_site_files, write_site
from audit.publish.site.data_file import DATA_PATH
from audit.publish.site.facet_values import list_site_facets
from audit.publish.site.html import ASSETS, open_site_environment, read_asset
from audit.publish.site.site_data import SiteData
from audit.publish.urls import RegistryAddress
from audit.publish.views.build_summary import build_summaries
from audit.records.load import load_registry
from audit.records.model import MakerClaim
from audit.records.registry import Registry
from audit.store.events import EventStore
from tests.definitions.builders import EVIDENCE, make_model, make_registry

TEMPLATES = sorted(Path(templating.__file__).with_name("templates").joinpath("site").glob("*.j2"))
SAMPLED_OWNERS = ("meta-llama", "tiiuae", "openai", "EleutherAI", "databricks")
HOSTILE = '"><img src=x onerror=alert(1)>\u202e</script><b>\u200b{{ 7 * 7 }}'


def make_site_data(registry: Registry, root: Path, events=()) -> SiteData:
    judged = judge_registry(registry, events)
    return SiteData(root, judged, build_summaries(judged), "2026-11-28", RegistryAddress())


def make_sample(root: Path) -> SiteData:
    """Some makers of the real registry, with every license, dataset and family."""
    registry = load_registry(root / "registry")
    models = {id: each for id, each in registry.models.items() if get_owner(id) in SAMPLED_OWNERS}
    chosen = Registry(models, registry.families, registry.datasets, registry.licenses)
    events = EventStore(root / "registry").load_events(registry)
    return make_site_data(chosen, root / "registry", events)


@pytest.fixture(scope="module")
def sample(root: Path) -> SiteData:
    """The same for all tests here."""
    return make_sample(root)


@pytest.fixture(scope="module")
def files(sample: SiteData) -> dict[str, bytes]:
    """Every file of its site."""
    return dict(list_site_files(sample))


class PageReader(HTMLParser):
    """The links, anchors, elements and scripts of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src"):
                self.links.append(value or "")


def test_the_same_records_give_the_same_bytes(sample: SiteData, files: dict[str, bytes]):
    """Nothing depends on a clock, on the order of a set, or on what was built before."""
    again = replace(sample)
    assert {path: digest(content) for path, content in list_site_files(again)} == {
        path: digest(content) for path, content in files.items()
    }


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_every_link_leads_somewhere(files: dict[str, bytes]):
    """Links within the site are relative, so that it works under any path and from a disk."""
    pages = {p: PageReader(c.decode()) for p, c in files.items() if p.endswith(".html")}
    dead, known = [], {*files, SUMS_FILE, ARCHIVE}
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("https", "http"):
                continue
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(path), unquote(parts.path))
            )
            target = path if not parts.path else target
            is_dead = target not in known or target.startswith("..") or link.startswith("/")
            if not is_dead and parts.fragment:
                is_dead = parts.fragment not in pages[target].ids
            if is_dead:
                dead.append((path, link))
    assert dead == []


def test_every_page_can_be_reached_without_scripts(files: dict[str, bytes]):
    """From the first page by links alone."""
    reached, waiting = set(), ["index.html"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for link in PageReader(files[path].decode()).links:
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(path), urlsplit(link).path)
            )
            if not urlsplit(link).scheme and target.endswith(".html"):
                waiting.append(unquote(target))
    assert {path for path in files if path.endswith(".html")} - reached == {"404.html"}


def test_ids_of_elements_are_unique(files: dict[str, bytes]):
    """An anchor leads to one place."""
    for path, content in files.items():
        if path.endswith(".html"):
            ids = PageReader(content.decode()).ids
            assert len(ids) == len(set(ids)), path


def test_pages_load_only_their_own_files(files: dict[str, bytes]):
    """No script, style or picture of another host, and none within a page."""
    for path, content in files.items():
        if path.endswith(".html"):
            text = content.decode()
            assert "default-src 'none'" in text, path
            assert not re.search(r"<(script|link|img)[^>]*(https?:)?//", text), path
            assert not re.search(
                r"<script(?! src=| type=\"application/ld\+json\")|<style| style=| on[a-z]+=", text
            ), path


def read_data_file(files: dict[str, bytes]):
    """What the script is given, and the value of a packed column for each row."""
    text = files[DATA_PATH].decode()
    data = json.loads(text.removeprefix("window.OMR_DATA=").removesuffix(";\n"))

    def unpack(column):
        numbers = column["n"]
        if isinstance(numbers, str):
            numbers = [data["signs"].index(sign) for sign in numbers]
        return [column["v"][number] for number in numbers]

    return data, unpack


def list_words(facet):
    return [value if isinstance(value, str) else value[0] for value in facet["values"]]


def test_the_data_file_holds_every_facet(sample: SiteData, files: dict[str, bytes]):
    """The columns say of each model what the facets of `search` say."""
    data, unpack = read_data_file(files)
    assert data["ids"] == [row.id for row in sample.rows]
    derived = set()
    for facet, packed in zip(list_site_facets(), data["facets"], strict=True):
        words = list_words(packed)
        assert {value for row in sample.rows for value in facet.list_values(row)} == set(words)
        if "rows" not in packed:
            derived.add(facet.id)
            continue
        for numbers, row in zip(unpack(packed["rows"]), sample.rows, strict=True):
            assert [words[number] for number in numbers] == list(facet.list_values(row))
    assert derived == {"maker", "year"}


def test_unknown_is_the_last_value_of_every_facet(files: dict[str, bytes]):
    """It is a value of its own, and no answer before the known ones."""
    data, _ = read_data_file(files)
    for facet in data["facets"]:
        words = list_words(facet)
        after = words[words.index("unknown") + 1 :] if "unknown" in words else []
        assert set(after) <= {"undetermined", "none", "no-weights", "no-repository"}, facet["id"]


def test_hostile_records_stay_text(root: Path):
    """A name full of markup makes the same elements as a plain one, in every kind of file."""
    plain, nasty = (
        dict(list_site_files(make_site_data(make_registry(make_named_model(name)), root)))
        for name in ("plain", HOSTILE)
    )
    assert plain.keys() == nasty.keys()
    for path in plain:
        if path.endswith((".html", ".svg")):
            one, other = (PageReader(each[path].decode()) for each in (plain, nasty))
            assert one.tags == other.tags, path
            assert one.attributes == other.attributes, path
            assert not re.search("[\u202e\u200b]", nasty[path].decode()), path
            assert "<img src=x" not in nasty[path].decode(), path
        if path.endswith(".js") and path.endswith("data.js"):
            assert b"<" not in nasty[path]


def make_named_model(words: str):
    claims = (MakerClaim(words, EVIDENCE, "models/maker/model-1"),)
    return replace(make_model(), name=words, developer=words, claims=claims)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_goes_around_the_escaping(path: Path):
    """No `safe`, no switch of the escaping, and every attribute in quotation marks."""
    source = path.read_text(encoding="utf-8")
    tree = Environment(extensions=[]).parse(source)
    filters = {node.name for node in tree.find_all(nodes.Filter)}
    assert not filters & {"safe", "xmlattr", "tojson", "urlize", "forceescape"}
    assert not list(tree.find_all(nodes.ScopedEvalContextModifier))
    assert not re.search(r"\s[a-z-]+=\{\{", source)


def test_only_addresses_of_the_web_are_linked():
    """What an address of another kind would run is shown and not linked."""
    check = open_site_environment().filters["web_url"]
    assert check("https://example.org/x") == "https://example.org/x"
    for url in ("javascript:alert(1)", "data:text/html,x", "//example.org", "", None):
        assert check(url) == ""


def test_scripts_build_no_markup():
    """Data reaches a page as text only."""
    for name in ASSETS:
        text = read_asset(name).decode()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


def test_a_folder_with_other_files_is_refused(sample: SiteData, tmp_path: Path, capsys):
    """Nothing that is no site is overwritten, and a later build removes what is left over."""
    (tmp_path / "mine.txt").write_text("x")
    arguments = ["site", "--registry", str(sample.root), "--output", str(tmp_path)]
    assert main(arguments) == 2
    assert "holds something else" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_an_earlier_build_left_is_removed(root: Path, tmp_path: Path):
    """The list of sums names the files of a site; no other file is touched."""
    folder = tmp_path / "site"
    first = replace(make_model(), id="maker/model-0")
    write_site(folder, make_site_data(make_registry(first, make_model()), root))
    (folder / "mine.txt").write_text("x")
    write_site(folder, make_site_data(make_registry(make_model()), root))
    sums = dict(
        reversed(line.split("  ")) for line in (folder / SUMS_FILE).read_text().splitlines()
    )
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found - {SUMS_FILE, "mine.txt"} == sums.keys()
    assert not (folder / "models/maker/model-0.html").exists()
    assert all(digest((folder / path).read_bytes()) == sum for path, sum in sums.items())
