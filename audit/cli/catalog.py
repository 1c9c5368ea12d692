"""`catalog`: write, or check, the generated pages."""

import argparse
import json
import sys
from pathlib import Path

from audit.cli.command import Command
from audit.events import EventStore
from audit.indexes import read_indexes
from audit.pages.catalogue import verdict_counts
from audit.pages.comparison import comparison_page
from audit.pages.judged import judged
from audit.pages.write import pages, stale_pages, write_pages
from audit.records.load import load_registry
from audit.records.types import Registry


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is out of date")


def _run(options: argparse.Namespace) -> int:
    registry = load_registry(options.registry)
    wanted = wanted_pages(options.registry, registry)
    changed = stale_pages(options.registry, wanted) if options.check else write_pages(options.registry, wanted)
    if options.json:
        print(json.dumps({"check": options.check, "pages": changed}, indent=2))
    elif options.check and changed:
        print(f"out of date: {', '.join(changed)}; run nox -s catalog", file=sys.stderr)
    else:
        for framework, counts in verdict_counts(judged(registry)):
            print(f"{framework}: {', '.join(f'{value} {count}' for value, count in counts.items())}")
        print(f"{len(changed)} pages written" if not options.check else "every page is up to date")
    return 1 if options.check and changed else 0


def wanted_pages(root: Path, registry: Registry) -> dict[str, str]:
    """Every page by its path below the registry."""
    wanted = pages(registry, EventStore(root).load())
    if indexes := read_indexes(root):
        wanted["indexes/README.md"] = comparison_page(indexes, registry)
    return wanted


CATALOG = Command("catalog", "Write the catalogue and the owner pages, or check them.", _options, _run)
