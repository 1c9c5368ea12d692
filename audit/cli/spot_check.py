"""`spot-check`: draw facts at random, for a person to look up."""

import argparse
import json
from dataclasses import asdict

from audit.cli.command import Command, moment
from audit.core.errors import UsageError
from audit.records.load import load_registry
from audit.records.sampling import StatedFact, draw, stated_facts, where_to_look

COUNT = 40


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, metavar="N", help="draw the facts of this number again (default: today, as YYYYMMDD)")
    parser.add_argument("--count", type=int, default=COUNT, metavar="N", help=f"how many facts (default: {COUNT})")


def _run(options: argparse.Namespace) -> int:
    if options.count < 1:
        raise UsageError(f"--count {options.count} draws nothing; write 1 or more")
    seed = options.seed if options.seed is not None else int(f"{moment(options):%Y%m%d}")
    facts = stated_facts(load_registry(options.registry))
    drawn = draw(facts, seed, options.count)
    if options.json:
        print(json.dumps({"seed": seed, "facts": len(facts), "drawn": [_as_json(fact) for fact in drawn]}, indent=2, ensure_ascii=False))
        return 0
    print(f"{len(drawn)} of {len(facts):,} facts, seed {seed}. Open each source and note: right, wrong, or could not be reached.")
    for number, fact in enumerate(drawn, 1):
        print("\n".join(["", f"{number}. {fact.record} {fact.field}", f"   {fact.value}", *_sources(fact)]))
    return 0


def _as_json(fact: StatedFact) -> dict[str, object]:
    return {**asdict(fact), "look": [where_to_look(fact, each) for each in fact.evidence]}


def _sources(fact: StatedFact) -> list[str]:
    lines = []
    for each in fact.evidence:
        lines.append(f"   {each.kind}, read {each.seen}: {each.url}")
        if each.quote:
            lines.append(f'     says "{each.quote}"')
        lines.append(f"     look: {where_to_look(fact, each)}")
    return lines


SPOT_CHECK = Command("spot-check", "Draw facts at random, for a check by hand.", _options, _run)
