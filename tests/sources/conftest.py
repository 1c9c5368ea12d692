"""Sources against the rehearsal's loopback servers: real HTTP, no pauses."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from audit.runs.collect import Upstreams
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubFile, HubRepo
from tests.fakes.world import UpstreamWorld


def build_hub_repo(
    repo_id: str, kind="models", license_text: str = "You may use it until 1 May 2030.\n", **changes
) -> HubRepo:
    """A small model with weights and a license."""
    files = {
        "README.md": HubFile.create_text("README.md", "# A model\n"),
        "LICENSE": HubFile.create_text("LICENSE", license_text),
        "model.safetensors": HubFile.create_large("model.safetensors", 1_000_000, repo_id),
    }
    return HubRepo(kind, repo_id, files=files, card={"license": "mit"}, **changes)


@dataclass
class SourceBench:
    """A world, its servers, and sources that read from them."""

    world: UpstreamWorld
    hub_server: LoopbackHub
    github_server: LoopbackGithub
    waits: list[float] = field(default_factory=list)
    patience: float = 0.3
    """Seconds until an answer counts as held back, in weather that holds answers."""

    def open_upstreams(self, token: str | None = None, limit: int | None = None) -> Upstreams:
        counter = RequestCounter(limit)
        patience = self.patience if self.world.fault_injector.holds_answers else 30
        quick = Patience(timeout=patience, sleep=self.waits.append, pause=0.001)
        return Upstreams(
            (
                HubSource(self.hub_server.endpoint, token, counter, quick),
                GithubSource(self.github_server.endpoint, token, counter, quick),
            ),
            counter,
        )

    @property
    def hub(self) -> HubSource:
        return self.open_upstreams().get_source("huggingface")


@pytest.fixture
def bench() -> Iterator[SourceBench]:
    world = UpstreamWorld()
    world.fault_injector.hold_seconds = 1.0
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        yield SourceBench(world, hub, github)
