"""Every way in which the Hub can answer, and what the audit makes of it."""

import time
from email.utils import formatdate

import pytest
from huggingface_hub import constants
from pytest_httpserver import HTTPServer
from werkzeug import Response

from audit.observations.facts import LicenseFile
from audit.sources.failures import SourceFailure
from audit.sources.huggingface.parse import RepositoryHead
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.rate_limits import compute_wait_seconds
from audit.sources.request_log import RequestCounter
from tests.fakes.faults import FaultRule
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubFile
from tests.fakes.world import UpstreamWorld
from tests.sources.conftest import SourceBench, build_hub_repo

FAULTS = {
    "timeout": ("timeout", None, False, 3),
    "503": ("http-503", 503, False, 3),
    "429": ("rate-limited", 429, True, 2),
    "html": ("wrong-content", 200, False, 1),
    "reset": ("reset", None, False, 3),
    "truncated": ("truncated", 200, False, 3),
    "unreachable": ("reset", None, False, 3),
    "bad-json": ("bad-json", 200, False, 3),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_unverifiable_and_never_absent(bench: SourceBench, fault):
    """Whatever lies between the Hub and us shows nothing, and only the rate limit is our own fault."""
    bench.world.add_hub_repo(build_hub_repo("maker/m"))
    bench.world.fault_injector.add_rule(FaultRule(fault))
    reason, status, ours, requests = FAULTS[fault]
    upstreams = bench.open_upstreams()
    seen = upstreams.get_source("huggingface").observe_repository("models", "maker/m")
    assert (seen.state, seen.reason, seen.status, seen.is_our_fault) == (
        "unverifiable",
        reason,
        status,
        ours,
    )
    assert upstreams.counter.get_counts()["hub-api"] == requests
    assert isinstance(
        upstreams.get_source("huggingface").list_owner_heads("models", "maker"), SourceFailure
    )
    assert (
        upstreams.get_source("huggingface").fetch_head("models", "maker/m").state == "unverifiable"
    )


@pytest.mark.parametrize("fault", ["503", "reset", "truncated", "bad-json", "timeout"])
def test_a_passing_fault_is_repeated(bench: SourceBench, fault):
    """Two bad answers and a good one are a good one."""
    bench.world.add_hub_repo(build_hub_repo("maker/m"))
    bench.world.fault_injector.add_rule(FaultRule(fault, times=2))
    # The third answer has to come in time, on a busy machine too.
    bench.patience, bench.world.fault_injector.hold_seconds = 2, 4
    assert bench.hub.observe_repository("models", "maker/m").state == "ok"


@pytest.mark.parametrize("codes", [True, False])
def test_what_the_hub_refuses(codes):
    """Missing, hidden, blocked and gated are four things, with and without X-Error-Code on a plain http endpoint."""
    world = UpstreamWorld(hub_tokens={"hf_good": frozenset()})
    world.add_hub_repo(build_hub_repo("maker/blocked", disabled=True))
    world.add_hub_repo(build_hub_repo("maker/hidden", private=True))
    world.add_hub_repo(build_hub_repo("maker/gated", gated="manual"))
    with LoopbackHub(world, error_codes=codes) as server:
        anonymous = HubSource(server.endpoint, None, RequestCounter())
        known = HubSource(server.endpoint, "hf_good", RequestCounter())
        for source, reason, status in (
            (anonymous, "not-publicly-reachable", 401),
            (known, "repo-not-found", 404),
        ):
            for name in ("maker/none", "maker/hidden"):
                seen = source.observe_repository("models", name)
                assert (seen.state, seen.reason, seen.status, seen.is_our_fault) == (
                    "absent",
                    reason,
                    status,
                    False,
                )
        blocked = anonymous.observe_repository("models", "maker/blocked")
        assert (blocked.state, blocked.reason, blocked.facts) == ("disabled", "disabled", None)
        gated = anonymous.observe_repository("models", "maker/gated")
        assert (gated.state, gated.facts.gated) == ("gated", "manual")
        file = gated.facts.license_files[0]
        refused = anonymous.fetch_text(
            "models", "maker/gated", gated.facts.revision, file.path, file.blob_id, file.size
        )
        assert refused == SourceFailure("gated", "gated", 401)


def test_a_wrong_token_is_our_fault(bench: SourceBench):
    """A 401 about our token says nothing about a model."""
    bench.world.add_hub_repo(build_hub_repo("maker/m"))
    seen = (
        bench.open_upstreams("hf_wrong")
        .get_source("huggingface")
        .observe_repository("models", "maker/m")
    )
    assert (seen.state, seen.reason, seen.is_our_fault) == ("unverifiable", "bad-token", True)


def test_a_refused_connection_is_our_fault():
    """No server at all: our network, not their model."""
    seen = HubSource("http://127.0.0.1:1", None, RequestCounter()).observe_repository(
        "models", "maker/m"
    )
    assert (seen.state, seen.reason, seen.is_our_fault, seen.status) == (
        "unverifiable",
        "connection",
        True,
        None,
    )


def test_a_rename_is_seen_by_the_answered_id(bench: SourceBench):
    """The Hub redirects; the id in the answer tells the new name, and both hops are counted."""
    bench.world.add_hub_repo(build_hub_repo("maker/m"))
    bench.world.rename_hub_repo("models", "maker/m", "maker/n")
    upstreams = bench.open_upstreams()
    seen = upstreams.get_source("huggingface").observe_repository("models", "maker/m")
    assert (seen.state, seen.reason, seen.facts.repo) == ("moved", "renamed", "maker/n")
    assert upstreams.counter.get_counts()["hub-api"] == 2
    head = upstreams.get_source("huggingface").fetch_head("models", "maker/m")
    assert isinstance(head, RepositoryHead)
    assert head.matches_facts(seen.facts)


def test_a_private_repository_that_our_token_sees_is_not_public(bench: SourceBench):
    """The registry speaks of what the public can have."""
    bench.world.add_hub_repo(build_hub_repo("maker/m", private=True))
    bench.world.hub_tokens["hf_good"] = frozenset({"maker/m"})
    seen = (
        bench.open_upstreams("hf_good")
        .get_source("huggingface")
        .observe_repository("models", "maker/m")
    )
    assert (seen.state, seen.reason) == ("absent", "private")


def test_a_listing_pages_and_stops_when_it_has_what_it_wants(bench: SourceBench):
    """All pages without a wish; with one, no page more than needed, and never more than single look-ups would cost."""
    for number in range(5):
        bench.world.add_hub_repo(build_hub_repo(f"maker/m{number}"))
    bench.hub_server._page_cap = 2
    upstreams = bench.open_upstreams()
    assert len(upstreams.get_source("huggingface").list_owner_heads("models", "maker").heads) == 5
    assert upstreams.counter.get_counts()["hub-api"] == 3
    assert set(
        upstreams.get_source("huggingface")
        .list_owner_heads("models", "maker", {"maker/m0", "maker/m1"})
        .heads
    ) == {"maker/m0", "maker/m1"}
    assert upstreams.counter.get_counts()["hub-api"] == 4
    upstreams.get_source("huggingface").list_owner_heads(
        "models", "maker", {"maker/gone", "maker/m0"}
    )
    assert upstreams.counter.get_counts()["hub-api"] == 5


def build_answer(**changes):
    """A full answer of the API, changed."""
    base = {
        "_id": "0" * 24,
        "id": "maker/m",
        "sha": "a" * 40,
        "gated": False,
        "private": False,
        "disabled": False,
    }
    base |= {"createdAt": "2024-01-02T03:04:05.000Z", "tags": [], "siblings": [], "cardData": {}}
    merged = base | changes
    return {key: value for key, value in merged.items() if value is not ...}


@pytest.mark.parametrize(
    "changes",
    [
        {"gated": ...},
        {"gated": None},
        {"gated": True},
        {"sha": ...},
        {"id": ...},
        {"tags": ...},
        {"siblings": ...},
        {"siblings": [{"size": 1}]},
        {"createdAt": "yesterday"},
    ],
)
def test_a_missing_field_is_unknown(httpserver: HTTPServer, changes):
    """A field that is missing or new in kind is unverifiable, never false."""
    httpserver.expect_request("/api/models/maker/m").respond_with_json(build_answer(**changes))
    seen = HubSource(httpserver.url_for("/"), None, RequestCounter()).observe_repository(
        "models", "maker/m"
    )
    assert (seen.state, seen.reason) == ("unverifiable", "schema")


@pytest.mark.parametrize(
    ("license_field", "tag"),
    [
        ("mit", "mit"),
        (["mit", "apache-2.0"], "apache-2.0 AND mit"),
        (["mit"], "mit"),
        (None, False),
        (False, False),
        ([], False),
        (3, False),
    ],
)
def test_the_license_of_a_card(httpserver: HTTPServer, license_field, tag):
    """One name, a list, or none at all."""
    card = {"license": license_field, "license_name": "terms", "license_link": "LICENSE"}
    httpserver.expect_request("/api/models/maker/m").respond_with_json(build_answer(cardData=card))
    facts = (
        HubSource(httpserver.url_for("/"), None, RequestCounter())
        .observe_repository("models", "maker/m")
        .facts
    )
    assert (facts.license_tag, facts.license_name, facts.license_link) == (tag, "terms", "LICENSE")


def test_files_become_identities(httpserver: HTTPServer):
    """Weights by digest and format, without left-overs of training; terms in folders too, whatever their case."""
    paths = [
        "a.safetensors",
        "b/c.onnx",
        "d.gguf",
        "e.bin",
        "f.msgpack",
        "optimizer.pt",
        "training_args.bin",
        "openvino_model.bin",
    ]
    terms = [
        "LICENSE",
        "Licence.md",
        "NOTICE.txt",
        "USE_POLICY.md",
        "MODEL_LICENSE",
        "LICENSE-CODE",
        "Gemma_Terms_of_Use.txt",
        "copying",
        "docs/LICENSE",
    ]
    others = ["license.py", "README.md", "unlicensed.txt", "notice.png"]
    siblings = [
        {"rfilename": path, "blobId": f"{n:040x}", "size": 10}
        for n, path in enumerate([*paths, *terms, *others])
    ]
    siblings[0]["lfs"] = {"sha256": "f" * 64, "size": 500, "pointerSize": 130}
    httpserver.expect_request("/api/models/maker/m").respond_with_json(
        build_answer(siblings=siblings)
    )
    facts = (
        HubSource(httpserver.url_for("/"), None, RequestCounter())
        .observe_repository("models", "maker/m")
        .facts
    )
    assert set(facts.weights.files) == {
        "a.safetensors",
        "b/c.onnx",
        "d.gguf",
        "e.bin",
        "f.msgpack",
        "openvino_model.bin",
    }
    assert facts.weights.files["a.safetensors"] == "f" * 64
    assert facts.weights.formats == ("gguf", "onnx", "other", "pickle", "safetensors")
    assert facts.weights.total_size == 550
    assert [file.path for file in facts.license_files] == sorted(terms)


def fetch_license_text(source: HubSource, file: LicenseFile) -> bytes | SourceFailure:
    return source.fetch_text("models", "maker/m", "main", file.path, file.blob_id, file.size)


def test_a_text_is_verified(bench: SourceBench):
    """The bytes are those of the listing, or there are none: another digest, a page or half a file become no license."""
    bench.world.add_hub_repo(build_hub_repo("maker/m", license_text="permission " * 500))
    file = bench.hub.observe_repository("models", "maker/m").facts.license_files[0]
    assert fetch_license_text(bench.hub, file) == b"permission " * 500
    bench.world.fault_injector.add_rule(FaultRule("html", path="resolve"))
    assert fetch_license_text(bench.hub, file).reason == "wrong-content"
    bench.world.fault_injector.clear_rules()
    bench.world.fault_injector.add_rule(FaultRule("truncated", path="resolve-cache"))
    assert fetch_license_text(bench.hub, file).reason == "truncated"
    bench.world.fault_injector.clear_rules()
    bench.world.put_file("models", "maker/m", HubFile.create_text("LICENSE", "refusal " * 900))
    assert fetch_license_text(bench.hub, file).reason == "wrong-content"
    assert (
        bench.hub.fetch_text("models", "maker/m", "main", "LICENSE", file.blob_id, 2 << 20).reason
        == "too-large"
    )


def test_a_file_on_another_origin_is_not_fetched(bench: SourceBench):
    """Large files lie on a storage of another origin; nothing is sent there, and no token."""
    bench.world.add_hub_repo(build_hub_repo("maker/m"))
    upstreams = bench.open_upstreams()
    refused = upstreams.get_source("huggingface").fetch_text(
        "models", "maker/m", "main", "model.safetensors", "0" * 40, 100
    )
    assert refused.reason == "foreign-redirect"
    assert not [each for each in bench.hub_server.log if each.path.startswith("/storage")]


def test_the_token_stays_at_the_endpoint(httpserver: HTTPServer):
    """A redirect or a next page of another origin is refused before anything is sent to it."""
    asked: list[str] = []
    with HTTPServer() as stranger:
        stranger.expect_request("/steal").respond_with_handler(
            lambda request: asked.append(request.path) or Response("[]")
        )
        elsewhere = stranger.url_for("/steal")
        httpserver.expect_request("/api/models/maker/m").respond_with_data(
            "", 307, {"Location": elsewhere}
        )
        httpserver.expect_request("/api/models").respond_with_json(
            [build_answer()], headers={"Link": f'<{elsewhere}>; rel="next"'}
        )
        source = HubSource(httpserver.url_for("/"), "hf_secret", RequestCounter())
        assert source.observe_repository("models", "maker/m").reason == "foreign-redirect"
        assert source.list_owner_heads("models", "maker").reason == "foreign-redirect"
    assert asked == []


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        (
            {"RateLimit": '"api";r=0;t=55', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'},
            56,
        ),
        ({"RateLimit": '"api";r=0;t=9999'}, 310),
        ({"RateLimit": '"api";r=7;t=200', "Retry-After": "12"}, 12),
        ({"Retry-After": formatdate(time.time() + 3600, usegmt=True)}, 310),
        ({"Retry-After": "later"}, 30),
    ],
)
def test_a_rate_limit_is_waited_out_once(httpserver: HTTPServer, headers, waited):
    """As long as the Hub asks, in seconds or by date, at most one window; then it is our failure and not the model's."""
    httpserver.expect_ordered_request("/api/models/maker/m").respond_with_data("", 429, headers)
    httpserver.expect_ordered_request("/api/models/maker/m").respond_with_json(build_answer())
    waits: list[float] = []
    source = HubSource(
        httpserver.url_for("/"), None, RequestCounter(), Patience(sleep=waits.append)
    )
    assert source.observe_repository("models", "maker/m").state == "ok"
    assert waits == [waited]


