"""`spot-check`: draw facts at random, for a person to look up."""

import argparse
from dataclasses import asdict

from audit.cli.command import Command, parse_now
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.records.load import load_registry
from audit.records.sampling import StatedFact, describe_where_to_look, draw_facts, list_stated_facts

DEFAULT_COUNT = 40


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="draw the facts of this number again (default: today, as YYYYMMDD)",
    )
    parser.add_argument(
        "--count",
        type=int,
        default=DEFAULT_COUNT,
        metavar="N",
        help=f"how many facts (default: {DEFAULT_COUNT})",
    )


def _run_command(options: argparse.Namespace) -> int:
    if options.count < 1:
        raise UsageError(f"--count {options.count} draws nothing; write 1 or more")
    seed = options.seed if options.seed is not None else int(f"{parse_now(options):%Y%m%d}")
    facts = list_stated_facts(load_registry(options.registry))
    drawn = draw_facts(facts, seed, options.count)
    if options.json:
        rows = [_serialize_fact(fact) for fact in drawn]
        print_json("spot-check", {"seed": seed, "facts": len(facts), "drawn": rows})
        return 0
    print(
        f"{len(drawn)} of {len(facts):,} facts, seed {seed}. Open each source and note: right, wrong, or could not be reached."
    )
    for number, fact in enumerate(drawn, 1):
        print(
            "\n".join(
                [
                    "",
                    f"{number}. {fact.record} {fact.field}",
                    f"   {fact.value}",
                    *_render_sources(fact),
                ]
            )
        )
    return 0


def _serialize_fact(fact: StatedFact) -> dict[str, object]:
    return {**asdict(fact), "look": [describe_where_to_look(fact, each) for each in fact.evidence]}


def _render_sources(fact: StatedFact) -> list[str]:
    lines = []
    for each in fact.evidence:
        lines.append(f"   {each.kind}, read {each.seen}: {each.url}")
        if each.quote:
            lines.append(f'     says "{each.quote}"')
        lines.append(f"     look: {describe_where_to_look(fact, each)}")
    return lines


SPOT_CHECK = Command(
    "spot-check", "Draw facts at random, for a check by hand.", _add_options, _run_command
)
