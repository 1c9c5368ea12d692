"""Models that lie in a project: the heads of GGUF and safetensors files, read without the weights."""

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_HEAD_BYTES = 1 << 20
"""Of a file's head: names stand in its first kilobytes."""
_GGUF_MAGIC = b"GGUF"


def read_head_words(path: Path) -> str:
    """The text of a model file's head in which names may stand; empty for another file."""
    try:
        with path.open("rb") as file:
            head = file.read(MAX_HEAD_BYTES)
    except OSError:
        return ""
    if head.startswith(_GGUF_MAGIC):
        return "\n".join(_list_gguf_strings(head))
    return "\n".join(_list_safetensors_metadata(head))


def _list_gguf_strings(head: bytes) -> Iterator[str]:
    """Printable runs after the magic: keys and values of the metadata are plain UTF-8."""
    text = head.decode("utf-8", errors="replace")
    for run in text.split("\0"):
        plain = "".join(letter for letter in run if letter.isprintable())
        if "/" in plain:
            yield plain


def _list_safetensors_metadata(head: bytes) -> Iterator[str]:
    """Values of `__metadata__`, whose length stands in the first eight bytes."""
    if len(head) < 8:
        return
    (length,) = struct.unpack("<Q", head[:8])
    if not 2 <= length <= MAX_HEAD_BYTES - 8:
        return
    try:
        metadata: Any = json.loads(head[8 : 8 + length]).get("__metadata__")
    except (ValueError, AttributeError, RecursionError):
        return
    if isinstance(metadata, dict):
        yield from (value for value in metadata.values() if isinstance(value, str))
