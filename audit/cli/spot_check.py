"""`spot-check`: draw facts at random, for a person to look up."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

import click

from audit.cli.command import INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.core.wording import count_things
from audit.records.load import load_registry
from audit.records.sampling import StatedFact, describe_where_to_look, draw_facts, list_stated_facts

DEFAULT_COUNT = 40
READING_HINT = "Open each source and note: right, wrong, or could not be reached."


@dataclass(frozen=True)
class SpotCheckOptions(SharedOptions):
    """Options of `spot-check`."""

    seed: int | None
    count: int


@make_command(SpotCheckOptions, reads_installed=True)
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
    seed = _choose_seed(options)
    facts = list_stated_facts(load_registry(options.registry))
    drawn = draw_facts(facts, seed, options.count)
    if options.json:
        _print_document(drawn, len(facts), seed)
    else:
        print(f"{len(drawn)} of {count_things(len(facts), 'fact')}, seed {seed}. {READING_HINT}")
        _print_facts(drawn)
    return 0


def _print_document(drawn: Iterable[StatedFact], count: int, seed: int) -> None:
    """`count`: of how many facts these were drawn."""
    rows = [_serialize_fact(fact) for fact in drawn]
    print_json("spot-check", {"seed": seed, "facts": count, "drawn": rows})


def _choose_seed(options: SpotCheckOptions) -> int:
    """The seed that was given, or the day: whoever draws again today sees the same facts."""
    if options.seed is not None:
        return options.seed
    return int(f"{options.parse_now():%Y%m%d}")


def _print_facts(facts: Iterable[StatedFact]) -> None:
    for number, fact in enumerate(facts, 1):
        print(f"\n{number}. {fact.record} {fact.field}\n   {fact.value}")
        for line in _render_sources(fact):
            print(line)


def _serialize_fact(fact: StatedFact) -> dict[str, object]:
    places = [describe_where_to_look(fact, source) for source in fact.evidence]
    return {**asdict(fact), "look": places}


def _render_sources(fact: StatedFact) -> Iterator[str]:
    for source in fact.evidence:
        yield f"   {source.kind}, read {source.seen}: {source.url}"
        if source.quote:
            yield f'     says "{source.quote}"'
        yield f"     look: {describe_where_to_look(fact, source)}"
