"""A file that a machine wrote and somebody changed: every value of it, replaced by each of many hostile ones, is read as what it says or refused in one short line."""

import copy
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from audit.analysis.other_indexes import compare_index, read_indexes
from audit.cli.render_rows import render_facets, render_rows
from audit.core.json_files import InvalidFileError, parse_json, read_registry_text
from audit.publish.cursor import Cursor, read_cursor, write_cursor
from audit.publish.issues.ledger import IssueLedger, read_ledger
from audit.publish.pages.comparison import render_comparison_page
from audit.publish.pages.context import judge_registry
from audit.publish.urls import read_address
from audit.publish.views.facets import SORT_KEYS, ModelFilter, SizeRange, filter_models, sort_models
from audit.publish.views.model_summary import ModelSummary
from audit.publish.views.row_csv import render_csv
from audit.publish.views.summary_file import dump_summaries, read_summaries
from audit.sources.base import OwnerCost
from audit.store.formats import parse_stored_text
from audit.store.health import check_health
from audit.store.run_status import Heartbeat, UnverifiedTarget, read_heartbeat, write_heartbeat
from audit.store.sweep_state import (
    ListMark,
    RotationState,
    SweepState,
    read_sweep_state,
    write_sweep_state,
)
from audit.store.texts import TextStore
from tests.conftest import make_model_record, write_records
from tests.definitions.builders import make_model, make_registry
from tests.faults.test_slow_servers import ended

NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)
STAMP = "2026-03-01T06:00:00Z"
REGISTRY = make_registry(make_model("maker/model-1"))
PLACE = "@@@"
HOSTILE = [
    *("null", "true", "0", "-1", "0.5", "1e999", "-1e999", "NaN", "9" * 200, "9" * 4300),
    *('""', '"x"', '"NaN"', json.dumps("x" * 20_000), '"\\ud800"', '"a\\u202eb"', '"\\u001b[2J"'),
    *(r'"\n::set-output name=x::y"', '"../../etc/passwd"', '"](http://e.example) <b>@us"'),
    *('"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"', '"2026-02-30T00:00:00Z"'),
    *("[]", "{}", "[[]]", "[null]", "[1]", '["x"]', '{"x": 1}', '{"": {}}', "[" * 5000 + "]" * 5000),
]  # fmt: skip
MAX_LINE_CHARACTERS = 4500


def make_summary() -> ModelSummary:
    texts = ["maker/model-1", "Model 1", "Maker", "family", "open-weight", "allowed", "MIT", "MIT"]
    rest = ["released", "none", "2026", "2026-01-01", "listed", ("old/name",), {"osaid-1.0": "x"}]
    return ModelSummary(*texts, 7, None, ("text",), *rest)


def write_all(root: Path) -> None:
    """One file of each kind, as the program writes it."""
    write_records(root, [("models", make_model_record())])
    unseen = {"huggingface/model/maker/m": UnverifiedTarget(1, STAMP, "timeout")}
    owners = {"huggingface/model/maker": OwnerCost(2, 50, 1)}
    write_heartbeat(root, Heartbeat("r", STAMP, STAMP, "complete", STAMP, unseen, owners))
    marks, turns = {"huggingface/model": ListMark(NOW, 7, 100)}, RotationState(NOW, "a", ("b",))
    write_sweep_state(root, SweepState(marks, {"huggingface": turns}))
    ledger = IssueLedger(root / "alerts" / "ledger.json", "ledger", "p", "us", 1, {"a" * 12: 2})
    ledger.save_ledger()
    (root / "summaries.json").write_text(dump_summaries([make_summary()], "2026-03-01"))
    urls = dict.fromkeys(("pages", "files", "records"), "https://example.org/r")
    (root / "address.json").write_text(json.dumps(urls))
    row = {"model": "maker/model-1", "path": "a.yml", "weights": "open", "released": "2026"}
    about = {"index": "other", "name": "O", "repository": "o/r", "commit": "a" * 40, "note": "n"}
    (root / "indexes").mkdir()
    (root / "indexes" / "other.json").write_text(json.dumps({**about, "rows": [row]}))
    write_cursor(root / "cursor.json", Cursor(STAMP, frozenset({"a"})))


def show_rows(root: Path) -> None:
    rows = read_summaries(root) or []
    wanted = ModelFilter(("model",), {"maker": frozenset({"maker"})}, size=SizeRange(1, 9))
    shown = [render_rows(rows, 9), render_facets(rows, wanted), render_csv(rows)]
    assert filter_models(rows, wanted) is not None
    assert all(sort_models(rows, key) is not None for key in SORT_KEYS)
    "".join(shown).encode()