def test_a_date_is_measured_by_the_servers_own_clock():
    """Retry-After as a date means the time from the answer's Date; our clock may be wrong."""
    headers = {
        "Retry-After": "Tue, 01 Dec 2026 10:01:00 GMT",
        "Date": "Tue, 01 Dec 2026 10:00:00 GMT",
    }
    assert compute_wait_seconds(headers) == 60


def test_the_last_request_of_a_window_makes_the_next_one_wait(httpserver: HTTPServer):
    """RateLimit r=0 on a good answer: resting costs less than being refused."""
    spent = {"RateLimit": '"api";r=0;t=9', "RateLimit-Policy": '"fixed window";"api";q=500;w=300'}
    httpserver.expect_request("/api/models/maker/m").respond_with_json(
        build_answer(), headers=spent
    )
    waits: list[float] = []
    source = HubSource(
        httpserver.url_for("/"), None, RequestCounter(), Patience(sleep=waits.append)
    )
    source.observe_repository("models", "maker/m")
    assert waits == []
    source.observe_repository("models", "maker/m")
    assert waits == [10]


def test_two_sources_count_apart(bench: SourceBench):
    """The client is one per process; what each source asked is still its own."""
    bench.world.add_hub_repo(build_hub_repo("maker/m"))
    first, second = bench.open_upstreams(), bench.open_upstreams()
    first.get_source("huggingface").observe_repository("models", "maker/m")
    assert (first.counter.total, second.counter.total) == (1, 0)


def test_the_clients_telemetry_stays_silent(bench: SourceBench, monkeypatch):
    """The client's own question for statistics is never sent, not even where the environment allows it."""
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", False)
    monkeypatch.setattr(constants, "ENDPOINT", bench.hub_server.endpoint)
    bench.world.add_hub_repo(build_hub_repo("maker/m"))
    assert bench.hub.observe_repository("models", "maker/m").state == "ok"
    assert {each.path for each in bench.hub_server.log} == {"/api/models/maker/m"}


def test_offline_is_our_fault(bench: SourceBench, monkeypatch):
    """HF_HUB_OFFLINE forbids every request; that says nothing about a model, and nothing is counted."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    upstreams = bench.open_upstreams()
    seen = upstreams.get_source("huggingface").observe_repository("models", "maker/m")
    assert (seen.state, seen.reason, seen.is_our_fault, upstreams.counter.total) == (
        "unverifiable",
        "offline",
        True,
        0,
    )


def test_an_id_that_the_hub_cannot_have(bench: SourceBench):
    """A record's mistake is no absence."""
    assert bench.hub.observe_repository("models", "maker/m/../../n").reason == "invalid-id"
