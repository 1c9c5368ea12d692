"""What a log shows, where both streams of a command end in one pipe."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import WriteRegistry, make_license_record, make_model_record


def read_log(root: Path, *arguments: str) -> list[str]:
    """The lines of a CI log: both streams in one pipe, buffered as Python buffers a pipe."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-m", "audit", *arguments, "--registry", "registry"]
    environment["PYTHONPATH"] = str(Path(__file__).parents[1])
    done = subprocess.run(
        command,
        cwd=root.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


def spoil(root: Path) -> None:
    """Two models with a license that there is not."""
    for name in ("one", "two"):
        record = make_model_record(f"maker/{name}")
        record["components"]["model-parameters-final"]["license"] = "Nothing-1.0"
        (root / f"models/maker/{name}.json").write_text(json.dumps(record) + "\n", encoding="utf-8")


def test_a_line_on_either_stream_stands_where_it_was_printed(write_registry: WriteRegistry):
    """What cannot be read goes to standard error, between the answers before and after it."""
    root = write_registry()
    for name in ("one.txt", "three.txt"):
        (root.parent / name).write_text("The text of no license.", encoding="utf-8")
    log = read_log(root, "identify", "one.txt", "two.txt", "three.txt")
    assert [line.partition(":")[0] for line in log] == ["one.txt", "two.txt", "three.txt"]


@pytest.mark.parametrize(
    ("arguments", "problem", "summary"),
    [
        (("validate",), "registry/models/maker/", "2 problems in "),
        (("catalog", "--check"), "out of date: registry/", "pages are out of date; "),
        (("feeds", "--check"), "out of date: registry/feeds/", " out of date; run nox -s feeds"),
    ],
    ids=["validate", "catalog", "feeds"],
)
def test_problems_come_before_the_summary(
    write_registry: WriteRegistry,
    arguments: tuple[str, ...],
    problem: str,
    summary: str,
):
    """The last line counts what the lines before it say, and stands nowhere else."""
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    if arguments == ("validate",):
        spoil(root)
    log = read_log(root, *arguments)
    assert [number for number, line in enumerate(log) if summary in line] == [len(log) - 1]
    assert any(line.startswith(problem) for line in log[:-1])
