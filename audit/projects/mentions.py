"""Which models a project names: from a list, or found in its files. Reads text only, follows no link, runs nothing."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.core.errors import UsageError

MAX_SOURCE_FILE_BYTES = 1 << 20
MAX_SOURCE_FILES = 20_000
_SOURCE_ENDINGS = "py ipynb yaml yml toml json jsonl md rst txt cfg ini conf env sh js mjs ts tsx jsx rs go java kt rb tf dockerfile"
SOURCE_SUFFIXES = frozenset(f".{each}" for each in _SOURCE_ENDINGS.split())
_LIST_SUFFIXES = frozenset({"", ".txt", ".list", ".in"})
_SKIPPED_FOLDERS = frozenset(
    {"node_modules", "__pycache__", "venv", "site-packages", "dist", "build", "target"}
)
_HUB_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_WHOLE_HUB_ID = re.compile(_HUB_ID)
_HUB_PREFIX = r"(?:huggingface\.co|hf\.co)/(?:api/models/)?"
_RESERVED_OWNERS = frozenset(
    (
        "datasets",
        "spaces",
        "docs",
        "blog",
        "papers",
        "api",
        "models",
        "collections",
        "organizations",
        "settings",
        "tasks",
        "learn",
        "posts",
    )
)
"""First parts of the Hub's addresses that are no account."""
_QUOTE = r"\\?[\"']"
_MODEL_KEYS = r"(?:model|model_id|model_name|base_model|repo_id|(?:pretrained_)?model_name_or_path)"
_LOADING_CALLS = (
    r"(?:from_pretrained|snapshot_download|hf_hub_download|SentenceTransformer|CrossEncoder)"
)
_MENTION_PATTERNS = (
    re.compile(rf"{_LOADING_CALLS}\(\s{{0,200}}(?:\w{{1,60}}\s?=\s?)?{_QUOTE}({_HUB_ID}){_QUOTE}"),
    re.compile(rf"\b{_MODEL_KEYS}{_QUOTE}?\s{{0,20}}[:=]\s{{0,20}}{_QUOTE}({_HUB_ID}){_QUOTE}"),
    re.compile(
        rf"(?m)^[\s-]{{0,60}}{_MODEL_KEYS}:[ \t]{{1,20}}({_HUB_ID})[ \t]{{0,20}}(?:#.{{0,200}})?$"
    ),
    re.compile(rf"\b{_HUB_PREFIX}({_HUB_ID})"),
)
_FILE_ENDINGS = (
    ".json",
    ".py",
    ".pt",
    ".pth",
    ".bin",
    ".safetensors",
    ".gguf",
    ".onnx",
    ".yaml",
    ".yml",
    ".txt",
    ".csv",
    ".parquet",
    ".md",
)


@dataclass(frozen=True, order=True)
class ModelMention:
    """A model, and where a project names it."""

    model: str
    file: str
    line: int


def find_mentions(path: Path) -> list[ModelMention]:
    """Models of a list, of one source file, or of a folder. Raises UsageError."""
    if path.is_dir():
        return sorted(
            {
                each
                for file in _list_source_files(path)
                for each in find_mentions_in_file(file, str(file.relative_to(path)), path)
            }
        )
    return (
        read_model_list(path)
        if path.suffix in _LIST_SUFFIXES
        else sorted(set(find_mentions_in_file(path, path.name, path.parent)))
    )


def read_model_list(path: Path) -> list[ModelMention]:
    """The models of a list, in its order: one Hub id or Hub address a line, `#` begins a comment. Raises UsageError."""
    found = []
    for number, line in enumerate(_read_text(path).splitlines(), 1):
        words = line.partition("#")[0].strip()
        if words:
            id = re.sub(rf"^(?:https://)?{_HUB_PREFIX}", "", words).partition("@")[0].rstrip("/")
            if not _WHOLE_HUB_ID.fullmatch(id):
                raise UsageError(
                    f"{path}: line {number}: {words[:80]!r} is no Hub id; write owner/name, one a line"
                )
            found.append(ModelMention(id, path.name, number))
    if not found:
        raise UsageError(f"{path}: names no model; write one Hub id a line")
    return found


def find_mentions_in_file(path: Path, shown: str, project: Path) -> Iterator[ModelMention]:
    """The models that a file names as code, as a key, or as an address of the Hub."""
    text = _read_text(path)
    for pattern in _MENTION_PATTERNS:
        for match in pattern.finditer(text):
            id = match[1].rstrip(".")
            if _is_model(id, project):
                yield ModelMention(id, shown, text.count("\n", 0, match.start(1)) + 1)


def _is_model(id: str, project: Path) -> bool:
    """A name with an owner that is neither another page of the Hub nor a file or folder of the project."""
    return (
        _WHOLE_HUB_ID.fullmatch(id) is not None
        and id.partition("/")[0] not in _RESERVED_OWNERS
        and not id.lower().endswith(_FILE_ENDINGS)
        and not (project / id).exists()
    )


def _list_source_files(root: Path) -> Iterator[Path]:
    count = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            each
            for each in folders
            if each not in _SKIPPED_FOLDERS and (not each.startswith(".") or each == ".github")
        )
        for name in sorted(names):
            path = Path(folder, name)
            if (
                (
                    path.suffix.lower() in SOURCE_SUFFIXES
                    or name.startswith(("Dockerfile", "Modelfile"))
                )
                and not path.is_symlink()
                and path.stat().st_size <= MAX_SOURCE_FILE_BYTES
            ):
                count += 1
                if count > MAX_SOURCE_FILES:
                    raise UsageError(
                        f"{root}: more than {MAX_SOURCE_FILES:,} files; name a smaller folder"
                    )
                yield path


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_SOURCE_FILE_BYTES:
            raise UsageError(
                f"{path}: more than {MAX_SOURCE_FILE_BYTES:,} bytes; name a smaller file"
            )
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
