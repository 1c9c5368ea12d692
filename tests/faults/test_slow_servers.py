"""A server that sends a byte again and again ends with its question's time or with the run's, whatever it drips and whoever asks."""

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import trustme

from audit.contribute.review.evidence import EvidenceChecker
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.tracker_answers import OutcomeUncertain, TrackerError
from audit.publish.webhook import SignedMessage, post_message
from audit.publish.webhook_endpoint import WebhookEndpoint, WebhookError
from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources import deadline
from audit.sources.deadline import bounded, connect, not_counted, within
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import BudgetReached, RequestCounter
from tests.faults.drip import MANNERS, DripServer
from tests.test_run import MODELS, START, AuditStage, list_changes

pytestmark = pytest.mark.usefixtures("without_pauses")

SECONDS = 0.7
GUARD_SECONDS = 60.0
QUICK = {"item_seconds": SECONDS, "pause": 0.001, "sleep": lambda _: None}


def ended(call: Callable[[], Any]) -> Any:
    """What a call returns or raises; a call that does not come to an end fails the test in place of holding up all others."""
    outcome: list[Any] = []

    def work() -> None:
        try:
            outcome.append(call())
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(GUARD_SECONDS)
    assert outcome, "it was still waiting"
    return outcome[0]


@dataclass
class Clock:
    """Seconds of a run, moved by the test."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("manner", MANNERS)
def test_the_hub(manner):
    """Every kind of question ends as too slow, a fault of nobody, after one request: the same again would take as long."""
    with DripServer(manner) as server:
        counter = RequestCounter()
        hub = HubSource(server.url, None, counter, Patience(**QUICK))
        questions = (
            lambda: hub.observe_repository("models", "maker/m"),
            lambda: hub.list_owner_heads("models", "maker", {"maker/m"}),
            lambda: hub.fetch_text("models", "maker/m", "a" * 40, "LICENSE", "b" * 40, 100),
        )
        for question in questions:
            seen = ended(question)
            assert (seen.state, seen.reason, seen.is_our_fault) == (
                "unverifiable",
                "too-slow",
                False,
            )
        assert counter.total == len(server.requests) == len(questions)


@pytest.mark.parametrize("manner", MANNERS)
def test_github(manner):
    """The same for GitHub."""
    with DripServer(manner) as server:
        seen = ended(
            lambda: GithubSource(
                server.url, None, RequestCounter(), Patience(**QUICK)
            ).observe_repository("maker/code")
        )
        assert (seen.state, seen.reason, seen.is_our_fault) == ("unverifiable", "too-slow", False)
        assert len(server.requests) == 1


def test_silence_has_a_name_of_its_own():
    """Who says nothing at all is not slow: `timeout`, also where the last tries had less time than the first, or none."""
    with DripServer("body") as server:
        server._drip = lambda connection: server._closing.wait(GUARD_SECONDS)
        hub = HubSource(server.url, None, RequestCounter(), Patience(timeout=0.4, **QUICK))
        github = GithubSource(server.url, None, RequestCounter(), Patience(timeout=0.4, **QUICK))
        assert ended(lambda: hub.observe_repository("models", "maker/m")).reason == "timeout"
        assert ended(lambda: github.observe_repository("maker/code")).reason == "timeout"


@pytest.mark.parametrize("manner", MANNERS)
def test_a_run_ends_with_its_budget_in_the_middle_of_an_answer(stage: AuditStage, manner):
    """The one that drips is left for the next run, and what the others said is kept."""
    stage.world.remove_file("models", MODELS[2], "LICENSE")
    clock = Clock()

    def move(done: int, total: int) -> None:
        clock.now = 1000.0 if done == total - 1 else 0.0

    with DripServer(manner, behind=stage.hub.endpoint, word=MODELS[8]) as server:
        counter = RequestCounter(seconds=600, clock=clock)
        upstreams = Upstreams(
            (
                HubSource(server.url, None, counter),
                GithubSource(stage.github.endpoint, None, counter),
            ),
            counter,
        )
        report = ended(
            lambda: run_audit(
                load_registry(stage.root),
                upstreams,
                RunOptions(stage.root, START + timedelta(days=1)),
                move,
            )
        )
    assert isinstance(report, RunReport)
    assert [
        (each.target.repo, each.reason, each.is_our_fault)
        for each in report.target_observations
        if each.state == "unverifiable"
    ] == [(MODELS[8], "budget", True)]
    assert (report.status, report.progress.remaining_targets) == ("incomplete", 1)
    assert list_changes(report) == [(f"models/{MODELS[2]}", "license-file-removed", "suspected")]
    assert list_changes(stage.audit(hours=48)) == [
        (f"models/{MODELS[2]}", "license-file-removed", "confirmed")
    ]


def tracker_at(
    server: DripServer, counter: RequestCounter | None = None, item_seconds: float = SECONDS
) -> IssueTracker:
    return IssueTracker(
        server.url,
        "registry/records",
        "token",
        counter or RequestCounter(),
        Patience(item_seconds=item_seconds, sleep=lambda _: None),
    )


@pytest.mark.parametrize("manner", MANNERS)
def test_the_tracker(manner):
    """A question fails and says why; of what was sent once, nobody knows whether it was done."""
    with DripServer(manner) as server:
        failed = ended(lambda: tracker_at(server).list_issues("registry-bot"))
        assert type(failed) is TrackerError
        assert f"no whole answer in {SECONDS} seconds" in str(failed)
        assert isinstance(
            ended(lambda: tracker_at(server).create_issue("title", "body", ())), OutcomeUncertain
        )
        assert len(server.requests) == 2


def test_publishing_ends_with_its_budget(monkeypatch):
    """In the middle of an answer, and before a rest that would end after it."""
    clock = Clock()
    with DripServer("body") as server:
        tracker = tracker_at(server, RequestCounter(seconds=60, clock=clock), item_seconds=600)
        timer = threading.Timer(SECONDS, lambda: setattr(clock, "now", 61.0))
        timer.start()
        assert "the run's time" in str(ended(lambda: tracker.list_labels()))
        assert "run it again for the rest" in str(ended(lambda: tracker.list_labels()))
        clock.now = 59.0
        monkeypatch.setattr(
            requests.Session,
            "request",
            lambda *_, **__: (_ for _ in ()).throw(requests.ReadTimeout()),
        )
        assert "to rest, more than this run has left" in str(ended(lambda: tracker.list_labels()))


@pytest.fixture
def certified(monkeypatch, tmp_path) -> ssl.SSLContext:
    """Of an authority that only this test trusts."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return context


