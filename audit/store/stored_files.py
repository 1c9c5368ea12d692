"""All that the machine stored: which files there are, and whether every one can be read."""

from collections.abc import Iterator
from pathlib import Path

from audit.core.errors import Problem, RegistryError
from audit.core.json_files import InvalidFileError
from audit.store.formats import FORMATS, StoredFormat, read_stored_file

MAX_NAMED = 10


class DamagedFilesError(RegistryError):
    """Stored files that no command could read. One line for each of the first, then their number."""

    def __init__(self, problems: list[Problem], consequence: str) -> None:
        lines = [str(problem) for problem in problems[:MAX_NAMED]]
        hidden = len(problems) - MAX_NAMED
        rest = [f"and {hidden} more damaged files"] if hidden > 0 else []
        super().__init__("\n".join([*lines, *rest, consequence]))


def list_stored_files(root: Path) -> Iterator[tuple[StoredFormat, Path]]:
    """Every stored file of a registry, with its format."""
    for stored_format in FORMATS.values():
        for path in stored_format.list_files(root):
            yield stored_format, path


def name_stored_file(path: Path, root: Path) -> str:
    """The file as messages show it: below the folder that holds the registry."""
    return f"{root.name}/{path.relative_to(root).as_posix()}"


def require_readable_files(root: Path, consequence: str) -> None:
    """Read every stored file; 2,000 of them take a third of a second.

    Raises DamagedFilesError, which ends with the consequence, and NewerFormatError.
    """
    problems = list(_find_damage(root))
    if problems:
        raise DamagedFilesError(problems, consequence)


def _find_damage(root: Path) -> Iterator[Problem]:
    for stored_format, path in list_stored_files(root):
        try:
            read_stored_file(stored_format.name, path, name_stored_file(path, root))
        except InvalidFileError as error:
            yield error.problem
