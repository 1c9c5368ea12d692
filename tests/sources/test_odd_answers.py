"""Answers that a maker shaped: nothing in a card, a tag or a file name hides what else the answer tells, and no answer ends in an error."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from audit.contribute.review.evidence import EvidenceChecker
from audit.observations.facts import CodeFacts, HubFacts, Observation, Target
from audit.observations.page_addresses import build_page_target
from audit.sources.base import ObservationContext
from audit.sources.failures import SourceFailure
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.pages.source import PagesSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.observations import TargetState, TargetStateStore
from tests.sources.test_hub_outcomes import build_answer

BASES = [f"base_model:maker/base{number}" for number in range(100_000)]


def hub(httpserver: HTTPServer) -> HubSource:
    return HubSource(
        httpserver.url_for("/"), None, RequestCounter(), Patience(sleep=lambda _: None, attempts=1)
    )


def seen_with(httpserver: HTTPServer, **changes: Any) -> Observation:
    """What a look brings; lone surrogates go over the wire as JavaScript writes them, as escapes."""
    body = json.dumps(build_answer(**changes))
    httpserver.expect_request("/api/models/maker/m").respond_with_response(
        Response(body, content_type="application/json")
    )
    return hub(httpserver).observe_repository("models", "maker/m")


@pytest.mark.parametrize(
    "changes",
    [
        {"cardData": {"self": 1}},
        {
            "cardData": {
                "model-index": [
                    {
                        "name": "n",
                        "results": [
                            {
                                "task": {"type": ["t"]},
                                "dataset": {"type": ["d"], "name": "n"},
                                "metrics": [{"type": "a", "value": 1}],
                            }
                        ],
                    }
                ]
            }
        },
        {"cardData": {"model-index": 1, "eval_results": 2}},
        {"cardData": ["mit"]},
        {"cardData": {"license": {"name": "mit"}}},
        {"cardData": {"license_name": "x\ud800", "license_link": ["\udc00", 7]}},
        {"cardData": {"license": "\ud800"}},
        {"cardData": {"\ud800": "\udfff\ud800"}},
        {"cardData": {"version": 10**4000}},
        {"tags": ["license:\ud800", "base_model:maker/\udfff", 7, None]},
        {"tags": [*BASES, "dataset:" + "x" * 9_000_000]},
        {"siblings": [{"rfilename": "LICENSE\ud800", "size": 1, "blobId": "b" * 40}]},
        {
            "transformersInfo": 1,
            "safetensors": "x",
            "spaces": 3,
            "inferenceProviderMapping": [1],
            "lastModified": "yesterday",
        },
    ],
)
def test_nothing_that_a_maker_writes_hides_a_gate(httpserver: HTTPServer, tmp_path, changes):
    """Whatever a card, a tag or a file name holds, a gate of the same commit is seen, and what was seen is stored and read again."""
    seen = seen_with(httpserver, gated="manual", **changes)
    assert (seen.state, seen.reason) == ("gated", "ok")
    store = TargetStateStore(tmp_path / "registry")
    observation = TargetState(
        Target("huggingface", "model", "maker/m"), "gated", seen.facts, seen.facts
    )
    store.write_state(observation)
    assert store.load_states() == {observation.target: observation}


def test_half_a_character_is_replaced(httpserver: HTTPServer):
    """A lone surrogate becomes U+FFFD; a pair of them is one character and stays, and so does a backslash before the letter u."""
    facts = seen_with(
        httpserver, cardData={"license_name": "a\ud800b", "license_link": "\U0001f600 \\ud800"}
    ).facts
    assert isinstance(facts, HubFacts)
    assert (facts.license_name, facts.license_link) == ("a\ufffdb", "\U0001f600 \\ud800")


def test_what_nobody_sees_is_replaced_and_still_a_difference(httpserver: HTTPServer):
    """Control, direction and zero-width characters of a card or a tag become U+FFFD: nothing kept is obeyed, and the text does not read as the one without them."""
    facts = seen_with(
        httpserver,
        cardData={"license": "mit\u202e", "license_name": "a\x1b[2Jb\u200b"},
        tags=["base_model:maker/\u2066base"],
    ).facts
    assert isinstance(facts, HubFacts)
    assert (facts.license_tag, facts.license_name) == ("mit\ufffd", "a\ufffd[2Jb\ufffd")
    assert facts.base_models == ("maker/\ufffdbase",)


def test_names_that_become_equal_stay_two_files(httpserver: HTTPServer):
    """Of two files whose names differ only where they are no text, none hides the other's change."""
    files = [
        {"rfilename": f"{half}.bin", "size": 1, "blobId": digit * 40}
        for half, digit in (("\ud800", "b"), ("\ud801", "c"))
    ]
    facts = seen_with(httpserver, siblings=files).facts
    assert isinstance(facts, HubFacts)
    assert sorted(facts.weights.files.values()) == ["b" * 40, "c" * 40]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "maker/m\ud800"},
        {"sha": "\ud800"},
        {"_id": "\ud800"},
        {"createdAt": "\ud800"},
        {"createdAt": 7},
        {"createdAt": "0001-01-01T00:00:00+14:00"},
        {"gated": "\ud800"},
        {"siblings": {"rfilename": "x"}},
        {"siblings": ["x"]},
        {"siblings": [{"rfilename": 7}]},
        {"siblings": [{"rfilename": "m.bin", "blobId": "\ud800"}]},
        {"siblings": [{"rfilename": "m.bin", "lfs": {"sha256": "\ud800", "size": 1}}]},
        {"siblings": [{"rfilename": "m.bin", "lfs": {"sha256": "b" * 64, "size": True}}]},
        {"siblings": [{"rfilename": "m.bin", "lfs": [1]}]},
        {"siblings": [{"rfilename": "m.bin", "size": 10**30}]},
        {"siblings": [{"rfilename": f"m{number}.bin", "size": 10**4000} for number in range(20)]},
    ],
)
def test_names_that_tell_things_apart_are_whole_or_nothing(httpserver: HTTPServer, changes):
    """An id, a commit, a digest or a size of another form is unverifiable: to guess at it could make one thing of two."""
    seen = seen_with(httpserver, **changes)
    assert (seen.state, seen.reason, seen.facts) == ("unverifiable", "schema", None)


