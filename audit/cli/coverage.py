"""`coverage`: how many verdicts are decided, by what, and which facts the others wait for."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import click

from audit.analysis.coverage import (
    CoverageCounter,
    DefinitionCoverage,
    DepthCoverage,
    GroupCoverage,
)
from audit.analysis.model_groups import list_model_groups
from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.records.load import load_registry

MAX_WAITING = 4
MAX_LACKING = 6
"""Facts that a line names; --json has all of them, by model."""
_HEADER = f"{'':<34}{'decided':>14}{'by facts':>10}{'not found':>11}{'open':>6}  waits for"


@dataclass(frozen=True)
class CoverageOptions(SharedOptions):
    """Options of `coverage`."""

    families: bool


@make_command(CoverageOptions, reads_installed=True)
@click.option("--families", is_flag=True, help="print every family of a group, too")
def run_command(options: CoverageOptions) -> int:
    """Count the verdicts on the models that people ask about."""
    registry = load_registry(options.registry)
    counter = CoverageCounter(registry)
    found = [counter.count_group(group) for group in list_model_groups(registry)]
    if options.json:
        print_json("coverage", {"groups": [_serialize_group(each) for each in found]})
        return 0
    shown = [each for each in found if options.families or not each.group.part_of]
    print("\n".join(line for each in shown for line in _render_group(each)))
    return 0


def _render_group(found: GroupCoverage) -> Iterator[str]:
    group = found.group
    total = len(group.models) + len(group.unrecorded)
    recorded = f"{len(group.models)} of {total} recorded, {found.depth.reviewed} reviewed"
    yield f"{'  ' if group.part_of else ''}{group.name}: {recorded}"
    if group.models:
        yield _HEADER
        yield from (_render_definition(row, len(group.models)) for row in found.definitions)
        yield _render_weights(found)
        yield _render_depth(found.depth)
    if found.without_label:
        yield f"    without a label: {', '.join(found.without_label)}"
    if group.unrecorded:
        yield f"    not recorded: {', '.join(group.unrecorded)}"
    yield ""


def _render_definition(row: DefinitionCoverage, total: int) -> str:
    share = f"{row.decided} ({100 * row.decided // total} %)"
    waiting = [f"{fact} {count}" for fact, count in row.count_waiting()[:MAX_WAITING]]
    numbers = f"{share:>14}{row.by_stated_fact:>10}{row.by_not_found:>11}{len(row.undecided):>6}"
    return f"    {row.definition:<30}{numbers}  {', '.join(waiting)}".rstrip()


def _render_weights(found: GroupCoverage) -> str:
    second_hand = f"{len(found.second_hand_weights)} of {found.stated_weights}"
    return f"    weights on a secondary source alone: {second_hand}"


def _render_depth(depth: DepthCoverage) -> str:
    """What keeps records from being `reviewed`."""
    facts = [f"{fact} {count}" for fact, count in list(depth.lacking.items())[:MAX_LACKING]]
    words = ", ".join(facts) or "nothing"
    return f"    not reviewed for want of: {words}; {len(depth.lacking_one)} lack one fact"


def _serialize_group(found: GroupCoverage) -> dict[str, Any]:
    group = found.group
    return {
        "id": group.id,
        "name": group.name,
        "part_of": group.part_of,
        "recorded": len(group.models),
        "unrecorded": list(group.unrecorded),
        "reviewed": found.depth.reviewed,
        "lacking": found.depth.lacking,
        "lacking_one": found.depth.lacking_one,
        "without_label": list(found.without_label),
        "stated_weights": found.stated_weights,
        "second_hand_weights": list(found.second_hand_weights),
        "definitions": [
            {**asdict(row), "decided": row.decided, "waiting": dict(row.count_waiting())}
            for row in found.definitions
        ],
    }
