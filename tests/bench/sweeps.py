"""What a day of hourly sweeps asks, in a Hub of 2,500,000 repositories of which 2,000 change each hour.

`python -m tests.bench.sweeps [--models N …]`. The Hub's list is generated, not stored; GitHub is counted apart.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit.observations.facts import HUGGING_FACE
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.runs.forecast import plan_audit
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from tests.bench.audits import BenchmarkServer
from tests.bench.generate import generate_registry
from tests.bench.measured import Measurement
from tests.bench.world import build_hub_world, seed_target_states

START = datetime(2027, 1, 1, 6, tzinfo=UTC)
"""After the last release that a record tells of."""
HOUR = timedelta(hours=1)
HOURS = 24
BACKGROUND = {"models": (2_000_000, 1_600), "datasets": (500_000, 400)}
"""Repositories, and how many of them change in an hour."""
PAGE_CAPS = (1_000, 500)
"""What the Hub grants on a page is not documented: the days are measured with both."""
MAX_NEWEST = 5
"""Requests for the lists of what changed last, in an hour in which no tracked repository changed."""
MAX_DAILY = {1_490: 400, 10_000: 1_500}
"""Hub requests a day, all together, by tracked models."""


@dataclass(frozen=True)
class SweptHour:
    """What one sweep cost."""

    newest: int
    rotation: int
    hub: int
    github: int
    pages: int
    cpu_seconds: float


class SweptRegistry:
    """A registry in its world, swept hour by hour."""

    def __init__(self, root: Path, registry: Registry, server: BenchmarkServer) -> None:
        self.root, self.registry = root, registry
        self._server = server
        self._now = START

    def sweep(self, touched: list[str] = []) -> SweptHour:  # noqa: B006 -- never changed
        """An hour later, a sweep; `touched` changed half an hour before it."""
        self._server.exchange(now=(self._now + HOUR / 2).isoformat(), touch=touched)
        self._now += HOUR
        self._server.exchange(now=self._now.isoformat())
        start = time.process_time()
        report = self._run()
        seconds = time.process_time() - start
        return self._count(report, seconds)

    def _run(self) -> RunReport:
        upstreams = self._server.open_upstreams()
        report = run_audit(self.registry, upstreams, RunOptions(self.root, self._now, sweep=True))
        if report.status != "complete":
            raise SystemExit(f"the sweep ended {report.status}: {report.state_counts}")
        return report

    def _count(self, report: RunReport, seconds: float) -> SweptHour:
        assert report.sweep
        asked = report.requests
        return SweptHour(
            self._server.exchange()["newest"],
            report.sweep.rotation[HUGGING_FACE],
            asked["hub-api"] + asked["hub-resolve"],
            asked["github"],
            asked["pages"],
            seconds,
        )

    def count_everything(self) -> int:
        """Hub requests of a run that looks at everything, when nothing changed."""
        plan = plan_audit(self.registry, RunOptions(self.root, self._now))
        return plan.requests_by_host[HUGGING_FACE]


def measure_sweeps(source: Path, folder: Path, models: int) -> Iterator[Measurement]:
    """Days of a generated registry of so many models, or of the real one."""
    root = folder / "registry"
    generate_registry(source, root, models)
    registry = load_registry(root)
    seed_target_states(root, registry, build_hub_world(registry))
    server = BenchmarkServer.start(root)
    try:
        server.exchange(background=BACKGROUND)
        yield from _measure_days(SweptRegistry(root, registry, server), server, models)
    finally:
        server.stop()


def _measure_days(
    swept: SweptRegistry, server: BenchmarkServer, models: int
) -> Iterator[Measurement]:
    repos = sorted({model.hub.repo for model in swept.registry.models.values() if model.hub})
    owners = {repo.partition("/")[0] for repo in repos}
    name = f"{models:,} models of {len(owners):,} owners"
    yield Measurement(f"{name}: first sweep, Hub requests", swept.sweep().hub, "requests")
    listings = swept.count_everything()
    yield Measurement(f"{name}: everything once, Hub requests", listings, "requests")
    touched = list(_choose_touched(repos))
    count = sum(map(len, touched))
    for cap in PAGE_CAPS:
        server.exchange(page_cap=cap)
        day = [swept.sweep() for _ in range(HOURS)]
        yield from _measure_quiet_day(f"{name}, {cap} a page", day, listings)
        yield _measure_day(f"{name}, {cap} a page, quiet day", day, models)
        day = [swept.sweep(each) for each in touched]
        yield _measure_day(f"{name}, {cap} a page, {count} of ours changed", day, models)
    github = sum(each.github for each in day)
    yield Measurement(f"{name}: GitHub requests of that day", github, "requests")
    pages = sum(each.pages for each in day)
    yield Measurement(f"{name}: requests of makers' pages that day", pages, "requests")
    seconds = sum(each.cpu_seconds for each in day) / HOURS
    yield Measurement(f"{name}: processor time of a sweep", seconds, "s")


def _measure_quiet_day(name: str, day: list[SweptHour], listings: int) -> Iterator[Measurement]:
    yield Measurement(
        f"{name}: list of what changed last, most in an hour",
        max(each.newest for each in day),
        "requests",
        MAX_NEWEST,
    )
    yield Measurement(
        f"{name}: rotation, mean of an hour",
        sum(each.rotation for each in day) / HOURS,
        "requests",
        listings / 24 * 1.1,
    )
    yield Measurement(
        f"{name}: rotation, most in an hour",
        max(each.rotation for each in day),
        "requests",
        listings / 24 * 1.1,
    )


def _measure_day(name: str, day: list[SweptHour], models: int) -> Measurement:
    return Measurement(
        f"{name}: Hub requests", sum(each.hub for each in day), "a day", MAX_DAILY.get(models)
    )


def _choose_touched(repos: list[str]) -> Iterator[list[str]]:
    """For each hour the repositories of ours that change, at the pace of the whole Hub."""
    changes = sum(rate for _, rate in BACKGROUND.values())
    per_hour = len(repos) * changes / sum(count for count, _ in BACKGROUND.values())
    step = 37  # no two hours in a row change neighbors
    done = 0
    for hour in range(1, HOURS + 1):
        until = round(hour * per_hour)
        yield [repos[number * step % len(repos)] for number in range(done, until)]
        done = until


def main() -> int:
    """Measure, print, and fail where a number is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sweeps", description=__doc__)
    parser.add_argument("--registry", type=Path, default=Path("registry"))
    parser.add_argument("--models", type=int, nargs="+", default=[1_490, 10_000])
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="sweeps-") as folder:
        for size in options.models:
            for row in measure_sweeps(options.registry, Path(folder) / str(size), size):
                missed += row.print_row()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
