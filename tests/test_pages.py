"""Generated pages.

Complete, stable, small enough for a git host, and immune to what upstream writes.
"""

import json
import posixpath
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from audit.analysis.other_indexes import read_indexes
from audit.cli.main import main
from audit.core.escape import escape_markdown
from audit.drift.events import Event
from audit.licenses.uses import PERMISSION_WORDS
from audit.publish.feeds.files import build_feed_files
from audit.publish.pages.verdicts import VERDICTS_FILE
from audit.publish.pages.write import find_stale_pages, render_registry_pages, write_pages
from audit.records.load import load_registry
from audit.records.model import MakerClaim
from audit.store.events import EventStore
from tests.conftest import make_model_record
from tests.definitions.builders import (
    EVIDENCE,
    make_dataset,
    make_model,
    make_registry,
    replace_component,
)
from tests.publish.conftest import build_finding

MAX_PAGE_BYTES = 100_000
OPERATORS_WORDS = ("address.json", "nox -s run", "nox -s publish", "nox -s feeds")
HOSTILE = [
    "<script>alert(1)</script>",
    "[a](https://example.org)",
    "![a](https://example.org/x.png)",
    "https://example.org www.example.org someone@example.org mailto:a@example.org",
    "@everyone fixes #1",
    "`code` ```\nfence\n```",
    "| a | b |\n| --- | --- |",
    "*bold* _it_ ~~gone~~ $x$ # head",
    "\u202eright to left\u202c zero\u200bwidth \x07bell",
    "&lt;b&gt; &#60;b&#62;",
    "\\* \\[x\\](y)",
    "1. list\n- list\n> quote",
]


