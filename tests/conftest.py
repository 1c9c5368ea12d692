"""What all tests share: where things are, and small registries on disk."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

# The Hub client reads these when it is first imported; no test may reach beyond loopback.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1"

import pytest
import stamina
from hypothesis import HealthCheck, settings

# The same examples on every machine, and no clock: whether the suite passes hangs on the code alone.
settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# Other examples with each seed, and many: what `nox -s fuzz` runs.
settings.register_profile(
    "search",
    parent=settings.get_profile("suite"),
    derandomize=False,
    max_examples=400,
    print_blob=True,
)
settings.load_profile("suite")

ROOT = Path(__file__).resolve().parents[1]
EVIDENCE = {"card": {"url": "https://example.org/card", "seen": "2026-11-24", "kind": "primary"}}


def count_examples(share: float) -> int:
    """Examples of a property that takes more or fewer than others do, in the suite and in a search."""
    return int(share * settings.default.max_examples)


def is_search() -> bool:
    """Whether this is a search for new failures, which may also hold on to the clock, and not the suite."""
    return not settings.default.derandomize


@pytest.fixture
def without_pauses() -> Iterator[None]:
    """Repeats follow at once, as many as there would be."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded answers and texts beside the repository; a stranger's clone has none, and the test is skipped."""
    folder = ROOT.parent / "shared"
    if not (folder / "hub-recordings").is_dir():
        pytest.skip("the recordings are not here")
    return folder


def make_license_record(id: str = "MIT", **changes: Any) -> dict[str, Any]:
    """A license that grants everything."""
    return {
        "$schema": "../../schemas/license.schema.json",
        "id": id,
        "name": id,
        "category": "software",
        "osi_approved": True,
        "hub_tags": [id.lower()],
        "freedoms": {"use": "yes", "study": "yes", "modify": "yes", "share": "yes"},
        "conditions": [
            {"kind": "notice", "section": "1", "summary": "Keep the notice.", "evidence": ["card"]}
        ],
        "evidence": EVIDENCE,
        **changes,
    }


def make_model_record(id: str = "maker/model-1", **changes: Any) -> dict[str, Any]:
    """A downloadable model on the Hub under MIT."""
    return {
        "$schema": "../../../schemas/model.schema.json",
        "id": id,
        "name": id.partition("/")[2],
        "developer": "Maker",
        "hub": {"repo": id, "gated": False, "license_tag": "mit", "evidence": ["card"]},
        "components": {
            "model-parameters-final": {"status": "released", "license": "MIT", "evidence": ["card"]}
        },
        "evidence": EVIDENCE,
        **changes,
    }


def make_dataset_record(id: str = "maker/data", **changes: Any) -> dict[str, Any]:
    """A dataset on the Hub."""
    return {
        "$schema": "../../../schemas/dataset.schema.json",
        "id": id,
        "name": id,
        "hub": {"repo": id, "gated": False, "license_tag": "mit", "evidence": ["card"]},
        "availability": {"status": "released", "class": "open", "evidence": ["card"]},
        "terms": {"license": "MIT", "evidence": ["card"]},
        "evidence": EVIDENCE,
        **changes,
    }


def write_records(target: Path, records: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write records below a folder."""
    for folder, record in records:
        path = target / folder / f"{record['id']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record) + "\n", encoding="utf-8")


WriteRegistry = Callable[..., Path]


@pytest.fixture
def write_registry(tmp_path: Path) -> WriteRegistry:
    """Write records below a fresh folder `registry` and return it."""

    def write(*records: tuple[str, dict[str, Any]]) -> Path:
        target = tmp_path / "registry"
        write_records(
            target,
            records or (("licenses", make_license_record()), ("models", make_model_record())),
        )
        return target

    return write
