"""export/site.tar.gz: the whole site in one file, to keep and to read from a disk."""

import gzip
import hashlib
import io
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

ARCHIVE = "export/site.tar.gz"
TOP_FOLDER = "open-model-registry"
"""In which everything of the archive stands."""
_LEVEL = 1
"""Of compression: the higher ones take twice as long for a fifth less."""


class SiteArchive:
    """Takes the files as they are written; the same files make the same bytes.

    Nothing is kept in memory: ten thousand models would not fit beside themselves.
    """

    def __init__(self, folder: Path, data_date: str) -> None:
        self.path = folder / ARCHIVE
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._time = _read_time(data_date)
        self._file = self.path.open("wb")
        self._packed = gzip.GzipFile("", "wb", _LEVEL, self._file, mtime=0)
        self._tar = tarfile.open(fileobj=self._packed, mode="w")  # noqa: SIM115 -- __exit__ closes it

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in (self._tar, self._packed, self._file):
            each.close()

    def add(self, path: str, content: bytes) -> None:
        """One file of the site."""
        entry = tarfile.TarInfo(f"{TOP_FOLDER}/{path}")
        entry.size, entry.mtime, entry.mode = len(content), self._time, 0o644
        self._tar.addfile(entry, io.BytesIO(content))

    def digest(self) -> tuple[str, int]:
        """Sum and bytes of the archive, once it is closed."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), self.path.stat().st_size


def _read_time(day: str) -> int:
    """The day of the newest fact; nothing here depends on the clock."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) if day else 0
