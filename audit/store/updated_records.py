"""Records that `update` fetched: the present ones, and the ones before, to go back to."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from audit.core.atomic_files import write_text_atomic
from audit.core.errors import InvalidRecordsError, UsageError
from audit.core.json_files import InvalidFileError
from audit.core.locking import hold_file_lock
from audit.store.record_pack import InvalidPackError, RecordPack

_POINTER = "current"
_PREVIOUS = "previous"
_LOCK = ".lock"
_BUSY = "the records were not changed"
_UNCHANGED = "nothing was changed"


class UpdatedRecords:
    """A folder of this user with a folder for each version, and two files that name two of them.

    One command at a time changes it: another one would take what is being written for a leftover.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_current(self) -> Path | None:
        """The present records; None where nothing was fetched."""
        return self._follow(_POINTER)

    def install(self, pack: RecordPack, check: Callable[[Path], None]) -> Path:
        """Make a pack the present records; those of now can be gone back to.

        `check`: reads all that commands read of the written folder, and raises
        InvalidRecordsError, InvalidFileError or InvalidPackError for what it refuses. Then
        nothing changes. Raises InvalidPackError, RegistryBusyError.
        """
        with hold_file_lock(self.folder / _LOCK, _BUSY):
            self._remove_leftovers()
            written = Path(tempfile.mkdtemp(prefix="records-", dir=self.folder))
            try:
                _write_files(pack, written / "registry")
                _check_files(written / "registry", check)
            except BaseException:
                shutil.rmtree(written, ignore_errors=True)
                raise
            self._point_to(written.name)
        return written / "registry"

    def go_back(self) -> Path | None:
        """Make the records before the last update the present ones; None for the program's own.

        Raises UsageError where nothing was fetched, RegistryBusyError.
        """
        with hold_file_lock(self.folder / _LOCK, _BUSY):
            before, now = self._read_pointer(_PREVIOUS), self._read_pointer(_POINTER)
            if before == now or (before and self._follow(_PREVIOUS) is None):
                raise UsageError("no records from before the last update are here")
            write_text_atomic(self.folder / _POINTER, before)
            write_text_atomic(self.folder / _PREVIOUS, now)
        return self.find_current()

    def _point_to(self, name: str) -> None:
        write_text_atomic(self.folder / _PREVIOUS, self._read_pointer(_POINTER))
        write_text_atomic(self.folder / _POINTER, name)
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """Delete what no file names: older records, and what a killed command left."""
        named = {self._read_pointer(_POINTER), self._read_pointer(_PREVIOUS)}
        for path in self.folder.glob("records-*"):
            if path.name not in named:
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


def _check_files(folder: Path, check: Callable[[Path], None]) -> None:
    """Raises InvalidPackError, whose one line has the first of all problems."""
    try:
        check(folder)
    except InvalidRecordsError as error:
        first, more = error.problems[0], len(error.problems) - 1
        others = f", and {more:,} other problems" if more else ""
        raise InvalidPackError(f"the published {first}{others}; {_UNCHANGED}") from error
    except InvalidFileError as error:
        raise InvalidPackError(
            f"the published {error.problem.file} cannot be used: {error.problem.message}; "
            f"{_UNCHANGED}"
        ) from error
