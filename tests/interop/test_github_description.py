"""Every request of `publish` against GitHub's own description of its interface. `nox -s interop-github` installs the mock server; it needs node.

The mock keeps no state and proves the shape of requests; what they do is proved on the stateful GitHub of the rehearsal.
So each request goes to both: the mock judges it, the rehearsal's GitHub answers it.
"""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.publish.conftest import build_finding

pytestmark = pytest.mark.interop

MODULES = "GITHUB_DESCRIPTION_MODULES"
"""Where the session has put @octokit/openapi and @stoplight/prism-cli."""
NEEDED = re.compile(r"/repos/\{owner\}/\{repo\}/(issues|labels)(/.*)?|/user")
PATIENCE = 120
"""Seconds for the mock to start."""
FIRST, SECOND = build_finding(), build_finding("models/maker/model-2")


def narrow_description(description: dict[str, Any]) -> dict[str, Any]:
    """The part that is needed, mended in two places that make the mock judge wrongly.

    `nullable` without a `type` keeps its validator from compiling, and then it takes every body; and answers are described as
    application/json only, while GitHub's documentation tells clients to ask for application/vnd.github+json.
    """
    description["paths"] = {
        path: item for path, item in description["paths"].items() if NEEDED.fullmatch(path)
    }
    _mend_description(description)
    return description


def _mend_description(node: Any) -> None:
    if isinstance(node, list):
        for each in node:
            _mend_description(each)
    elif isinstance(node, dict):
        if node.get("nullable") is True and "type" not in node:
            del node["nullable"]
            for choice in ("oneOf", "anyOf"):
                if choice in node:
                    node[choice].append({"enum": [None]})
        content = node.get("content")
        if isinstance(content, dict) and "application/json" in content:
            content.setdefault("application/vnd.github+json", content["application/json"])
        for each in list(node.values()):
            _mend_description(each)


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The mock server, as an endpoint."""
    modules = Path(os.environ.get(MODULES, "")).resolve()
    if not os.environ.get(MODULES):
        pytest.skip("the mock server is not installed; nox -s interop-github does that")
    folder = tmp_path_factory.mktemp("mock")
    description = json.loads(
        (modules / "@octokit/openapi/generated/api.github.com.json").read_text(encoding="utf-8")
    )
    (folder / "github.json").write_text(
        json.dumps(narrow_description(description)), encoding="utf-8"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "log").open("wb") as log:
        # Started as node itself: npx would leave its child behind.
        command = [
            "node",
            str(modules / ".bin" / "prism"),
            "mock",
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
            "--errors",
            "github.json",
        ]
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _wait_for_server(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def _wait_for_server(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 5):
        assert server.poll() is None, "the mock server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the mock server did not start")


class MockCheckedAdapter(HTTPAdapter):
    """Shows every request to the mock before the rehearsal's GitHub answers it."""

    def __init__(self, mock: str) -> None:
        super().__init__()
        self.mock = mock
        self.checked_requests: set[tuple[str, str]] = set()
        self.refused_requests: list[str] = []

    def send(
        self, request: requests.PreparedRequest, *arguments: Any, **options: Any
    ) -> requests.Response:
        parts = urlsplit(str(request.url))
        if not parts.path.startswith(
            "/repositories/"
        ):  # the next page's address comes from GitHub and is not described
            copy = request.copy()
            copy.url = f"{self.mock}{parts.path}" + (f"?{parts.query}" if parts.query else "")
            answer = HTTPAdapter().send(copy, timeout=30)
            self.checked_requests.add(
                (str(request.method), re.sub(r"\d+$|\d+(?=/)|(?<=labels/).*", "N", parts.path))
            )
            if answer.status_code >= 300 and not _is_mock_fault(answer):
                self.refused_requests.append(
                    f"{request.method} {parts.path}: {answer.status_code} {answer.text[:300]}"
                )
        return super().send(request, *arguments, **options)


def _is_mock_fault(answer: requests.Response) -> bool:
    """Whether only the mock's own example answer breaks the description; that says nothing of the request."""
    found = answer.json().get("validation", []) if answer.status_code == 500 else []
    return bool(found) and all(each["location"][0] == "response" for each in found)


def test_the_mock_can_refuse(mock: str):
    """It takes what GitHub's description allows, and turns down what it does not; otherwise its word would be worth nothing."""
    issues, headers = (
        f"{mock}/repos/a/b/issues",
        {"Accept": "application/vnd.github+json", "Authorization": "Bearer x"},
    )
    for method, url, body, status in (
        ("POST", issues, {"title": "t", "body": "b", "labels": ["x"]}, 201),
        ("POST", issues, {"body": "no title"}, 422),
        ("POST", issues, {"title": "t", "labels": "x"}, 422),
        ("PATCH", f"{issues}/1", {"state": "closed", "state_reason": "completed"}, 200),
        ("PATCH", f"{issues}/1", {"state": "shut"}, 422),
        ("PATCH", f"{issues}/1", {"state_reason": "because"}, 422),
        ("POST", f"{issues}/1/comments", {}, 422),
        ("POST", f"{mock}/repos/a/b/labels", {"color": "ffffff"}, 422),
    ):
        assert (
            requests.request(method, url, json=body, headers=headers, timeout=30).status_code
            == status
        ), (method, url, body)
    assert (
        requests.get(issues, params={"state": "some"}, headers=headers, timeout=30).status_code
        == 422
    )


def test_every_request_is_as_described(mock: str, publisher):
    """Through the whole life of an issue, opened, changed, closed, opened again, lost and doubled, nothing is refused."""
    adapter = MockCheckedAdapter(mock)
    publisher.set_open_findings(FIRST, SECOND)
    publisher.publish_once(adapter)
    publisher.set_open_findings(replace(FIRST, after="manual"))
    publisher.record_event(replace(SECOND, status="accepted"))
    publisher.publish_once(adapter)
    publisher.set_open_findings(replace(FIRST, after="manual"), SECOND)
    publisher.now += timedelta(days=2)
    publisher.publish_once(adapter)
    publisher.drift_issues[0].deleted = True
    ledger = json.loads((publisher.root / "alerts" / "ledger.json").read_text())
    (publisher.root / "alerts" / "ledger.json").write_text(
        json.dumps({**ledger, "account": None, "asked": [FIRST.id]})
    )
    publisher.publish_once(adapter)
    assert adapter.refused_requests == []
    repository = "/repos/registry/records"
    assert adapter.checked_requests == {
        ("GET", "/user"),
        ("GET", f"{repository}/issues"),
        ("GET", f"{repository}/issues/N"),
        ("GET", f"{repository}/issues/N/comments"),
        ("GET", f"{repository}/labels"),
        ("POST", f"{repository}/issues"),
        ("POST", f"{repository}/issues/N/comments"),
        ("POST", f"{repository}/labels"),
        ("PATCH", f"{repository}/issues/N"),
        ("DELETE", f"{repository}/labels/N"),
    }
