"""The rules of aibomgen-cli (idlab-discover, commit 79505cd1), to be run on the same projects.

Restated here from reading its scanner: which files it opens, which forms it takes for the name of
a model, and that a Python call may stretch over lines. None of its code is here; what differs is
that a name is kept once for each line where it stands, and not once for the whole project.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from tests.bench.watch_score import Found

_PART = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_ANY = rf"({_PART}(?:/{_PART})?)"
_FULL = rf"({_PART}/{_PART})"
_Q = r"[\"']"
_FIRST_ARGUMENT = (
    r"\.from_pretrained|\bhf_hub_download|\bsnapshot_download|\bInferenceClient|\bInferenceApi|"
    r"\bSentenceTransformer|\bCrossEncoder"
)
_BY_KEYWORD = {
    r"\.from_pretrained": "pretrained_model_name_or_path",
    r"\bpipeline": "model",
    r"\bhf_hub_download": "repo_id",
    r"\bsnapshot_download": "repo_id",
    r"\bInferenceClient": "model",
    r"\bHuggingFaceHub": "repo_id",
    r"\bHuggingFaceEndpoint": "repo_id",
    r"\bHuggingFacePipeline\.from_model_id": "model_id",
}
"""Calls, and the argument in which each takes a model."""
_YAML_KEYS = (
    "model_name_or_path|pretrained_model_name_or_path|model_name|model_checkpoint|base_model|"
    "base_model_name_or_path|model_id|model|repo_id|hub_model_id|teacher_model_name_or_path|"
    "student_model_name_or_path|foundation_model|lm_model"
)
_CARD_KEYS = "model|base_model|model_id|model_name|model_name_or_path|widget_model"
_SHELL_NAMES = r"MODEL(?:_NAME|_ID|_PATH)?|HF_MODEL(?:_ID)?|HUGGINGFACE_MODEL"


def _write_key_rule(keys: str) -> str:
    return rf"^\s*(?:{keys})\s*:\s*[\"']?{_FULL}[\"']?\s*(?:#.*)?$"


_SECOND_OF_PIPELINE = rf"\bpipeline\(\s*{_Q}[^\"']+{_Q}\s*,\s*{_Q}{_ANY}{_Q}"
_PYTHON = (
    rf"(?:{_FIRST_ARGUMENT})\(\s*{_Q}{_ANY}{_Q}",
    _SECOND_OF_PIPELINE,
    *(rf"{call}\([^)]*?\b{key}\s*=\s*{_Q}{_ANY}{_Q}" for call, key in _BY_KEYWORD.items()),
    rf"\bevaluate\.load\(\s*{_Q}{_FULL}{_Q}",
    rf"\b(?:model|repo_id|model_id)\s*=\s*{_Q}{_FULL}{_Q}",
)
_JSON = (
    rf'"_name_or_path"\s*:\s*"{_ANY}"',
    rf'"(?:model_name_or_path|base_model|model|repo_id)"\s*:\s*"{_FULL}"',
)
_SHELL = (
    rf"huggingface-cli\s+download\s+[\"']?{_FULL}[\"']?",
    rf"(?:{_SHELL_NAMES})\s*=\s*[\"']?{_FULL}[\"']?",
)
_SCRIPT = (
    _SECOND_OF_PIPELINE,
    rf"\.from_pretrained\(\s*{_Q}{_ANY}{_Q}",
    rf"\bmodel\s*:\s*{_Q}{_FULL}{_Q}",
)
_RULES = {
    "python": _PYTHON,
    "yaml": (_write_key_rule(_YAML_KEYS),),
    "json": _JSON,
    "shell": _SHELL,
    "script": _SCRIPT,
    "card": (_write_key_rule(_CARD_KEYS),),
    "prose": (rf"\b{_FULL}\b",),
}
_COMPILED = {kind: [re.compile(rule) for rule in rules] for kind, rules in _RULES.items()}
_KINDS = {
    **dict.fromkeys((".py",), "python"),
    **dict.fromkeys((".ipynb",), "notebook"),
    **dict.fromkeys((".yaml", ".yml"), "yaml"),
    **dict.fromkeys((".json",), "json"),
    **dict.fromkeys((".md", ".rst"), "markdown"),
    **dict.fromkeys((".sh", ".bash", ".zsh"), "shell"),
    **dict.fromkeys((".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx"), "script"),
}
_NOT_ENTERED = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        "__pycache__",
        ".venv",
        "venv",
        "env",
        ".env",
        ".tox",
        "dist",
        "build",
        "_build",
    ]
) | {"site-packages", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
_VERSION = re.compile(r"\d+\.\d+[^A-Za-z_-]*")


def find_as_aibomgen(root: Path) -> list[Found]:
    """What its rules find in a folder, once for each line and name."""
    found: set[Found] = set()
    for path in _list_files(root):
        kind = _choose_kind(path)
        if kind:
            text = path.read_text(encoding="utf-8", errors="replace")
            shown = path.relative_to(root).as_posix()
            for line, name in _find_names(text, kind):
                found.add(Found(shown, line, name, name.lower(), "model"))
    return sorted(found)


def _list_files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - _NOT_ENTERED)
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _choose_kind(path: Path) -> str:
    name = path.name.lower()
    if path.suffix.lower() in _KINDS:
        return _KINDS[path.suffix.lower()]
    starts = name.startswith(("dockerfile.", "docker-compose"))
    return "shell" if starts or name in {"dockerfile", "containerfile"} else ""


def _find_names(text: str, kind: str) -> Iterator[tuple[int, str]]:
    if kind == "notebook":
        yield from _find_in_notebook(text)
        return
    lines = text.split("\n")
    if kind == "markdown":
        yield from _find_in_markdown(lines)
        return
    yield from _apply(lines, kind)
    if kind == "python":
        yield from _apply_to_calls(lines)


def _apply(lines: list[str], kind: str, start: int = 1) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start):
        for rule in _COMPILED[kind]:
            for match in rule.finditer(line):
                if _is_plausible(match[1]):
                    yield number, match[1]


def _apply_to_calls(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines between parentheses are read as one; what stands there is told where the call begins."""
    depth, begin, parts = 0, 0, []
    for number, line in enumerate(lines, 1):
        depth = max(0, depth + line.count("(") - line.count(")"))
        if depth or parts:
            begin = begin if parts else number
            parts.append(line.strip())
        if not depth and parts:
            yield from _apply([" ".join(parts)], "python", begin)
            parts = []


