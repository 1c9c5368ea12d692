"""Hostile input: no traceback, no write outside the registry, no request elsewhere, no more than 200 MB an item.

Nor more than two seconds: that is for `nox -s fuzz`, which searches these properties further. The suite holds no clock.
"""

import contextlib
import gzip
import json
import re
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from audit.core.errors import RegistryError
from audit.core.json_files import InvalidFileError, parse_json
from audit.drift.compare.inputs import TargetComparison
from audit.drift.compare.target import compare_target
from audit.drift.finding import TargetDeclaration
from audit.drift.kinds import DRIFT_KINDS
from audit.licenses.text.normalize import normalize_text
from audit.observations.facts import FORMAT_1_FOLDERS, HubFacts, Target, Weights
from audit.records.load import read_all_records
from audit.records.registry import Registry
from audit.runs.collect import Upstreams, observe_targets
from audit.runs.plan import build_run_plan
from audit.sources.failures import SourceFailure
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore
from audit.store.observations import TargetState, TargetStateStore, serialize_target_state
from tests.conftest import (
    count_examples,
    is_search,
    make_license_record,
    make_model_record,
    write_records,
)
from tests.hostile.answers import build_spoiled_documents, junk, nasty_text

SECONDS = 2.0
MEGABYTES = 200
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
FEW = settings(max_examples=count_examples(0.4), suppress_health_check=UNHURRIED)
MANY = settings(max_examples=count_examples(1.5), suppress_health_check=UNHURRIED)
INTERFACE = ("/api/", "/repos/", "/repositories/", "/maker/m/resolve/")
"""Where the Hub and GitHub are asked."""

SIBLING = {
    "rfilename": "LICENSE",
    "size": 12,
    "blobId": "a" * 40,
    "lfs": {"sha256": "b" * 64, "size": 12, "pointerSize": 130},
}
MODEL = {
    "_id": "0" * 24,
    "id": "maker/m",
    "sha": "c" * 40,
    "createdAt": "2024-01-01T00:00:00.000Z",
    "lastModified": "2024-01-01T00:00:00.000Z",
    "gated": False,
    "private": False,
    "disabled": False,
    "tags": ["license:mit", "base_model:maker/base", "dataset:maker/data"],
    "cardData": {
        "license": "mit",
        "license_name": "x",
        "license_link": "y",
        "base_model": ["maker/base"],
        "model-index": [{"name": "n", "results": []}],
    },
    "siblings": [SIBLING, {"rfilename": "model.safetensors", "size": 1, "blobId": "d" * 40}],
    "safetensors": {"parameters": {"BF16": 1}, "total": 1},
}
CODE = {
    "full_name": "maker/code",
    "archived": False,
    "disabled": False,
    "private": False,
    "license": {"spdx_id": "MIT"},
    "id": 1,
}
FACTS = HubFacts(
    "maker/m",
    "0" * 24,
    "c" * 40,
    None,
    False,
    False,
    False,
    "mit",
    None,
    None,
    (),
    (),
    Weights(),
    (),
)
OBSERVATION = json.loads(
    json.dumps(
        serialize_target_state(
            TargetState(Target("huggingface", "model", "maker/m"), "ok", FACTS, FACTS)
        )
    )
)
EVENT = {
    "id": "a" * 12,
    "record": "models/maker/m",
    "kind": "weights-gone",
    "field": "hub.repo",
    "before": "reachable",
    "after": "not publicly reachable",
    "direction": "more-closed",
    "status": "confirmed",
    "verdict": {"before": "open-weight", "after": "closed"},
    "evidence": {
        "url": "https://huggingface.co/x",
        "revision": None,
        "seen": "2026-01-01T00:00:00Z",
        "first_seen": "2026-01-01T00:00:00Z",
        "sightings": 2,
        "needed": 2,
        "affects": [],
    },
    "run": "r",
    "time": "2026-01-01T00:00:00Z",
}


@contextlib.contextmanager
def limit_cost() -> Iterator[None]:
    """Not larger than an item may be and, in a search, not slower."""
    tracemalloc.start()
    # Of this thread alone: a machine that is busy with other things is no slow parser.
    start = time.thread_time()
    try:
        yield
        assert time.thread_time() - start < SECONDS or not is_search()
        assert tracemalloc.get_traced_memory()[1] < MEGABYTES << 20
    finally:
        tracemalloc.stop()


