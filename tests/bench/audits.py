"""What an audit asks and how long it takes, against a Hub with latency and quotas, beside the loop that users write."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, ClassVar, cast

from huggingface_hub import HfApi, hf_hub_download

from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources.github.repositories import MAX_PARALLEL_REQUESTS, GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter
from tests.bench.generate import generate_registry
from tests.bench.measured import Measurement
from tests.bench.pages import UnchangedPages
from tests.bench.server import TOKEN
from tests.bench.world import build_hub_world, seed_target_states

__all__ = ["Measurement", "measure_audits"]

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
CHANGED_EVERY = 100
"""One model in so many changes before the last run."""
PLAIN_LOOP_MODELS = 12
"""Models that the plain loop looks at; it is scaled up from there."""


class BusyHubSource(HubSource):
    """Asks as many questions at a time as the promise of pace is about; the audit asks fewer."""

    max_parallel_requests: ClassVar[int] = 16


@dataclass
class BenchmarkServer:
    """The other process."""

    process: subprocess.Popen[str]
    hub: str
    github: str

    @classmethod
    def start(cls, root: Path) -> "BenchmarkServer":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.server", str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = json.loads(cast(IO[str], process.stdout).readline())
        return cls(process, told["hub"], told["github"])

    def send_command(self, **command: Any) -> dict[str, Any]:
        """Give a command; returns the answers since the last one by status."""
        statuses: dict[str, Any] = self.exchange(**command)["statuses"]
        return statuses

    def exchange(self, **command: Any) -> dict[str, Any]:
        """Give a command; returns all that is counted since the last one."""
        stdin, stdout = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)
        stdin.write(json.dumps(command) + "\n")
        stdin.flush()
        told: dict[str, Any] = json.loads(stdout.readline())
        return told

    def open_upstreams(self) -> Upstreams:
        """Real clients of what is served here, with a counter of their own."""
        counter = RequestCounter()
        hub = BusyHubSource(self.hub, TOKEN, counter)
        github = GithubSource(self.github, None, counter)
        return Upstreams((hub, github, UnchangedPages(counter)), counter)

    def stop(self) -> None:
        """End it."""
        cast(IO[str], self.process.stdin).close()
        self.process.wait()


def measure_audits(
    source: Path, folder: Path, models: int, latencies: list[float]
) -> Iterator[Measurement]:
    """Unchanged and changed runs over a generated registry of so many models."""
    root = folder / "registry"
    generate_registry(source, root, models)
    registry = load_registry(root)
    seed_target_states(root, registry, build_hub_world(registry))
    server = BenchmarkServer.start(root)
    try:
        yield from _measure_runs(root, registry, models, server, latencies)
    finally:
        server.stop()


def _measure_runs(
    root: Path, registry: Registry, models: int, server: BenchmarkServer, latencies: list[float]
) -> Iterator[Measurement]:
    runs = _DailyRuns(root, registry, server)
    runs.run_next_day()  # learns where repositories stand in the listings
    yield Measurement(
        f"{models:,} models: Hub requests per model, first look at the listings",
        runs.hub_requests / models,
        "per model",
    )
    for latency in latencies:
        server.send_command(latency=latency)
        report, seconds = runs.run_next_day()
        name = f"{models:,} models, {latency * 1000:.0f} ms"
        yield Measurement(
            f"{name}: Hub requests per model, nothing changed",
            runs.hub_requests / models,
            "per model",
            0.25 if models < 5_000 else 0.15,
        )
        yield Measurement(f"{name}: wall time", seconds, "s")
        cpu = runs.cpu_seconds * 1000 / models
        yield Measurement(f"{name}: processor time per 1,000 models", cpu, "s")
        floor = latency * max(
            runs.hub_requests / BusyHubSource.max_parallel_requests,
            report.requests["github"] / MAX_PARALLEL_REQUESTS,
        )
        yield Measurement(
            f"{name}: wall time over requests x latency / concurrency", seconds / floor, "x", 1.3
        )
        yield from _measure_plain_loop(registry, server, name, models, runs.hub_requests, seconds)
    quiet = runs.hub_requests
    server.send_command(latency=0, change=CHANGED_EVERY, quota="token")
    report, _ = runs.run_next_day()
    changed = len(range(0, models, CHANGED_EVERY))
    yield Measurement(
        f"{models:,} models: Hub requests more per changed model",
        (runs.hub_requests - quiet) / changed,
        "per changed model",
        2,
    )
    refused = server.send_command().get("429", 0)
    yield Measurement(
        f"{models:,} models: answers 429 on a Hub that enforces a token's quota",
        refused,
        "answers",
        0,
    )


def _measure_plain_loop(
    registry: Registry, server: BenchmarkServer, name: str, models: int, ours: int, seconds: float
) -> Iterator[Measurement]:
    """`model_info`, LICENSE and README for each model, one after the other, as people write it."""
    api = HfApi(endpoint=server.hub, token=False)
    repos = [
        model.hub.repo
        for model in registry.models.values()
        if model.hub and model.weights.license and model.hub.gated is False
    ][:PLAIN_LOOP_MODELS]
    server.send_command()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="plain-") as cache:
        for repo in repos:
            api.model_info(repo)
            for file in ("README.md", "LICENSE"):
                hf_hub_download(
                    repo,
                    file,
                    endpoint=server.hub,
                    token=False,
                    force_download=True,
                    cache_dir=cache,
                )
    each = (time.perf_counter() - start) / len(repos)
    requests = sum(server.send_command().values()) / len(repos)
    yield Measurement(f"{name}: plain loop, Hub requests per model", requests, "per model")
    yield Measurement(
        f"{name}: plain loop asks so many times as much", requests * models / ours, "x"
    )
    yield Measurement(
        f"{name}: plain loop takes so many times as long", each * models / seconds, "x"
    )


class _DailyRuns:
    """Runs of one registry, a day apart."""

    def __init__(self, root: Path, registry: Registry, server: BenchmarkServer) -> None:
        self._options = RunOptions(root, START)
        self._registry = registry
        self._server = server
        self.hub_requests = 0
        self.cpu_seconds = 0.0

    def run_next_day(self) -> tuple[RunReport, float]:
        """One run; `hub` holds what it asked the Hub."""
        upstreams = self._server.open_upstreams()
        start, began = time.perf_counter(), time.process_time()
        report = run_audit(self._registry, upstreams, self._options)
        seconds, self.cpu_seconds = time.perf_counter() - start, time.process_time() - began
        self._options = replace(self._options, now=self._options.now + timedelta(days=1))
        if report.status != "complete":
            raise SystemExit(f"the audit ended {report.status}: {report.state_counts}")
        self.hub_requests = report.requests["hub-api"] + report.requests["hub-resolve"]
        return report, seconds