def show_indexes(root: Path) -> None:
    (index,) = read_indexes(root)
    list(compare_index(index, REGISTRY))
    render_comparison_page(judge_registry(REGISTRY, indexes=[index]))


USES: dict[str, Callable[[Path], Any]] = {
    "observations/heartbeat.json": lambda root: (read_heartbeat(root), check_health(root, NOW, 24)),
    "observations/sweep.json": read_sweep_state,
    "alerts/ledger.json": lambda root: read_ledger(root, "p"),
    "summaries.json": show_rows,
    "address.json": read_address,
    "indexes/other.json": show_indexes,
    "cursor.json": lambda root: read_cursor(root / "cursor.json"),
}


def list_places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from list_places(inner, (*place, key))


def replace_value(document: Any, place: tuple[Any, ...], text: str) -> str:
    if not place:
        return text
    changed = copy.deepcopy(document)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = PLACE
    return json.dumps(changed).replace(f'"{PLACE}"', text)


@pytest.mark.parametrize("file", USES)
def test_every_value_is_read_or_refused_in_one_line(tmp_path: Path, file: str):
    """No other error leaves the reader, or what shows what was read; no value of a megabyte is repeated."""
    root = tmp_path / "registry"
    write_all(root)
    use, path = USES[file], root / file
    document = json.loads(path.read_text())
    use(root)
    refused = []
    for place in list_places(document):
        for text in HOSTILE:
            path.write_text(replace_value(document, place, text))
            try:
                use(root)
            except InvalidFileError as error:
                refused.append(str(error))
    assert refused
    assert not any("\n" in said or len(said) > MAX_LINE_CHARACTERS for said in refused)


@pytest.mark.parametrize("number", ["1e999", "-1E+400", "9" * 301])
def test_a_number_that_cannot_be_written_again_is_not_read(number: str):
    """Python would write `Infinity`, which no reader of JSON takes, or could not add one to it."""
    with pytest.raises(InvalidFileError, match="shorter number"):
        parse_json(f'{{"a": {number}}}', "file")
    assert parse_json('{"a": 1.5e300, "b": -17}', "file") == {"a": 1.5e300, "b": -17}


@pytest.mark.parametrize("value", ["1", "{}"])
def test_a_damaged_file_of_many_values_is_refused_at_once(value: str):
    """Four megabytes of `{}` in place of license files took all memory: each was explained under every form that facts can have."""
    target = '{"host": "huggingface", "kind": "model", "repo": "a/b"}'
    facts = f'{{"license_files": [{", ".join([value] * 200_000)}]}}'
    rest = '"state": "ok", "baseline": null, "findings": [], "format": "observation/4"'
    began = time.process_time()
    with pytest.raises(InvalidFileError, match="not an observation"):
        parse_stored_text("observation", f'{{"target": {target}, "facts": {facts}, {rest}}}', "f")
    assert time.process_time() - began < 5


@pytest.mark.parametrize("sha256", ["\x00", "../../outside", "a" * 63, "A" * 64])
def test_what_is_no_digest_names_no_text(tmp_path: Path, sha256: str):
    """It is taken from a file that anybody who can merge can change."""
    store = TextStore(tmp_path)
    store.folder.mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("x")
    assert store.find_text(sha256) is None


def test_a_kept_text_is_a_plain_file(tmp_path: Path):
    """A link, here to what never ends, or a pipe, is no text that was kept."""
    store = TextStore(tmp_path)
    store.add_text(b"kept\n")
    store.write_waiting_texts()
    (name,) = store.list_digests()
    path, sha256 = store.folder / name, name.removesuffix(".txt")
    assert TextStore(tmp_path).find_text(sha256) == b"kept\n"
    for make in (lambda: path.symlink_to("/dev/zero"), lambda: os.mkfifo(path)):
        path.unlink()
        make()
        assert TextStore(tmp_path).find_text(sha256) is None


@pytest.mark.parametrize("file", [*(name for name in USES if name != "cursor.json"), "record"])
@pytest.mark.parametrize("kind", ["pipe", "endless"])
def test_a_file_of_the_registry_is_a_plain_one(tmp_path: Path, file: str, kind: str):
    """A pipe that nobody writes into was waited for, without end."""
    root = tmp_path / "registry"
    write_all(root)
    path = root / ("models/maker/model-1.json" if file == "record" else file)
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    use = read_record_alone if file == "record" else USES[file]
    outcome = ended(lambda: use(root))
    # Rows that are in no file are as if there were none; the lambdas of others give what is read.
    assert file == "summaries.json" or "not a plain file" in str(outcome)


def read_record_alone(root: Path) -> None:
    path = root / "models" / "maker" / "model-1.json"
    read_registry_text(path, "model-1.json")
