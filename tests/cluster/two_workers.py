"""Two workers on loopback, one of them killed in mid-run: byte for byte what one process writes. `nox -s cluster` runs it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from audit.records.load import load_registry
from tests.conftest import (
    make_dataset_record,
    make_license_record,
    make_model_record,
    write_records,
)
from tests.fakes.faults import FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubFile
from tests.fakes.world import UpstreamWorld, build_world

ROOT = Path(__file__).parents[2]
OWNERS = 80
DAYS = ("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04")
KILLED_ON = 1
"""The day on which a worker dies."""


def main() -> int:
    """Play the same days twice, and compare every file."""
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder:
        start = time.monotonic()
        alone = _play_days(Path(folder) / "alone", cluster=False)
        between = time.monotonic()
        together = _play_days(Path(folder) / "together", cluster=True)
        print(
            f"one process {between - start:.1f} s; two workers, one killed, {time.monotonic() - between:.1f} s"
        )
    differing = sorted(
        name for name in alone.keys() | together.keys() if alone.get(name) != together.get(name)
    )
    print(
        f"{len(alone)} files written; {len(differing)} differ{': ' + ', '.join(differing[:5]) if differing else ''}"
    )
    return 1 if differing else 0


def _build_world(root: Path) -> UpstreamWorld:
    models = [
        make_model_record(f"owner-{number}/model-{each}")
        for number in range(OWNERS)
        for each in range(1 + number % 3)
    ]
    models[0]["components"]["training-code"] = {
        "status": "released",
        "license": "MIT",
        "url": "https://github.com/maker/code",
        "evidence": ["card"],
    }
    records = [
        ("licenses", make_license_record()),
        ("licenses", make_license_record("Apache-2.0")),
        ("datasets", make_dataset_record()),
    ]
    write_records(root, [*records, *[("models", each) for each in models]])
    return build_world(load_registry(root))


def _apply_drift(world: UpstreamWorld, day: int) -> None:
    if day == 1:
        world.set_card("models", "owner-3/model-0", {"license": "apache-2.0"})
        world.put_file(
            "models", "owner-5/model-1", HubFile.create_text("LICENSE", "Other terms.\n" * 9)
        )
        world.remove_hub_repo("models", "owner-7/model-0")
        world.set_gate("datasets", "maker/data", "manual")
        world.archive_github_repo("maker/code")
    if day == 2:
        world.rename_hub_repo("models", "owner-9/model-0", "owner-9/renamed")


def _play_days(folder: Path, *, cluster: bool) -> dict[str, bytes]:
    root = folder / "registry"
    world = _build_world(root)
    world.fault_injector.slow_seconds = 0.05
    world.fault_injector.add_rule(FaultRule("slow"))
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        hub_address, github_address = hub.endpoint, github.endpoint
        environment = {
            **os.environ,
            "HF_ENDPOINT": hub.endpoint,
            "GITHUB_API_URL": github.endpoint,
            "HF_HUB_DISABLE_TELEMETRY": "1",
        }
        dask = _DaskCluster(environment) if cluster else None
        try:
            for day, date in enumerate(DAYS):
                _apply_drift(world, day)
                arguments = [
                    sys.executable,
                    "-m",
                    "audit",
                    "run",
                    "--registry",
                    str(root),
                    "--now",
                    f"{date}T06:00:00Z",
                ]
                if dask and day == KILLED_ON:
                    hub.clear_log()
                    threading.Thread(target=_kill_in_midrun, args=(dask, hub), daemon=True).start()
                done = subprocess.run(
                    arguments + (["--scheduler", dask.address] if dask else []),
                    env=environment,
                    cwd=ROOT,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                print(
                    f"{'two workers' if cluster else 'one process'}, {date}: {(done.stdout + done.stderr).strip().splitlines()[-1]}",
                    flush=True,
                )
                if done.returncode not in (0, 3):
                    raise SystemExit(done.stderr)
        finally:
            if dask:
                dask.stop()
    shutil.rmtree(root / "models")
    # Evidence holds the address that was asked, and each play has its own port.
    addresses = ((hub_address.encode(), b"HUB"), (github_address.encode(), b"GITHUB"))
    return {
        str(path.relative_to(root)): _replace_addresses(path.read_bytes(), addresses)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _replace_addresses(content: bytes, addresses: tuple[tuple[bytes, bytes], ...]) -> bytes:
    for old, new in addresses:
        content = content.replace(old, new)
    return content


def _kill_in_midrun(dask: "_DaskCluster", hub: LoopbackHub) -> None:
    """Both workers look at a shard each when the first requests have come."""
    while len(hub.log) < 20:
        time.sleep(0.01)
    dask.kill_worker()
    print(f"a worker was killed after {len(hub.log)} requests", flush=True)


class _DaskCluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._folder = tempfile.mkdtemp(prefix="dask-")
        file = Path(self._folder) / "scheduler.json"
        common = {
            "env": environment,
            "cwd": ROOT,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        scheduler = [
            "distributed.cli.dask_scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            str(file),
        ]
        self._processes = [subprocess.Popen([sys.executable, "-m", *scheduler], **common)]
        for _ in range(200):
            if file.exists():
                break
            time.sleep(0.1)
        self.address: str = json.loads(file.read_text())["address"]
        worker = [
            "distributed.cli.dask_worker",
            self.address,
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--local-directory",
            self._folder,
        ]
        self._workers = [
            subprocess.Popen([sys.executable, "-m", *worker], **common) for _ in range(2)
        ]
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=30)

    def kill_worker(self) -> None:
        """SIGKILL, as when a machine dies."""
        self._workers[0].kill()

    def stop(self) -> None:
        """End what is left."""
        for process in [*self._workers, *self._processes]:
            process.kill()
            process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
