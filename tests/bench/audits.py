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
from typing import IO, Any, cast

from huggingface_hub import HfApi, hf_hub_download

from audit.records.load import load_registry
from audit.records.model import Registry
from audit.runs.collect import WORKERS, Upstreams
from audit.runs.report import Report
from audit.runs.run import Options, run
from audit.sources.github import PARALLEL, GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter
from tests.bench.generate import generate
from tests.bench.measured import Measured
from tests.bench.server import TOKEN
from tests.bench.world import hub_world, seed_observations

__all__ = ["Measured", "measure_audits"]

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
CHANGED_EVERY = 100
"""One model in so many changes before the last run."""
SAMPLE = 12
"""Models that the plain loop looks at; it is scaled up from there."""


@dataclass
class Server:
    """The other process."""

    process: subprocess.Popen[str]
    hub: str
    github: str

    @classmethod
    def start(cls, root: Path) -> "Server":
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.server", str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = json.loads(cast(IO[str], process.stdout).readline())
        return cls(process, told["hub"], told["github"])

    def tell(self, **command: Any) -> dict[str, Any]:
        """Give a command; returns the answers since the last one by status."""
        stdin, stdout = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)
        stdin.write(json.dumps(command) + "\n")
        stdin.flush()
        statuses: dict[str, Any] = json.loads(stdout.readline())["statuses"]
        return statuses

    def stop(self) -> None:
        """End it."""
        cast(IO[str], self.process.stdin).close()
        self.process.wait()


def measure_audits(source: Path, folder: Path, models: int, latencies: list[float]) -> Iterator[Measured]:
    """Unchanged and changed runs over a generated registry of so many models."""
    root = folder / "registry"
    generate(source, root, models)
    registry = load_registry(root)
    seed_observations(root, registry, hub_world(registry))
    server = Server.start(root)
    try:
        yield from _measured(root, registry, models, server, latencies)
    finally:
        server.stop()


def _measured(root: Path, registry: Registry, models: int, server: Server, latencies: list[float]) -> Iterator[Measured]:
    runs = _Runs(root, registry, server)
    runs.audit()  # learns where repositories stand in the listings
    yield Measured(f"{models:,} models: Hub requests per model, first look at the listings", runs.hub / models, "per model")
    for latency in latencies:
        server.tell(latency=latency)
        report, seconds = runs.audit()
        name = f"{models:,} models, {latency * 1000:.0f} ms"
        yield Measured(f"{name}: Hub requests per model, nothing changed", runs.hub / models, "per model", 0.25 if models < 5_000 else 0.15)
        yield Measured(f"{name}: wall time", seconds, "s")
        floor = latency * max(runs.hub / WORKERS, report.requests["github"] / PARALLEL)
        yield Measured(f"{name}: wall time over requests x latency / concurrency", seconds / floor, "x", 1.3)
        yield from _plain_loop(registry, server, name, models, runs.hub, seconds)
    quiet = runs.hub
    server.tell(latency=0, change=CHANGED_EVERY, quota="token")
    report, _ = runs.audit()
    changed = len(range(0, models, CHANGED_EVERY))
    yield Measured(f"{models:,} models: Hub requests more per changed model", (runs.hub - quiet) / changed, "per changed model", 3)
    refused = server.tell().get("429", 0)
    yield Measured(f"{models:,} models: answers 429 on a Hub that enforces a token's quota", refused, "answers", 0)


def _plain_loop(registry: Registry, server: Server, name: str, models: int, ours: int, seconds: float) -> Iterator[Measured]:
    """`model_info`, LICENSE and README for each model, one after the other, as people write it."""
    api = HfApi(endpoint=server.hub, token=False)
    repos = [model.hub.repo for model in registry.models.values() if model.hub and model.weights.license and model.hub.gated is False][:SAMPLE]
    server.tell()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="plain-") as cache:
        for repo in repos:
            api.model_info(repo)
            for file in ("README.md", "LICENSE"):
                hf_hub_download(repo, file, endpoint=server.hub, token=False, force_download=True, cache_dir=cache)
    each = (time.perf_counter() - start) / len(repos)
    requests = sum(server.tell().values()) / len(repos)
    yield Measured(f"{name}: plain loop, Hub requests per model", requests, "per model")
    yield Measured(f"{name}: plain loop asks so many times as much", requests * models / ours, "x")
    yield Measured(f"{name}: plain loop takes so many times as long", each * models / seconds, "x")


class _Runs:
    """Runs of one registry, a day apart."""

    def __init__(self, root: Path, registry: Registry, server: Server) -> None:
        self._options = Options(root, START)
        self._registry = registry
        self._server = server
        self.hub = 0

    def audit(self) -> tuple[Report, float]:
        """One run; `hub` holds what it asked the Hub."""
        counter = RequestCounter()
        upstreams = Upstreams(HubSource(self._server.hub, TOKEN, counter), GithubSource(self._server.github, None, counter), counter)
        start = time.perf_counter()
        report = run(self._registry, upstreams, self._options)
        seconds = time.perf_counter() - start
        self._options = replace(self._options, now=self._options.now + timedelta(days=1))
        if report.status != "complete":
            raise SystemExit(f"the audit ended {report.status}: {report.observations}")
        self.hub = report.requests["hub-api"] + report.requests["hub-resolve"]
        return report, seconds
