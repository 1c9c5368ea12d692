"""Paths that git ignores: passed over for their text, and never where git would read them."""

import subprocess

import pytest

from audit.projects.finding.dictionary import NameDictionary
from audit.projects.finding.ignored import IgnoredPaths
from audit.projects.finding.tracked import read_tracked_paths
from audit.projects.mentions import find_mentions

LLAMA = "meta-llama/Llama-3.1-8B"
NAMES = NameDictionary({LLAMA.lower(): "model"})
RULES = {
    ".gitignore": "*.log\n!keep.log\n/out/\ndata/\nnotes.*\n# note\n\n\\#odd.py\nbuild?.py\n",
    "sub/.gitignore": "!notes.md\n/local.py\n",
    "out/.gitignore": "!*\n",
}
FILES = [
    *("a.log", "keep.log", "out/a.py", "out/deep/b.py", "x/out/a.py", "data/a.py", "x/data/a.py"),
    *("notes.md", "sub/notes.md", "sub/local.py", "sub/deep/local.py", "#odd.py", "build1.py"),
    *("build10.py", "data.py", "sub/notes.txt"),
]


def write_files(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run_git(root, *arguments):
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.fixture
def project(tmp_path):
    run_git(tmp_path, "init", "--quiet")
    write_files(tmp_path, RULES | dict.fromkeys(FILES, f'"{LLAMA}"'))
    return tmp_path


def test_what_git_ignores_is_ignored_and_nothing_else(project):
    """Nested rules, rules that take back, and folders below which nothing is taken back."""
    said = run_git(project, "check-ignore", *FILES).splitlines()
    rules = IgnoredPaths(project)
    assert sorted(name for name in FILES if rules.skips_text(name)) == sorted(
        name.strip('"') for name in said
    )
    assert "out/a.py" in said


@pytest.mark.parametrize("version", [2, 3, 4])
def test_what_git_tracks_is_read_whatever_the_rules_say(project, version):
    """The index is read in each of its forms."""
    run_git(project, "config", "index.version", str(version))
    run_git(project, "add", "--force", "out/deep/b.py", "x/data/a.py", "keep.log", "notes.md")
    if version == 3:
        run_git(project, "add", "--intent-to-add", "build10.py")
    tracked = set(run_git(project, "ls-files").splitlines())
    assert read_tracked_paths(project) == tracked
    assert (project / ".git/index").read_bytes()[7] == version
    assert not IgnoredPaths(project).skips_text("out/deep/b.py")
    assert IgnoredPaths(project).skips_text("out/a.py")


@pytest.mark.parametrize("content", [b"", b"DIRC\0\0\0\2\0\0\0\1short", b"DIRC" + b"\xff" * 200])
def test_an_index_that_cannot_be_read_ignores_nothing(project, content):
    """What git tracks is not known then, and what is not known is read."""
    (project / ".git/index").write_bytes(content)
    assert not IgnoredPaths(project).skips_text("out/a.py")


@pytest.mark.parametrize(
    "rules",
    [
        b"out/\n\xff\xfe",
        b"out/\n" + b"#" * (1 << 17),
        b"out/\n!*a*a*a*a*a*b.py",
        b"out/\n" + b"x\n" * 500,
    ],
    ids=["no text", "too large", "too hard to take back", "too many"],
)
def test_rules_that_cannot_be_trusted_ignore_nothing(tmp_path, rules):
    """A wrong reading must not lose a model."""
    (tmp_path / ".gitignore").write_bytes(rules)
    assert not IgnoredPaths(tmp_path).skips_text("out/a.py")


HARD = "**/*a*/**/*a*/**/*a*/z"
"""A few dozen letters that a search by trial would take hours for."""


@pytest.mark.parametrize("path", ["a/" * 100 + "y", "a/" * 150 + "y.log"], ids=["deep", "long"])
def test_rules_made_to_cost_time_end(tmp_path, path: str):
    """A rule with many stars is left out, and so is a path that is longer than any of a project."""
    (tmp_path / ".gitignore").write_text(f"{HARD}\n" * 400 + "*.log\n")
    rules = IgnoredPaths(tmp_path)
    assert rules.skips_text("a/y.log")
    assert not rules.skips_text(path)


@pytest.mark.parametrize(
    ("rule", "is_followed"), [("********.log", False), ("**/out/**/*.log", True), ("*.l*g", True)]
)
def test_each_star_of_a_run_counts(tmp_path, rule: str, is_followed: bool):
    """A run of stars is searched star by star: two hundred in one rule held `watch` for ever."""
    (tmp_path / ".gitignore").write_text(f"{rule}\n")
    assert IgnoredPaths(tmp_path).skips_text("out/a/y.log") == is_followed


def test_rules_have_so_much_time_and_then_all_is_read(tmp_path, monkeypatch):
    """Rules that are easy one by one, and many paths, stop no `watch`."""
    (tmp_path / ".gitignore").write_text("out/\n*.log\n")
    monkeypatch.setattr("audit.projects.finding.ignored.MAX_SECONDS", 0.0)
    rules = IgnoredPaths(tmp_path)
    assert [rules.skips_text(name) for name in ("a.log", "b.log")] == [True, False]


def test_the_answer_says_how_many_were_passed_over_and_reads_settings_and_models(tmp_path):
    """Settings, adapters and the Hub's cache lie where git ignores: they are what is used."""
    named = {".gitignore": "*\n", "a.py": LLAMA, ".env.local": LLAMA}
    write_files(tmp_path, named | {"out/adapter_config.json": LLAMA})
    write_files(tmp_path, {"hub/models--meta-llama--Llama-3.1-8B/refs/main": ""})
    found = find_mentions(tmp_path, NAMES)
    files = {mention.file for mention in found.mentions}
    cached = "hub/models--meta-llama--Llama-3.1-8B/refs/main"
    assert files == {".env.local", "out/adapter_config.json", cached}
    assert found.read.skipped["files that git ignores"] == 3