def _find_in_notebook(text: str) -> Iterator[tuple[int, str]]:
    """Its lines count within a cell; here they are looked up in the file."""
    try:
        cells = json.loads(text).get("cells", [])
    except (ValueError, AttributeError):
        yield from _apply(text.split("\n"), "python")
        return
    for cell in cells:
        source = cell.get("source", "")
        lines = "".join(source).split("\n")
        kind = "python" if cell.get("cell_type") == "code" else "card"
        names = {name for _, name in _apply(lines, kind)}
        if kind == "python":
            names |= {name for _, name in _apply_to_calls(lines)}
        for name in names:
            yield from _locate(text, name)


def _locate(text: str, name: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if name in line:
            yield number, name


def _find_in_markdown(lines: list[str]) -> Iterator[tuple[int, str]]:
    begin = 0
    if lines and lines[0].strip() == "---":
        ends = [n for n, line in enumerate(lines[1:], 1) if line.strip() in {"---", "..."}]
        begin = ends[0] + 1 if ends else len(lines)
        yield from _apply(lines[1 : begin - 1], "card", 2)
    yield from _apply(lines[begin:], "prose", begin + 1)


def _is_plausible(name: str) -> bool:
    return 2 <= len(name) <= 200 and _VERSION.fullmatch(name) is None
