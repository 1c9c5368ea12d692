"""CONTRIBUTING.md walked through: every command runs as it is written there, and prints what is printed there.

The walk happens in a fresh repository made of this one's files, against a Hub on loopback. One line is not run as written:
the one that installs nox. In its place stands a script of the same name that hands `nox -s NAME -- ARGS` to
`python -m audit NAME ARGS` of the running interpreter, as the noxfile does, without a new environment for each.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubFile, HubRepo
from tests.fakes.world import UpstreamWorld

MODEL = "speechbrain/sepformer-wham"
SETUP = "python3 -m venv .venv && .venv/bin/pip install -q nox"
NOX = f"""#!{sys.executable}
import os, sys
arguments = sys.argv[1:]
assert arguments[0] == "-s", arguments
os.execv(sys.executable, [sys.executable, "-m", "audit", arguments[1], *[each for each in arguments[2:] if each != "--"]])
"""
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOST_COMMANDS = 4


@pytest.fixture(scope="module")
def guide(root: Path) -> list[tuple[str, str, str]]:
    """The blocks of the guide: language, file name, content."""
    return BLOCK.findall((root / "CONTRIBUTING.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean clone, in which the model of the guide is not recorded yet."""
    target = tmp_path_factory.mktemp("walk") / "open-model-registry"
    for folder in (
        "audit",
        "schemas",
        "registry/models",
        "registry/families",
        "registry/datasets",
        "registry/licenses",
    ):
        shutil.copytree(
            root / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__", "*.md")
        )
    (target / ".gitignore").write_bytes((root / ".gitignore").read_bytes())
    (target / "registry/models" / f"{MODEL}.json").unlink(missing_ok=True)
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Clone"]):
        who = [
            "-c",
            "user.name=Test",
            "-c",
            "user.email=test@example.org",
            "-c",
            "commit.gpgsign=false",
        ]
        subprocess.run(["git", *who, *arguments], cwd=target, check=True)
    return target


@pytest.fixture(scope="module")
def hub() -> Iterator[LoopbackHub]:
    """A Hub that holds the model of the guide, as the recorded one.

    Pickled checkpoints, no license file.
    """
    world = UpstreamWorld()
    weights = [
        HubFile.create_large(path, 1_000_000, path)
        for path in ("encoder.ckpt", "masknet.ckpt", "decoder.ckpt")
    ]
    files = {
        each.path: each
        for each in [
            HubFile.create_text("README.md", "---\nlicense: apache-2.0\n---\n# SepFormer\n"),
            *weights,
        ]
    }
    card = {
        "license": "apache-2.0",
        "language": "en",
        "pipeline_tag": "audio-to-audio",
        "tags": ["arxiv:2010.13154", "arxiv:2106.04624"],
    }
    world.add_hub_repo(HubRepo("models", MODEL, files=files, card=card))
    with LoopbackHub(world) as server:
        yield server


def run_guide_command(command: str, clone: Path, hub: LoopbackHub) -> str:
    """What a command prints on both streams.

    One that should fail says so by the guide's text, not by its status.
    """
    if command == SETUP:
        script = clone / ".venv/bin/nox"
        script.parent.mkdir(parents=True)
        script.write_text(NOX)
        script.chmod(0o755)
        return ""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HF_TOKEN", "GITHUB_"))
    }
    environment |= {
        "HF_ENDPOINT": hub.endpoint,
        "PYTHONPATH": str(clone),
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    done = subprocess.run(
        command,
        shell=True,
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stdout
    return done.stdout


def is_expected_output(printed: str, written: str) -> bool:
    """Line by line; `…` stands for any text, and alone on its line for any lines."""
    lines = [
        "(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n"
        for line in written.strip().split("\n")
    ]
    return re.fullmatch("".join(lines), printed.strip() + "\n") is not None


def test_the_guide_does_what_it_says(guide, clone: Path, hub: LoopbackHub):
    """From a clean clone on.

    Commands run, files are written, changes are applied, in the order of the page.
    """
    printed = ""
    for language, name, content in guide:
        if language == "sh":
            printed = "".join(
                run_guide_command(line, clone, hub) for line in content.strip().split("\n")
            )
        elif language == "text":
            assert is_expected_output(printed, content), (
                f"--- printed\n{printed}\n--- written\n{content}"
            )
        elif language == "diff":
            subprocess.run(["git", "apply", "-"], input=content, text=True, cwd=clone, check=True)
        elif language == "json":
            (clone / name).write_text(content)
    assert (
        subprocess.run(
            ["git", "status", "--short", "-uall"],
            cwd=clone,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.count("\n")
        >= 2
    )


def test_a_valid_record_takes_at_most_four_commands(guide):
    """The first block of the guide goes from a clean clone to a valid new record."""
    commands = guide[0][2].strip().split("\n")
    assert guide[0][0] == "sh"
    assert len(commands) <= MOST_COMMANDS
    assert SETUP in commands
    assert " new -- " in commands[-2]
    assert commands[-1].endswith("-s validate")
