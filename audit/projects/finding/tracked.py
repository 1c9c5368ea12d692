"""What git tracks in a folder, read from its index without running git.

A file that is tracked is not ignored, whatever `.gitignore` says.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

MAX_INDEX_BYTES = 256 << 20
_HEADER = struct.Struct(">4sII")
_ENTRY = struct.Struct(">24xI32xH")
"""Of an entry, behind times and numbers: the mode; behind sizes and the object's name: flags."""
_KINDS = frozenset({0o10, 0o12, 0o16})
"""Upper bits of a mode: a file, a link, another repository."""
_EXTENDED = 0x4000
_BLOCK = 8
"""Entries of versions 2 and 3 are filled up to a multiple of this."""


class UnreadableIndexError(ValueError):
    """The index is of another form."""


def read_tracked_paths(root: Path) -> frozenset[str] | None:
    """The tracked paths below a folder; None where git may track what cannot be read here.

    Without an index nothing is tracked. A `.git` that is a file or a link leads out of the folder.
    """
    git = root / ".git"
    if git.is_symlink() or git.is_file():
        return None
    index = git / "index"
    if not index.exists():
        return frozenset()
    try:
        if index.is_symlink() or index.stat().st_size > MAX_INDEX_BYTES:
            return None
        return frozenset(_list_entries(index.read_bytes()))
    except (OSError, struct.error, IndexError, UnreadableIndexError):
        return None


def _list_entries(content: bytes) -> Iterator[str]:
    magic, version, count = _HEADER.unpack_from(content)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise UnreadableIndexError(version)
    position, name = _HEADER.size, b""
    for _ in range(count):
        begin, position, kept = position, _skip_entry(content, position), 0
        if version == 4:
            dropped, position = _read_number(content, position)
            kept = len(name) - dropped
        end = content.find(b"\0", position)
        if end < 0 or kept < 0:
            raise UnreadableIndexError(version)
        name = name[:kept] + content[position:end]
        yield name.decode("utf-8", errors="surrogateescape")
        position = end + 1 if version == 4 else begin + _fill_block(end - begin)


def _skip_entry(content: bytes, position: int) -> int:
    """Where the name begins. An index of another length of object names shows by its modes."""
    mode, flags = _ENTRY.unpack_from(content, position)
    if mode >> 12 not in _KINDS:
        raise UnreadableIndexError(mode)
    return position + _ENTRY.size + (2 if flags & _EXTENDED else 0)


def _fill_block(length: int) -> int:
    return (length + _BLOCK) // _BLOCK * _BLOCK


def _read_number(content: bytes, position: int) -> tuple[int, int]:
    """A number as git packs it, seven bits a byte, and the position behind it."""
    value = content[position] & 0x7F
    while content[position] & 0x80:
        position += 1
        value = ((value + 1) << 7) | (content[position] & 0x7F)
    return value, position + 1
