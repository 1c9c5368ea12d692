"""Which models a project names: from a list, or found in its files.

Reads text only: it follows no link, opens no special file, and runs nothing of the project.
"""

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.core.errors import UsageError
from audit.core.references import get_owner
from audit.records.model_names import strip_hub_address

MAX_SOURCE_FILE_BYTES = 1 << 20
MAX_SOURCE_FILES = 20_000
_SOURCE_ENDINGS = (
    "py ipynb yaml yml toml json jsonl md rst txt cfg ini conf env sh "
    "js mjs ts tsx jsx rs go java kt rb tf dockerfile"
)
SOURCE_SUFFIXES = frozenset(f".{ending}" for ending in _SOURCE_ENDINGS.split())
_SOURCE_NAMES = ("Dockerfile", "Modelfile")
"""Source files that are known by how their name begins."""
_LIST_SUFFIXES = frozenset({"", ".txt", ".list", ".in"})
_SKIPPED_FOLDERS = frozenset(
    {"node_modules", "__pycache__", "venv", "site-packages", "dist", "build", "target"}
)
_HUB_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_HUB_NAME = r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,95}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
"""With or without an owner: the Hub still answers to old names that have none."""
_WHOLE_HUB_ID = re.compile(_HUB_ID)
_HUB_PREFIX = r"(?:huggingface\.co|hf\.co)/(?:api/models/)?"
_RESERVED_OWNERS = frozenset(
    {"api", "blog", "collections", "datasets", "docs", "learn", "models"}
    | {"organizations", "papers", "posts", "settings", "spaces", "tasks"}
)
"""First parts of the Hub's addresses that are not accounts."""
_QUOTE = r"\\?[\"']"
_MODEL_KEYS = r"(?:model|model_id|model_name|base_model|repo_id|(?:pretrained_)?model_name_or_path)"
_LOADING_CALLS = (
    r"(?:from_pretrained|snapshot_download|hf_hub_download|SentenceTransformer|CrossEncoder)"
)
_MENTION_PATTERNS = (
    re.compile(
        rf"{_LOADING_CALLS}\(\s{{0,200}}(?:\w{{1,60}}\s?=\s?)?{_QUOTE}({_HUB_NAME}){_QUOTE}"
    ),
    re.compile(rf"\b{_MODEL_KEYS}{_QUOTE}?\s{{0,20}}[:=]\s{{0,20}}{_QUOTE}({_HUB_NAME}){_QUOTE}"),
    re.compile(
        rf"(?m)^[\s-]{{0,60}}{_MODEL_KEYS}:[ \t]{{1,20}}({_HUB_NAME})[ \t]{{0,20}}(?:#.{{0,200}})?$"
    ),
    re.compile(rf"\b{_HUB_PREFIX}({_HUB_NAME})"),
)
_FILE_ENDINGS = (
    *(".json", ".py", ".pt", ".pth", ".bin", ".safetensors", ".gguf", ".onnx"),
    *(".yaml", ".yml", ".txt", ".csv", ".parquet", ".md"),
)
"""A quoted path with one of these is a file, whatever folder it names."""


@dataclass(frozen=True, order=True)
class ModelMention:
    """A model, and where a project names it."""

    model: str
    file: str
    line: int


def find_mentions(
    path: Path, listed: Collection[str] = (), in_code: Collection[str] = ()
) -> list[ModelMention]:
    """Models of a list, of one source file, or of a folder. Raises UsageError.

    `listed`, `in_code`: names without an owner that mean a model there, in small letters.
    """
    if path.is_dir():
        return _find_mentions_in_folder(path, in_code)
    if path.suffix in _LIST_SUFFIXES:
        return read_model_list(path, listed)
    return sorted(set(find_mentions_in_file(path, path.name, path.parent, in_code)))


def read_model_list(path: Path, ownerless: Collection[str] = ()) -> list[ModelMention]:
    """The models of a list, in its order. Raises UsageError.

    A line holds one Hub id, Hub address or name without owner; `#` begins a comment.
    """
    mentions = list(_parse_model_list(path, ownerless))
    if not mentions:
        raise UsageError(f"{path}: names no model; write one Hub id a line")
    return mentions


