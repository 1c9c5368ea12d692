"""`nox -s watch-bench`: what `watch` finds in public projects, beside labels made independently.

Recall counts labels of recorded ids; precision counts everything that is told. Both by line (file,
line, name) and by file (file, name), because another finder may tell no line.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from audit.projects.datasets import find_dataset_id
from audit.projects.finding.dictionary import build_name_dictionary
from audit.projects.finding.mention import Mention
from audit.projects.mentions import find_mentions
from audit.records.load import load_registry
from audit.records.registry import Registry
from tests.bench.aibomgen_rules import find_as_aibomgen
from tests.bench.watch_score import Found, Score, score_project
from tests.bench.watched_set import (
    LABELS,
    Label,
    WatchedProjectSource,
    provide_tree,
    read_labels,
    read_sources,
)

Finder = Callable[[Path], list[Found]]
WANTED_RECALL = 0.95
WANTED_PRECISION = 0.98
ROOT = Path(__file__).parents[2]


@click.command()
@click.option("--trees", type=click.Path(path_type=Path), help="where the projects' files lie")
@click.option("--labels", type=click.Path(path_type=Path), default=LABELS, help="a labeled set")
@click.option("--details", is_flag=True, help="list what was missed and what was invented")
def measure_watch(trees: Path | None, labels: Path, details: bool) -> None:
    """Print recall and precision of `watch`, and of aibomgen's rules, on the labeled projects."""
    if trees is None:
        with tempfile.TemporaryDirectory(prefix="watch-bench-") as folder:
            missed = _measure(Path(folder), labels, details)
    else:
        missed = _measure(trees, labels, details)
    sys.exit(1 if missed else 0)


def _measure(trees: Path, labels: Path, details: bool) -> bool:
    """Measure both finders; whether a promised number of ours is missed."""
    registry = load_registry(ROOT / "registry")
    bench = _WatchBench(trees, labels, registry)
    ours = bench.measure("watch", lambda root: find_as_watch(root, registry))
    if details:
        _print_details(ours)
    bench.measure("aibomgen's rules", find_as_aibomgen)
    return ours.recall < WANTED_RECALL or ours.precision < WANTED_PRECISION


def find_as_watch(root: Path, registry: Registry) -> list[Found]:
    """What `watch` finds, with the id that each name means."""
    mentions = find_mentions(root, build_name_dictionary(registry)).mentions
    return [_build_found(mention, registry) for mention in mentions]


def _build_found(mention: Mention, registry: Registry) -> Found:
    id, kind = mention.model, mention.kind
    if kind == "dataset":
        id = find_dataset_id(mention, registry) or id
    elif model := registry.find_model(id) if mention.kind == "model" else None:
        # What has a record and no repository is told as what a service alone serves.
        kind = "model" if model.hub else "elsewhere"
        id = model.id
    return Found(mention.file, mention.line, mention.model, id.lower(), kind, mention.use)


@dataclass(frozen=True)
class _WatchBench:
    """Where the projects and their labels lie, and which ids are recorded today."""

    trees: Path
    labels: Path
    registry: Registry

    def measure(self, name: str, finder: Finder) -> Score:
        """Print one table; the whole score by line is returned."""
        print(f"| {name} | recorded ids found | all found | told | of these right | by file |")
        print("| --- | --- | --- | --- | --- | --- |")
        whole, whole_by_file = Score(), Score()
        for source in read_sources(self.labels):
            for by_line, by_file in self._score_source(source, finder):
                _print_row(source.repo, by_line, by_file)
                whole.add(by_line)
                whole_by_file.add(by_file)
        _print_row("all", whole, whole_by_file)
        print()
        _print_parts(whole)
        return whole

    def _score_source(
        self, source: WatchedProjectSource, finder: Finder
    ) -> Iterator[tuple[Score, Score]]:
        """By line and by file; nothing where the labels or the files are not here."""
        labels = read_labels(self.labels, source)
        tree = provide_tree(source, self.trees) if labels is not None else None
        if labels is None or tree is None:
            reason = "labels are kept apart" if labels is None else "its files could not be had"
            print(f"| {source.repo} | {reason} | | | | |")
            return
        found = [each for each in finder(tree) if source.holds(each.file)]
        by_line = score_project(found, labels, self._is_recorded, by_line=True)
        yield by_line, score_project(found, labels, self._is_recorded, by_line=False)

    def _is_recorded(self, label: Label) -> bool:
        """Counted anew: records come and go after the labels were made."""
        if label.id is None or label.kind == "elsewhere":
            return False
        if label.kind == "dataset":
            return bool(find_dataset_id(Mention(label.id, "", 0), self.registry))
        return self.registry.find_model(label.id) is not None


def _print_row(name: str, by_line: Score, by_file: Score) -> None:
    recall = f"{by_line.recorded_found} of {by_line.recorded} ({by_line.recall:.1%})"
    precision = f"{by_line.told_right} ({by_line.precision:.1%})"
    files = f"{by_file.recall:.1%} found, {by_file.precision:.1%} right"
    count = f"{by_line.labels_found} of {by_line.labels}"
    print(f"| {name} | {recall} | {count} | {by_line.told} | {precision} | {files} |")


def _print_parts(score: Score) -> None:
    print("| recorded ids | found | of |")
    print("| --- | --- | --- |")
    for part, (found, count) in sorted(score.by_part.items()):
        print(f"| {part} | {found} | {count} |")
    print()


def _print_details(score: Score) -> None:
    for label in score.missed:
        print(f"missed    {label.file}:{label.line} {label.name} ({label.kind}, {label.use})")
    for found in score.invented:
        print(f"invented  {found.file}:{found.line} {found.name} ({found.kind}, {found.use})")
    for (labeled, told), count in sorted(score.uses.items()):
        print(f"use       {labeled} told as {told}: {count}")


if __name__ == "__main__":
    measure_watch()
