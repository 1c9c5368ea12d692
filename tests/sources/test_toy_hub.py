"""A second hub in one file: a server, a class that fulfils the protocol, and an audit of a model on it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
import requests

from audit.observations.facts import HubFacts, Observation, Target, Weights
from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources.base import LookupSource, ObservationContext, Source
from audit.sources.failures import SourceFailure, build_unverifiable
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.pages.source import PagesSource
from audit.sources.patience import Patience
from audit.sources.registered import REGISTERED_SOURCES
from audit.sources.request_log import RequestCounter
from audit.store.run_status import read_heartbeat
from tests.conftest import WriteRegistry, make_license_record, make_model_record
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubRepo
from tests.fakes.world import UpstreamWorld

START = datetime(2026, 1, 1, tzinfo=UTC)
TOY_MODEL, TOY_CONTROL, HUB_MODEL = "toys/bear", "toys/duck", "maker/model-1"


class ToySource(LookupSource):
    """Reads the toy hub: a repository is its gate, its license and its weight files, or a 404."""

    host: ClassVar[str] = "toyhub"
    request_buckets: ClassVar[tuple[str, ...]] = ("toyhub-api",)
    max_parallel_requests: ClassVar[int] = 1

    def __init__(self, endpoint: str, counter: RequestCounter) -> None:
        self.endpoint = endpoint
        self._counter = counter
        counter.name_buckets(self.request_buckets)

    def build_url(self, target: Target) -> str:
        return f"{self.endpoint}/{target.kind}/{target.repo}"

    def observe(self, target: Target, context: ObservationContext) -> Observation:
        del context
        self._counter.count_request("toyhub-api")
        url = self.build_url(target)
        try:
            answer = requests.get(url, timeout=10)
        except requests.RequestException:
            return build_unverifiable("connection", ours=True).build_observation(target, url)
        if answer.status_code == 404:
            failure = SourceFailure("absent", "repo-not-found", 404)
            return failure.build_observation(target, url)
        facts = read_toy_facts(target.repo, answer.json())
        return Observation(target, "gated" if facts.gated else "ok", url, 200, "ok", facts)


def read_toy_facts(repo: str, row: dict[str, Any]) -> HubFacts:
    return HubFacts(
        repo=repo,
        hub_id=None,
        revision=None,
        created_at=None,
        gated=row["gated"],
        private=False,
        disabled=False,
        license_tag=row["license"],
        license_name=None,
        license_link=None,
        base_models=(),
        datasets=(),
        weights=Weights(row["files"], ("safetensors",), 1),
        license_files=(),
    )


@dataclass
class ToyHub:
    """The other hub."""

    repos: dict[str, dict[str, Any]] = field(default_factory=dict)
    endpoint: str = ""


@pytest.fixture
def toy_hub() -> Iterator[ToyHub]:
    hub = ToyHub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            repo = hub.repos.get(self.path.removeprefix("/model/"))
            self.send_response(200 if repo else 404)
            self.end_headers()
            self.wfile.write(json.dumps(repo).encode())

        def log_message(self, *arguments: object) -> None:
            del arguments

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        hub.endpoint = f"http://127.0.0.1:{server.server_port}"
        yield hub
        server.shutdown()


@dataclass
class ToyAudit:
    """A registry with models of both hubs, audited once a day."""

    root: Path
    toys: ToyHub
    hub: LoopbackHub
    world: UpstreamWorld
    day: int = 0

    def audit(self, *, with_toys: bool = True) -> RunReport:
        self.day += 1
        counter = RequestCounter()
        sources: list[Source] = [HubSource(self.hub.endpoint, None, counter, Patience(pause=0.01))]
        if with_toys:
            sources.append(ToySource(self.toys.endpoint, counter))
        options = RunOptions(self.root, START + timedelta(days=self.day))
        return run_audit(load_registry(self.root), Upstreams(sources, counter), options)


def make_toy_record(repo: str) -> dict[str, Any]:
    record = make_model_record(repo)
    record["hub"] |= {"host": "toyhub", "repo": repo}
    return record


@pytest.fixture
def stage(write_registry: WriteRegistry, toy_hub: ToyHub) -> Iterator[ToyAudit]:
    root = write_registry(
        ("licenses", make_license_record()),
        ("models", make_model_record(HUB_MODEL)),
        ("models", make_toy_record(TOY_MODEL)),
        ("models", make_toy_record(TOY_CONTROL)),
    )
    for repo in (TOY_MODEL, TOY_CONTROL):
        toy_hub.repos[repo] = {"gated": False, "license": "mit", "files": {"w": "a" * 64}}
    world = UpstreamWorld()
    world.add_hub_repo(HubRepo("models", HUB_MODEL, card={"license": "mit"}))
    with LoopbackHub(world) as hub:
        yield ToyAudit(root, toy_hub, hub, world)


def list_findings(report: RunReport) -> list[tuple[str, str, str]]:
    return [(each.record, each.kind, each.status) for each in report.findings]


def find_reasons(report: RunReport) -> dict[str, str]:
    return {
        each.target.key: each.reason
        for each in report.target_observations
        if each.state == "unverifiable"
    }


def test_a_model_of_another_hub_is_audited(stage: ToyAudit):
    """First a baseline without alarm, then drift of its own, counted in the host's own bucket."""
    first = stage.audit()
    assert (first.status, list_findings(first)) == ("complete", [])
    assert first.requests["toyhub-api"] == 2
    assert first.serialize()["requests"]["toyhub-api"] == 2
    stored = json.loads((stage.root / "observations/toyhub/model/toys/bear.json").read_text())
    assert stored["target"] == {"host": "toyhub", "kind": "model", "repo": TOY_MODEL}
    stage.toys.repos[TOY_MODEL]["gated"] = "manual"
    assert list_findings(stage.audit()) == [(f"models/{TOY_MODEL}", "weights-gated", "suspected")]
    assert list_findings(stage.audit()) == [(f"models/{TOY_MODEL}", "weights-gated", "confirmed")]


