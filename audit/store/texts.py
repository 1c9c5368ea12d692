"""Fetched license texts, each once, by digest.

They are kept in the user's own repository, so that a later change can be shown.

The project itself ships none.
"""

import hashlib
import re
import threading
from pathlib import Path

from audit.core.atomic_files import write_bytes_atomic
from audit.core.plain_files import measure_plain_file
from audit.licenses.text.normalize import is_text

_DIGEST = re.compile(r"[0-9a-f]{64}")
MAX_STORED_TEXT_BYTES = 256 << 10
"""A longer text is told by its digests alone."""


class TextStore:
    """The folder `registry/observations/texts`.

    Texts of a run are held until `write`, so that a dry run leaves nothing.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / "observations" / "texts"
        self._waiting: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def add_text(self, content: bytes) -> None:
        """Keep a verified text, unless it is too long or no text. Safe from several threads."""
        if len(content) <= MAX_STORED_TEXT_BYTES and is_text(content):
            with self._lock:
                self._waiting[hashlib.sha256(content).hexdigest()] = content

    def find_text(self, sha256: str | None) -> bytes | None:
        """The text with this digest, or None where it was not kept.

        A damaged file counts as not kept.
        """
        return (
            None if sha256 is None else self._waiting.get(sha256) or self._read_stored_text(sha256)
        )

    def list_digests(self) -> list[str]:
        """The digests by which texts are kept, sorted."""
        return sorted(path.name for path in self.folder.glob("*.txt"))

    def build_text_path(self, sha256: str) -> Path:
        """The file of a text."""
        return self.folder / f"{sha256}.txt"

    def write_waiting_texts(self) -> None:
        """Write what is not there yet, whole or not at all.

        Raises UsageError when the folder cannot be written.
        """
        for sha256, content in sorted(self._waiting.items()):
            if self._read_stored_text(sha256) is None:
                write_bytes_atomic(self.build_text_path(sha256), content)

    def _read_stored_text(self, sha256: str) -> bytes | None:
        """What is no digest names no file, and a link or a device could have no end."""
        path = self.build_text_path(sha256)
        size = measure_plain_file(path) if _DIGEST.fullmatch(sha256) else None
        if size is None or size > MAX_STORED_TEXT_BYTES:
            return None
        try:
            content = path.read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == sha256 else None
