"""When the audit is to run, and where its checkout lies."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from audit.core.errors import UsageError

Files = Mapping[str, str]
"""Content by the name under which it is to be saved."""
HALF_A_DAY = 12


@dataclass(frozen=True)
class Timing:
    """Once a period, off the hour: at the full hour every scheduler is busy, and GitHub drops jobs."""

    every: int
    """Hours between two runs."""
    hour: int
    minute: int

    @property
    def hours(self) -> list[int]:
        """The hours of a day at which it runs, in UTC."""
        return sorted((self.hour + step) % 24 for step in range(0, 24, self.every))

    @property
    def check_hour(self) -> int:
        """When the check of staleness runs: as far from the runs as can be."""
        return (self.hour + min(self.every // 2, HALF_A_DAY)) % 24


def timing(every: int, at: str) -> Timing:
    """A plan from the command line. Raises UsageError."""
    if every not in (6, 8, 12, 24):
        raise UsageError(
            f"--every {every} is not possible; write 6, 8, 12 or 24 hours (two looks count as two only six hours apart)"
        )
    hour, colon, minute = at.partition(":")
    if not (
        colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60
    ):
        raise UsageError(f"--at {at!r} is no time of day; write it as 05:17, in UTC")
    if int(minute) in (0, 30):
        raise UsageError(
            f"--at {at} is when every scheduler is busy; choose a minute off the hour, such as {hour}:17"
        )
    return Timing(every, int(hour), int(minute))


def checkout(path: str) -> PurePosixPath:
    """Where the checkout lies. Raises UsageError for what a unit or a crontab cannot hold."""
    if not path.startswith("/") or not all(each.isalnum() or each in "/._+-" for each in path):
        raise UsageError(
            f"the folder {path!r} cannot stand in a crontab or a unit; use a checkout at an absolute path of letters, digits and ./_+-"
        )
    return PurePosixPath(path)
