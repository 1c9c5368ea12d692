"""Which models a project names: from a list, or found in its files. Reads text only, follows no link, runs nothing."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.core.errors import UsageError

MAX_FILE_BYTES = 1 << 20
MAX_FILES = 20_000
_ENDINGS = "py ipynb yaml yml toml json jsonl md rst txt cfg ini conf env sh js mjs ts tsx jsx rs go java kt rb tf dockerfile"
SUFFIXES = frozenset(f".{each}" for each in _ENDINGS.split())
_LISTS = frozenset({"", ".txt", ".list", ".in"})
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "site-packages", "dist", "build", "target"})
_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_WHOLE = re.compile(_ID)
_HUB = r"(?:huggingface\.co|hf\.co)/(?:api/models/)?"
_NOT_MODELS = frozenset(
    ("datasets", "spaces", "docs", "blog", "papers", "api", "models", "collections", "organizations", "settings", "tasks", "learn", "posts")
)
"""First parts of the Hub's addresses that are no account."""
_QUOTE = r"\\?[\"']"
_KEYS = r"(?:model|model_id|model_name|base_model|repo_id|(?:pretrained_)?model_name_or_path)"
_CALLS = r"(?:from_pretrained|snapshot_download|hf_hub_download|SentenceTransformer|CrossEncoder)"
_PATTERNS = (
    re.compile(rf"{_CALLS}\(\s{{0,200}}(?:\w{{1,60}}\s?=\s?)?{_QUOTE}({_ID}){_QUOTE}"),
    re.compile(rf"\b{_KEYS}{_QUOTE}?\s{{0,20}}[:=]\s{{0,20}}{_QUOTE}({_ID}){_QUOTE}"),
    re.compile(rf"(?m)^[\s-]{{0,60}}{_KEYS}:[ \t]{{1,20}}({_ID})[ \t]{{0,20}}(?:#.{{0,200}})?$"),
    re.compile(rf"\b{_HUB}({_ID})"),
)
_FILE_ENDINGS = (".json", ".py", ".pt", ".pth", ".bin", ".safetensors", ".gguf", ".onnx", ".yaml", ".yml", ".txt", ".csv", ".parquet", ".md")


@dataclass(frozen=True, order=True)
class Mention:
    """A model, and where a project names it."""

    model: str
    file: str
    line: int


def mentions(path: Path) -> list[Mention]:
    """Models of a list, of one source file, or of a folder. Raises UsageError."""
    if path.is_dir():
        return sorted({each for file in _files(path) for each in found_in(file, str(file.relative_to(path)), path)})
    return listed(path) if path.suffix in _LISTS else sorted(set(found_in(path, path.name, path.parent)))


def listed(path: Path) -> list[Mention]:
    """The models of a list, in its order: one Hub id or Hub address a line, `#` begins a comment. Raises UsageError."""
    found = []
    for number, line in enumerate(_text(path).splitlines(), 1):
        words = line.partition("#")[0].strip()
        if words:
            id = re.sub(rf"^(?:https://)?{_HUB}", "", words).partition("@")[0].rstrip("/")
            if not _WHOLE.fullmatch(id):
                raise UsageError(f"{path}: line {number}: {words[:80]!r} is no Hub id; write owner/name, one a line")
            found.append(Mention(id, path.name, number))
    if not found:
        raise UsageError(f"{path}: names no model; write one Hub id a line")
    return found


def found_in(path: Path, shown: str, project: Path) -> Iterator[Mention]:
    """The models that a file names as code, as a key, or as an address of the Hub."""
    text = _text(path)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            id = match[1].rstrip(".")
            if _is_model(id, project):
                yield Mention(id, shown, text.count("\n", 0, match.start(1)) + 1)


def _is_model(id: str, project: Path) -> bool:
    """A name with an owner that is neither another page of the Hub nor a file or folder of the project."""
    return (
        _WHOLE.fullmatch(id) is not None and id.partition("/")[0] not in _NOT_MODELS and not id.lower().endswith(_FILE_ENDINGS) and not (project / id).exists()
    )


def _files(root: Path) -> Iterator[Path]:
    count = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(each for each in folders if each not in _SKIPPED and (not each.startswith(".") or each == ".github"))
        for name in sorted(names):
            path = Path(folder, name)
            if (
                (path.suffix.lower() in SUFFIXES or name.startswith(("Dockerfile", "Modelfile")))
                and not path.is_symlink()
                and path.stat().st_size <= MAX_FILE_BYTES
            ):
                count += 1
                if count > MAX_FILES:
                    raise UsageError(f"{root}: more than {MAX_FILES:,} files; name a smaller folder")
                yield path


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UsageError(f"{path}: more than {MAX_FILE_BYTES:,} bytes; name a smaller file")
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
