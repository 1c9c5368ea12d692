"""`python -m tests.bench.mutation [GROUP...]`: how many small faults in the code the tests notice. Needs the `mutation` dependency group.

mutmut changes one expression of one function at a time and runs the tests that reach that function. Strings are left alone: a changed sentence
is no fault of logic. Code outside functions is not changed either. A survivor is a line that no test holds, or a change that means the same.
"""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Path(__file__).with_suffix(".toml")
PROCESSES = "2"
NOTICED = frozenset({"killed", "timeout", "segfault"})
RUN_WITHOUT_STRINGS = """
from mutmut.__main__ import cli
from mutmut.mutation import mutators
mutators.mutation_operators[:] = [each for each in mutators.mutation_operators if each[1] is not mutators.operator_string]
cli()
"""


@dataclass(frozen=True)
class Mutant:
    """One changed expression, and what the tests made of it."""

    file: str
    line: int
    was: str
    became: str
    status: str
    """In mutmut's words: killed, survived, no tests, timeout, …"""


def main() -> int:
    """Measure the groups named, print a table and the survivors. Fails only where mutmut does."""
    settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mutation", description=__doc__)
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"of {', '.join(settings['groups'])}"
    )
    names = parser.parse_args().groups or settings["default"]
    unknown = sorted(set(names) - set(settings["groups"]))
    if unknown:
        parser.error(f"no group {', '.join(unknown)} in {SETTINGS.relative_to(ROOT)}")
    mutants = [
        each
        for name in names
        for each in measure_group(settings["groups"][name], settings["settings"])
    ]
    print_table(mutants)
    print_survivors(mutants)
    return 0


def measure_group(group: dict[str, list[str]], settings: dict[str, Any]) -> list[Mutant]:
    """Run mutmut over the modules of a group, in a copy of the repository."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder) / "copy"
        copy_repository(copy)
        write_settings(
            copy,
            {
                "source_paths": ["audit"],
                "only_mutate": group["modules"],
                "pytest_add_cli_args_test_selection": group["tests"],
                **settings,
            },
        )
        subprocess.run(
            [sys.executable, "-c", RUN_WITHOUT_STRINGS, "run", "--max-children", PROCESSES],
            cwd=copy,
            check=True,
        )
        return read_mutants(copy)


def copy_repository(target: Path) -> None:
    """Copy what git knows or would add: caches and environments stay behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def write_settings(copy: Path, settings: dict[str, Any]) -> None:
    """Add mutmut's table to the copy's pyproject.toml. Everything beside the package is copied once more by mutmut, for tests that read it."""
    beside = sorted(each.name for each in copy.iterdir() if each.name != "audit")
    lines = [
        f"{key} = {json.dumps(value)}" for key, value in {"also_copy": beside, **settings}.items()
    ]
    with (copy / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")


def read_mutants(copy: Path) -> list[Mutant]:
    """Every mutant with its fate, in the order of the code."""
    from mutmut.configuration import reset_config
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import walk_mutatable_files

    found = []
    before = Path.cwd()
    os.chdir(copy)  # mutmut finds its settings and results in the working directory
    reset_config()
    try:
        for path in sorted(walk_mutatable_files()):
            data = SourceFileMutationData(path=path)
            data.load()
            found += [
                describe_mutant(path, name, status_by_exit_code[code])
                for name, code in data.exit_code_by_key.items()
            ]
    finally:
        os.chdir(before)
    return sorted(found, key=lambda each: (each.file, each.line))


def describe_mutant(path: Path, name: str, status: str) -> Mutant:
    """Where a mutant stands and what it changes; mutmut numbers lines from the function's first."""
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key

    diff = get_diff_for_mutant(name, path=path).splitlines()[2:]
    first = next(index for index, line in enumerate(diff) if line.startswith("-"))
    offset = int(diff[0].split()[1].lstrip("-").partition(",")[0]) + first - 2
    start = find_function(path, *orig_function_and_class_names_from_key(name))
    was = " ".join(line[1:].strip() for line in diff if line.startswith("-"))
    became = " ".join(line[1:].strip() for line in diff if line.startswith("+"))
    return Mutant(path.as_posix(), start + offset, was, became, status)


def find_function(path: Path, name: str, owner: str | None) -> int:
    """The line on which a function, or a method of a class, begins."""
    body: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    if owner:
        body = next(
            each.body for each in body if isinstance(each, ast.ClassDef) and each.name == owner
        )
    return next(
        each.lineno for each in body if isinstance(each, ast.FunctionDef) and each.name == name
    )


def print_table(mutants: list[Mutant]) -> None:
    """One line a module, and the sum."""
    print(f"\n{'module':48} {'mutants':>8} {'killed':>8} {'survived':>9} {'share':>7}")
    for file in sorted({each.file for each in mutants}):
        print_row(file, [each for each in mutants if each.file == file])
    print_row("all", mutants)


def print_row(name: str, mutants: list[Mutant]) -> None:
    """Mutants, those that the tests noticed, and the share that they did not."""
    killed = sum(each.status in NOTICED for each in mutants)
    survived = len(mutants) - killed
    print(
        f"{name:48} {len(mutants):8} {killed:8} {survived:9} {survived / max(len(mutants), 1):7.1%}"
    )


def print_survivors(mutants: list[Mutant]) -> None:
    """What no test noticed, with the line as it was and as it became."""
    for each in mutants:
        if each.status not in NOTICED:
            print(f"\n{each.file}:{each.line} ({each.status})\n  - {each.was}\n  + {each.became}")


if __name__ == "__main__":
    sys.exit(main())
