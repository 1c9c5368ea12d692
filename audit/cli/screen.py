"""`screen`: read a published table of the whole Hub, and say where the next audit should look first."""

import argparse
import json
from pathlib import Path

from audit.cli.command import Command
from audit.core.errors import UsageError
from audit.observations.facts import HubFacts
from audit.records.load import load_registry
from audit.records.model import Registry
from audit.scale.hub_table import Screened, screen
from audit.store.observations import StateStore

SHOWN = 15


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--hub-table", type=Path, nargs="+", required=True, metavar="FILE", help="Parquet files of the table (hfmlsoc/hub_weekly_snapshots)")
    parser.add_argument("--datasets", action="store_true", help="the table holds datasets, not models")
    parser.add_argument("--popular", type=int, default=25, metavar="N", help="name so many liked repositories that the registry lacks (default: 25)")


def _run(options: argparse.Namespace) -> int:
    if options.popular < 0:
        raise UsageError(f"--popular {options.popular} is not a number of models; write 0 or more")
    registry = load_registry(options.registry)
    repos = tracked_repositories(registry, datasets=options.datasets)
    kind = "datasets" if options.datasets else "models"
    facts = {target.address: each.facts for target, each in StateStore(options.registry).load().items() if target.kind == kind}
    known = {repo: found if isinstance(found := facts.get(repo), HubFacts) else None for repo in repos}
    result = screen(options.hub_table, known, options.popular)
    if options.json:
        print(json.dumps(_as_json(result, repos), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(result, repos, seen=sum(each is not None for each in known.values()), runnable=not options.datasets)))
    return 0


def tracked_repositories(registry: Registry, *, datasets: bool) -> dict[str, str]:
    """Ids of the records by their Hub repository."""
    if datasets:
        return {each.hub.repo: each.id for each in registry.datasets.values() if each.hub}
    return {each.hub.repo: each.id for each in registry.models.values() if each.hub}


def _lines(result: Screened, repos: dict[str, str], *, seen: int, runnable: bool) -> list[str]:
    lines = []
    for name, found in result.changed.items():
        lines.append(f"{name} differs from the last audit: {len(found)}{_some(found)}")
    lines.append(f"not in the table: {len(result.vanished)}{_some(result.vanished)}")
    if result.popular:
        lines.append("liked by many, and not in the registry:")
        lines += [f"  {likes:>8,}  {repo}" for repo, likes in result.popular]
    if result.unanswered:
        lines.append(f"the table's columns do not tell: {', '.join(result.unanswered)}")
    if seen < len(repos):
        lines.append(f"{len(repos) - seen} of {len(repos)} were never audited, so that only their absence can show")
    lines.append(f"{result.rows:,} rows read. A table is a copy, and old: this says where to look and finds nothing by itself")
    ids = [repos[repo] for repo in result.to_audit]
    if ids and runnable:
        lines.append(f"look there: nox -s run -- --only {' '.join(ids[:SHOWN])}{' …' if len(ids) > SHOWN else ''}")
    return lines


def _some(found: tuple[str, ...]) -> str:
    return f" ({', '.join(found[:SHOWN])}{', …' if len(found) > SHOWN else ''})" if found else ""


def _as_json(result: Screened, repos: dict[str, str]) -> dict[str, object]:
    return {
        "rows": result.rows,
        "changed": {name: list(found) for name, found in result.changed.items()},
        "vanished": list(result.vanished),
        "popular": [{"repo": repo, "likes": likes} for repo, likes in result.popular],
        "unanswered": list(result.unanswered),
        "audit": [repos[repo] for repo in result.to_audit],
    }


SCREEN = Command("screen", "Read a published table of the whole Hub and say where the next audit should look first.", _options, _run)
