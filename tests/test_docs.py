"""The documentation against the program: links lead somewhere, names exist, and printed answers are printed today."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.cli.main import main
from audit.definitions.catalog import DEFINITIONS
from tests.test_imports import LAYERS

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/*.md")])
LINK = re.compile(r"\]\((?!https:)([^)\s]+)\)")
MODULE = re.compile(r"`((?:[\w-]+/)+[\w-]+\.\w+)`")
POINTER = re.compile(r"docs/[\w./-]+\.md")
ANSWER = re.compile(r"```sh\nuvx [^\n]* omr explain (\S+)\n```\n\n```text\n(.+?)…\n```", re.DOTALL)


def find_anchors(text: str) -> set[str]:
    """Anchors of a Markdown page, as GitHub makes them of headings, and those set by hand."""
    headings = re.findall(r"(?m)^#+ (.+)$", text)
    slugs = {re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-") for each in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"', text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path):
    """Every relative link has its file, and every anchor its heading."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in find_anchors(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_named_on_a_page_exist(page: Path):
    """A path in code is one of the repository, of the package; a move of a module moves its name here."""
    for name in MODULE.findall(page.read_text(encoding="utf-8")):
        assert any((base / name).exists() for base in (ROOT, ROOT / "audit")), name


def list_pointers(root: Path) -> Iterator[tuple[str, str]]:
    """Each page of `docs` that the code points to, with the module that does."""
    for folder in ("audit", "tests"):
        for path in sorted((root / folder).rglob("*.py")):
            for target in POINTER.findall(path.read_text(encoding="utf-8")):
                yield path.relative_to(root).as_posix(), target


def test_comments_point_to_pages_that_exist(root: Path):
    """The reason behind a rule is in this repository."""
    pointers = list(list_pointers(root))
    assert pointers
    assert [each for each in pointers if not (root / each[1]).is_file()] == []


def test_the_layers_are_described_in_their_order(root: Path):
    """The table of layers is the list that the imports obey."""
    text = (root / "docs/architecture.md").read_text(encoding="utf-8")
    table = re.search(r"\| Layer \| Holds \|\n\| --- \| --- \|\n((?:\|.*\n)+)", text)
    assert table
    assert tuple(re.findall(r"(?m)^\| (\S+) \|", table[1])) == LAYERS


def test_every_package_within_a_layer_is_described(root: Path):
    """Who looks for a folder of the code finds it in docs/architecture.md, and none that is gone."""
    text = (root / "docs/architecture.md").read_text(encoding="utf-8")
    table = text.split("Folders within a layer:")[1].split("Outside the package:")[0]
    described = set(re.findall(r"^\| ([a-z_]+/[\w/]+) \|", table, re.MULTILINE))
    audit = root / "audit"
    packages = {
        init.parent.relative_to(audit).as_posix() for init in audit.glob("*/**/__init__.py")
    }
    assert described == {name for name in packages if "/" in name}


@pytest.mark.parametrize("id", [*(each.id for each in DEFINITIONS), "permissions"])
def test_every_definition_has_its_page(root: Path, id: str):
    """The catalog links to the page, and addresses of the time when METHODOLOGY.md held everything still work."""
    text = (root / f"docs/definitions/{id}.md").read_text(encoding="utf-8")
    assert text.lower().startswith(f"# {id}\n")
    assert id in find_anchors((root / "METHODOLOGY.md").read_text(encoding="utf-8"))


def test_the_answer_on_the_first_screen_is_printed_today(
    root: Path, capsys: pytest.CaptureFixture[str]
):
    """README begins with what `explain` says; where a fact or a sentence changes, the block is pasted anew."""
    shown = ANSWER.search((root / "README.md").read_text(encoding="utf-8"))
    assert shown
    assert main(["explain", shown[1], "--registry", str(root / "registry")]) == 0
    assert capsys.readouterr().out.startswith(shown[2])
