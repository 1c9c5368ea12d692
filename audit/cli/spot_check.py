"""`spot-check`: draw facts at random, for a person to look up."""

from dataclasses import asdict, dataclass

import click

from audit.cli.command import INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.records.load import load_registry
from audit.records.sampling import StatedFact, describe_where_to_look, draw_facts, list_stated_facts

DEFAULT_COUNT = 40


@dataclass(frozen=True)
class SpotCheckOptions(SharedOptions):
    """Options of `spot-check`."""

    seed: int | None
    count: int


@make_command(SpotCheckOptions)
@click.option(
    "--seed",
    type=INTEGER,
    metavar="N",
    help="draw the facts of this number again (default: today, as YYYYMMDD)",
)
@click.option(
    "--count",
    type=INTEGER,
    default=DEFAULT_COUNT,
    metavar="N",
    help=f"how many facts (default: {DEFAULT_COUNT})",
)
def run_command(options: SpotCheckOptions) -> int:
    """Draw facts and print each with its sources."""
    if options.count < 1:
        raise UsageError(f"--count {options.count} draws nothing; write 1 or more")
    seed = options.seed
    if seed is None:
        seed = int(f"{options.parse_now():%Y%m%d}")
    facts = list_stated_facts(load_registry(options.registry))
    drawn = draw_facts(facts, seed, options.count)
    if options.json:
        rows = [_serialize_fact(fact) for fact in drawn]
        print_json("spot-check", {"seed": seed, "facts": len(facts), "drawn": rows})
        return 0
    print(
        f"{len(drawn)} of {len(facts):,} facts, seed {seed}. "
        "Open each source and note: right, wrong, or could not be reached."
    )
    for number, fact in enumerate(drawn, 1):
        print(f"\n{number}. {fact.record} {fact.field}\n   {fact.value}")
        for line in _render_sources(fact):
            print(line)
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
