"""A GitHub on loopback, and a registry whose audit has findings to publish."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.drift.finding import Finding
from audit.observations.facts import Target
from audit.publish.issues.ledger import read_ledger
from audit.publish.issues.publish import PublishOptions, publish
from audit.publish.issues.tracker import Tracker
from audit.publish.issues.types import digest
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore
from audit.store.observations import Observation, StateStore
from audit.store.run_status import Heartbeat, Unseen, write_heartbeat
from tests.definitions.builders import dataset, model, registry
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.repositories import GithubRepo
from tests.fakes.world import World

REPO = "registry/records"
DAY = datetime(2026, 3, 1, 6, tzinfo=UTC)


def finding(record="models/maker/model-1", kind="weights-gated", field="hub.gated", before=False, after="auto", **changes):
    """A confirmed finding."""
    stamp = "2026-03-01T06:00:00Z"
    built = Finding(
        record, kind, field, before, after, "more-closed", "confirmed", "open-weight", "open-weight", "https://example.org/x", "a" * 40, stamp, stamp, 2, 2
    )
    return replace(built, **changes)


def known(number):
    """A registry of that many models and one dataset."""
    return registry(*(model(f"maker/model-{n}") for n in range(1, number + 1)), datasets=(dataset(),))


class Publisher:
    """One checkout that publishes to the loopback GitHub."""

    def __init__(self, root, github, token="ours"):
        self.root, self.github, self.token = root, github, token
        self.now = DAY
        self.registry = known(30)

    def stands(self, *findings):
        """What the audit holds open now; whatever else it held is gone."""
        store = StateStore(self.root)
        for path in store.root.glob("models/*/*.json"):
            path.unlink()
        for each in findings:
            target = Target("models", each.record.partition("/")[2] + "-" + each.id)
            store.write(Observation(target, "ok", None, None, (each,)))

    def event(self, each):
        """Write a finding to the history."""
        stamp = self.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        EventStore(self.root).append(stamp, stamp, [each])

    def ran(self, after=timedelta(hours=6), unseen=()):
        """A later run that found nothing new."""
        stamp = (self.now + after).strftime("%Y-%m-%dT%H:%M:%SZ")
        write_heartbeat(self.root, Heartbeat(stamp, stamp, stamp, "complete", stamp, {each: Unseen(1, stamp, "timeout") for each in unseen}))

    def publish(self, session=None, **options):
        """Publish once, on the loopback GitHub, without waiting."""
        tracker = Tracker(self.github.endpoint, REPO, self.token, RequestCounter(), timeout=30, sleep=lambda _: None)
        if session:
            tracker._session.mount("http://", session)
        self.github.world.day = self.now
        return publish(
            self.registry,
            tracker,
            read_ledger(self.root, digest(str(self.root))),
            PublishOptions(self.root, self.now, "https://example.org/registry", **options),
        )

    @property
    def repo(self):
        """The repository as it stands."""
        return self.github.world.github_repo(REPO)

    @property
    def drift(self):
        """Issues about findings."""
        return [each for each in self.repo.issues if "drift:v1 id=" in (each.body or "")]

    @property
    def ledger(self):
        """The ledger as written."""
        return json.loads((self.root / "alerts" / "ledger.json").read_text())


@pytest.fixture
def github():
    world = World(day=DAY, github_tokens={"ours": "registry-bot", "stranger": "somebody"})
    world.add_github(GithubRepo(REPO))
    with LoopbackGithub(world) as server:
        yield server


@pytest.fixture
def publisher(tmp_path, github):
    root = tmp_path / "registry"
    root.mkdir()
    return Publisher(root, github)