@pytest.mark.parametrize("manner", MANNERS)
def test_a_webhook(certified, manner):
    """What comes before the status ends as too slow; what comes after it is nothing that we want, so that it is not waited for."""
    with DripServer(manner, tls=certified) as server:
        sent = ended(
            lambda: post_message(
                WebhookEndpoint(server.url, b"k" * 32),
                SignedMessage({}, b"{}"),
                item_seconds=SECONDS,
            )
        )
        if manner.startswith("body"):
            assert sent == 200
        else:
            assert isinstance(sent, WebhookError)
            assert "no whole answer" in str(sent)


@pytest.mark.parametrize("manner", ["body", "headers"])
def test_above_tls(certified, manner):
    """An encrypted connection ends the same way."""
    with DripServer(manner, tls=certified) as server:
        assert (
            ended(
                lambda: HubSource(
                    server.url, None, RequestCounter(), Patience(**QUICK)
                ).observe_repository("models", "maker/m")
            ).reason
            == "too-slow"
        )
        assert (
            ended(
                lambda: GithubSource(
                    server.url, None, RequestCounter(), Patience(**QUICK)
                ).observe_repository("maker/code")
            ).reason
            == "too-slow"
        )


def test_a_handshake_that_never_ends():
    """A server that takes the connection and does not encrypt it ends with the question too."""
    with DripServer("body") as server:
        server._serve = lambda connection: (
            server._closing.wait(GUARD_SECONDS) and connection.close()
        )
        address = server.url.replace("http:", "https:")
        hub = HubSource(address, None, RequestCounter(), Patience(timeout=GUARD_SECONDS, **QUICK))
        assert ended(lambda: hub.observe_repository("models", "maker/m")).reason == "timeout"
        sent = ended(
            lambda: post_message(
                WebhookEndpoint(address, b"k" * 32),
                SignedMessage({}, b"{}"),
                timeout=GUARD_SECONDS,
                item_seconds=SECONDS,
            )
        )
        assert isinstance(sent, WebhookError)


def test_evidence(stage: AuditStage):
    """A page of a listed host that drips is not verified."""
    with DripServer("headers") as server:
        checker = EvidenceChecker(
            HubSource(stage.hub.endpoint, None, RequestCounter()),
            GithubSource(stage.github.endpoint, None, RequestCounter()),
            {"arxiv.org": server.url},
            item_seconds=SECONDS,
        )
        asked = ended(lambda: checker.check_urls(["https://arxiv.org/abs/2304.01373"]))
        assert [(each.state, each.reason) for each in asked] == [("unverifiable", "too-slow")]


def test_all_evidence_together():
    """A branch may cite as many addresses as it likes: all of them end with one budget, and what is left says nothing."""
    addresses = [
        address.format(number)
        for number in range(40)
        for address in (
            "https://arxiv.org/abs/{}",
            "https://huggingface.co/maker/m{}",
            "https://github.com/maker/c{}",
        )
    ]
    with DripServer("headers") as server:
        counter = RequestCounter(seconds=2 * SECONDS)
        checker = EvidenceChecker(
            HubSource(server.url, None, counter, Patience(**QUICK)),
            GithubSource(server.url, None, counter, Patience(**QUICK)),
            {"arxiv.org": server.url},
            item_seconds=SECONDS,
            seconds_left=counter.compute_seconds_left,
        )
        began = time.monotonic()
        asked = ended(lambda: checker.check_urls(addresses))
        assert time.monotonic() - began < 10 * SECONDS
        assert len(server.requests) <= 3
    assert {each.state for each in asked} == {"unverifiable"}
    assert [each.reason for each in asked[6:]] == ["budget"] * (len(addresses) - 6)


def test_what_is_left_is_counted(monkeypatch):
    """A wait of ours is given back, the run's end comes first, and each address of a host has only what the ones before left."""
    now = Clock(100.0)
    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=now))
    with within(60.0):
        now.now += 20
        with not_counted():
            now.now += 300
        with bounded(None) as seconds:
            assert seconds == 40
        with bounded(15.0) as seconds:
            assert seconds == 15
    with within(60.0, lambda: 7.0), bounded(20.0) as seconds:
        assert seconds == 7
    with within(60.0, lambda: 0.0), pytest.raises(BudgetReached), bounded(20.0):
        pass

    def silent(made: Any, _: Any, timeout: float, *__: object) -> None:
        made.close()
        with bounded(timeout) as seconds:
            now.now += seconds
            raise TimeoutError

    monkeypatch.setattr(deadline, "_connect_socket", silent)
    monkeypatch.setattr(
        deadline.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 9))] * 100
    )
    began = now.now
    with within(60.0), pytest.raises(TimeoutError):
        connect("many.example", 443, 10.0)
    assert now.now - began == 60
