"""`screen`: read a published table of the whole Hub, and say where to audit first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, INTEGER, ListOption, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.observations.facts import HUGGING_FACE, HubFacts, Target
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.scale.hub_table import HubTableScreening, screen_hub_table
from audit.store.observations import TargetStateStore

MAX_EXAMPLES = 15


@dataclass(frozen=True)
class ScreenOptions(SharedOptions):
    """Options of `screen`."""

    hub_table: tuple[Path, ...]
    datasets: bool
    popular: int


@make_command(ScreenOptions)
@click.option(
    "--hub-table",
    cls=ListOption,
    type=FILE,
    required=True,
    metavar="FILE",
    help="Parquet files of the table (hfmlsoc/hub_weekly_snapshots)",
)
@click.option("--datasets", is_flag=True, help="the table holds datasets, not models")
@click.option(
    "--popular",
    type=INTEGER,
    default=25,
    metavar="N",
    help="name so many liked repositories that the registry lacks (default: 25)",
)
def run_command(options: ScreenOptions) -> int:
    """Compare the table with what the last audit saw."""
    if options.popular < 0:
        raise UsageError(f"--popular {options.popular} is not a number of models; write 0 or more")
    registry = load_registry(options.registry)
    repos = index_tracked_repositories(registry, datasets=options.datasets)
    _screen_repositories(repos, options)
    return 0


def _screen_repositories(repos: dict[str, str], options: ScreenOptions) -> None:
    """`repos`: ids of the records by their repository."""
    known = _find_known_facts(repos, options)
    result = screen_hub_table(options.hub_table, known, options.popular)
    if options.json:
        print_json("screen", _serialize_screening(result, repos))
    else:
        _print_screening(result, known, repos, options)


def _print_screening(
    result: HubTableScreening,
    known: Mapping[str, HubFacts | None],
    repos: dict[str, str],
    options: ScreenOptions,
) -> None:
    lines = _render_screening(result, known)
    # `run --only` takes models only.
    if not options.datasets:
        lines += _suggest_audit(result, repos)
    print("\n".join(lines))


def _find_known_facts(repos: Iterable[str], options: ScreenOptions) -> dict[str, HubFacts | None]:
    """What the last audit saw of each repository; None where it was never audited."""
    facts = _read_hub_facts(options.registry, "dataset" if options.datasets else "model")
    return {repo: facts.get(repo) for repo in repos}


def _suggest_audit(result: HubTableScreening, repos: dict[str, str]) -> list[str]:
    """The command that audits what the table shows; nothing where it shows nothing."""
    ids = [repos[repo] for repo in result.repositories_to_audit]
    return [f"look there: nox -s run -- --only {_join_examples(ids, ' ')}"] if ids else []


def _read_hub_facts(root: Path, kind: str) -> dict[str, HubFacts]:
    """What the last audit saw, by repository."""
    return {
        target.repo: state.facts
        for target, state in TargetStateStore(root).load_states().items()
        if isinstance(state.facts, HubFacts) and _lies_on_hub(target, kind)
    }


def _lies_on_hub(target: Target, kind: str) -> bool:
    return (target.host, target.kind) == (HUGGING_FACE, kind)


def index_tracked_repositories(registry: Registry, *, datasets: bool) -> dict[str, str]:
    """Ids of the records by their Hub repository."""
    records = registry.datasets.values() if datasets else registry.models.values()
    return {record.hub.repo: record.id for record in records if record.hub}


def _render_screening(result: HubTableScreening, known: Mapping[str, HubFacts | None]) -> list[str]:
    return [
        *_list_differences(result),
        *_list_popular_repositories(result),
        *_list_blind_spots(result, known),
        f"{result.row_count:,} rows read. A table is a copy, and old: "
        "this says where to look and finds nothing by itself",
    ]


def _list_differences(result: HubTableScreening) -> list[str]:
    lines = []
    for name, found in result.changed.items():
        lines.append(f"{name} differs from the last audit: {_count_examples(found)}")
    return [*lines, f"not in the table: {_count_examples(result.vanished)}"]


def _list_popular_repositories(result: HubTableScreening) -> list[str]:
    if not result.popular:
        return []
    rows = [f"  {likes:>8,}  {repo}" for repo, likes in result.popular]
    return ["liked by many, and not in the registry:", *rows]


def _list_blind_spots(
    result: HubTableScreening, known: Mapping[str, HubFacts | None]
) -> Iterator[str]:
    """What neither the table nor the last audit can tell."""
    if result.unanswered:
        yield f"the table's columns do not tell: {', '.join(result.unanswered)}"
    unseen = sum(seen is None for seen in known.values())
    if unseen:
        yield f"{unseen} of {len(known)} were never audited, so that only their absence can show"


def _count_examples(found: Sequence[str]) -> str:
    return f"{len(found)} ({_join_examples(found, ', ')})" if found else "0"


def _join_examples(found: Sequence[str], separator: str) -> str:
    """The first names; an ellipsis where there are more."""
    shown = separator.join(found[:MAX_EXAMPLES])
    return f"{shown}{separator}…" if len(found) > MAX_EXAMPLES else shown


def _serialize_screening(result: HubTableScreening, repos: dict[str, str]) -> dict[str, object]:
    return {
        "rows": result.row_count,
        "changed": {name: list(found) for name, found in result.changed.items()},
        "vanished": list(result.vanished),
        "popular": [{"repo": repo, "likes": likes} for repo, likes in result.popular],
        "unanswered": list(result.unanswered),
        "audit": [repos[repo] for repo in result.repositories_to_audit],
    }