@pytest.mark.parametrize(
    "body",
    ["[]", "7", '{"errors": 1}', '{"error": null, "errors": [1]}', "[" * 100_000, '"\\ud800"'],
)
@pytest.mark.parametrize("status", [400, 404, 503])
def test_a_refusal_with_an_odd_body_is_an_outcome(httpserver: HTTPServer, body: str, status: int):
    """The client reads a reason from the body of a refusal; where that has another form, no error comes of it."""
    httpserver.expect_request("/api/models/maker/m").respond_with_data(
        body, status, content_type="application/json"
    )
    httpserver.expect_request("/repos/maker/m").respond_with_data(
        body, status, content_type="application/json"
    )
    assert hub(httpserver).observe_repository("models", "maker/m").facts is None
    code = GithubSource(
        httpserver.url_for("/").rstrip("/"),
        None,
        RequestCounter(),
        Patience(sleep=lambda _: None, attempts=1),
    )
    assert code.observe_repository("maker/m").state == "unverifiable"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("[" * 1_000_000, {}),
        ('[{"id": ["x"]}]', {}),
        ("[]", {"Link": '<http://[/>; rel="next"'}),
        (json.dumps([build_answer(sha="\ud800")]), {}),
    ],
)
def test_an_odd_list_is_a_failure(httpserver: HTTPServer, body: str, headers: dict[str, str]):
    """Single look-ups follow, and nothing is raised."""
    httpserver.expect_request("/api/models").respond_with_data(
        body, 200, headers, content_type="application/json"
    )
    found = hub(httpserver).list_owner_heads("models", "maker", {"maker/m"})
    assert isinstance(found, SourceFailure)
    assert found.reason == "schema"


@pytest.mark.parametrize(
    ("changes", "license"),
    [
        ({"license": {"spdx_id": "M\ud800"}}, "M\ufffd"),
        ({"description": "\ud800", "size": 10**4000}, "MIT"),
        ({"full_name": "maker/\ud800"}, None),
    ],
)
def test_the_same_for_github(httpserver: HTTPServer, changes, license):
    """Half a character in a license's name is replaced; in the repository's own name it proves nothing."""
    body = {
        "full_name": "maker/code",
        "archived": True,
        "disabled": False,
        "license": {"spdx_id": "MIT"},
    } | changes
    httpserver.expect_request("/repos/maker/code").respond_with_data(
        json.dumps(body), content_type="application/json"
    )
    seen = GithubSource(
        httpserver.url_for("/").rstrip("/"), None, RequestCounter()
    ).observe_repository("maker/code")
    facts = seen.facts
    assert (facts.license if isinstance(facts, CodeFacts) else None) == license
    assert (seen.state == "ok") == (license is not None)


@pytest.mark.parametrize("location", ["http://[/", "//[", "\x7f"])
def test_an_odd_redirect_is_an_outcome(httpserver: HTTPServer, location: str):
    """An address that is none ends the look, and nothing is raised."""
    for path in ("/repos/maker/code", "/maker/m/resolve/" + "a" * 40 + "/LICENSE"):
        httpserver.expect_request(path).respond_with_data("", 302, {"Location": location})
    code = GithubSource(
        httpserver.url_for("/").rstrip("/"), None, RequestCounter(), Patience(attempts=1)
    )
    assert code.observe_repository("maker/code").state == "unverifiable"
    assert isinstance(
        hub(httpserver).fetch_text("models", "maker/m", "a" * 40, "LICENSE", "b" * 40, 3),
        SourceFailure,
    )


@contextmanager
def answer_raw(answer: bytes) -> Iterator[str]:
    """A server that sends these bytes; a library would write an odd header in another way."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(answer)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize("location", [b"http://[", b"//[x]/", b"http://127.0.0.1:x/", b"/\xff"])
def test_a_redirect_to_no_address_is_an_outcome_everywhere(location: bytes):
    """What leads nowhere as it goes over the wire ends that look, for GitHub, makers' pages and evidence alike."""
    answer = b"HTTP/1.1 302 Found\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % location
    with answer_raw(answer) as url:
        patience = Patience(attempts=1)
        code = GithubSource(url, "token", RequestCounter(), patience)
        pages = PagesSource(url, None, RequestCounter())
        target = build_page_target("https://maker.example.com/terms")
        assert target
        context = ObservationContext({}, {}, lambda content: None)
        checker = EvidenceChecker(
            HubSource(url, None, RequestCounter(), patience), code, {"arxiv.org": url}
        )
        (asked,) = checker.check_urls(["https://arxiv.org/abs/1"])
        seen = (code.observe_repository("maker/code"), pages.observe(target, context), asked)
        assert {each.state for each in seen} == {"unverifiable"}
