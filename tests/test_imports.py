"""Imports lead one way: a layer of `audit` knows those above it in LAYERS, and nothing below."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LAYERS = (
    "core",
    "records",
    "licenses",
    "definitions",
    "observations",
    "drift",
    "sources",
    "store",
    "runs",
    "analysis",
    "projects",
    "publish",
    "contribute",
    "scale",
    "cli",
)
"""The folders of `audit`, from the ground up (docs/architecture.md describes them)."""
RANK = {name: rank for rank, name in enumerate(LAYERS)}
MAX_LOOSE_MODULES = 4
PURE = ("records", "licenses", "definitions", "observations", "drift")
OUTSIDE = {
    "requests",
    "httpx",
    "huggingface_hub",
    "socket",
    "subprocess",
    "urllib.request",
    "http.client",
}
PRINTING = {"print", "exit", "quit"}
STARTERS = ("subprocess", "pty", "multiprocessing", "concurrent.futures.process")
STARTING = (
    "system",
    "popen",
    "fork",
    "exec",
    "spawn",
    "posix_spawn",
    "create_subprocess",
    "startfile",
)
"""Modules, and functions of `os` and `asyncio`, that start another process."""


def list_imports(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports, those inside of functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "audit":
            yield from (f"audit.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def list_modules(root: Path) -> Iterator[tuple[str, Path]]:
    """Each file of a layer with the name of the layer."""
    for path in sorted((root / "audit").rglob("*.py")):
        parts = path.relative_to(root / "audit").parts
        if len(parts) > 1:
            yield parts[0], path


def list_calls(root: Path) -> Iterator[tuple[str, Path, ast.AST]]:
    """Every node of every module below the command line."""
    for layer, path in list_modules(root):
        if layer != "cli":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield layer, path, node


def test_every_folder_is_a_layer(root: Path):
    """A new folder takes its place among the layers, and hardly anything lies loose."""
    folders = {layer for layer, _ in list_modules(root)}
    loose = sorted(path.name for path in (root / "audit").glob("*.py"))
    assert folders == set(LAYERS)
    assert len(loose) <= MAX_LOOSE_MODULES


def test_every_import_leads_up_the_list(root: Path):
    """A layer imports its own modules and the layers named before it; there are no exceptions."""
    wrong = []
    for layer, path in list_modules(root):
        for name in list_imports(path):
            parts = name.split(".")
            if parts[0] == "audit" and RANK.get(parts[1], 0) > RANK[layer]:
                wrong.append(f"{path.relative_to(root)} imports {name}")
    assert wrong == []


def test_the_package_does_not_import_its_tests(root: Path):
    """Test doubles, rehearsal and benches do not ship, so that nothing in the package needs them."""
    wrong = []
    for _, path in list_modules(root):
        wrong += [
            f"{path.relative_to(root)}: {name}"
            for name in list_imports(path)
            if name.startswith("tests")
        ]
    assert wrong == []


@pytest.mark.parametrize("layer", PURE)
def test_the_pure_layers_reach_nothing_outside(root: Path, layer: str):
    """From facts to verdicts, and from facts to drift: no network and no other process."""
    reached = set()
    for owner, path in list_modules(root):
        if owner == layer:
            for name in list_imports(path):
                reached |= {name, name.split(".")[0]}
    assert not reached & OUTSIDE


def test_only_the_command_line_reads_the_environment(root: Path):
    """Clock, endpoints and tokens are passed in.

    A Dask worker is a process of its own, with a token of its own; git is one that must not get all of it.
    """
    found = set()
    for _, path, node in list_calls(root):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            found.add(path.relative_to(root / "audit").as_posix())
    assert found <= {"scale/shards.py", "core/git_command.py"}


def test_only_the_command_line_prints(root: Path):
    """Everything below returns what it has to say."""
    wrong = []
    for _, path, node in list_calls(root):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in PRINTING
        ):
            wrong.append(f"{path.relative_to(root)}:{node.lineno}")
    assert wrong == []


def test_one_module_starts_processes(root: Path):
    """Every call of git stands where its repository, settings and environment are set.

    A second module copies this process, and starts no program.
    """
    found = set()
    for _, path in list_modules(root):
        if calls_a_starter(path) or any(name.startswith(STARTERS) for name in list_imports(path)):
            found.add(path.relative_to(root / "audit").as_posix())
    assert found == {"core/git_command.py", "core/second_process.py"}


def calls_a_starter(path: Path) -> bool:
    """Whether a module names one of the functions of `os` or `asyncio` that start a process."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return any(
        isinstance(node.value, ast.Name)
        and node.value.id in ("os", "asyncio")
        and node.attr.startswith(STARTING)
        for node in named
    )
