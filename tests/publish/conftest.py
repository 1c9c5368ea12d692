"""A GitHub on loopback, and a registry whose audit has findings to publish."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.core import second_process
from audit.drift.finding import Finding
from audit.observations.facts import Target
from audit.publish.issues.ledger import read_ledger
from audit.publish.issues.publish import publish_issues
from audit.publish.issues.session import PublishOptions
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.types import compute_short_digest
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore
from audit.store.observations import TargetState, TargetStateStore
from audit.store.run_status import Heartbeat, UnverifiedTarget, write_heartbeat
from tests.definitions.builders import make_dataset, make_model, make_registry
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.repositories import GithubRepo
from tests.fakes.world import UpstreamWorld

REPO = "registry/records"
DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)


class SecondCore:
    """Whether there is a second core, and what was given to a process on it."""

    def __init__(self) -> None:
        self.is_there = True
        self.started: list[object] = []


@pytest.fixture
def second_core(monkeypatch) -> SecondCore:
    core = SecondCore()
    start = second_process.start_second_process

    def start_and_note(work):
        core.started.append(work)
        return start(work)

    monkeypatch.setattr(second_process, "has_second_core", lambda: core.is_there)
    monkeypatch.setattr(second_process, "start_second_process", start_and_note)
    return core


def build_finding(
    record="models/maker/model-1",
    kind="weights-gated",
    field="hub.gated",
    before=False,
    after="auto",
    **changes,
):
    """A confirmed finding."""
    stamp = "2026-03-01T06:00:00Z"
    built = Finding(
        record,
        kind,
        field,
        before,
        after,
        "more-closed",
        "confirmed",
        "open-weight",
        "open-weight",
        "https://example.org/x",
        "a" * 40,
        stamp,
        stamp,
        2,
        2,
    )
    return replace(built, **changes)


def build_known_registry(number):
    """A registry of that many models and one dataset."""
    return make_registry(
        *(make_model(f"maker/model-{n}") for n in range(1, number + 1)), datasets=(make_dataset(),)
    )


class PublisherBench:
    """One checkout that publishes to the loopback GitHub."""

    def __init__(self, root, github, token="ours"):
        self.root, self.github, self.token = root, github, token
        self.now = DAY
        self.registry = build_known_registry(30)

    def set_open_findings(self, *findings):
        """What the audit holds open now; whatever else it held is gone."""
        store = TargetStateStore(self.root)
        for path in store.root.glob("models/*/*.json"):
            path.unlink()
        for each in findings:
            target = Target("huggingface", "model", each.record.partition("/")[2] + "-" + each.id)
            store.write_state(TargetState(target, "ok", None, None, (each,)))

    def record_event(self, each):
        """Write a finding to the history."""
        stamp = self.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        EventStore(self.root).append_findings(stamp, stamp, [each])

    def record_later_run(self, after=timedelta(hours=6), unseen=()):
        """A later run that found nothing new."""
        stamp = (self.now + after).strftime("%Y-%m-%dT%H:%M:%SZ")
        write_heartbeat(
            self.root,
            Heartbeat(
                stamp,
                stamp,
                stamp,
                "complete",
                stamp,
                {each: UnverifiedTarget(1, stamp, "timeout") for each in unseen},
            ),
        )

    def publish_once(self, session=None, **options):
        """Publish once, on the loopback GitHub, without waiting."""
        tracker = IssueTracker(
            self.github.endpoint,
            REPO,
            self.token,
            RequestCounter(),
            Patience(timeout=30, sleep=lambda _: None),
        )
        if session:
            tracker.client.get_session().mount("http://", session)
        self.github.world.day = self.now
        return publish_issues(
            self.registry,
            tracker,
            read_ledger(self.root, compute_short_digest(str(self.root))),
            PublishOptions(self.root, self.now, "https://example.org/registry", **options),
        )

    @property
    def github_repo(self):
        """The repository as it stands."""
        return self.github.world.get_github_repo(REPO)

    @property
    def drift_issues(self):
        """Issues about findings."""
        return [each for each in self.github_repo.issues if "drift:v1 id=" in (each.body or "")]

    @property
    def written_ledger(self):
        """The ledger as written."""
        return json.loads((self.root / "alerts" / "ledger.json").read_text())


@pytest.fixture
def github():
    world = UpstreamWorld(day=DAY, github_tokens={"ours": "registry-bot", "stranger": "somebody"})
    world.add_github_repo(GithubRepo(REPO))
    with LoopbackGithub(world) as server:
        yield server


@pytest.fixture
def publisher(tmp_path, github):
    root = tmp_path / "registry"
    root.mkdir()
    return PublisherBench(root, github)
