"""`gaps`: the unknown facts that would settle most verdicts, and where to look for them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import click

from audit.analysis.gaps import Gap, find_gaps
from audit.cli.command import INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.core.near_names import format_near_names
from audit.core.references import get_owner
from audit.drift.searched_places import UnwatchedPlace, list_unwatched_places
from audit.records.load import load_registry
from audit.records.model import Model
from audit.records.registry import Registry

_HEADER = "priority  fact, and who waits for it  ->  where to look first"
_ADVICE = (
    "Write what you read into the record, with its source; what you looked for in vain is "
    "'not-found' (docs/evidence.md)."
)
_SEARCH_ADVICE = (
    "Repositories in which something was not found are watched; what appears there is told."
)


@dataclass(frozen=True)
class GapsOptions(SharedOptions):
    """Options of `gaps`."""

    count: int
    owner: str | None
    family: str | None
    searches: bool


@make_command(GapsOptions, reads_installed=True)
@click.option("--count", type=INTEGER, default=20, metavar="N", help="how many (default: 20)")
@click.option("--owner", metavar="NAME", help="only models of this account")
@click.option("--family", metavar="ID", help="only models of this family")
@click.option(
    "--searches",
    is_flag=True,
    help="list instead the places of searches that no machine watches, the first due first",
)
def run_command(options: GapsOptions) -> int:
    """Say which reading would decide most."""
    if options.count < 1:
        raise UsageError(f"--count {options.count} cannot be; write how many facts to print")
    registry = load_registry(options.registry)
    models = _select_models(registry, options)
    if options.searches:
        everything = registry.models.values()
        _print_searches(list_unwatched_places(everything if models is None else models), options)
    else:
        _print_gaps(find_gaps(registry, models), options)
    return 0


def _print_gaps(gaps: Sequence[Gap], options: GapsOptions) -> None:
    shown = gaps[: options.count]
    if options.json:
        print_json("gaps", {"unknown": len(gaps), "gaps": [asdict(gap) for gap in shown]})
    else:
        print("\n".join(_render_gaps(shown, len(gaps))))


def _print_searches(places: Sequence[UnwatchedPlace], options: GapsOptions) -> None:
    shown = places[: options.count]
    if options.json:
        rows = [asdict(place) for place in shown]
        print_json("gaps", {"unwatched": len(places), "searches": rows})
    else:
        print("\n".join(_render_searches(shown, len(places))))


def _render_searches(places: Sequence[UnwatchedPlace], total: int) -> Iterator[str]:
    for place in places:
        component = f"{place.record}: {place.component}"
        yield f"look again by {place.review_by}  {component}  ->  {place.url}"
    yield f"{len(places)} of {total} places that no machine watches. {_SEARCH_ADVICE}"


def _select_models(registry: Registry, options: GapsOptions) -> Sequence[Model] | None:
    """The models of the owner and the family that were named; None where neither was."""
    if options.owner is None and options.family is None:
        return None
    models = list(registry.models.values())
    if options.owner is not None:
        models = _select_owned(models, options.owner)
    if options.family is not None:
        family = _find_name(options.family, registry.families, "--family")
        models = [model for model in models if model.family == family]
    return models


def _select_owned(models: list[Model], name: str) -> list[Model]:
    owner = _find_name(name, {get_owner(model.id) for model in models}, "--owner")
    return [model for model in models if get_owner(model.id) == owner]


def _find_name(name: str, known: Iterable[str], option: str) -> str:
    """The known name, whatever the case of its letters. Raises UsageError."""
    by_lower = {each.lower(): each for each in known}
    found = by_lower.get(name.lower())
    if found is None:
        near = format_near_names(name, by_lower.values())
        raise UsageError(f"{option} {name!r} is not in the registry{near}")
    return found


def _render_gaps(gaps: Sequence[Gap], total: int) -> Iterator[str]:
    yield _HEADER
    yield from map(_render_gap, gaps)
    yield f"{len(gaps)} of {total} unknown facts. {_ADVICE}"


def _render_gap(gap: Gap) -> str:
    """One line, so that it can be sorted, cut and searched."""
    place = f"  ->  {gap.look_in[0]}" if gap.look_in else ""
    return f"{gap.settles:8.2f}  {gap.record}: {gap.fact}  ({_format_waiting(gap)}){place}"


def _format_waiting(gap: Gap) -> str:
    """How many verdicts wait, and of whom."""
    verdicts = f"{gap.verdicts} verdict{'s' if gap.verdicts > 1 else ''}"
    others = len(gap.models) - 1
    return f"{verdicts} of {gap.models[0]}{f' and {others} more' if others else ''}"
