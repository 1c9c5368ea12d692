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
from tests.bench.license_bench import (
    BenchRow,
    load_bench_texts,
    load_terms_change_pairs,
    measure_license_identification,
)
from tests.bench.license_oracle import compare_with_scancode


@dataclass(frozen=True)
class LicenseBenchOptions(SharedOptions):
    """Options of `license-bench`."""

    texts: Path
    events: Path
    edits: int
    oracle: bool


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
@click.option("--oracle", is_flag=True, help="compare with ScanCode, which must be installed")
def run_command(options: LicenseBenchOptions) -> int:
    if not (options.texts / "index.json").is_file() or not options.events.is_file():
        print(
            f"skipped: no texts at {options.texts}; name a folder with --texts and a file with --events"
        )
        return 0
    registry = load_registry(options.registry)
    texts = load_bench_texts(options.texts)
    rows = (
        compare_with_scancode(texts, options.texts, registry)
        if options.oracle
        else measure_license_identification(
            texts, load_terms_change_pairs(options.events), registry, options.edits
        )
    )
    if options.json:
        print_json("license-bench", {"rows": [asdict(each) for each in rows]})
    else:
        print(render_bench_table(rows))
    return 0


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
