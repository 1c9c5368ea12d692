"""`license-bench`: how well license texts are told apart, over texts that lie outside the project."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from audit.cli.command import Command
from audit.cli.json_output import print_json
from audit.records.load import load_registry
from tests.bench.license_bench import (
    BenchRow,
    load_bench_texts,
    load_terms_change_pairs,
    measure_license_identification,
)
from tests.bench.license_oracle import compare_with_scancode


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--texts",
        type=Path,
        default=Path("../shared/licence-texts"),
        metavar="DIR",
        help="folder of texts with index.json",
    )
    parser.add_argument(
        "--events",
        type=Path,
        default=Path("../shared/facts/drift-events.jsonl"),
        metavar="FILE",
        help="changes with both texts",
    )
    parser.add_argument(
        "--edits",
        type=int,
        default=1000,
        metavar="N",
        help="changed texts to generate (default: 1000)",
    )
    parser.add_argument(
        "--oracle", action="store_true", help="compare with ScanCode, which must be installed"
    )


def _run_command(options: argparse.Namespace) -> int:
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


LICENSE_BENCH = Command(
    "license-bench", "Measure how well license texts are told apart.", _add_options, _run_command
)
