"""A registry on disk, the world where it is true, and servers that can go wrong."""

from collections.abc import Iterator

import pytest

from audit.records.load import load_registry
from tests.conftest import (
    WriteRegistry,
    make_dataset_record,
    make_license_record,
    make_model_record,
)
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.world import build_world
from tests.test_run import CODE, MODELS, AuditStage

PIN = "a" * 40


@pytest.fixture
def stage(write_registry: WriteRegistry) -> Iterator[AuditStage]:
    """Nine models, one of them pinned, with a dataset and code; audited until all is seen."""
    models = [make_model_record(id) for id in MODELS]
    models[0]["components"].update(CODE)
    models[0]["components"]["datasets"] = {
        "status": "released",
        "datasets": ["maker/data"],
        "evidence": ["card"],
    }
    models[1]["hub"]["revision"] = PIN
    models[1]["released"] = {"date": "2024-05-01", "evidence": ["card"]}
    records = [
        ("licenses", make_license_record()),
        ("licenses", make_license_record("Apache-2.0")),
        ("datasets", make_dataset_record()),
    ]
    root = write_registry(*records, *[("models", each) for each in models])
    world = build_world(load_registry(root))
    world.fault_injector.hold_seconds = 2
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        staged = AuditStage(root, world, hub, github)
        for _ in range(2):  # the lists of makers are read in the second run
            assert staged.audit().status == "complete"
        yield staged
