"""A simulated month: hundreds of runs with random faults, kills and concurrent starts, and real drift underneath.

`python -m tests.faults.chaos [--seed N] [--runs N] [--sweeps N]`. What must hold: nothing is invented, nothing is missed once the weather
has cleared, nothing is told twice, and the state loads after every kill.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from audit.core.errors import DiskFullError
from audit.core.locking import AlreadyRunningError
from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.run import RunOptions, run_audit
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore
from audit.store.observations import TargetStateStore
from tests.conftest import (
    make_dataset_record,
    make_license_record,
    make_model_record,
    write_records,
)
from tests.fakes.faults import FAULTS, FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubFile
from tests.fakes.world import UpstreamWorld, build_world

START = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
OWNERS = {"maker": 14, "other": 6, "one": 1, "two": 1, "three": 1}
STEP = timedelta(hours=2)
CALM_RUNS = 5
"""Fair runs at the end, a day apart: the slowest loss needs three looks."""
PATHS = (
    "",
    "^/api/models$",
    "/api/models/maker",
    "/api/models/o",
    "/api/datasets",
    "/resolve",
    "/repos/",
    "model-1",
)


class SimulatedKill(BaseException):
    """Stands for SIGKILL at the moment of a write: nothing after it happens, not even a clean-up."""


@dataclass
class ChaosMonth:
    """What happened in the world, what must be found of it, and what was told."""

    root: Path
    world: UpstreamWorld
    chance: random.Random
    untouched: list[str] = field(default_factory=list)
    expected: dict[tuple[str, str], str] = field(default_factory=dict)
    """Status that the last word on a (record, kind) must have."""
    sweep: bool = False
    """Whether its runs are sweeps."""
    kills: int = 0
    refused: int = 0
    incomplete: int = 0


def apply_random_change(month: ChaosMonth) -> tuple[str, str] | None:
    """One real change to a repository that nothing happened to yet; the record and the kind of its finding."""
    if not month.untouched:
        return None
    id = month.untouched.pop(month.chance.randrange(len(month.untouched)))
    record, world = f"models/{id}", month.world
    changes: list[tuple[str, Callable[[], object]]] = [
        ("license-tag-changed", lambda: world.set_card("models", id, {"license": "apache-2.0"})),
        (
            "license-text-changed",
            lambda: world.put_file(
                "models", id, HubFile.create_text("LICENSE", f"Other terms of {id}.\n" * 9)
            ),
        ),
        ("weights-gone", lambda: world.remove_hub_repo("models", id)),
        ("weights-gated", lambda: world.set_gate("models", id, "manual")),
        ("repo-disabled", lambda: world.disable_hub_repo("models", id)),
        ("repo-moved", lambda: world.rename_hub_repo("models", id, f"{id}-renamed")),
    ]
    kind, change = month.chance.choice(changes)
    change()
    month.expected[record, kind] = "confirmed"
    return record, kind


def set_random_faults(month: ChaosMonth) -> None:
    """A few faults of any class, on any part of the upstreams."""
    sky = month.world.fault_injector
    sky.clear_rules()
    for _ in range(month.chance.randrange(0, 4)):
        kind = month.chance.choice(
            [each for each in FAULTS if each not in ("lost", "500-done", "slow")]
        )
        times = (
            month.chance.choice([1, 3, 10, None])
            if kind != "timeout"
            else month.chance.choice([1, 2])
        )
        sky.add_rule(
            FaultRule(
                kind,
                month.chance.choice(["hub", "github", "all"]),
                month.chance.choice(PATHS),
                times=times,
            )
        )


def write_month_records(root: Path, ids: list[str]) -> None:
    """A registry of models under MIT, the first with code and a dataset."""
    models = [make_model_record(id) for id in ids]
    models[0]["components"]["training-code"] = {
        "status": "released",
        "license": "MIT",
        "url": "https://github.com/maker/code",
        "evidence": ["card"],
    }
    models[0]["components"]["datasets"] = {
        "status": "released",
        "datasets": ["maker/data"],
        "evidence": ["card"],
    }
    licenses = [
        ("licenses", make_license_record()),
        ("licenses", make_license_record("Apache-2.0")),
    ]
    write_records(
        root,
        [*licenses, ("datasets", make_dataset_record()), *[("models", each) for each in models]],
    )


def play_month(seed: int, runs: int, folder: Path, subprocesses: int = 0) -> ChaosMonth:
    """One month. Raises AssertionError where a promise is broken, with the seed in it."""
    chance = random.Random(seed)
    root = folder / "registry"
    ids = [
        f"{owner}/model-{number}"
        for owner, count in OWNERS.items()
        for number in range(1, count + 1)
    ]
    write_month_records(root, ids)
    registry = load_registry(root)
    world = build_world(registry)
    world.fault_injector.hold_seconds = 0.4
    month = ChaosMonth(root, world, chance, untouched=ids[1:])
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        now = START
        run_once(month, hub, github, now)
        for number in range(runs):
            now += STEP * chance.randrange(1, 5)
            if chance.random() < 8 / runs:
                apply_random_change(month)
            set_random_faults(month)
            run_disturbed(month, hub, github, now)
            if number < subprocesses:
                kill_process(month, hub, github, now)
            check_soundness(month, seed)
        world.fault_injector.clear_rules()
        for _ in range(CALM_RUNS):
            now += timedelta(days=1)
            assert run_once(month, hub, github, now) in ("complete", "degraded"), (
                f"seed {seed}: fair weather and incomplete"
            )
    check_final_events(month, seed)
    return month


def run_once(
    month: ChaosMonth,
    hub: LoopbackHub,
    github: LoopbackGithub,
    now: datetime,
    limit: int | None = None,
) -> str:
    counter = RequestCounter(limit)
    patience = 0.2 if month.world.fault_injector.holds_answers else 30
    quick = Patience(timeout=patience, sleep=lambda _: None, pause=0.001)
    upstreams = Upstreams(
        (
            HubSource(hub.endpoint, None, counter, quick),
            GithubSource(github.endpoint, None, counter, quick),
        ),
        counter,
    )
    options = RunOptions(month.root, now, sweep=month.sweep)
    return run_audit(load_registry(month.root), upstreams, options).status


def run_disturbed(
    month: ChaosMonth, hub: LoopbackHub, github: LoopbackGithub, now: datetime
) -> None:
    """A run that may be killed at a write, meet a full disk, run out of its budget, or be started twice."""
    chance = month.chance
    fate = chance.choice(["none", "none", "none", "kill", "full", "budget", "twice"])
    try:
        if fate in ("kill", "full"):
            left, error = (
                chance.randrange(0, 6),
                SimulatedKill() if fate == "kill" else OSError(28, "No space left on device"),
            )
            with patch("audit.core.json_files.os.replace", _build_failing_replace(left, error)):
                run_once(month, hub, github, now)
        elif fate == "twice":
            with ThreadPoolExecutor(2) as pool:
                for done in [pool.submit(run_once, month, hub, github, now) for _ in range(2)]:
                    try:
                        done.result()
                    except AlreadyRunningError:
                        month.refused += 1
        else:
            month.incomplete += (
                run_once(
                    month, hub, github, now, chance.randrange(3, 40) if fate == "budget" else None
                )
                == "incomplete"
            )
    except (SimulatedKill, DiskFullError):
        month.kills += 1


def _build_failing_replace(left: int, error: BaseException) -> Callable[[object, object], None]:
    """os.replace that works so many times and then fails."""
    real, count = os.replace, [left]

    def replace(source: object, target: object) -> None:
        if count[0] == 0:
            raise error
        count[0] -= 1
        real(str(source), str(target))

    return replace


def kill_process(
    month: ChaosMonth, hub: LoopbackHub, github: LoopbackGithub, now: datetime
) -> None:
    """SIGKILL for a real process at a random moment."""
    arguments = [
        sys.executable,
        "-m",
        "audit",
        "run",
        "--registry",
        str(month.root),
        "--now",
        f"{now:%Y-%m-%dT%H:%M:%SZ}",
    ]
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "GITHUB_API_URL": github.endpoint}
    process = subprocess.Popen(
        arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT
    )
    time.sleep(month.chance.uniform(0.3, 1.5))
    process.kill()
    process.wait()
    month.kills += 1


def check_soundness(month: ChaosMonth, seed: int) -> None:
    """The state loads, and only what really happened was told so far."""
    TargetStateStore(month.root).load_states()
    for event in EventStore(month.root).load_events():
        finding = event.finding
        assert (finding.record, finding.kind) in month.expected, (
            f"seed {seed}: invented {finding.record} {finding.kind} {finding.status}"
        )


def check_final_events(month: ChaosMonth, seed: int) -> None:
    findings = [event.finding for event in EventStore(month.root).load_events()]
    last = {(each.record, each.kind): each.status for each in findings}
    assert last == month.expected, (
        f"seed {seed}: told {sorted(last.items())}, happened {sorted(month.expected.items())}"
    )
    said = [(each.id, each.status) for each in findings]
    assert len(said) == len(set(said)), (
        f"seed {seed}: told twice: {[each for each in said if said.count(each) > 1]}"
    )
    assert not list(month.root.rglob("*.tmp")), f"seed {seed}: a temporary file is left"


def main() -> int:
    """Play months until so many runs were made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=400, help="disturbed runs in all")
    parser.add_argument("--sweeps", type=int, default=720, help="hourly sweeps after them: a month")
    options = parser.parse_args()
    done, seed, month_runs, found = 0, options.seed, 80, 0
    start = time.monotonic()
    while done < options.runs:
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            month = play_month(seed, month_runs, Path(folder), subprocesses=6)
        found += len(month.expected)
        print(
            f"seed {seed}: {month_runs} runs, {len(month.expected)} changes all found, none invented; "
            f"{month.kills} killed or full, {month.refused} refused as second, {month.incomplete} incomplete",
            flush=True,
        )
        done, seed = done + month_runs, seed + 1
    print(f"passed: {done} runs, {found} changes, {time.monotonic() - start:.0f} s")
    if options.sweeps:
        # Here, for it plays with what this module has.
        from tests.faults.sweep_month import print_sweep_months

        print_sweep_months([options.seed], options.sweeps)
    return 0


if __name__ == "__main__":
    sys.exit(main())
