"""`compare-indexes`: the facts that other indexes and this registry see differently."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from audit.analysis.other_indexes import IndexComparison, OtherIndex, compare_index, read_indexes
from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.records.load import load_registry

ComparedIndexes = list[tuple[OtherIndex, list[IndexComparison]]]
SOURCES_HINT = "Both sides' sources: registry/indexes/README.md, or --json"


@dataclass(frozen=True)
class CompareIndexesOptions(SharedOptions):
    """Options of `compare-indexes`."""

    all: bool


@make_command(CompareIndexesOptions, reads_installed=True)
@click.option("--all", is_flag=True, help="list the facts that are alike too")
def run_command(options: CompareIndexesOptions) -> int:
    """Compare every other index with the registry, fact by fact."""
    compared = _compare_indexes(options.registry)
    if options.json:
        shown = _list_shown_facts(compared, options)
        print_json("compare-indexes", {"facts": [_serialize_comparison(*pair) for pair in shown]})
    else:
        print("\n".join([*_render_indexes(compared, options), SOURCES_HINT]))
    return 0


def _compare_indexes(root: Path) -> ComparedIndexes:
    registry = load_registry(root)
    return [(index, list(compare_index(index, registry))) for index in read_indexes(root)]


def _list_shown_facts(
    compared: ComparedIndexes, options: CompareIndexesOptions
) -> Iterator[tuple[OtherIndex, IndexComparison]]:
    for index, facts in compared:
        for fact in _select_shown_facts(facts, options):
            yield index, fact


def _render_indexes(compared: ComparedIndexes, options: CompareIndexesOptions) -> Iterator[str]:
    for index, facts in compared:
        yield _summarize_index(index, facts)
        yield from map(_render_comparison, _select_shown_facts(facts, options))


def _select_shown_facts(
    facts: list[IndexComparison], options: CompareIndexesOptions
) -> list[IndexComparison]:
    if options.all:
        return facts
    return [fact for fact in facts if not fact.agrees]


def _summarize_index(index: OtherIndex, facts: list[IndexComparison]) -> str:
    models = len({fact.model.id for fact in facts})
    return f"{index.name}: {models} models in both, {_count_agreement(facts)}"


def _count_agreement(facts: list[IndexComparison]) -> str:
    alike = sum(fact.agrees for fact in facts)
    return f"{len(facts)} facts compared, {alike} alike, {len(facts) - alike} different"


def _render_comparison(fact: IndexComparison) -> str:
    own = fact.own
    said = f"  {fact.model.id} {fact.fact}: they say {fact.theirs}, we say {own.value}"
    if own.agrees:
        return f"{said} (alike)"
    return "\n".join([said, f"    because {own.reason}", f"    {own.url or fact.their_url}"])


def _serialize_comparison(index: OtherIndex, fact: IndexComparison) -> dict[str, object]:
    return {
        "index": index.id,
        "fact": fact.fact,
        "theirs": fact.theirs,
        "their_url": fact.their_url,
        "ours": fact.own.value,
        "our_url": fact.own.url,
        "agrees": fact.agrees,
        "because": fact.own.reason,
        "model": fact.model.id,
    }
