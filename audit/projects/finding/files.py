"""The files of a project that are read: text of a bounded size, the heads of model files.

No link is followed, no special file opened, nothing of the project is run.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from audit.core.errors import UsageError
from audit.core.plain_files import measure_plain_file

MAX_TEXT_BYTES = 4 << 20
MAX_FILES = 500_000
SNIFFED_BYTES = 4096
MODEL_SUFFIXES = frozenset({".gguf", ".safetensors"})
_BINARY_SUFFIXES = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".ico",
        ".pdf",
        ".zip",
        ".gz",
        ".xz",
        ".bz2",
        ".zst",
        ".tar",
        ".whl",
        ".so",
        ".dll",
        ".dylib",
        ".exe",
        ".o",
        ".a",
        ".class",
        ".jar",
        ".pyc",
        ".pt",
        ".pth",
        ".bin",
        ".onnx",
        ".npy",
        ".npz",
        ".parquet",
        ".arrow",
        ".mp3",
        ".mp4",
        ".wav",
        ".flac",
        ".woff",
        ".woff2",
        ".ttf",
        ".otf",
        ".db",
        ".sqlite",
        ".pkl",
        ".ckpt",
        ".h5",
        ".tflite",
        ".mo",
    ]
)
VENDORED = frozenset(
    [
        "node_modules",
        "__pycache__",
        "venv",
        ".venv",
        "env",
        "site-packages",
        "dist",
        "build",
        "target",
        "vendor",
        "third_party",
        ".git",
        ".hg",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
    ]
)
CACHE = ".cache"
READ_HIDDEN = frozenset({".github", ".gitlab", ".circleci", ".devcontainer", CACHE})
"""Hidden folders with settings of the project; and where the Hub's cache may lie."""
_PROSE_SUFFIXES = frozenset({".md", ".rst", ".adoc", ".tex", ".html", ".htm"})
_PACKAGE_LIST = re.compile(
    r"requirements.*\.(txt|in)|.*\.lock|package-lock\.json|pnpm-lock\.yaml", re.I
)
_TEST_PART = re.compile(r"tests?|__tests__|testing", re.I)


@dataclass
class FilesRead:
    """What was looked at, to be told beside the findings."""

    texts: int = 0
    models: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    """By reason: folders of other people's code, files too large for a text, binaries."""


def walk_project(root: Path, read: FilesRead) -> Iterator[Path]:
    """The files of a project, sorted. Raises UsageError for more files than a project has."""
    count = 0
    for folder, folders, names in os.walk(root):
        _drop_vendored(folders, read)
        for name in sorted(names):
            count += 1
            if count > MAX_FILES:
                raise UsageError(f"{root}: more than {MAX_FILES:,} files; name a smaller folder")
            yield Path(folder, name)


def _drop_vendored(folders: list[str], read: FilesRead) -> None:
    # os.walk goes on with what is left in this list.
    for name in list(folders):
        is_hidden = name.startswith(".") and name not in READ_HIDDEN
        if name in VENDORED or is_hidden:
            folders.remove(name)
            read.skipped[f"folders {name}"] += 1
    folders.sort()


def lies_in_cache(shown: str) -> bool:
    """Whether a path lies in a cache: what it is called may name a model, its text is not ours."""
    return CACHE in shown.split("/")


def read_text(path: Path, read: FilesRead) -> str | None:
    """The text of a file; None for one that is none, is too large, or is no plain file."""
    if path.suffix.lower() in _BINARY_SUFFIXES:
        return None
    size = measure_plain_file(path)
    if size is None:
        return None
    if size > MAX_TEXT_BYTES:
        read.skipped[f"files over {MAX_TEXT_BYTES >> 20} MB"] += 1
        return None
    content = _read_bytes(path)
    if content is None or b"\0" in content[:SNIFFED_BYTES]:
        return None
    read.texts += 1
    return decode_lines(content)


def _read_bytes(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(MAX_TEXT_BYTES)
    except OSError:
        return None


def decode_lines(content: bytes) -> str:
    """As a text file is read: a line ends the same on every system."""
    text = content.decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_prose(path: Path) -> bool:
    """Whether a file is written for readers."""
    return path.suffix.lower() in _PROSE_SUFFIXES


def is_test(shown: str) -> bool:
    """Whether a path lies among tests."""
    return any(_TEST_PART.fullmatch(part) for part in shown.split("/")[:-1])


def lists_packages(path: Path) -> bool:
    """Whether the names in a file are those of packages."""
    return bool(_PACKAGE_LIST.fullmatch(path.name))
