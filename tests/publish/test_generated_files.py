"""A set of generated files.

Written where it differs, cleared of what is gone, and nothing else is touched.
"""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from audit.core.errors import UsageError
from audit.publish.generated_files import find_stale_files, write_generated_files
from audit.publish.pages.write import PAGE_PATTERNS, is_page_path

PATTERNS = ("README.md", "a/*/README.md")


def list_files(folder: Path) -> dict[str, str]:
    """Every file with its text."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_set_is_written_and_cleared(tmp_path: Path):
    """Missing and different files are written, those that are gone removed.

    A second time nothing is stale.
    """
    old = {"README.md": "1", "a/x/README.md": "x", "a/y/README.md": "y"}
    assert write_generated_files(tmp_path, old, PATTERNS) == sorted(old)
    new = {"README.md": "2", "a/x/README.md": "x"}
    assert find_stale_files(tmp_path, new, PATTERNS) == ["README.md", "a/y/README.md"]
    assert write_generated_files(tmp_path, new, PATTERNS) == ["README.md", "a/y/README.md"]
    assert list_files(tmp_path) == new
    assert write_generated_files(tmp_path, new, PATTERNS) == []


def test_line_ends_are_part_of_the_text(tmp_path: Path):
    """A file with the line ends of CSV is up to date once it is written; one with others is not."""
    wanted = {"README.md": "a,b\r\n"}
    write_generated_files(tmp_path, wanted, PATTERNS)
    assert find_stale_files(tmp_path, wanted, PATTERNS) == []
    (tmp_path / "README.md").write_bytes(b"a,b\n")
    assert find_stale_files(tmp_path, wanted, PATTERNS) == ["README.md"]


@pytest.mark.parametrize("link", ["a", "a/x", "."])
def test_nothing_behind_a_linked_folder_is_written_or_removed(tmp_path: Path, link: str):
    """A branch can hold a link to any folder of the machine that writes the pages."""
    outside, folder = tmp_path / "outside", tmp_path / "registry"
    for place in (outside, outside / "x"):
        place.mkdir(parents=True)
        (place / "README.md").write_text("somebody's")
    before = list_files(outside)
    linked = folder / link
    linked.parent.mkdir(parents=True, exist_ok=True)
    linked.symlink_to(outside)
    for wanted in ({"a/x/README.md": "ours"}, {"a/y/README.md": "ours"}, {}):
        for call in (write_generated_files, find_stale_files):
            with suppress(UsageError):
                call(folder, wanted, PATTERNS)
    assert list_files(outside) == before
    with pytest.raises(UsageError, match="is a symbolic link"):
        write_generated_files(folder, {"a/x/README.md": "ours"}, PATTERNS)


def test_a_file_of_another_size_is_not_read(tmp_path: Path):
    """What somebody put in the place of a page may be larger than the memory: it is stale, whatever it says."""
    with (tmp_path / "README.md").open("wb") as file:
        file.truncate(1 << 30)
    tracemalloc.start()
    assert find_stale_files(tmp_path, {"README.md": "1"}, PATTERNS) == ["README.md"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_only_files_of_the_set_are_removed(tmp_path: Path):
    """A record beside a page stays, and so does the temporary file of another writer.

    One of a killed command goes.
    """
    (tmp_path / "a/x").mkdir(parents=True)
    (tmp_path / "a/y/README.md").mkdir(parents=True)
    others = {"a/x/model.json": "{}", "a/x/.model.json.1.tmp": "{}", "a/README.md": "by hand"}
    others["a/y/README.md/kept"] = "a folder of that name is no file of the set"
    for path, text in {**others, "a/x/.README.md.1.tmp": "half"}.items():
        (tmp_path / path).write_text(text)
    write_generated_files(tmp_path, {"README.md": "1"}, PATTERNS)
    assert list_files(tmp_path) == {**others, "README.md": "1"}


def test_folders_at_any_depth(tmp_path: Path):
    """Two stars stand for any folders, or for none; one star for one name, with a dot or without."""
    patterns = ("**/*.atom", "a/*.md")
    gone = ("x.atom", "a/x.atom", "a/b/c/.x.atom", "a/.x.md")
    kept = ("a/b/x.md", "x.md", "a/x.atom.txt")
    for path in (*gone, *kept):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    assert find_stale_files(tmp_path, {}, patterns) == sorted(gone)
    assert find_stale_files(tmp_path / "missing", {}, patterns) == []
    assert write_generated_files(tmp_path, {}, patterns) == sorted(gone)
    assert set(list_files(tmp_path)) == set(kept)


def test_no_record_can_be_a_page():
    """What `catalog` may remove never matches a file that people or the audit write."""
    for path in (
        "models/maker/model-1.json",
        "licenses/MIT.json",
        "events/2026/11.json",
        "observations/models/maker/m.json",
        "address.json",
        "feeds/all.json",
    ):
        assert not is_page_path(path)
    assert is_page_path("verdicts.json")
    assert len(set(PAGE_PATTERNS)) == len(PAGE_PATTERNS)