@pytest.fixture
def sources(httpserver: HTTPServer) -> tuple[Upstreams, dict[str, Response]]:
    """Sources at a server that answers every path with what the test puts under `body`."""
    answers: dict[str, Response] = {}
    httpserver.expect_request(re.compile(".*")).respond_with_handler(
        lambda request: answers["body"]
    )
    counter = RequestCounter()
    quick = Patience(timeout=30, sleep=lambda _: None, attempts=1)
    url = httpserver.url_for("/")
    return Upstreams(
        (
            HubSource(url, "hf_secret", counter, quick),
            GithubSource(url, "gh_secret", counter, quick),
        ),
        counter,
    ), answers


def build_json_response(value) -> Response:
    return Response(json.dumps(value), content_type="application/json")


@FEW
@given(body=build_spoiled_documents(MODEL))
def test_any_answer_of_the_hub_is_facts_or_unverifiable(sources, body):
    """A look at a model ends with a verified state or with none, never with an error, and its facts can be compared and stored."""
    upstreams, answers = sources
    answers["body"] = build_json_response(body)
    with limit_cost():
        sighting = upstreams.get_source("huggingface").observe_repository("models", "maker/m")
        assert sighting.reason != "error"
        view = TargetComparison(
            "model", TargetDeclaration("models/maker/m", expected=True), FACTS, sighting
        )
        compare_target(view, Registry({}, {}, {}, {}))
        if isinstance(sighting.facts, HubFacts):
            json.dumps(
                serialize_target_state(
                    TargetState(sighting.target, sighting.state, sighting.facts, sighting.facts)
                )
            )


@FEW
@given(body=st.one_of(build_spoiled_documents([MODEL, {**MODEL, "id": "maker/n"}]), junk))
def test_any_list_of_the_hub_is_heads_or_a_failure(sources, body):
    """A list that is none leads to look-ups."""
    upstreams, answers = sources
    answers["body"] = build_json_response(body)
    with limit_cost():
        answer = upstreams.get_source("huggingface").list_owner_heads(
            "models", "maker", {"maker/m", "maker/n"}
        )
    assert isinstance(answer, SourceFailure) or set(answer.heads) <= {"maker/m", "maker/n"}


@FEW
@given(body=st.one_of(build_spoiled_documents(CODE), junk))
def test_any_answer_of_github_is_facts_or_unverifiable(sources, body):
    """The same for code."""
    upstreams, answers = sources
    answers["body"] = build_json_response(body)
    with limit_cost():
        assert upstreams.get_source("github").observe_repository("maker/code").reason != "error"


@FEW
@given(
    status=st.sampled_from(
        [200, 204, 301, 302, 307, 308, 400, 401, 403, 404, 410, 418, 429, 451, 500, 502, 503, 599]
    ),
    headers=st.dictionaries(
        st.sampled_from(
            [
                "Location",
                "X-Error-Code",
                "X-Error-Message",
                "RateLimit",
                "RateLimit-Policy",
                "Retry-After",
                "Link",
                "Date",
                "Content-Type",
                "WWW-Authenticate",
            ]
        ),
        st.one_of(
            st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
            st.sampled_from(
                [
                    "RepoNotFound",
                    "GatedRepo",
                    '"api";r=0;t=99999999999',
                    "999999999",
                    "http://127.0.0.1:1/",
                    "//evil.example/x",
                    "/api/models/maker/m",
                    "..",
                    '<http://127.0.0.1:1/>; rel="next"',
                ]
            ),
        ),
        max_size=4,
    ),
    body=st.one_of(st.binary(max_size=50), junk.map(lambda value: json.dumps(value).encode())),
)
def test_any_status_and_header_is_an_outcome(sources, httpserver, status, headers, body):
    """Redirects, error codes, limits and pages in every mixture: no error, and no request elsewhere."""
    upstreams, answers = sources
    answers["body"] = Response(body, status=status, headers=headers)
    target = Target("huggingface", "model", "maker/m")
    with limit_cost():
        for sighting in observe_targets(
            build_run_plan([target, Target("github", "code", "maker/code")]), {}, upstreams
        ).observations:
            assert sighting.reason != "error"
    assert "other" not in upstreams.counter.get_counts()
    assert not [
        request.path for request, _ in httpserver.log if not request.path.startswith(INTERFACE)
    ]
    httpserver.clear_log()


@FEW
@given(content=st.binary(max_size=4000))
def test_any_text_is_verified_or_refused(sources, content):
    """Bytes that the listing does not name never become a license."""
    upstreams, answers = sources
    answers["body"] = Response(content)
    with limit_cost():
        assert isinstance(
            upstreams.get_source("huggingface").fetch_text(
                "models", "maker/m", "c" * 40, "LICENSE", "a" * 40, len(content)
            ),
            SourceFailure,
        )


