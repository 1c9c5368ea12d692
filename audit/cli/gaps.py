"""`gaps`: the unknown facts that would settle most verdicts, and where to look for them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click

from audit.analysis.gaps import Gap, find_gaps
from audit.cli.command import INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.records.load import load_registry

MAX_NAMES = 3
_ADVICE = (
    "Write what you read into the record, with its source; what you looked for in vain is "
    "'not-found' (docs/evidence.md)."
)


@dataclass(frozen=True)
class GapsOptions(SharedOptions):
    """Options of `gaps`."""

    count: int


@make_command(GapsOptions, reads_installed=True)
@click.option("--count", type=INTEGER, default=20, metavar="N", help="how many (default: 20)")
def run_command(options: GapsOptions) -> int:
    """Say which reading would decide most."""
    if options.count < 1:
        raise UsageError(f"--count {options.count} cannot be; write how many facts to print")
    gaps = find_gaps(load_registry(options.registry))
    shown = gaps[: options.count]
    if options.json:
        print_json("gaps", {"unknown": len(gaps), "gaps": [asdict(gap) for gap in shown]})
        return 0
    print("\n".join(line for gap in shown for line in _render_gap(gap)))
    print(f"{len(shown)} of {len(gaps)} unknown facts. {_ADVICE}")
    return 0


def _render_gap(gap: Gap) -> Iterator[str]:
    names = ", ".join(gap.models[:MAX_NAMES])
    hidden = len(gap.models) - MAX_NAMES
    more = f" and {hidden} more" if hidden > 0 else ""
    yield f"{gap.record}: {gap.fact}"
    yield f"    {gap.verdicts} verdicts wait for it, of {names}{more}"
    if gap.look_in:
        yield f"    look in {', '.join(gap.look_in)}"