def _parse_model_list(path: Path, ownerless: Collection[str]) -> Iterator[ModelMention]:
    for number, entry in _list_entries(path):
        model = _extract_id(entry)
        if not _WHOLE_HUB_ID.fullmatch(model) and model.lower() not in ownerless:
            fix = "write owner/name, one a line"
            raise UsageError(f"{path}: line {number}: {entry[:80]!r} is not a Hub id; {fix}")
        yield ModelMention(model, path.name, number)


def _list_entries(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a list that hold more than a comment, with their numbers."""
    for number, line in enumerate(_read_text(path).splitlines(), 1):
        entry = line.partition("#")[0].strip()
        if entry:
            yield number, entry


def find_mentions_in_file(
    path: Path, shown: str, project: Path, ownerless: Collection[str] = ()
) -> Iterator[ModelMention]:
    """The models that a file names as code, as a key, or as an address of the Hub."""
    text = _read_text(path)
    for match in _match_mentions(text):
        id = match[1].rstrip(".")
        if _is_model_name(id, project, ownerless):
            yield ModelMention(id, shown, _count_line(text, match.start(1)))


def _count_line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _match_mentions(text: str) -> Iterator[re.Match[str]]:
    for pattern in _MENTION_PATTERNS:
        yield from pattern.finditer(text)


def _find_mentions_in_folder(folder: Path, ownerless: Collection[str]) -> list[ModelMention]:
    mentions: set[ModelMention] = set()
    for file in _list_source_files(folder):
        shown = str(file.relative_to(folder))
        mentions.update(find_mentions_in_file(file, shown, folder, ownerless))
    return sorted(mentions)


def _extract_id(entry: str) -> str:
    """The id in a line of a list; what comes behind an `@` is a revision."""
    return strip_hub_address(entry).partition("@")[0].rstrip("/")


def _is_model_name(name: str, project: Path, ownerless: Collection[str]) -> bool:
    """Whether a name is neither another page of the Hub nor a path of the project.

    One without owner counts only where a model is known by it.
    """
    if name.lower().endswith(_FILE_ENDINGS) or (project / name).exists():
        return False
    if "/" not in name:
        return name.lower() in ownerless
    return _WHOLE_HUB_ID.fullmatch(name) is not None and get_owner(name) not in _RESERVED_OWNERS


def _list_source_files(root: Path) -> Iterator[Path]:
    """Raises UsageError for a folder of more files than a project has."""
    for count, path in enumerate(_walk_source_files(root)):
        if count == MAX_SOURCE_FILES:
            fix = "name a smaller folder"
            raise UsageError(f"{root}: more than {MAX_SOURCE_FILES:,} files; {fix}")
        yield path


def _walk_source_files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        # os.walk goes on with what is left in this list.
        folders[:] = sorted(filter(_is_searched_folder, folders))
        for path in (Path(folder, name) for name in sorted(names)):
            if _is_source_name(path) and _is_small_regular_file(path):
                yield path


def _is_searched_folder(name: str) -> bool:
    if name in _SKIPPED_FOLDERS:
        return False
    return not name.startswith(".") or name == ".github"


def _is_source_name(path: Path) -> bool:
    return path.suffix.lower() in SOURCE_SUFFIXES or path.name.startswith(_SOURCE_NAMES)


def _is_small_regular_file(path: Path) -> bool:
    """Links lead out of the project, and opening a FIFO waits for a writer that never comes."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_SOURCE_FILE_BYTES


def _read_text(path: Path) -> str:
    """Raises UsageError."""
    content = _read_bounded(path)
    if len(content) > MAX_SOURCE_FILE_BYTES:
        fix = "name a smaller file"
        raise UsageError(f"{path}: more than {MAX_SOURCE_FILE_BYTES:,} bytes; {fix}")
    return _decode_lines(content)


def _read_bounded(path: Path) -> bytes:
    """One byte more than is allowed: a pipe that the caller names has no size beforehand."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_SOURCE_FILE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def _decode_lines(content: bytes) -> str:
    """As a text file is read: a line ends the same on every system."""
    text = content.decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
