"""Records that `update` fetched: the present ones, and the ones before, to go back to."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from audit.core.atomic_files import write_text_atomic
from audit.core.errors import UsageError
from audit.records.dates import require_past_dates
from audit.records.load import read_all_records, require_valid_registry
from audit.store.record_pack import InvalidPackError, RecordPack

_POINTER = "current"
_PREVIOUS = "previous"


class UpdatedRecords:
    """A folder of this user with a folder for each version, and two files that name two of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_current(self) -> Path | None:
        """The present records; None where nothing was fetched."""
        return self._follow(_POINTER)

    def install(self, pack: RecordPack, now: datetime) -> Path:
        """Make a pack the present records; those of now can be gone back to.

        Raises InvalidRecordsError for records that this program refuses, and for days that are
        still to come by `now`; then nothing changes.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        written = Path(tempfile.mkdtemp(prefix="records-", dir=self.folder))
        try:
            _write_files(pack, written / "registry")
            loaded = read_all_records(written / "registry")
            require_valid_registry(loaded)
            require_past_dates(loaded.raw_records, now)
        except BaseException:
            shutil.rmtree(written, ignore_errors=True)
            raise
        self._point_to(written.name)
        return written / "registry"

    def go_back(self) -> Path:
        """Make the records before the last update the present ones. Raises UsageError."""
        before, now = self._follow(_PREVIOUS), self._read_pointer(_POINTER)
        if before is None:
            raise UsageError("no records from before the last update are here")
        write_text_atomic(self.folder / _POINTER, before.parent.name)
        write_text_atomic(self.folder / _PREVIOUS, now)
        return before

    def _point_to(self, name: str) -> None:
        replaced = self._read_pointer(_POINTER)
        write_text_atomic(self.folder / _PREVIOUS, replaced)
        write_text_atomic(self.folder / _POINTER, name)
        for path in self.folder.glob("records-*"):
            if path.name not in (name, replaced):
                shutil.rmtree(path, ignore_errors=True)

    def _read_pointer(self, which: str) -> str:
        path = self.folder / which
        return path.read_text("utf-8", "replace").strip() if path.is_file() else ""

    def _follow(self, which: str) -> Path | None:
        name = self._read_pointer(which)
        path = self.folder / name / "registry"
        is_ours = name.startswith("records-") and "/" not in name and "\\" not in name
        return path if is_ours and path.is_dir() else None


def _write_files(pack: RecordPack, folder: Path) -> None:
    """Raises InvalidPackError where one path is a file and a folder."""
    for path, text in pack.files.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise InvalidPackError(f"{path} is a file and a folder of others") from error
