"""`catalog`: write, or check, the generated pages."""

import argparse
import json
import sys

from audit.cli.command import Command
from audit.pages.write import stale_pages, write_pages
from audit.records.load import load_registry


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is out of date")


def _run(options: argparse.Namespace) -> int:
    registry = load_registry(options.registry)
    changed = stale_pages(options.registry, registry) if options.check else write_pages(options.registry, registry)
    if options.json:
        print(json.dumps({"check": options.check, "pages": changed}, indent=2))
    elif options.check and changed:
        print(f"out of date: {', '.join(changed)}; run nox -s catalog", file=sys.stderr)
    else:
        print(f"{len(changed)} pages written" if not options.check else "every page is up to date")
    return 1 if options.check and changed else 0


CATALOG = Command("catalog", "Write the catalogue and the owner pages, or check them.", _options, _run)
