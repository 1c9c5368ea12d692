"""The measurement of `watch`: what counts as found, as missed and as invented."""

import json

from click.testing import CliRunner

from tests.bench.aibomgen_rules import find_as_aibomgen
from tests.bench.watch_bench import measure_watch
from tests.bench.watch_score import Found, score_project
from tests.bench.watched_set import Label

GPT2 = "openai-community/gpt2"


def make_label(line: int, kind: str = "model", id: str | None = GPT2, optional: bool = False):
    return Label("a.py", line, "gpt2", id, kind, "loaded", "code", optional)


def score(found, labels, by_line: bool = True):
    return score_project(found, labels, lambda label: label.id is not None, by_line=by_line)


def make_found(line: int, name: str = "gpt2", kind: str = "model"):
    return Found("a.py", line, name, GPT2 if name == "gpt2" else name, kind, "loaded")


def test_a_name_counts_where_it_stands_under_any_of_its_names():
    """By line each place counts for itself; by file a name that stands elsewhere in it does, too."""
    labels, found = [make_label(1), make_label(2)], [make_found(1)]
    by_line = score(found, labels)
    assert (by_line.recorded_found, by_line.recorded, by_line.precision) == (1, 2, 1.0)
    assert [label.line for label in by_line.missed] == [2]
    assert score(found, labels, by_line=False).recall == 1.0


def test_what_no_label_names_and_what_is_of_another_kind_is_invented():
    """A look-alike is no label, and a name of another service is no id of the Hub."""
    labels = [make_label(1, kind="not"), make_label(2, kind="elsewhere", id=None)]
    found = [make_found(1), make_found(2), make_found(2, kind="elsewhere")]
    counts = score(found, labels)
    assert (counts.told, counts.told_right, counts.recorded) == (3, 1, 0)


def test_where_fair_readers_differ_nothing_is_counted():
    """Neither missed nor invented."""
    counts = score([make_found(1)], [make_label(1, optional=True), make_label(2, optional=True)])
    assert (counts.told, counts.labels, counts.missed) == (0, 0, [])


def test_the_bench_runs_over_a_folder_and_fails_where_a_promise_is_missed(tmp_path):
    """Labels that are not there are said to be kept apart; the exit status follows the numbers."""
    sources = [
        {"repo": "somebody/project", "commit": "0" * 40, "held_out": False},
        {"repo": "somebody/kept", "commit": "0" * 40, "held_out": True},
    ]
    row = {"file": "a.py", "line": 1, "name": "gpt2", "id": GPT2, "kind": "model"}
    (tmp_path / "projects.json").write_text(json.dumps(sources))
    labels = tmp_path / "somebody+project.jsonl"
    labels.write_text(json.dumps(row | {"use": "loaded", "where": "code", "recorded": True}))
    tree = tmp_path / "trees" / "somebody+project"
    tree.mkdir(parents=True)
    (tree / "a.py").write_text('from_pretrained("gpt2")\n')
    wanted = ["--trees", str(tmp_path / "trees"), "--labels", str(tmp_path), "--details"]
    kept = CliRunner().invoke(measure_watch, wanted)
    assert (kept.exit_code, "labels are kept apart" in kept.output) == (0, True)
    assert "1 of 1 (100.0%)" in kept.output
    (tree / "a.py").write_text('x = 1\nfrom_pretrained("gpt2")\n')
    assert CliRunner().invoke(measure_watch, wanted).exit_code == 1


def test_the_other_finder_takes_calls_over_lines_and_any_pair_in_prose(tmp_path):
    """Its rules as they were read: a keyword on another line counts, a constant does not."""
    (tmp_path / "a.py").write_text(
        'M = "a/constant"\nx = pipeline(\n    "t",\n    model="a/b",\n)\n'
    )
    (tmp_path / "README.md").write_text("---\nbase_model: c/d\n---\nand/or\n")
    (tmp_path / "Dockerfile").write_text("ENV MODEL_ID=e/f\n")
    found = {(each.file, each.name) for each in find_as_aibomgen(tmp_path)}
    readme = {("README.md", "c/d"), ("README.md", "and/or")}
    assert found == {("a.py", "a/b"), ("Dockerfile", "e/f"), *readme}
