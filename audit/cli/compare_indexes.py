"""`compare-indexes`: where this registry and the others differ, on the terminal or as JSON."""

import argparse
import json

from audit.cli.command import Command
from audit.indexes import compared, disagreements, read_indexes
from audit.records.load import load_registry


def _options(parser: argparse.ArgumentParser) -> None:
    del parser


def _run(options: argparse.Namespace) -> int:
    registry = load_registry(options.registry)
    rows = []
    for index in read_indexes(options.registry):
        found = list(disagreements(index, registry))
        rows += [
            {
                "index": index.id,
                "model": each.model.id,
                "fact": each.fact,
                "theirs": each.theirs,
                "their_url": each.their_url,
                "ours": each.ours,
                "our_url": each.our_url,
            }
            for each in found
        ]
        if not options.json:
            print(f"{index.name}: {compared(index, registry)} facts compared, {len(found)} differ")
            for each in found:
                print(f"  {each.model.id} {each.fact}: they say {each.theirs}, we say {each.ours}")
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    return 0


COMPARE_INDEXES = Command("compare-indexes", "List the facts that other indexes see differently.", _options, _run)
