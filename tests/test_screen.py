"""Screening a table of the whole Hub: where to look, and no finding."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from audit.cli.main import main
from audit.observations.facts import HubFacts, Target, Weights
from audit.store.observations import TargetState, TargetStateStore
from tests.conftest import WriteRegistry, make_license_record, make_model_record

duckdb = pytest.importorskip("duckdb")

FACTS = HubFacts(
    "", "0" * 24, "a" * 40, None, False, False, False, "mit", None, None, (), (), Weights(), ()
)
NAMES = ["same", "moved", "gated", "relicensed", "listed", "gone"]


@pytest.fixture
def root(write_registry: WriteRegistry) -> Path:
    target = write_registry(
        ("licenses", make_license_record()),
        *[("models", make_model_record(f"maker/{name}")) for name in NAMES],
    )
    for name in NAMES:
        facts = replace(
            FACTS,
            repo=f"maker/{name}",
            license_tag="apache-2.0 AND mit" if name == "listed" else "mit",
        )
        TargetStateStore(target).write_state(
            TargetState(Target("huggingface", "model", facts.repo), "ok", facts, facts)
        )
    return target


def write_table(folder: Path, tags: str = "[{}]", extra: str = "") -> Path:
    """Five of the six tracked models and two others, as one of the published forms."""
    rows = [
        ("maker/same", "a", "false", ["license:mit", "region:us"], 5),
        ("maker/moved", "b", "false", ["license:mit"], 5),
        ("maker/gated", "a", "manual", ["license:mit"], 5),
        ("maker/relicensed", "a", "false", ["license:apache-2.0"], 5),
        ("maker/listed", "a", "false", ["license:mit", "license:apache-2.0"], 5),
        ("other/loved", "c", "false", [], 900),
        ("other/liked", "c", "false", [], 90),
    ]
    values = [
        f"('{id}', '{sha * 40}', '{gated}', {tags.format(','.join(repr(tag) for tag in names))}, {likes}{extra})"
        for id, sha, gated, names, likes in rows
    ]
    columns = "id, sha, gated, tags, likes" + (", snapshot_date" if extra else "")
    file = folder / f"table{len(extra)}{len(tags)}.parquet"
    duckdb.execute(
        f"COPY (SELECT * FROM (VALUES {', '.join(values)}) AS t({columns})) TO '{file}' (FORMAT parquet)"
    )
    return file


def run_screen(root: Path, capsys, *files: Path) -> dict:
    assert (
        main(
            [
                "screen",
                "--registry",
                str(root),
                "--json",
                "--hub-table",
                *map(str, files),
                "--popular",
                "1",
            ]
        )
        == 0
    )
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("tags", ["[{}]::VARCHAR[]", "to_json([{}])::VARCHAR"])
def test_what_differs_is_named(root: Path, tmp_path: Path, capsys, tags: str):
    """Revision, gate and license tag differ in one model each; one is not in the table; of the unknown ones the most liked is named."""
    found = run_screen(root, capsys, write_table(tmp_path, tags))
    assert found["changed"] == {
        "revision": ["maker/moved"],
        "gate": ["maker/gated"],
        "license tag": ["maker/relicensed"],
    }
    assert (found["vanished"], found["popular"]) == (
        ["maker/gone"],
        [{"repo": "other/loved", "likes": 900}],
    )
    assert found["audit"] == ["maker/gated", "maker/gone", "maker/moved", "maker/relicensed"]


def test_of_several_snapshots_the_newest_counts(root: Path, tmp_path: Path, capsys):
    """A weekly table holds a repository many times."""
    old = write_table(tmp_path, extra=", DATE '2026-01-01'")
    new = tmp_path / "new.parquet"
    duckdb.execute(
        f"COPY (SELECT * REPLACE (repeat('a', 40) AS sha, DATE '2026-01-08' AS snapshot_date) FROM '{old}') TO '{new}' (FORMAT parquet)"
    )
    assert run_screen(root, capsys, old, new)["changed"]["revision"] == []


def test_what_the_columns_cannot_tell_is_said(root: Path, tmp_path: Path, capsys):
    """A table of ids and likes alone still answers two questions."""
    small = tmp_path / "small.parquet"
    duckdb.execute(
        f"COPY (SELECT id, likes FROM '{write_table(tmp_path)}') TO '{small}' (FORMAT parquet)"
    )
    found = run_screen(root, capsys, small)
    assert (found["changed"], found["vanished"], found["unanswered"]) == (
        {},
        ["maker/gone"],
        ["revision", "gate", "license tag"],
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"PAR", "not a Parquet table"),
        ("SELECT 1 AS x", "has no column 'id'"),
    ],
)
def test_another_file_is_refused_in_one_line(
    root: Path, tmp_path: Path, capsys, content, words: str
):
    """Missing, no Parquet, or a table of something else."""
    file = tmp_path / "bad.parquet"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        duckdb.execute(f"COPY ({content}) TO '{file}' (FORMAT parquet)")
    assert main(["screen", "--registry", str(root), "--hub-table", str(file)]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_screening_writes_nothing(root: Path, tmp_path: Path, capsys):
    """A plan, never a fact."""
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    run_screen(root, capsys, write_table(tmp_path))
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
