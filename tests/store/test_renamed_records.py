"""A rename of ours changes no id: nothing is opened, told or sent again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from audit.drift.finding import compute_finding_id
from audit.observations.facts import Target
from audit.publish.feeds.formats import render_json_feed
from audit.publish.feeds.model import build_feeds
from audit.publish.issues.open_findings import load_open_and_closed_findings
from audit.publish.urls import RegistryAddress
from audit.records.load import load_registry, read_all_records
from audit.store.events import EventStore
from audit.store.observations import TargetState, TargetStateStore
from tests.conftest import make_license_record, make_model_record
from tests.publish.conftest import build_finding

OLD, OLDER, NEW = "maker/model-1", "maker/model-0", "maker/model-one"
TIME = "2026-01-05T06:00:00Z"


def write_model(root: Path, id: str, *former: str) -> None:
    """The only model of the registry, under one name; its repository stays where it is."""
    for path in (root / "models").rglob("*.json"):
        path.unlink()
    record = make_model_record(id, **({"former_ids": list(former)} if former else {}))
    record["hub"]["repo"] = OLD
    path = root / "models" / f"{id}.json"
    path.write_text(json.dumps(record), encoding="utf-8")


@pytest.fixture
def root(write_registry) -> Path:
    """A registry with one confirmed finding about a model, in its observation and its history."""
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    finding = build_finding(f"models/{OLD}", "weights-gated", "hub.gated")
    target = Target("huggingface", "model", OLD)
    TargetStateStore(root).write_state(TargetState(target, "ok", None, None, (finding,)))
    EventStore(root).append_findings("run", TIME, [finding])
    return root


def collect_entry_ids(root: Path) -> set[str]:
    """Ids of all entries of all feeds."""
    registry = load_registry(root)
    found = set()
    for feed in build_feeds(registry, EventStore(root).load_events(registry)):
        document = json.loads(render_json_feed(feed, RegistryAddress()))
        found |= {entry["id"] for entry in document["items"]}
    return found


@pytest.mark.parametrize("former", [(OLD,), (OLD, OLDER)])
def test_a_renamed_record_keeps_its_findings(root: Path, former: tuple[str, ...]):
    """Under the new name there are the same ids in issues and feeds, and nothing is closed."""
    before = load_open_and_closed_findings(load_registry(root), root)
    entries = collect_entry_ids(root)
    assert entries
    write_model(root, NEW, *former)
    found, closures = load_open_and_closed_findings(load_registry(root), root)
    assert [each.id for each in found] == [each.id for each in before[0]]
    assert [each.record for each in found] == [f"models/{NEW}"]
    assert closures == {}
    assert collect_entry_ids(root) == entries


def test_the_history_of_a_renamed_record_goes_on(root: Path):
    """What is reported already is not written again, and the next event has the same id."""
    write_model(root, NEW, OLD)
    registry = load_registry(root)
    states = TargetStateStore(root).load_states(registry)
    (finding,) = states[Target("huggingface", "model", OLD)].findings
    store = EventStore(root)
    assert store.append_findings("later", "2026-01-06T06:00:00Z", [finding]) == 0
    ended = replace(finding, status="reverted")
    assert store.append_findings("later", "2026-01-06T06:00:00Z", [ended]) == 1
    first, last = store.load_events()
    expected = compute_finding_id(f"models/{OLD}", finding.kind, finding.field)
    assert first.finding.id == last.finding.id == expected
    assert (last.finding.record, last.finding.first_record) == (f"models/{NEW}", f"models/{OLD}")


def test_a_record_is_found_under_every_name(root: Path):
    """`Registry.get` takes a reference of today or of any day before."""
    write_model(root, NEW, OLDER, OLD)
    registry = load_registry(root)
    model = registry.models[NEW]
    assert {registry.get(f"models/{id}") for id in (NEW, OLD, OLDER)} == {model}
    assert registry.get("licenses/MIT") is registry.licenses["MIT"]
    assert registry.get(f"datasets/{NEW}") is None
    assert registry.get("elsewhere/x") is None
    assert registry.find_first_ref(model.ref) == f"models/{OLDER}"


def test_a_former_id_has_one_owner(root: Path):
    """Two records that claim one past, or a past that is somebody's present, are refused."""
    write_model(root, NEW, OLD)
    other = make_model_record("maker/model-2", former_ids=[OLD, NEW])
    (root / "models/maker/model-2.json").write_text(json.dumps(other), encoding="utf-8")
    problems = {(each.file, each.path) for each in read_all_records(root).problems}
    shown = "registry/models/maker/model-2.json"
    assert (shown, "$.former_ids[1]") in problems
    assert any(path == "$.former_ids[0]" for _, path in problems)
