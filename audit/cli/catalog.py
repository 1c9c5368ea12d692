"""`catalog`: write, or check, the generated pages."""

import argparse
import json
import sys

from audit.cli.command import Command
from audit.events import EventStore
from audit.indexes import read_indexes
from audit.memory import without_collection
from audit.pages.catalogue import verdict_counts
from audit.pages.comparison import comparison_page
from audit.pages.judged import judged
from audit.pages.remembered import Remembered
from audit.pages.write import pages_of, stale_pages, write_pages
from audit.records.load import read_registry, valid


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is out of date")


def _run(options: argparse.Namespace) -> int:
    with without_collection():
        return _catalog(options)


def _catalog(options: argparse.Namespace) -> int:
    loaded = read_registry(options.registry)
    registry = valid(loaded)
    remembered = Remembered(options.registry.resolve().parent / ".cache" / "catalog.json")
    known = judged(registry, EventStore(options.registry).load(), loaded.digests, remembered)
    wanted = pages_of(known, options.registry)
    if indexes := read_indexes(options.registry):
        wanted["indexes/README.md"] = comparison_page(indexes, registry)
    changed = stale_pages(options.registry, wanted) if options.check else write_pages(options.registry, wanted)
    if not options.check:
        remembered.store()
    if options.json:
        print(json.dumps({"check": options.check, "pages": changed}, indent=2))
    elif options.check and changed:
        print(f"out of date: {', '.join(changed)}; run nox -s catalog", file=sys.stderr)
    else:
        for framework, counts in verdict_counts(known):
            print(f"{framework}: {', '.join(f'{value} {count}' for value, count in counts.items())}")
        print(f"{len(changed)} pages written" if not options.check else "every page is up to date")
    return 1 if options.check and changed else 0


CATALOG = Command("catalog", "Write the catalogue and the owner pages, or check them.", _options, _run)
