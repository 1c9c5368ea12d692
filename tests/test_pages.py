"""Generated pages: complete, stable, small enough for a git host, and immune to what upstream writes."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from audit.events import EventStore
from audit.pages.markdown import text
from audit.pages.write import pages, stale_pages, write_pages
from audit.records.load import load_registry
from tests.frameworks.builders import EVIDENCE, dataset, having, model, registry

MAX_PAGE_BYTES = 512 << 10
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
    return known, pages(known, EventStore(root / "registry").load())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_upstream_text_is_inert(hostile):
    """Rendered with all of GitHub's extensions it is one paragraph of text: no link, no image, no markup, no hidden character."""
    rendered = MarkdownIt("gfm-like").render(f"before {text(hostile)} after")
    assert re.findall(r"<[a-z/][^>]*>", rendered) == ["<p>", "</p>"]
    assert not re.search("[\u200b\u202e\x07]", rendered)


def test_hostile_records_make_the_same_structure():
    """A name, a claim or a note full of markup changes no heading, row or link of a page."""
    plain = replace(model(), name="plain", developer="plain")
    nasty = replace(model(), name=" ".join(HOSTILE), developer=HOSTILE[0] + HOSTILE[6])
    for path, page in pages(registry(plain, datasets=(dataset(),))).items():
        other = pages(registry(nasty, datasets=(dataset(),)))[path]
        assert shape(other) == shape(page), path


def shape(page):
    """The tags of a page in order, without its text."""
    return re.findall(r"<(?!a id)[a-z0-9/]+", MarkdownIt("gfm-like").render(page))


def test_every_model_license_and_dataset_has_its_place(real):
    """No record is without a section, and every link between pages leads to an anchor that exists."""
    known, found = real
    anchors = {path: set(re.findall(r'<a id="([^"]+)">', page)) for path, page in found.items()}
    assert sum(len(anchors[path]) for path in found if path.startswith("models/")) == len(known.models)
    assert {f"licenses/{id}.md" for id in known.licenses} <= set(found)
    for target, anchor in re.findall(r"\]\((models/[^)#]+)#([^)]+)\)", found["README.md"]):
        assert anchor in anchors[target]


def test_pages_are_small_and_stable(real, root):
    """Below the size at which git hosts stop rendering; the same records give the same bytes."""
    known, found = real
    assert max(len(page.encode()) for page in found.values()) < MAX_PAGE_BYTES
    assert pages(known, EventStore(root / "registry").load()) == found


def test_what_stands_is_only_written_when_it_differs(tmp_path):
    """A second run writes nothing; a changed record, its pages; an owner that is gone loses the page."""
    two = pages(registry(model("one/a"), model("two/b"), datasets=(dataset(),)))
    write_pages(tmp_path, two)
    assert write_pages(tmp_path, two) == []
    changed = pages(registry(having(model("one/a"), "model-parameters-final", "not-released", None), datasets=(dataset(),)))
    assert "models/two/README.md" in write_pages(tmp_path, changed)
    assert not (tmp_path / "models" / "two" / "README.md").exists()
    assert stale_pages(tmp_path, changed) == []


def test_a_claim_that_the_verdict_does_not_bear_out_is_marked():
    """What the maker calls open source, and the rules do not, carries a mark in the catalogue."""
    from audit.records.types import Claim

    subject = replace(having(model(), "training-code", "not-released", None), claims=(Claim("open source", EVIDENCE, "models/maker/model-1"),))
    assert "⚠" in pages(registry(subject))["README.md"]
