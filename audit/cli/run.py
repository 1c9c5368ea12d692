"""`run`: the audit itself."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from audit.cli.command import DECIMAL, FILE, ListOption, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.progress import ProgressBar
from audit.cli.render_report import render_report
from audit.cli.upstreams import open_upstreams
from audit.core.errors import UsageError
from audit.core.json_files import dump_json, write_text_atomic
from audit.core.near_names import format_near_names
from audit.core.output_versions import add_schema_version
from audit.core.pausing import require_not_paused
from audit.records.load import load_registry
from audit.records.model import Registry
from audit.runs.collect import ObservationRound, observe_targets
from audit.runs.plan import format_plan, serialize_plan
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, plan_audit, run_audit


@dataclass(frozen=True)
class RunCommandOptions(SharedOptions):
    """What the command was asked for."""

    only: tuple[str, ...]
    report: Path | None
    plan: bool
    budget: float
    scheduler: str | None
    dry_run: bool
    exit_code: bool
    allow_mass_change: bool


@make_command(RunCommandOptions)
@click.option(
    "--only",
    cls=ListOption,
    metavar="MODEL",
    help="audit these models only, with the code and datasets they cite",
)
@click.option(
    "--report",
    type=FILE,
    metavar="FILE",
    help="write the report as JSON (schemas/report.schema.json)",
)
@click.option("--plan", is_flag=True, help="print what would be asked, and ask nothing")
@click.option(
    "--budget",
    type=DECIMAL,
    default=20.0,
    metavar="MINUTES",
    help="stop asking after so long; the rest comes first next time (default: 20)",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="let the workers of this Dask scheduler look, such as tcp://127.0.0.1:8786",
)
@click.option(
    "--dry-run", is_flag=True, help="observe and compare, but write nothing to the registry"
)
@click.option("--exit-code", is_flag=True, help="exit with 4 when there is drift")
@click.option(
    "--allow-mass-change",
    is_flag=True,
    help="accept what the breaker held back, after a person looked at it",
)
def run_command(options: RunCommandOptions) -> int:
    require_not_paused(options.registry)
    registry = load_registry(options.registry)
    only = _require_known_models(options.only, registry)
    if options.budget <= 0:
        raise UsageError(
            f"--budget {options.budget:g} leaves no time to ask; write minutes, such as 20"
        )
    settings = RunOptions(
        options.registry,
        options.parse_now(),
        only,
        options.dry_run,
        options.allow_mass_change,
        clock=None if options.now else lambda: datetime.now(UTC),
    )
    if options.plan:
        plan = plan_audit(registry, settings)
        if options.json:
            print_json("plan", serialize_plan(plan))
        else:
            print(format_plan(plan))
        return 0
    with ProgressBar(sys.stderr) as progress:
        report = run_audit(
            registry,
            open_upstreams(options.budget * 60),
            settings,
            progress.advance,
            _choose_observer(options.scheduler),
        )
    if options.report:
        write_text_atomic(
            options.report, dump_json(add_schema_version("report", report.serialize()))
        )
    if options.json:
        print_json("report", report.serialize())
    else:
        print(render_report(report))
    return derive_exit_status(report, drift=options.exit_code)


def _choose_observer(scheduler: str | None) -> Callable[..., ObservationRound]:
    if scheduler is None:
        return observe_targets
    from audit.scale.cluster import build_cluster_observer

    return build_cluster_observer(scheduler)


def derive_exit_status(report: RunReport, *, drift: bool) -> int:
    """3 when something could not be verified, 4 when drift was found and the caller asked for it, else 0."""
    if report.status != "complete":
        return 3
    return (
        4
        if drift and any(each.status in ("suspected", "confirmed") for each in report.findings)
        else 0
    )


def _require_known_models(names: tuple[str, ...], registry: Registry) -> frozenset[str]:
    for name in names:
        if name not in registry.models:
            raise UsageError(
                f"{name}: no such model in the registry{format_near_names(name, registry.models)}; write its id as owner/name"
            )
    return frozenset(names)