@pytest.fixture(scope="module")
def real(root):
    known = load_registry(root / "registry")
    return known, render_registry_pages(
        known, EventStore(root / "registry").load_events(), read_indexes(root / "registry")
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_upstream_text_is_inert(hostile):
    """Rendered with all of GitHub's extensions it is one paragraph of text.

    No link, no image, no markup, no hidden character.
    """
    rendered = MarkdownIt("gfm-like").render(f"before {escape_markdown(hostile)} after")
    assert re.findall(r"<[a-z/][^>]*>", rendered) == ["<p>", "</p>"]
    assert not re.search("[\u200b\u202e\x07]", rendered)


def test_hostile_records_make_the_same_structure():
    """A name, a claim or a note full of markup changes no heading, row or link of a page."""
    plain = replace(
        make_model(),
        name="plain",
        developer="plain",
        claims=(MakerClaim("plain", EVIDENCE, "models/maker/model-1"),),
    )
    nasty = replace(
        make_model(),
        name=" ".join(HOSTILE),
        developer=HOSTILE[0] + HOSTILE[6],
        claims=(MakerClaim(" ".join(HOSTILE), EVIDENCE, "models/maker/model-1"),),
    )
    for path, page in render_registry_pages(
        make_registry(plain, datasets=(make_dataset(),))
    ).items():
        if path.endswith(".json"):
            continue  # for programs: no markup is read in it
        other = render_registry_pages(make_registry(nasty, datasets=(make_dataset(),)))[path]
        assert list_page_tags(other) == list_page_tags(page), path


def list_page_tags(page):
    """The tags of a page in order, without its text."""
    return re.findall(r"<(?!a id)[a-z0-9/]+", MarkdownIt("gfm-like").render(page))


def test_every_model_license_and_dataset_has_its_place(real):
    """No record is without a section, and every model stands on the page of exactly one label."""
    known, found = real
    anchors = {path: set(re.findall(r'<a id="([^"]+)">', page)) for path, page in found.items()}
    assert sum(len(anchors[path]) for path in found if path.startswith("models/")) == len(
        known.models
    )
    assert sum(len(anchors[path]) for path in found if path.startswith("datasets/")) == len(
        known.datasets
    )
    assert {f"licenses/{id}.md" for id in known.licenses} <= set(found)
    rows = [
        line
        for path, page in found.items()
        if path.startswith("labels/")
        for line in page.splitlines()
        if line.startswith("| [")
    ]
    assert len(rows) == len(set(rows)) == len(known.models)


def test_every_link_of_every_page_resolves(real, root):
    """Relative links lead to a page or a file that is there, and to an anchor that it has."""
    _, found = real
    wrong = [
        f"{path}: {target}"
        for path, page in found.items()
        if path.endswith(".md")
        for target in find_relative_links(page)
        if not is_resolvable(path, target, found, root)
    ]
    assert wrong == []


def test_every_link_of_the_feeds_index_resolves(real, root):
    """Each feed that it offers is one that is written."""
    known, found = real
    feeds = {
        f"feeds/{path}": text for path, text in build_feed_files(known, root / "registry").items()
    }
    page = feeds["feeds/README.md"]
    targets = find_relative_links(page)
    assert len(targets) > 100
    wrong = [
        target
        for target in targets
        if not is_resolvable("feeds/README.md", target, found | feeds, root)
    ]
    assert wrong == []


def find_relative_links(page):
    """The targets of a page's links but those that lead to other sites."""
    return {
        target for target in re.findall(r"\]\(([^)]+)\)", page) if not target.startswith("https://")
    }


def is_resolvable(path, target, found, root):
    """Whether a link from a page leads somewhere, generated or kept."""
    file, _, fragment = target.partition("#")
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
    kept = root / "registry" / unquote(place)
    page = (
        found[place]
        if place in found
        else kept.read_text(encoding="utf-8")
        if kept.is_file()
        else None
    )
    return page is not None and (not fragment or f'<a id="{fragment}"></a>' in page)


def test_pages_are_small_and_stable(real, root):
    """Below the size at which git hosts stop rendering; the same records give the same bytes."""
    known, found = real
    sizes = {path: len(page.encode()) for path, page in found.items() if path.endswith(".md")}
    assert {path: size for path, size in sizes.items() if size >= MAX_PAGE_BYTES} == {}
    assert (
        render_registry_pages(
            known, EventStore(root / "registry").load_events(), read_indexes(root / "registry")
        )
        == found
    )


def test_a_label_page_that_grows_too_large_has_parts(real):
    """The page names every maker with its number of models, and leads to a page for each initial."""
    _, found = real
    whole = found["labels/open-weight.md"]
    for target in find_relative_links(whole) - {"../README.md"}:
        if not target.startswith("open-weight/"):
            continue
        rows = re.findall(r"^\| \[([^]/]+)/", found[f"labels/{target}"], re.M)
        assert rows
        for owner in set(rows):
            assert f"{owner} {rows.count(owner)}" in whole
    parts = {path for path in found if path.startswith("labels/open-weight/")}
    assert {f"labels/{target}" for target in find_relative_links(whole)} >= parts != set()


def test_the_catalog_begins_with_makers_and_families(real):
    """The first table answers where to go: makers of many models with their families, others folded."""
    known, found = real
    header, _, *rows = [line for line in found["README.md"].splitlines() if line.startswith("|")]
    assert header.startswith("| Maker | Models | Families |")
    qwen = next(row for row in rows if row.startswith("| [Qwen](models/Qwen/README.md) |"))
    count = sum(id.startswith("Qwen/") for id in known.models)
    assert f"| {count} |" in qwen
    assert "Qwen3 " in qwen


def test_the_license_index_says_whether_commerce_is_allowed(real):
    """In the words of every other answer, for each license."""
    _, found = real
    header, _, *rows = [
        line for line in found["licenses/README.md"].splitlines() if line[0:1] == "|"
    ]
    column = header.split(" | ").index("Commercial use")
    answers = {row.split(" | ")[0]: row.split(" | ")[column] for row in rows}
    assert answers["| [MIT](MIT.md)"] == "allowed"
    assert answers["| [CC-BY-NC-4.0](CC-BY-NC-4.0.md)"] == "forbidden"
    assert set(answers.values()) <= set(PERMISSION_WORDS.values())


def test_readers_meet_nothing_for_operators(real, root):
    """How the registry is run stands in docs/operations.md."""
    known, found = real
    feeds = build_feed_files(known, root / "registry")
    pages = {path: text for path, text in found.items() if path.endswith("README.md")}
    for path, text in (pages | {"feeds/README.md": feeds["README.md"]}).items():
        shown = re.sub(r"<!--.*?-->", "", text, flags=re.S)
        assert [word for word in OPERATORS_WORDS if word in shown] == [], path


def test_folded_parts_are_closed(real):
    """Every part that opens with a line ends again.

    Else a host would swallow the rest of the page.
    """
    _, found = real
    for page in found.values():
        assert (
            page.count("<details>")
            == page.count("</details>")
            == page.count("<summary>")
            == page.count("</summary>")
        )


def test_what_stands_is_only_written_when_it_differs(tmp_path):
    """A second run writes nothing.

    A changed record, its pages; an owner that is gone loses the page.
    """
    two = render_registry_pages(
        make_registry(make_model("one/a"), make_model("two/b"), datasets=(make_dataset(),))
    )
    write_pages(tmp_path, two)
    assert write_pages(tmp_path, two) == []
    changed = render_registry_pages(
        make_registry(
            replace_component(make_model("one/a"), "model-parameters-final", "not-released", None),
            datasets=(make_dataset(),),
        )
    )
    assert "models/two/README.md" in write_pages(tmp_path, changed)
    assert not (tmp_path / "models" / "two" / "README.md").exists()
    assert find_stale_pages(tmp_path, changed) == []


def test_a_claim_is_marked_only_where_the_definition_says_no():
    """What the maker calls open source and the definition fails carries a mark.

    What is not known yet carries none.
    """
    claimed = replace(
        make_model(), claims=(MakerClaim("open source", EVIDENCE, "models/maker/model-1"),)
    )
    for status, marked in (("not-released", True), ("unknown", False)):
        found = render_registry_pages(
            make_registry(replace_component(claimed, "training-code", status, None))
        )
        assert any("⚠" in page for page in found.values()) == marked


def test_a_moved_verdict_is_named(write_registry, capsys):
    """catalog says which model moved from what to what.

    --check says which pages differ, exits with 1 and writes nothing.
    """
    folder = write_registry()
    assert main(["catalog", "--registry", str(folder)]) == 0
    assert main(["catalog", "--registry", str(folder), "--check"]) == 0
    capsys.readouterr()
    path = folder / "models" / "maker" / "model-1.json"
    path.write_text(
        json.dumps(
            make_model_record(
                components={
                    "model-parameters-final": {"status": "not-released", "evidence": ["card"]}
                }
            )
        ),
        encoding="utf-8",
    )
    before = (folder / VERDICTS_FILE).read_bytes()
    assert main(["catalog", "--registry", str(folder), "--check"]) == 1
    told = capsys.readouterr()
    assert "maker/model-1 spectrum: open-weight-or-better -> closed" in told.out
    assert "out of date: registry/models/maker/README.md\n" in told.out
    assert told.out.splitlines()[-1].endswith("pages are out of date; run nox -s catalog")
    assert (folder / VERDICTS_FILE).read_bytes() == before
    assert main(["catalog", "--registry", str(folder)]) == 0
    assert "open-weight-or-better -> closed" in capsys.readouterr().out
    main(["catalog", "--registry", str(folder)])
    assert "moved" not in capsys.readouterr().out


def test_an_old_contradiction_is_no_recent_drift():
    """A first audit finds statements that have disagreed for years: the catalog's list is for what changed."""
    changed = build_finding()
    conflict = build_finding(kind="license-conflict", field="LICENSE", before="MIT", after="NC")
    events = [Event(finding, "run", finding.first_seen) for finding in (changed, conflict)]
    page = render_registry_pages(make_registry(make_model()), events)["README.md"]
    recent = page.partition("## Recently drifted")[2].partition("##")[0]
    assert recent.count("\n* ") == 1
    assert "gate" in recent
