"""Plays a maker's next generation: its repositories by their real names, the licenses that were theirs, cards of the documented form.

The models before it stand in the records, as a reviewer would have written them; the new ones are
published on the third day, and only lists show them.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.drift.finding import Finding
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.runs.collect import Upstreams
from audit.runs.run import RunOptions, run_audit
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.conftest import ROOT, make_model_record, write_records
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubRepo
from tests.fakes.world import UpstreamWorld

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
DAYS, DAY_OF_CHANGE = 6, 2
BEFORE, AFTER = "2025-06-01T00:00:00.000Z", "2026-01-03T00:00:00.000Z"
FAMILY = "the-line"
PATIENCE = Patience(timeout=30, sleep=lambda seconds: None, pause=0.001)


def play_next_generation(event: Mapping[str, Any], folder: Path) -> Iterator[Finding]:
    """What is told of it to those who follow the models before it."""
    root = folder / "registry"
    licenses = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "registry" / "licenses").glob("*.json"))
    ]
    write_records(root, [("licenses", row) for row in licenses])
    by_id = {row["id"]: row for row in licenses}
    write_records(root, list(_build_records(event, by_id)))
    registry, world = load_registry(root), UpstreamWorld()
    before, after = (_build_card(by_id[id]) for id in event["licenses"])
    for name in event["members"]:
        world.add_hub_repo(HubRepo("models", name, card=dict(before), created_at=BEFORE))
    with LoopbackHub(world) as hub:
        for day in range(DAYS):
            if day == DAY_OF_CHANGE:
                _publish(event, after, world)
            yield from _run_day(registry, root, day, hub.endpoint)


def _publish(event: Mapping[str, Any], card: Mapping[str, Any], world: UpstreamWorld) -> None:
    for name in event["published"]:
        world.add_hub_repo(HubRepo("models", name, card=dict(card), created_at=AFTER))


def _build_records(
    event: Mapping[str, Any], licenses: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    family = {
        "$schema": "../../schemas/family.schema.json",
        "id": FAMILY,
        "name": "The line",
        "developer": "Maker",
        "components": {"technical-report": {"status": "unknown"}},
        "evidence": {},
    }
    yield "families", family
    license = event["licenses"][0]
    card = _build_card(licenses[license])
    for name in event["members"]:
        row = make_model_record(name, family=FAMILY)
        row["components"]["model-parameters-final"]["license"] = license
        pins = {"repo": name, "gated": False, "license_tag": card["license"], "evidence": ["card"]}
        row["hub"] = pins | (
            {"license_name": card["license_name"]} if "license_name" in card else {}
        )
        yield "models", row


def _build_card(license: Mapping[str, Any]) -> dict[str, Any]:
    """What a card says of a license: the Hub's key, or `other` with a name."""
    for tag in license.get("hub_tags") or ():
        return {"license": tag}
    names = [*(license.get("hub_names") or ()), license["id"].removeprefix("LicenseRef-").lower()]
    return {"license": "other", "license_name": names[0]}


def _run_day(registry: Registry, root: Path, day: int, endpoint: str) -> Iterator[Finding]:
    """The findings that a run confirmed."""
    counter = RequestCounter()
    source = HubSource(endpoint, None, counter, PATIENCE)
    options = RunOptions(root, START + timedelta(days=day))
    report = run_audit(registry, Upstreams((source,), counter), options)
    yield from (each for each in report.changed_findings if each.status == "confirmed")
