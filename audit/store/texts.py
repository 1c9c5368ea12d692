"""Fetched license texts, each once, by digest, in the user's own repository: so that a later change can be shown.

The project itself ships none.
"""

import hashlib
import threading
from pathlib import Path

from audit.core.json_files import write_bytes_atomic
from audit.licenses.text.normalize import is_text

MAX_BYTES = 256 << 10
"""A longer text is told by its digests alone."""


class TextStore:
    """The folder `registry/observations/texts`. Texts of a run are held until `write`, so that a dry run leaves nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root / "observations" / "texts"
        self._waiting: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def add(self, content: bytes) -> None:
        """Keep a verified text, unless it is too long or no text. Safe from several threads."""
        if len(content) <= MAX_BYTES and is_text(content):
            with self._lock:
                self._waiting[hashlib.sha256(content).hexdigest()] = content

    def get(self, sha256: str | None) -> bytes | None:
        """The text with this digest, or None where it was not kept. A damaged file counts as not kept."""
        return None if sha256 is None else self._waiting.get(sha256) or self._stored(sha256)

    def path(self, sha256: str) -> Path:
        """The file of a text."""
        return self.root / f"{sha256}.txt"

    def write(self) -> None:
        """Write what is not there yet, whole or not at all. Raises UsageError when the folder cannot be written."""
        for sha256, content in sorted(self._waiting.items()):
            if self._stored(sha256) is None:
                write_bytes_atomic(self.path(sha256), content)

    def _stored(self, sha256: str) -> bytes | None:
        try:
            content = self.path(sha256).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == sha256 else None
