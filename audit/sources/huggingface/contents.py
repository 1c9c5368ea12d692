"""What the files of a repository are beside weights and licenses: a card, data, small texts."""

import hashlib
from collections.abc import Sequence
from pathlib import PurePosixPath

from audit.observations.card_prose import CARD_PATH, MAX_CARD_BYTES
from audit.observations.facts import CardProse, DataContents
from audit.sources.huggingface.files import ListedFile, find_weight_format, may_carry_terms

SAMPLE_SIZE = 64
"""Digests kept of a dataset's files: of as many files or fewer, every change is seen."""
MAX_SMALL_FILES = 60
MAX_SMALL_FILE_BYTES = 1 << 18
SMALL_SUFFIXES = frozenset({".json", ".md", ".txt", ".py", ".yaml", ".yml", ".toml", ".jinja"})
_DIGEST_LENGTH = 12


def find_card(files: Sequence[ListedFile]) -> CardProse | None:
    """The README, as far as it can be told by its blob and is not too long to be read."""
    for file in files:
        if file.path == CARD_PATH and file.blob_id and not file.sha256:
            size = file.size or 0
            return CardProse(file.blob_id, size) if size <= MAX_CARD_BYTES else None
    return None


def summarize_contents(files: Sequence[ListedFile]) -> DataContents:
    """The data of a dataset: every file but its card, its licenses and git's own."""
    data = [file for file in files if _is_data(file.path)]
    digests = sorted(_digest(file.identity) for file in data)
    return DataContents(
        len(data),
        sum(file.content_size for file in data),
        _digest(" ".join(digests)),
        tuple(digests[:SAMPLE_SIZE]),
    )


def _is_data(path: str) -> bool:
    name = PurePosixPath(path).name
    return not name.startswith(".") and path != CARD_PATH and not may_carry_terms(path)


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode(errors="replace")).hexdigest()[:_DIGEST_LENGTH]


def index_small_files(files: Sequence[ListedFile]) -> dict[str, str]:
    """Blob ids of small texts at the top, by path."""
    small = [file for file in files if _is_small_text(file)]
    found = {file.path: file.blob_id for file in small[:MAX_SMALL_FILES] if file.blob_id}
    return dict(sorted(found.items()))


def _is_small_text(file: ListedFile) -> bool:
    if "/" in file.path or file.path == CARD_PATH or file.sha256 or may_carry_terms(file.path):
        return False
    if find_weight_format(file.path) or (file.size or 0) > MAX_SMALL_FILE_BYTES:
        return False
    return PurePosixPath(file.path).suffix.lower() in SMALL_SUFFIXES
