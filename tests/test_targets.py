"""Targets: host and kind are two things, and what was stored before they were is read."""

import json

import pytest

from audit.observations.facts import Target, find_target_folder, read_target, read_target_key
from audit.store.observations import TargetState, TargetStateStore, serialize_target_state
from audit.store.run_status import read_heartbeat

MODEL = Target("huggingface", "model", "maker/m")
ELSEWHERE = Target("toyhub", "model", "maker/m")


@pytest.mark.parametrize(
    ("stored", "target", "folder"),
    [
        ({"kind": "models", "address": "maker/m"}, MODEL, "models"),
        (
            {"kind": "datasets", "address": "maker/d"},
            Target("huggingface", "dataset", "maker/d"),
            "datasets",
        ),
        ({"kind": "code", "address": "maker/c"}, Target("github", "code", "maker/c"), "code"),
        ({"host": "toyhub", "kind": "model", "repo": "maker/m"}, ELSEWHERE, "toyhub/model"),
    ],
)
def test_a_stored_target_of_either_format_is_read(stored, target: Target, folder: str):
    """Format 1 had one word for host and kind; its observations keep their folders."""
    assert read_target(stored) == target
    assert find_target_folder(target) == folder
    assert read_target_key(f"{folder}/{target.repo}") == target.key == read_target_key(target.key)


def test_the_same_name_on_two_hosts_is_two_observations(tmp_path):
    """What is known of a repository is never mixed with its namesake elsewhere."""
    store = TargetStateStore(tmp_path)
    states = [TargetState(MODEL, "ok", None, None), TargetState(ELSEWHERE, "absent", None, None)]
    for state in states:
        store.write_state(state)
    assert TargetStateStore(tmp_path).load_states() == {each.target: each for each in states}


def test_observations_and_heartbeat_of_format_1_are_read(tmp_path):
    """An upgrade loses no state, and attempts in a row go on being counted."""
    data = serialize_target_state(TargetState(MODEL, "ok", None, None))
    path = tmp_path / "observations" / "models" / "maker" / "m.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(data | {"target": {"kind": "models", "address": "maker/m"}}))
    assert list(TargetStateStore(tmp_path).load_states()) == [MODEL]
    heartbeat = {
        "run": "r",
        "started": "2026-01-01T06:00:00Z",
        "finished": "2026-01-01T06:05:00Z",
        "status": "incomplete",
        "last_complete": None,
        "unseen": {
            "models/maker/m": {"attempts": 3, "since": "2026-01-01T06:00:00Z", "reason": "timeout"}
        },
        "owners": {"datasets/maker": {"tracked": 2, "pages": 0, "missing": 2}},
    }
    (tmp_path / "observations" / "heartbeat.json").write_text(json.dumps(heartbeat))
    found = read_heartbeat(tmp_path)
    assert found is not None
    assert found.unseen[MODEL.key].attempts == 3
    assert list(found.owners) == ["huggingface/dataset/maker"]
