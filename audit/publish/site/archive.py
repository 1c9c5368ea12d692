"""export/site.tar.gz: the whole site in one file, to keep and to read from a disk."""

import hashlib
import shutil
import tarfile
import tempfile
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from audit.core.errors import UsageError

ARCHIVE = "export/site.tar.gz"
TOP_FOLDER = "open-model-registry"
"""In which everything of the archive stands."""
_LEVEL = 1
"""Of compression: a higher one takes a third longer for a fifth less."""
_GZIP = 31
"""For zlib: a member of gzip, whose head holds no time and no name."""
_BATCH = 1 << 18
"""Bytes that are compressed at once: a thread that asked more often would wait for the others."""


class _Part:
    """The files of one folder: alike, they stand together and compress well."""

    def __init__(self) -> None:
        self.file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 -- the archive closes it
        self._compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self.waiting = bytearray()

    def compress(self, block: bytes, is_last: bool = False) -> None:
        """Append a block. Those of one part come one after the other."""
        self.file.write(self._compressor.compress(block))
        if is_last:
            self.file.write(self._compressor.flush())


class SiteArchive:
    """Takes the files as they are written; the same files in the same order make the same bytes.

    It compresses beside the program, and keeps nothing in memory: ten thousand models would not
    fit beside themselves.
    """

    def __init__(self, folder: Path, data_date: str) -> None:
        self._path = folder / ARCHIVE
        self._time = _read_time(data_date)
        self._parts: dict[str, _Part] = {}
        self._worker = ThreadPoolExecutor(1)
        self._begun: list[Future[None]] = []

    def add(self, path: str, content: bytes) -> None:
        """One file of the site."""
        name = _name_part(path)
        if name not in self._parts:
            self._parts[name] = _Part()
        part = self._parts[name]
        part.waiting += self._render_entry(path, content)
        if len(part.waiting) >= _BATCH:
            self._compress(part)

    def _compress(self, part: _Part, is_last: bool = False) -> None:
        self._begun.append(self._worker.submit(part.compress, bytes(part.waiting), is_last))
        part.waiting.clear()

    def _render_entry(self, path: str, content: bytes) -> bytes:
        entry = tarfile.TarInfo(f"{TOP_FOLDER}/{path}")
        entry.size, entry.mtime, entry.mode = len(content), self._time, 0o644
        return entry.tobuf(tarfile.PAX_FORMAT) + content + bytes(-len(content) % tarfile.BLOCKSIZE)

    def write(self) -> tuple[str, int]:
        """Put the parts together; the sum and the bytes of the archive. Raises UsageError."""
        try:
            return self._write()
        except OSError as error:
            raise UsageError(f"{self._path}: cannot be written: {error.strerror}") from error

    def _write(self) -> tuple[str, int]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("wb") as target:
            for part in self._finish_parts():
                part.file.seek(0)
                shutil.copyfileobj(part.file, target)
                part.file.close()
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), self._path.stat().st_size

    def _finish_parts(self) -> list[_Part]:
        """In order, and behind them the two empty blocks that end an archive."""
        end = _Part()
        end.waiting += bytes(2 * tarfile.BLOCKSIZE)
        parts = [*(self._parts[name] for name in sorted(self._parts)), end]
        for part in parts:
            self._compress(part, is_last=True)
        self._worker.shutdown()
        for each in self._begun:
            each.result()  # raises what was raised there
        return parts


def _name_part(path: str) -> str:
    """What a folder of the site holds of one kind; the formats of bills stand apart."""
    folders = path.split("/")[:-1]
    depth = 2 if path.startswith("export/") else 1
    return f"{'/'.join(folders[:depth])} {path.rpartition('.')[2]}"


def _read_time(day: str) -> int:
    """The day of the newest fact; nothing here depends on the clock."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) if day else 0
