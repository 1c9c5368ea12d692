"""The audit against a Hub that is not ours: olah 0.5.4, offline, serving recorded answers. `nox -s interop` installs it."""

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, WriteRegistry, make_license_record, make_model_record

pytestmark = pytest.mark.interop

CONFIGURATION = """
[basic]
host = "127.0.0.1"
port = {port}
repos-path = "repos"
mirrors-path = ["mirrors"]
[accessibility]
offline = true
"""
PATIENCE = 60
"""Seconds for the server to start."""


def read_recordings(shared: Path) -> dict[str, dict[str, Any]]:
    """The newest recorded answer per model; one with file identities wins over one with names only."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((shared / "hub-recordings" / "models").glob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        kept = found.get(body["id"])
        # The recordings hold no texts, so the server could not hand out a license file that it lists.
        body["siblings"] = [
            each for each in body["siblings"] if "LICENSE" not in each["rfilename"].upper()
        ]
        if kept is None or str(body.get("lastModified")) >= str(kept.get("lastModified")):
            found[body["id"]] = body
    return found


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def store_recording(folder: Path, body: dict[str, Any]) -> None:
    """Put one recorded answer where olah keeps what it has cached."""
    place = folder / "repos" / "api" / "models" / body["id"] / "revision" / body["sha"]
    place.mkdir(parents=True)
    (place / "meta_head.json").write_text(
        json.dumps({"sha": body["sha"], "lastModified": body.get("lastModified")}), encoding="utf-8"
    )
    (place / "meta_get.json").write_text(
        json.dumps(
            {
                "status_code": 200,
                "headers": {"content-type": "application/json"},
                "cached_at": int(time.time()),
            }
        )
    )
    (place / "meta_get.json.body").write_text(json.dumps(body), encoding="utf-8")


@pytest.fixture
def olah(shared: Path, tmp_path: Path) -> Iterator[str]:
    """An olah server with every recording, as an endpoint."""
    if importlib.util.find_spec("olah") is None:
        pytest.skip("olah is not installed; nox -s interop does that")
    command = Path(sys.executable).with_name("olah-cli")
    folder = tmp_path / "olah"
    for body in read_recordings(shared).values():
        store_recording(folder, body)
    port = find_free_port()
    (folder / "mirrors").mkdir()
    (folder / "c.toml").write_text(CONFIGURATION.format(port=port))
    with (tmp_path / "olah.log").open("wb") as log:
        server = subprocess.Popen(
            [str(command), "--config", "c.toml", "--log-path", "logs"],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for_server(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)
            shutil.rmtree(folder, ignore_errors=True)


def wait_for_server(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 5):
        assert server.poll() is None, "olah ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("olah did not start")


def test_recorded_models_are_read_rightly(
    olah: str, shared: Path, write_registry: WriteRegistry, tmp_path: Path
):
    """Through another program's server: gate, license, revision and sizes come out as recorded, and nothing is drift."""
    bodies = read_recordings(shared)
    models = [
        (
            "models",
            make_model_record(
                id,
                hub={
                    "repo": id,
                    "gated": body["gated"],
                    "license_tag": body["cardData"]["license"],
                    "evidence": ["card"],
                },
            ),
        )
        for id, body in bodies.items()
    ]
    root = write_registry(("licenses", make_license_record()), *models)
    environment = {
        **os.environ,
        "HF_ENDPOINT": olah,
        "GITHUB_API_URL": olah,
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    report = tmp_path / "report.json"

    for _ in range(2):
        arguments = [
            sys.executable,
            "-m",
            "audit",
            "run",
            "--registry",
            str(root),
            "--report",
            str(report),
        ]
        done = subprocess.run(
            arguments,
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    answer = json.loads(report.read_text())
    assert answer["findings"] == []
    assert answer["observations"]["gated"] == sum(bool(body["gated"]) for body in bodies.values())
    for id, body in bodies.items():
        facts = json.loads((root / "observations" / "models" / f"{id}.json").read_text())["facts"]
        assert (facts["revision"], facts["gated"], facts["license_tag"]) == (
            body["sha"],
            body["gated"],
            body["cardData"]["license"],
        )
        sizes = [
            each.get("size", 0)
            for each in body["siblings"]
            if each["rfilename"] in facts["weights"]["files"]
        ]
        assert facts["weights"]["total_size"] == sum(sizes)
