"""A small file costs one request at the Hub, and a mirror that lacks the Hub's direct address serves it all the same."""

import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from audit.core.git_blobs import compute_blob_id
from audit.sources.failures import SourceFailure
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter

COMMIT = "a" * 40
TEXT = b"Permission is granted.\n"
DIRECT = f"/api/resolve-cache/models/maker/m/{COMMIT}/docs/LICENSE"
RESOLVED = f"/maker/m/resolve/{COMMIT}/docs/LICENSE"
RECORDED = Path("../shared/hub-recordings/resolve")
RECORDED_README = RECORDED / "GET-200-api__resolve-cache__models__st-minilm__SHA__README.md.json"


def build_hub(httpserver: HTTPServer) -> HubSource:
    patience = Patience(sleep=lambda _: None, attempts=1)
    return HubSource(httpserver.url_for("/"), None, RequestCounter(), patience)


def fetch(hub: HubSource, revision: str = COMMIT) -> bytes | SourceFailure:
    blob = compute_blob_id(TEXT)
    return hub.fetch_text("models", "maker/m", revision, "docs/LICENSE", blob, len(TEXT))


def list_paths(httpserver: HTTPServer) -> list[str]:
    return [request.path for request, _ in httpserver.log]


def test_a_file_of_a_commit_costs_one_request(httpserver: HTTPServer):
    """Where the redirect of `resolve` leads is known beforehand; of a branch it is not."""
    httpserver.expect_request(DIRECT).respond_with_data(TEXT)
    httpserver.expect_request(RESOLVED.replace(COMMIT, "main")).respond_with_data(TEXT)
    hub = build_hub(httpserver)
    assert fetch(hub) == fetch(hub) == TEXT
    assert list_paths(httpserver) == [DIRECT, DIRECT]
    assert fetch(hub, "main") == TEXT
    assert hub.counter.get_counts()["hub-resolve"] == 3


@pytest.mark.parametrize(
    "answer",
    [
        Response("Not Found", 404),
        Response("Not Found", 404, {"X-Error-Code": "EntryNotFound"}),
        Response("who are you?", 401),
        Response("Bad Request", 400),
        Response("Gone", 410),
        Response("<html>Welcome to the mirror", 200, content_type="text/html"),
        Response("", 302, {"Location": "https://huggingface.co/elsewhere"}),
        Response("", 302, {"Location": DIRECT}),
        Response("", 307, {"Location": "/login"}),
    ],
    ids=lambda answer: f"{answer.status_code} {answer.headers.get('Location', '')}",
)
def test_a_mirror_without_the_direct_address_is_asked_as_people_ask(
    httpserver: HTTPServer, answer: Response
):
    """Whatever it says there, nothing is believed of the file; and it is not asked so again."""
    httpserver.expect_request(DIRECT).respond_with_response(answer)
    httpserver.expect_request(RESOLVED).respond_with_data(TEXT)
    hub = build_hub(httpserver)
    assert fetch(hub) == TEXT
    before = len(httpserver.log)
    assert fetch(hub) == TEXT
    assert list_paths(httpserver)[before:] == [RESOLVED]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Response("", 401, {"X-Error-Code": "GatedRepo"}), "gated"),
        (Response("", 429), "rate-limited"),
        (Response("", 503), "http-503"),
        (Response(TEXT[:5], 200), "truncated"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_holds_for_both_addresses_is_asked_once(
    httpserver: HTTPServer, answer: Response, reason: str
):
    """A gate, a limit, a server in trouble and half a file."""
    httpserver.expect_request(DIRECT).respond_with_response(answer)
    failure = fetch(build_hub(httpserver))
    assert isinstance(failure, SourceFailure)
    assert failure.reason == reason
    assert set(list_paths(httpserver)) == {DIRECT}


def test_a_file_that_neither_address_has_is_not_believed_to_be_gone_at_the_first(
    httpserver: HTTPServer,
):
    """What counts is the answer at the address that people use, and the next file is asked for directly again."""
    httpserver.expect_request(DIRECT).respond_with_data("", 404)
    httpserver.expect_request(RESOLVED).respond_with_data("", 403)
    hub = build_hub(httpserver)
    assert [fetch(hub).reason, fetch(hub).reason] == ["http-403", "http-403"]
    assert list_paths(httpserver) == [DIRECT, RESOLVED] * 2


@pytest.mark.skipif(not RECORDED_README.exists(), reason="the recordings are not here")
def test_the_recorded_answer_had_no_query(httpserver: HTTPServer):
    """The Hub's own answer at such an address, asked without the query of its redirect, is believed by its blob id."""
    recorded = json.loads(RECORDED_README.read_text())
    path = recorded["request"]["url"].removeprefix("https://huggingface.co")
    assert "?" not in path
    body = recorded["body"].encode()
    headers = {"ETag": recorded["headers"]["etag"], "Content-Type": "text/plain"}
    httpserver.expect_request(path).respond_with_response(Response(body, 200, headers))
    *_, owner, name, commit, _ = path.split("/")
    hub = build_hub(httpserver)
    blob = recorded["headers"]["etag"].removeprefix("W/").strip('"')
    text = hub.fetch_text("models", f"{owner}/{name}", commit, "README.md", blob, len(body))
    assert text == body
