"""A registry that may be written to, and a Hub on loopback to start records from."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.cli.main import main
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubFile, HubRepo
from tests.fakes.world import UpstreamWorld


def copy_registry(root: Path, target: Path, *folders: str) -> Path:
    """The records of some folders, without pages."""
    for folder in folders:
        shutil.copytree(
            root / "registry" / folder, target / folder, ignore=shutil.ignore_patterns("*.md")
        )
    return target


@dataclass
class ContributorDesk:
    """Where a contributor sits: a registry, a Hub, and the command line."""

    registry: Path
    world: UpstreamWorld
    hub: LoopbackHub
    github: LoopbackGithub

    def run_command(self, *arguments: str) -> int:
        return main([arguments[0], "--registry", str(self.registry), *arguments[1:]])

    def add_repository(
        self, id: str, card: dict | None = None, kind="models", **changes
    ) -> HubRepo:
        """A repository with weights (or data) and a card."""
        weights = "model.safetensors" if kind == "models" else "data/train.parquet"
        files = {
            "README.md": HubFile.create_text("README.md", f"---\nlicense: mit\n---\n# {id}\n"),
            weights: HubFile.create_large(weights, 1_000_000, id),
        }
        files |= {
            path: HubFile.create_text(path, content)
            for path, content in changes.pop("texts", {}).items()
        }
        return self.world.add_hub_repo(
            HubRepo(
                kind, id, files=files, card={"license": "mit"} if card is None else card, **changes
            )
        )


@pytest.fixture
def make_desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], ContributorDesk]]:
    """A desk for a registry; the environment points the commands to loopback."""
    world = UpstreamWorld()
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.setenv("GITHUB_API_URL", github.endpoint)
        for name in ("HF_TOKEN", "GITHUB_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        yield lambda registry: ContributorDesk(registry, world, hub, github)


@pytest.fixture
def desk(make_desk, write_registry) -> ContributorDesk:
    """A desk with a registry of one license and one model."""
    return make_desk(write_registry())
