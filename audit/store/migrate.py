"""Rewrite stored files of an older format in today's.

Nothing has to be migrated: every reader upgrades what it reads. Migrating once makes the files
readable for other programs that know only the present schemas.
"""

from dataclasses import dataclass
from pathlib import Path

from audit.core.atomic_files import remove_leftovers, write_text_atomic
from audit.store.formats import FORMATS, StoredFormat, read_stored_file, render_stored_text
from audit.store.stored_files import list_stored_files, name_stored_file


@dataclass(frozen=True)
class MigrationPlan:
    """What has to be written. All of it was read and checked before the first file changes."""

    texts: dict[Path, str]
    """The new content of each file of an older format."""
    current: int
    """Files that are of today's format already."""


def plan_migration(root: Path) -> MigrationPlan:
    """Read every stored file. Raises InvalidFileError, NewerFormatError; nothing is written."""
    texts = {path: _render_if_older(form, path, root) for form, path in list_stored_files(root)}
    older = {path: text for path, text in texts.items() if text is not None}
    return MigrationPlan(older, len(texts) - len(older))


def _render_if_older(stored_format: StoredFormat, path: Path, root: Path) -> str | None:
    """The file in the present format; None where it has that already."""
    shown = name_stored_file(path, root)
    stored = read_stored_file(stored_format.name, path, shown)
    if stored.version == stored_format.version:
        return None
    return render_stored_text(stored_format.name, stored.content, shown)


def migrate_files(root: Path, plan: MigrationPlan) -> None:
    """Replace each file whole.

    Safe to kill and repeat: a file has its old content or its new one.
    """
    for stored_format in FORMATS.values():
        remove_leftovers(root / stored_format.folder)
    for path, text in plan.texts.items():
        write_text_atomic(path, text)