@MANY
@given(
    content=st.one_of(st.binary(max_size=3000), st.text(max_size=3000).map(str.encode)),
    times=st.integers(1, 300),
)
def test_any_bytes_are_normalized_in_time(content, times):
    """A license text of up to a megabyte, repeated to hurt."""
    with limit_cost():
        normalize_text((content * times)[: 1 << 20])


@FEW
@given(repo=nasty_text)
def test_any_repository_id_stays_an_id(sources, repo):
    """What is no id is asked of nobody, or only of the endpoint."""
    upstreams, answers = sources
    answers["body"] = build_json_response(MODEL)
    with limit_cost():
        for host, kind in FORMAT_1_FOLDERS.values():
            for sighting in observe_targets(
                build_run_plan([Target(host, kind, repo)]), {}, upstreams
            ).observations:
                assert sighting.reason != "error"
    assert "other" not in upstreams.counter.get_counts()


@FEW
@given(data=build_spoiled_documents(OBSERVATION))
def test_any_observation_read_back_is_one_or_refused(tmp_path, data):
    """Only what the schema knows is taken, and it speaks of the file that it stands in."""
    path = tmp_path / "registry/observations/models/maker/m.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))
    with limit_cost(), contextlib.suppress(InvalidFileError):
        assert list(TargetStateStore(tmp_path / "registry").load_states()) == [
            Target("huggingface", "model", "maker/m")
        ]


@FEW
@given(data=build_spoiled_documents({"run": "r", "events": [EVENT]}))
@example(data={"run": "r", "events": [{**EVENT, "status": None}]})
@example(data={"run": "r", "events": [{**EVENT, "status": ["open"]}]})
def test_any_event_read_back_is_one_or_refused(tmp_path, data):
    """The history is read strictly."""
    path = tmp_path / "registry/events/2026/x.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))
    with limit_cost(), contextlib.suppress(InvalidFileError):
        events = EventStore(tmp_path / "registry").load_events()
        assert all(event.finding.kind in DRIFT_KINDS for event in events)


@FEW
@given(record=st.one_of(build_spoiled_documents(make_model_record()), junk))
def test_any_record_is_valid_or_a_problem(tmp_path, record):
    """A pull request may hold anything: the answer is a list of problems with their places."""
    root = tmp_path / "registry"
    write_records(root, [("licenses", make_license_record())])
    path = root / "models/maker/model-1.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record))
    with limit_cost():
        try:
            loaded = read_all_records(root)
        except RegistryError:
            return
        assert (loaded.registry is None) == bool(loaded.problems)


@MANY
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")),
        st.integers(1, 100_000).map("[".__mul__),
        st.integers(4000, 9000).map("1".__mul__),
    )
)
def test_any_text_is_strict_json_or_refused(text):
    """Nested too deeply, numbers too long, duplicate keys, constants: one line that says what to do."""
    with limit_cost(), contextlib.suppress(InvalidFileError):
        parse_json(text, "x")


def test_a_bomb_of_a_megabyte_is_not_unpacked(sources):
    """A compressed answer that holds a hundred times more than any license: reading ends at the cap."""
    upstreams, answers = sources
    answers["body"] = Response(
        gzip.compress(b"\0" * (100 << 20), 1), headers={"Content-Encoding": "gzip"}
    )
    tracemalloc.start()
    answer = upstreams.get_source("huggingface").fetch_text(
        "models", "maker/m", "c" * 40, "LICENSE", "a" * 40, 1000
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (answer.reason, peak < 20 << 20) == ("wrong-content", True)


def test_a_bomb_in_place_of_an_answer_is_refused(sources):
    """The same for JSON: the cap counts what comes out."""
    upstreams, answers = sources
    answers["body"] = Response(
        gzip.compress(b"[" + b" " * (250 << 20) + b"]", 1),
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    tracemalloc.start()
    sighting = upstreams.get_source("huggingface").observe_repository("models", "maker/m")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (sighting.state, peak < MEGABYTES << 20) == ("unverifiable", True)


def test_paths_of_the_registry_are_the_only_ones(tmp_path: Path):
    """A target's file stays below the folder of observations, whatever its address; the schema lets no such address in."""
    store = TargetStateStore(tmp_path / "registry")
    for address in ("../../x", "/etc/x"):
        with pytest.raises(RegistryError):
            store.write_state(
                TargetState(Target("huggingface", "model", address), "ok", None, None)
            )