def test_absence_needs_a_control_of_the_same_host(stage: ToyAudit):
    """A good answer of the Hub proves nothing about the toy hub, nor the other way round."""
    stage.audit()
    stage.toys.repos.clear()
    report = stage.audit()
    assert list_findings(report) == []
    unproven = {f"toyhub/model/{repo}": "no-control" for repo in (TOY_MODEL, TOY_CONTROL)}
    assert find_reasons(report) == unproven
    heartbeat = read_heartbeat(stage.root)
    assert heartbeat is not None
    assert {key: row.reason for key, row in heartbeat.unseen.items()} == unproven
    stage.toys.repos[TOY_CONTROL] = {"gated": False, "license": "mit", "files": {"w": "a" * 64}}
    assert list_findings(stage.audit()) == [(f"models/{TOY_MODEL}", "weights-gone", "suspected")]
    stage.toys.repos[TOY_MODEL] = stage.toys.repos[TOY_CONTROL]
    stage.world.remove_hub_repo("models", HUB_MODEL)
    assert find_reasons(stage.audit()) == {f"huggingface/model/{HUB_MODEL}": "no-control"}


def test_a_host_without_a_source_is_reported_and_never_a_finding(stage: ToyAudit):
    """A word for a host that nobody registered is our fault: the run is incomplete, the models keep their facts."""
    stage.audit()
    report = stage.audit(with_toys=False)
    assert (report.status, list_findings(report)) == ("incomplete", [])
    assert set(find_reasons(report).values()) == {"no-source"}


def test_every_registered_source_answers_to_its_host():
    """The one table of sources is keyed as targets name their hosts, and no two share a bucket."""
    counter = RequestCounter()
    opened = [
        registered.open_source("http://127.0.0.1:1", None, counter)
        for registered in REGISTERED_SOURCES.values()
    ]
    assert [source.host for source in opened] == list(REGISTERED_SOURCES)
    buckets = [bucket for source in opened for bucket in source.request_buckets]
    assert sorted(buckets) == sorted({*buckets}) == sorted(counter.get_counts())
    assert {type(source) for source in opened} == {HubSource, GithubSource, PagesSource}
