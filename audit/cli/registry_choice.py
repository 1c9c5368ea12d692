"""Which registry a command reads that was told none."""

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from audit.core.json_files import InvalidFileError
from audit.publish.urls import read_address
from audit.publish.views.summary_file import read_data_date
from audit.store.updated_records import UpdatedRecords

PROGRAM_NAME = "open-model-registry"
IN_THIS_FOLDER = Path("registry")
INSTALLED = Path(__file__).parents[1] / "registry"
"""The records of the wheel; a clone has none there."""


@dataclass(frozen=True)
class RegistryChoice:
    """A folder of records, and what to say of it on stderr."""

    folder: Path
    notice: str = ""


def open_updated_records() -> UpdatedRecords:
    """The records that `update` fetched, in the folder of this user."""
    return UpdatedRecords(Path(click.get_app_dir(PROGRAM_NAME)) / "records")


def choose_registry(*, project: Path | None = None) -> RegistryChoice:
    """The registry of the current folder, else newer records that were fetched, else the installed.

    `project`: what is being looked at; a registry that it may have brought is never taken for ours.
    """
    if _is_registry(IN_THIS_FOLDER) and not _is_brought_by(project):
        notice = "reading the registry of this folder: ./registry" if INSTALLED.is_dir() else ""
        return RegistryChoice(IN_THIS_FOLDER, notice)
    if not INSTALLED.is_dir():
        return RegistryChoice(IN_THIS_FOLDER)
    return _choose_newer(open_updated_records().find_current())


def choose_program_registry() -> Path:
    """The registry that came with the program; in a clone, which has none, that of the folder."""
    return INSTALLED if INSTALLED.is_dir() else IN_THIS_FOLDER


def find_day_in_use() -> str:
    """The newest day of the records of this user and of the program; empty for none."""
    fetched = open_updated_records().find_current()
    return max(read_data_date(INSTALLED), read_data_date(fetched) if fetched else "")


def _choose_newer(fetched: Path | None) -> RegistryChoice:
    """Fetched records are left aside once a newer program brought newer ones."""
    installed_day = read_data_date(INSTALLED)
    fetched_day = read_data_date(fetched) if fetched else ""
    if fetched and fetched_day >= installed_day:
        return RegistryChoice(fetched, f"records of {fetched_day}, fetched by `update`")
    return RegistryChoice(INSTALLED, f"records of {installed_day}, installed with the program")


def _is_registry(folder: Path) -> bool:
    """Whether a folder says by `address.json` that it is a registry of ours."""
    if not (folder / "address.json").is_file():
        return False
    try:
        read_address(folder)
    except InvalidFileError:
        return False
    return True


def _is_brought_by(project: Path | None) -> bool:
    """Whether a project holds the registry of this folder, or lies beside it: one clone has both."""
    if project is None or not project.exists():
        return False
    here, place = Path.cwd(), project.resolve()
    return place.is_relative_to(here) or IN_THIS_FOLDER.resolve().is_relative_to(place)


def print_notice(choice: RegistryChoice) -> None:
    """Say on stderr what is read, where more than one registry could have been meant."""
    if choice.notice:
        print(choice.notice, file=sys.stderr)
