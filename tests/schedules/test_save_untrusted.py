"""`save` runs git in a tree that many people write: only the caller's repository, and none of its hooks."""

import subprocess
from pathlib import Path

import pytest

from audit.cli.main import main
from audit.core.errors import UsageError
from audit.publish.save import NotSavedError, RegistryCheckout

pytestmark = pytest.mark.usefixtures("without_pauses")

HOOKS = (
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-push",
    "post-index-change",
    "reference-transaction",
    "pre-rebase",
    "post-rewrite",
)


def git(folder: Path, *arguments: str) -> str:
    who = (
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@example.org",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "core.fsmonitor=false",
    )
    command = ["git", *who, "-c", "core.hooksPath=/dev/null", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a bare repository, with a record and an event that is not committed yet."""
    git(tmp_path, "init", "--quiet", "--bare", "origin")
    git(tmp_path, "clone", "--quiet", "origin", "clone")
    folder = tmp_path / "clone"
    for name in ("models/maker/m.json", "events/old.json"):
        path = folder / "registry" / name
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "First")
    git(folder, "push", "--quiet", "origin", "HEAD:main")
    (folder / "registry" / "events" / "new.json").write_text("{}")
    return folder


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """The file that a foreign command would write, once it runs."""
    return tmp_path / "proof"


def script(path: Path, proof: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch {proof}\n")
    path.chmod(0o755)
    return path


def test_no_hook_and_no_monitor_runs(clone, proof):
    """A hooks folder can stand in the tree, where core.hooksPath points; what the machine commits needs none."""
    for name in HOOKS:
        script(clone / "hooks" / name, proof)
    git(clone, "config", "core.hooksPath", "hooks")
    git(clone, "config", "core.fsmonitor", str(script(clone / "hooks" / "monitor", proof)))
    saved = RegistryCheckout(clone / "registry")
    assert saved.commit_written_files("Audit")
    saved.push_to_branch("origin", "main")
    assert not proof.exists()
    assert git(clone, "ls-tree", "-r", "--name-only", "origin/main").count("events/") == 2


@pytest.mark.parametrize("option", ["--upload-pack", "--receive-pack", "--exec"])
def test_branch_and_remote_are_names_and_never_options(clone, proof, option):
    """Git would run the command that such an option names."""
    saved = RegistryCheckout(clone / "registry")
    command = f"{option}=touch {proof};"
    for remote, branch in (
        ("origin", command),
        (command, "main"),
        ("origin", "-d"),
        ("-f", "main"),
        ("", "main"),
        ("origin", "a:b"),
        ("origin", ""),
    ):
        with pytest.raises(UsageError):
            saved.push_to_branch(remote, branch)
    assert not proof.exists()


def test_the_command_refuses_them_too(clone, proof, capsys):
    """One line, exit 2."""
    arguments = ["save", "--push", "--registry", str(clone / "registry")]
    assert main([*arguments, f"--branch=--upload-pack=touch {proof};"]) == 2
    assert "is no name of a branch" in capsys.readouterr().err
    assert not proof.exists()


def test_a_transport_that_is_a_command_is_refused(clone, proof):
    """`ext::` runs what follows, where a configuration allows it."""
    git(clone, "config", "protocol.ext.allow", "always")
    with pytest.raises(NotSavedError):
        RegistryCheckout(clone / "registry").push_to_branch(f"ext::touch {proof}", "main")
    assert not proof.exists()


def test_a_linked_registry_is_not_saved(clone, proof, tmp_path):
    """The link can lead into a repository that the tree holds; that one's monitor would run."""
    git(clone, "init", "--quiet", "--bare", "evil")
    git(clone / "evil", "config", "core.bare", "false")
    git(clone / "evil", "config", "core.worktree", str(clone / "evil"))
    git(clone / "evil", "config", "core.fsmonitor", str(script(tmp_path / "monitor", proof)))
    (clone / "registry").rename(clone / "evil" / "registry")
    (clone / "registry").symlink_to("evil/registry")
    with pytest.raises(UsageError, match="symbolic link"):
        RegistryCheckout(clone / "registry").commit_written_files("Audit")
    assert not proof.exists()


def test_a_folder_named_like_a_pattern_is_that_folder(clone):
    """What stands beside it is not committed."""
    (clone / "registry").rename(clone / "[rs]*")
    other = clone / "s1" / "events" / "other.json"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    assert RegistryCheckout(clone / "[rs]*").commit_written_files("Audit")
    assert git(clone, "show", "--name-only", "--format=").split() == [
        "[rs]*/events/new.json",
        "[rs]*/events/old.json",
    ]


def test_what_the_environment_says_of_the_remote_stays_and_of_repositories_goes(
    clone, tmp_path, monkeypatch
):
    """A push needs the caller's ways and name; a hook's GIT_DIR would commit into another repository."""
    git(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    assert RegistryCheckout(clone / "registry").commit_written_files("Audit")
    monkeypatch.undo()
    assert git(clone, "log", "-1", "--format=%s %an") == "Audit Somebody"
