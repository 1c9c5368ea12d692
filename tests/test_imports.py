"""Modules import one way only: a layer knows what stands before it, and nothing that stands on it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LAYERS = (
    {"errors", "memory", "normalize", "surrogates"},
    {"storage", "lock", "pause", "saving", "schedules"},
    {"records", "text_store"},
    {"licenses", "spot_check"},
    {"frameworks", "observations", "history", "license_bench"},
    {"plan", "explain", "indexes", "contradictions", "license_oracle", "hubtable"},
    {"sources", "drift"},
    {"observe", "state", "events", "heartbeat"},
    {"pages", "reread", "health", "outcome"},
    {"report", "alerts"},
    {"run", "cluster", "contribute", "projects"},
    {"drill"},
    {"cli"},
    {"__main__"},
)
"""From the ground up. Packages of one layer do not import each other."""
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
SHARED = {"audit.pages.markdown", "audit.alerts.words", "audit.pages.remembered"}
"""Leaves that import nothing above the ground: how Markdown is kept inert, what a finding is called, the program's own digest."""
PURE = {"records", "licenses", "frameworks", "drift", "observations", "explain", "contradictions", "history"}
OUTSIDE = {"requests", "httpx", "httpx2", "huggingface_hub", "socket", "subprocess", "urllib.request", "http.client"}


def imports(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from {node.module} if node.module != "audit" else {f"audit.{each.name}" for each in node.names}


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    """The package or module below `audit` that each file belongs to."""
    for path in sorted((root / "audit").rglob("*.py")):
        parts = path.relative_to(root / "audit").with_suffix("").parts
        if parts != ("__init__",):
            yield parts[0], path


def test_every_import_leads_down(root: Path):
    """No module imports its own layer's neighbors or anything above."""
    wrong = [
        f"{path.relative_to(root)} imports {name}"
        for module, path in modules(root)
        for name in imports(path)
        if name.startswith("audit.") and name not in SHARED and (other := name.split(".")[1]) != module and RANK[other] >= RANK[module]
    ]
    assert wrong == []


def test_shared_leaves_are_leaves(root: Path):
    """What is let through by name may not lead up either."""
    for name in SHARED:
        path = root / f"{name.replace('.', '/')}.py"
        assert all(RANK[each.split(".")[1]] <= RANK["drift"] for each in imports(path) if each.startswith("audit.")), name


@pytest.mark.parametrize("module", sorted(PURE))
def test_the_pure_layers_reach_nothing_outside(root: Path, module: str):
    """Facts to verdicts, and facts to drift: no network and no other process."""
    reached = {name for owner, path in modules(root) if owner == module for name in imports(path)}
    assert not {each for each in reached if each in OUTSIDE or each.split(".")[0] in OUTSIDE}


def test_only_the_command_line_reads_the_environment(root: Path):
    """Clock, endpoints and tokens are passed in. A Dask worker is a process of its own, with a token of its own."""
    found = {
        path.relative_to(root / "audit").as_posix()
        for module, path in modules(root)
        if module != "cli"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and isinstance(node.value, ast.Name) and node.value.id == "os"
    }
    assert found <= {"cluster.py"}


def test_only_the_command_line_prints(root: Path):
    """Everything below returns what it has to say."""
    wrong = [
        f"{path.relative_to(root)}:{node.lineno}"
        for module, path in modules(root)
        if module != "cli"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "exit", "quit")
    ]
    assert wrong == []
