"""`compare-indexes`: the facts that other indexes and this registry see differently."""

from dataclasses import asdict, dataclass

import click

from audit.analysis.other_indexes import IndexComparison, OtherIndex, compare_index, read_indexes
from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.records.load import load_registry


@dataclass(frozen=True)
class CompareIndexesOptions(SharedOptions):
    """What the command was asked for."""

    all: bool


@make_command(CompareIndexesOptions)
@click.option("--all", is_flag=True, help="list the facts that are alike too")
def run_command(options: CompareIndexesOptions) -> int:
    registry = load_registry(options.registry)
    found = [
        (index, list(compare_index(index, registry))) for index in read_indexes(options.registry)
    ]
    if options.json:
        rows = [
            _serialize_comparison(index, each)
            for index, facts in found
            for each in facts
            if options.all or not each.agrees
        ]
        print_json("compare-indexes", {"facts": rows})
        return 0
    for index, facts in found:
        differ = sum(not each.agrees for each in facts)
        models = len({each.model.id for each in facts})
        print(
            f"{index.name}: {models} models in both, {len(facts)} facts compared, {len(facts) - differ} alike, {differ} different"
        )
        for each in facts:
            if options.all or not each.agrees:
                print(
                    f"  {each.model.id} {each.fact}: they say {each.theirs}, we say {each.ours}{' (alike)' if each.agrees else ''}"
                )
    print("Both sides' sources: registry/indexes/README.md, or --json")
    return 0


def _serialize_comparison(index: OtherIndex, each: IndexComparison) -> dict[str, object]:
    return {
        "index": index.id,
        **{name: value for name, value in asdict(each).items() if name != "model"},
        "model": each.model.id,
    }
