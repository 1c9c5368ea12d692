"""`screen`: read a published table of the whole Hub, and say where the next audit should look first."""

from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, INTEGER, ListOption, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import UsageError
from audit.observations.facts import HUGGING_FACE, HubFacts
from audit.records.load import load_registry
from audit.records.model import Registry
from audit.scale.hub_table import HubTableScreening, screen_hub_table
from audit.store.observations import TargetStateStore

MAX_EXAMPLES = 15


@dataclass(frozen=True)
class ScreenOptions(SharedOptions):
    """What the command was asked for."""

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
    if options.popular < 0:
        raise UsageError(f"--popular {options.popular} is not a number of models; write 0 or more")
    registry = load_registry(options.registry)
    repos = index_tracked_repositories(registry, datasets=options.datasets)
    kind = "dataset" if options.datasets else "model"
    facts = {
        target.repo: each.facts
        for target, each in TargetStateStore(options.registry).load_states().items()
        if (target.host, target.kind) == (HUGGING_FACE, kind)
    }
    known = {
        repo: found if isinstance(found := facts.get(repo), HubFacts) else None for repo in repos
    }
    result = screen_hub_table(options.hub_table, known, options.popular)
    if options.json:
        print_json("screen", _serialize_screening(result, repos))
    else:
        print(
            "\n".join(
                _render_screening(
                    result,
                    repos,
                    seen=sum(each is not None for each in known.values()),
                    runnable=not options.datasets,
                )
            )
        )
    return 0


def index_tracked_repositories(registry: Registry, *, datasets: bool) -> dict[str, str]:
    """Ids of the records by their Hub repository."""
    if datasets:
        return {each.hub.repo: each.id for each in registry.datasets.values() if each.hub}
    return {each.hub.repo: each.id for each in registry.models.values() if each.hub}


def _render_screening(
    result: HubTableScreening, repos: dict[str, str], *, seen: int, runnable: bool
) -> list[str]:
    lines = []
    for name, found in result.changed.items():
        lines.append(f"{name} differs from the last audit: {len(found)}{_format_examples(found)}")
    lines.append(f"not in the table: {len(result.vanished)}{_format_examples(result.vanished)}")
    if result.popular:
        lines.append("liked by many, and not in the registry:")
        lines += [f"  {likes:>8,}  {repo}" for repo, likes in result.popular]
    if result.unanswered:
        lines.append(f"the table's columns do not tell: {', '.join(result.unanswered)}")
    if seen < len(repos):
        lines.append(
            f"{len(repos) - seen} of {len(repos)} were never audited, so that only their absence can show"
        )
    lines.append(
        f"{result.row_count:,} rows read. A table is a copy, and old: this says where to look and finds nothing by itself"
    )
    ids = [repos[repo] for repo in result.repositories_to_audit]
    if ids and runnable:
        lines.append(
            f"look there: nox -s run -- --only {' '.join(ids[:MAX_EXAMPLES])}{' …' if len(ids) > MAX_EXAMPLES else ''}"
        )
    return lines


def _format_examples(found: tuple[str, ...]) -> str:
    return (
        f" ({', '.join(found[:MAX_EXAMPLES])}{', …' if len(found) > MAX_EXAMPLES else ''})"
        if found
        else ""
    )


def _serialize_screening(result: HubTableScreening, repos: dict[str, str]) -> dict[str, object]:
    return {
        "rows": result.row_count,
        "changed": {name: list(found) for name, found in result.changed.items()},
        "vanished": list(result.vanished),
        "popular": [{"repo": repo, "likes": likes} for repo, likes in result.popular],
        "unanswered": list(result.unanswered),
        "audit": [repos[repo] for repo in result.repositories_to_audit],
    }
