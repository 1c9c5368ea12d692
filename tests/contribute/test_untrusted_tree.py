"""The work tree under review may be a stranger's.

Git runs nothing that it names, and reads nothing beside it.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from audit.cli.main import main
from audit.contribute.review.git_base import extract_registry_at
from audit.core.errors import RegistryError
from tests.conftest import make_license_record, make_model_record

LINKED = (
    "models",
    "models/maker",
    "families",
    "datasets",
    "licenses",
    "events",
    "observations",
    "feeds",
    "alerts",
    "projects",
)


def run_git(folder: Path, *arguments: str, content: str | None = None) -> str:
    who = (
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.org",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    )
    command = ["git", *who, "-C", str(folder), *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, input=content
    ).stdout.strip()


def write_records(registry: Path) -> None:
    for folder, record in (("licenses", make_license_record()), ("models", make_model_record())):
        path = registry / folder / f"{record['id']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record, indent=2))


def commit_all(folder: Path, message: str) -> None:
    run_git(folder, "add", "--all", "--force")
    run_git(folder, "commit", "--quiet", "--no-verify", "-m", message)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A maintainer's clone: main holds the registry, and a stranger's branch is checked out."""
    folder = tmp_path / "clone"
    write_records(folder / "registry")
    run_git(tmp_path, "init", "--quiet", "clone")
    commit_all(folder, "Base")
    run_git(folder, "checkout", "--quiet", "-b", "stranger")
    return folder


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """The file that a command of the stranger would write, once it runs."""
    return tmp_path / "proof"


def set_smudge_filter(folder: Path, proof: Path) -> None:
    run_git(folder, "config", "filter.x.smudge", f"touch {proof}; cat")
    run_git(folder, "config", "filter.x.required", "true")


def embed_repository(clone: Path, proof: Path, place: str) -> None:
    """Commit a bare repository that filters everything, and a link that leads into it."""
    evil = clone / "evil"
    run_git(clone, "init", "--quiet", "--bare", "evil")
    write_records(evil / "registry")
    (evil / "registry" / ".gitattributes").write_text("* filter=x\n")
    inside = ("--git-dir", str(evil), "--work-tree", str(evil))
    run_git(evil, *inside, "add", "registry")
    run_git(evil, *inside, "commit", "--quiet", "-m", "Base")
    set_smudge_filter(evil, proof)
    shutil.rmtree(clone / "registry")
    (clone / place).symlink_to("evil" if place != "registry" else "evil/registry")
    commit_all(clone, "A model")


def run_review(registry: Path, base: str = "main") -> int:
    return main(["review", "--registry", str(registry), f"--base={base}"])


@pytest.mark.parametrize("place", ["registry", "data"])
@pytest.mark.parametrize("relative", [True, False])
def test_a_repository_in_the_tree_is_never_asked(
    clone, proof, monkeypatch, capsys, place, relative
):
    """A link to a bare repository that the branch brought along.

    Refused, and its filter does not run.
    """
    embed_repository(clone, proof, place)
    monkeypatch.chdir(clone)
    registry = Path("registry" if place == "registry" else "data/registry")
    status = run_review(registry if relative else clone / registry)
    assert not proof.exists()
    assert status == 2
    printed = capsys.readouterr()
    assert "symbolic link" in printed.err
    assert printed.out == ""


def test_a_bare_repository_without_a_link_is_not_found(clone, proof, capsys):
    """The caller points into it: the clone answers, that main holds no such folder."""
    embed_repository(clone, proof, "registry")
    status = run_review(clone / "evil" / "registry")
    assert not proof.exists()
    assert status == 2
    assert "is not in main" in capsys.readouterr().err


def test_a_link_into_another_clone_is_refused(clone, tmp_path, capsys):
    """That repository has a real .git and is a stranger's choice all the same.

    It is not what the branch is compared with.
    """
    write_records(tmp_path / "other" / "registry")
    run_git(tmp_path, "init", "--quiet", "other")
    commit_all(tmp_path / "other", "Other")
    (clone / "data").symlink_to("../other")
    assert run_review(clone / "data" / "registry") == 2
    assert "symbolic link inside of a work tree" in capsys.readouterr().err


@pytest.mark.parametrize("folder", LINKED)
def test_a_linked_folder_is_refused_before_it_is_read(clone, tmp_path, capsys, folder):
    """What stands behind it is the reader's own, and would be shown in a public comment."""
    secret = tmp_path / "secrets" / "maker"
    secret.mkdir(parents=True)
    (secret / "config.json").write_text('{"id": "SECRET"}')
    shutil.rmtree(clone / "registry" / folder, ignore_errors=True)
    (clone / "registry" / folder).symlink_to(secret.parent)
    assert run_review(clone / "registry") == 2
    printed = capsys.readouterr()
    assert "symbolic link" in printed.err
    assert "SECRET" not in printed.out + printed.err


def test_a_link_above_the_work_tree_is_the_caller_s(clone, tmp_path):
    """A folder of clones may be reached over a link, and a linked work tree is one too."""
    (tmp_path / "link").symlink_to(tmp_path)
    assert run_review(tmp_path / "link" / "clone" / "registry") == 0
    run_git(clone, "worktree", "add", "--quiet", str(tmp_path / "second"), "main")
    assert run_review(tmp_path / "second" / "registry", "stranger") == 0


def test_dots_that_lead_back_over_a_link_are_refused(clone, tmp_path, capsys):
    """Git and Python would understand two different folders."""
    write_records(tmp_path / "other" / "registry")
    (tmp_path / "other" / "inner").mkdir()
    (clone / "inner").symlink_to("../other/inner")
    assert run_review(clone / "inner" / ".." / "registry") == 2
    assert "leads back over a link" in capsys.readouterr().err


