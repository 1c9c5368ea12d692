"""Stored files say their format: older ones are read as today's, newer ones are refused."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from audit.cli.main import main
from audit.core.json_files import InvalidFileError
from audit.drift.finding import compute_finding_id
from audit.publish.issues.ledger import read_ledger
from audit.records.schema import SCHEMA_NAMES, build_validator
from audit.store.events import EventStore
from audit.store.formats import FORMATS, NewerFormatError, read_stored_file
from audit.store.migrate import migrate_files, plan_migration
from audit.store.observations import TargetStateStore
from audit.store.run_status import read_heartbeat
from audit.store.sweep_state import read_sweep_state, write_sweep_state

FROZEN = Path(__file__).parent / "format_1/registry"
"""What the drill wrote before stored files had a format, shortened."""


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A copy of the frozen files."""
    return shutil.copytree(FROZEN, tmp_path / "registry")


def read_everything(root: Path) -> tuple[Any, ...]:
    """All that the program knows from stored files."""
    ledger = read_ledger(root, "")
    return (
        TargetStateStore(root).load_states(),
        EventStore(root).load_events(),
        read_heartbeat(root),
        (ledger.account, ledger.status, ledger.issues, ledger.publisher),
        read_sweep_state(root),
    )


def read_contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def migrate(root: Path) -> int:
    """Migrate and say how many files changed."""
    plan = plan_migration(root)
    migrate_files(root, plan)
    return len(plan.texts)


def list_stored_files(root: Path) -> list[tuple[str, Path]]:
    return [(name, path) for name, each in FORMATS.items() for path in each.list_files(root)]


def count_older_files(root: Path) -> int:
    """Files of formats that have changed since version 1."""
    return sum(FORMATS[name].version > 1 for name, _ in list_stored_files(root))


def test_the_frozen_files_are_of_every_format():
    """Each format has frozen files of version 1, and no file belongs to two formats or to none."""
    paths = [path for _, path in list_stored_files(FROZEN)]
    assert {name for name, _ in list_stored_files(FROZEN)} == set(FORMATS)
    assert sorted(paths) == sorted(path for path in FROZEN.rglob("*.json"))


def test_files_of_format_1_are_read_as_those_of_today(registry: Path):
    """Nothing has to be migrated: the same is known before and after."""
    before = read_everything(registry)
    states, events, heartbeat, ledger, sweep = before
    assert all((states, events, heartbeat, ledger[2], sweep.marks, sweep.rotations))
    assert migrate(registry) == count_older_files(FROZEN)
    assert read_everything(registry) == before


def test_a_migrated_file_says_its_format_and_follows_its_schema(registry: Path):
    """What other programs read has the present form."""
    migrate(registry)
    for name, path in list_stored_files(registry):
        document = json.loads(path.read_text(encoding="utf-8"))
        assert document["format"] == FORMATS[name].mark
        if name in SCHEMA_NAMES:
            build_validator(name).validate(document)


def test_to_migrate_twice_changes_nothing(registry: Path):
    """The second time there is nothing to do."""
    migrate(registry)
    before = read_contents(registry)
    assert migrate(registry) == 0
    assert read_contents(registry) == before


def test_what_is_written_again_is_what_was_migrated(registry: Path):
    """Migrating and writing give the same bytes, so that a run after it touches no file."""
    migrate(registry)
    before = read_contents(registry)
    store = TargetStateStore(registry)
    for state in store.load_states().values():
        store.write_state(state)
    read_ledger(registry, "").save_ledger()
    write_sweep_state(registry, read_sweep_state(registry))
    assert read_contents(registry) == before


@pytest.mark.parametrize("writes", [0, 1, 7])
def test_a_migration_can_be_killed_and_repeated(
    registry: Path, monkeypatch: pytest.MonkeyPatch, writes: int
):
    """Wherever it stops, each file is the old one or the new one, and the next time finishes."""
    old, known = read_contents(registry), read_everything(registry)
    left, rename = iter(range(writes)), os.replace

    def rename_or_die(source: str, target: str) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "replace", rename_or_die)
    with pytest.raises(KeyboardInterrupt):
        migrate(registry)
    changed = [name for name, content in read_contents(registry).items() if old[name] != content]
    assert len(changed) == writes
    assert read_everything(registry) == known
    monkeypatch.undo()
    assert migrate(registry) == count_older_files(FROZEN) - writes
    assert read_everything(registry) == known


@pytest.mark.parametrize("name", FORMATS)
def test_a_newer_file_is_refused_in_one_sentence(
    registry: Path, name: str, capsys: pytest.CaptureFixture[str]
):
    """What, where, and what to do; and nothing is written, to no other file either."""
    path = next(FORMATS[name].list_files(registry))
    newer = f"{name}/{FORMATS[name].version + 1}"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "format": newer, "unknown": 1}), encoding="utf-8")
    before = read_contents(registry)
    with pytest.raises(NewerFormatError):
        read_everything(registry)
    assert main(["migrate", "--registry", str(registry)]) == 2
    said = capsys.readouterr().err
    shown = f"registry/{path.relative_to(registry).as_posix()}"
    assert said.startswith(f"{shown}: the format is {newer}, ")
    assert said.endswith("update open-model-registry, then run again\n")
    assert said.count("\n") == 1
    after = read_contents(registry)
    assert {key: after[key] for key in before} == before


@pytest.mark.parametrize("said", ["event/2", "heartbeat/0", "heartbeat/02", "heartbeat", 2, None])
def test_a_format_that_is_none_is_damage(registry: Path, said: object):
    """A file of another kind, or a word that no program wrote, is never read as version 1."""
    path = registry / "observations/heartbeat.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "format": said}), encoding="utf-8")
    with pytest.raises(InvalidFileError, match="heartbeat/4"):
        read_stored_file("heartbeat", path, "registry/observations/heartbeat.json")


def test_the_command_says_what_it_did(registry: Path, capsys: pytest.CaptureFixture[str]):
    """A dry run writes nothing; the real one names each file once."""
    before = read_contents(registry)
    arguments = ["migrate", "--registry", str(registry)]
    assert main([*arguments, "--dry-run"]) == 0
    assert read_contents(registry) == before
    dry = capsys.readouterr().out
    assert main(arguments) == 0
    assert capsys.readouterr().out == dry.replace("would migrate", "migrated")
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"{len(before)} stored files, 0 of an older format\n"


@pytest.mark.parametrize("folder", ["tests/store/format_1/registry", "registry"])
def test_ids_of_events_are_what_they_were(root: Path, folder: str):
    """An id follows from record, kind and field; no rename of ours and no format changes one."""
    for path in sorted((root / folder / "events").glob("*/*.json")):
        for stored in json.loads(path.read_text(encoding="utf-8"))["events"]:
            assert stored["id"] == compute_finding_id(
                stored["record"], stored["kind"], stored["field"]
            )
    stored_ids = [event.finding.id for event in EventStore(root / folder).load_events()]
    frozen = json.loads((Path(__file__).parent / "event_ids.json").read_text(encoding="utf-8"))
    assert set(frozen[folder]) <= set(stored_ids)
