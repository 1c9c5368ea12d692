"""`catalog`: write, or check, the generated pages, and say which verdicts moved since they were last written."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from audit.analysis.other_indexes import read_indexes
from audit.cli.command import Command
from audit.core.json_files import BadFile, read_json
from audit.core.memory import without_collection
from audit.publish.pages.cache import Remembered
from audit.publish.pages.context import judged
from audit.publish.pages.verdicts import VERDICTS_FILE, Move, moved, verdict_counts, verdict_values
from audit.publish.pages.write import pages_of, stale_pages, write_pages
from audit.records.load import read_registry, valid
from audit.store.events import EventStore

MAX_BYTES = 32 << 20
MAX_MOVES = 100
"""Moves that are printed; --json has them all."""


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is out of date")


def _run(options: argparse.Namespace) -> int:
    with without_collection():
        return _catalog(options)


def _catalog(options: argparse.Namespace) -> int:
    loaded = read_registry(options.registry)
    remembered = Remembered(options.registry.resolve().parent / ".cache" / "catalog.json")
    known = judged(valid(loaded), EventStore(options.registry).load(), loaded.digests, remembered)
    wanted = pages_of(known, read_indexes(options.registry), options.registry)
    moves = list(moved(_before(options.registry), verdict_values(known)))
    changed = stale_pages(options.registry, wanted) if options.check else write_pages(options.registry, wanted)
    if not options.check:
        remembered.store()
    counts = dict(verdict_counts(known))
    if options.json:
        document = {"check": options.check, "pages": changed, "verdicts": counts, "moved": [asdict(each) for each in moves]}
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        if options.check:
            _print_stale(changed, options.registry)
        _print_moves(moves)
        for framework, values in counts.items():
            print(f"{framework}: {', '.join(f'{value} {count:,}' for value, count in values.items())}")
        print(_closing(len(changed), check=options.check))
    return 1 if options.check and changed else 0


def _before(root: Path) -> Any:
    """The verdicts as last written. A file that is not there or damaged moves nothing: it is about to be written anew."""
    path = root / VERDICTS_FILE
    try:
        return read_json(path, f"{root.name}/{VERDICTS_FILE}", MAX_BYTES) if path.is_file() else {}
    except BadFile:
        return {}


def _print_moves(moves: Sequence[Move]) -> None:
    if not moves:
        return
    print(f"{len(moves)} verdicts moved since the pages were last written:")
    for each in moves[:MAX_MOVES]:
        print(f"  {each.model} {each.framework}: {each.before} -> {each.after}")
    if len(moves) > MAX_MOVES:
        print(f"  … and {len(moves) - MAX_MOVES} more; --json lists them all")


def _print_stale(changed: Sequence[str], root: Path) -> None:
    for path in changed:
        print(f"out of date: {root.name}/{path}")


def _closing(changed: int, *, check: bool) -> str:
    if not check:
        return f"{changed} pages written"
    return f"{changed} pages are out of date; run nox -s catalog" if changed else "every page is up to date"


CATALOG = Command("catalog", "Write the catalogue and its pages, or check them.", _options, _run)