def test_attributes_name_no_filter_and_files_come_as_stored(clone, proof):
    """Even a filter of the caller's own configuration is not run by what a tree names.

    Exported names are not replaced.
    """
    (clone / "registry" / ".gitattributes").write_text(
        "* filter=x\nsubst export-subst\ngone export-ignore\n"
    )
    (clone / "registry" / "subst").write_text("$Format:%H$")
    (clone / "registry" / "gone").write_bytes(b"\r\n\0")
    commit_all(clone, "Attributes")
    set_smudge_filter(clone, proof)
    with extract_registry_at(clone / "registry", "HEAD") as base:
        stored = {path.name: path.read_bytes() for path in base.folder.iterdir() if path.is_file()}
    assert stored["subst"] == b"$Format:%H$"
    assert stored["gone"] == b"\r\n\0"
    assert not proof.exists()


def test_a_missing_object_is_not_fetched(clone, proof, capsys):
    """Fetching runs what the configuration names; the message says what to do."""
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": str(clone),
        "remote.origin.uploadpack": f"touch {proof}; false",
    }.items():
        run_git(clone, "config", key, value)
    blob = run_git(clone, "rev-parse", "main:registry/licenses/MIT.json")
    (clone / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    status = run_review(clone / "registry")
    assert not proof.exists()
    assert status == 1
    assert "git fetch" in capsys.readouterr().err


def build_tree_entry(clone: Path, kind: str) -> str:
    """A tree entry, as `git mktree` takes it, that is no plain file."""
    blob = run_git(clone, "hash-object", "-w", "--stdin", content="../../secret")
    tree = run_git(clone, "mktree", content=f"100644 blob {blob}\tescaped")
    return {
        "link": f"120000 blob {blob}\tlink",
        "submodule": f"160000 commit {run_git(clone, 'rev-parse', 'HEAD')}\tsub",
        "parent": f"040000 tree {tree}\t..",
        "backslash": f"100644 blob {blob}\t..\\escaped",
        "twice": f"100644 blob {blob}\tone\n100644 blob {blob}\tone",
    }[kind]


@pytest.mark.parametrize("kind", ["link", "submodule", "parent", "backslash", "twice"])
def test_a_base_of_anything_but_plain_files_is_refused(clone, kind):
    """Links, submodules, and paths that git itself never makes.

    Nothing is written outside, and the error is one line.
    """
    tree = run_git(clone, "mktree", content=build_tree_entry(clone, kind))
    top = run_git(clone, "mktree", content=f"040000 tree {tree}\tregistry")
    commit = run_git(clone, "commit-tree", top, "-m", "Made by hand")
    with pytest.raises(RegistryError) as caught, extract_registry_at(clone / "registry", commit):
        pass
    assert "\n" not in str(caught.value)


def test_a_base_whose_registry_is_a_link_is_refused(clone, capsys):
    """A link has no files of its own, and is not followed in a commit either."""
    (clone / "registry").rename(clone / "real")
    (clone / "registry").symlink_to("real")
    commit_all(clone, "Linked")
    run_git(clone, "branch", "linked")
    (clone / "registry").unlink()
    write_records(clone / "registry")
    assert run_review(clone / "registry", "linked") == 2
    assert "is not a folder in linked" in capsys.readouterr().err


@pytest.mark.parametrize(
    "base",
    [
        "--output=proof",
        "--upload-pack=touch proof",
        "-",
        "^main",
        "main..stranger",
        "main:registry",
        "",
        " ",
    ],
)
def test_a_base_is_a_name_and_never_an_option(clone, monkeypatch, capsys, base):
    """Options, ranges and negations are refused like a name that git does not know."""
    monkeypatch.chdir(clone)
    assert run_review(Path("registry"), base) == 2
    assert "is not a commit here" in capsys.readouterr().err
    assert not (clone / "proof").exists()


def test_the_environment_names_no_other_repository(clone, tmp_path, monkeypatch, capsys):
    """In a hook git says which repository it works for.

    The registry's own is asked nevertheless.
    """
    run_git(tmp_path, "init", "--quiet", "other")
    for name, value in {
        "GIT_DIR": "other/.git",
        "GIT_WORK_TREE": "other",
        "GIT_OBJECT_DIRECTORY": "other/.git/objects",
    }.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    assert run_review(clone / "registry") == 0
    assert "Records: none changed" in capsys.readouterr().out


def test_reading_gets_no_token(clone, tmp_path, monkeypatch):
    """Whatever git would start after all has nothing to carry away.

    And each call but the first two names its repository.
    """
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    log = tmp_path / "log"
    wrapper.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\nenv >> {log}\nexec {shutil.which("git")} "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", str(wrapper.parent), prepend=os.pathsep)
    for name in ("GITHUB_TOKEN", "HF_TOKEN", "GIT_EXTERNAL_DIFF", "GIT_TRACE", "LD_PRELOAD_FAKE"):
        monkeypatch.setenv(name, "SECRET")
    assert run_review(clone / "registry") == 0
    seen = log.read_text()
    assert "SECRET" not in seen
    calls = [line for line in seen.splitlines() if line.startswith("--no-pager")]
    assert all(
        "safe.bareRepository=explicit" in each and "core.fsmonitor=false" in each for each in calls
    )
    assert ["--git-dir=" in each for each in calls] == [False, False, *[True] * (len(calls) - 2)]
    assert len(calls) > 4
