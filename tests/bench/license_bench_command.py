"""`license-bench`: how well license texts are told apart, over texts that lie outside the project."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.main import run_console
from audit.records.load import load_registry
from audit.records.registry import Registry
from tests.bench.bench_row import BenchRow
from tests.bench.license_bench import (
    load_bench_texts,
    load_terms_change_pairs,
    measure_license_identification,
)
from tests.bench.license_oracle import compare_with_scancode
from tests.bench.public_texts import (
    collect_offered_texts,
    measure_public_texts,
    read_listed_texts,
)


@dataclass(frozen=True)
class LicenseBenchOptions(SharedOptions):
    """Options of `license-bench`."""

    texts: Path
    events: Path
    edits: int
    oracle: bool
    spdx: Path | None
    offered: Path | None


@make_command(LicenseBenchOptions)
@click.option(
    "--texts",
    type=FILE,
    default=Path("../shared/licence-texts"),
    metavar="DIR",
    help="folder of texts with index.json",
)
@click.option(
    "--events",
    type=FILE,
    default=Path("../shared/facts/drift-events.jsonl"),
    metavar="FILE",
    help="changes with both texts",
)
@click.option(
    "--edits",
    type=INTEGER,
    default=1000,
    metavar="N",
    help="changed texts to generate (default: 1000)",
)
@click.option(
    "--spdx",
    type=FILE,
    default=None,
    metavar="FILE",
    help="source archive of licenseclassifier, or that of npm's spdx-license-list",
)
@click.option(
    "--offered",
    type=FILE,
    default=None,
    metavar="FILE",
    help="wheel of pychoosealicense, with the texts that GitHub offers",
)
@click.option("--oracle", is_flag=True, help="compare with ScanCode, which must be installed")
def run_command(options: LicenseBenchOptions) -> int:
    registry = load_registry(options.registry)
    rows = [*_measure_public_texts(options, registry), *_measure_given_texts(options, registry)]
    if options.json:
        print_json("license-bench", {"rows": [asdict(each) for each in rows]})
    else:
        print(render_bench_table(rows))
    return 0


def _measure_public_texts(options: LicenseBenchOptions, registry: Registry) -> list[BenchRow]:
    """The texts of the SPDX list and those that GitHub offers, in several forms."""
    rows: list[BenchRow] = []
    if options.spdx:
        texts = read_listed_texts(options.spdx)
        rows += measure_public_texts("SPDX list", texts, registry)
    if options.offered:
        texts = collect_offered_texts(options.offered)
        rows += measure_public_texts("GitHub's choice", texts, registry)
    return rows


def _measure_given_texts(options: LicenseBenchOptions, registry: Registry) -> list[BenchRow]:
    if not (options.texts / "index.json").is_file() or not options.events.is_file():
        print(
            f"skipped: no texts at {options.texts}; name a folder with --texts and a file with --events"
        )
        return []
    texts = load_bench_texts(options.texts)
    if options.oracle:
        return compare_with_scancode(texts, options.texts, registry)
    pairs = load_terms_change_pairs(options.events)
    return measure_license_identification(texts, pairs, registry, options.edits)


def render_bench_table(rows: Sequence[BenchRow]) -> str:
    """The table, as docs/benchmarks.md holds it."""
    return "\n".join(
        [
            "| What | Number | Result |",
            "| --- | --- | --- |",
            *(f"| {each.what} | {each.count} | {each.result} |" for each in rows),
        ]
    )


if __name__ == "__main__":
    run_console(["license-bench", *sys.argv[1:]])
