"""What one listing of a GitHub repository's tree tells: files with terms, and telling names."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.observations.card_prose import CARD_PATH, MAX_CARD_BYTES
from audit.observations.facts import CardProse, LicenseFile
from audit.observations.telling_paths import find_telling_paths
from audit.sources.answers import identity, read_file_size
from audit.sources.contents import verify_content
from audit.sources.failures import UndocumentedAnswer, WrongContent
from audit.sources.huggingface.files import may_carry_terms, select_topmost_files


@dataclass(frozen=True)
class ListedTree:
    """What one listing of a repository's files told."""

    license_files: tuple[LicenseFile, ...]
    """Sorted by path."""
    card: CardProse | None
    """The README at the top."""
    is_truncated: bool
    """Too many files for one answer: what is not named may be there all the same."""
    telling_paths: tuple[str, ...] | None = None
    """None of a truncated listing."""


EMPTY_TREE = ListedTree((), None, is_truncated=False, telling_paths=())
"""That of a repository without a commit."""


def parse_tree(payload: Mapping[str, Any]) -> ListedTree:
    """The license files in `GET /git/trees/…`. Raises UndocumentedAnswer."""
    rows = payload.get("tree")
    if not isinstance(rows, list):
        raise UndocumentedAnswer("tree is missing")
    files = [_parse_file(row) for row in rows if row["type"] == "blob" and _is_own(row["path"])]
    topmost = select_topmost_files(files)
    own = topmost
    is_truncated = bool(payload.get("truncated"))
    telling = None if is_truncated else find_telling_paths(str(row["path"]) for row in rows)
    return ListedTree(own, _find_card(rows), is_truncated, telling)


def _find_card(rows: list[Any]) -> CardProse | None:
    for row in rows:
        if row["type"] == "blob" and row["path"] == CARD_PATH:
            size = read_file_size(row.get("size")) or 0
            return CardProse(identity(row["sha"], "sha"), size) if size <= MAX_CARD_BYTES else None
    return None


def _is_own(path: object) -> bool:
    """Whether a path is a text with terms of the repository itself."""
    return may_carry_terms(identity(path, "path"))


def _parse_file(row: Mapping[str, Any]) -> LicenseFile:
    return LicenseFile(
        row["path"], read_file_size(row.get("size")) or 0, identity(row["sha"], "sha")
    )


def parse_blob(payload: Mapping[str, Any], file: LicenseFile | CardProse) -> bytes:
    """The bytes in `GET /git/blobs/…`, verified against the blob id.

    Raises WrongContent, TruncatedAnswer, UndocumentedAnswer.
    """
    if payload.get("encoding") != "base64":
        raise UndocumentedAnswer("a blob that is not in base64")
    try:
        content = base64.b64decode(payload["content"])
    except (binascii.Error, TypeError) as error:
        raise WrongContent("no base64") from error
    return verify_content(content, file.blob_id, file.size)
