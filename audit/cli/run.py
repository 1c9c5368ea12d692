"""`run`: the audit itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from audit.cli.command import DECIMAL, FILE, ListOption, SharedOptions, make_command
from audit.cli.environment import find_hosts_without_token, open_upstreams
from audit.cli.json_output import print_json
from audit.cli.named_models import report_resolutions
from audit.cli.progress import ProgressBar
from audit.cli.render_report import render_report
from audit.core.atomic_files import write_text_atomic
from audit.core.errors import UsageError
from audit.core.json_files import dump_json
from audit.core.output_versions import add_schema_version
from audit.core.pausing import require_not_paused
from audit.records.load import load_registry
from audit.records.model_names import resolve_model_name
from audit.records.registry import Registry
from audit.runs.collect import ObservationRound, observe_targets
from audit.runs.forecast import plan_audit, plan_sweep
from audit.runs.options import RunOptions
from audit.runs.plan import format_plan, serialize_plan
from audit.runs.report import RunReport
from audit.runs.run import run_audit
from audit.runs.sweep_plan_words import format_sweep_plan, serialize_sweep_plan


@dataclass(frozen=True)
class RunCommandOptions(SharedOptions):
    """Options of `run`."""

    only: tuple[str, ...]
    report: Path | None
    sweep: bool
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
@click.option(
    "--sweep",
    is_flag=True,
    help="look at what changed since the last sweep, at a share of the rest, and at suspicions;"
    " for every hour",
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
    """Audit, or print what an audit would request."""
    require_not_paused(options.registry)
    registry = load_registry(options.registry)
    settings = _build_settings(registry, options)
    if options.plan:
        _print_plan(registry, settings, as_json=options.json)
        return 0
    report = _audit_with_progress(registry, settings, options)
    _print_report(report, options)
    return derive_exit_status(report, drift=options.exit_code)


def _build_settings(registry: Registry, options: RunCommandOptions) -> RunOptions:
    """What the run is to do. Raises UsageError for a model or a budget that cannot be."""
    _require_whole_sweep(options)
    only = _require_known_models(options.only, registry)
    # Not `budget <= 0`: that would let NaN pass, by which no run ends.
    if not options.budget > 0:
        raise UsageError(
            f"--budget {options.budget:g} leaves no time to ask; write minutes, such as 20"
        )
    return RunOptions(
        options.registry,
        options.parse_now(),
        only,
        options.dry_run,
        options.allow_mass_change,
        options.sweep,
        clock=None if options.now else _read_clock,
    )


def _require_whole_sweep(options: RunCommandOptions) -> None:
    """Raises UsageError for a sweep that would leave models out, or that others would do."""
    if options.sweep and options.only:
        raise UsageError("--sweep is for the whole registry; leave --only out, or --sweep")
    if options.sweep and options.scheduler:
        raise UsageError("--sweep needs no workers: it requests little; leave --scheduler out")


def _read_clock() -> datetime:
    return datetime.now(UTC)


def _print_plan(registry: Registry, settings: RunOptions, *, as_json: bool) -> None:
    if settings.sweep:
        sweep = plan_sweep(registry, settings)
        if as_json:
            print_json("plan", serialize_sweep_plan(sweep))
        else:
            print(format_sweep_plan(sweep))
        return
    plan = plan_audit(registry, settings)
    if as_json:
        print_json("plan", serialize_plan(plan))
    else:
        print(format_plan(plan))


def _audit_with_progress(
    registry: Registry, settings: RunOptions, options: RunCommandOptions
) -> RunReport:
    upstreams = open_upstreams(options.budget * 60)
    observer = _choose_observer(options.scheduler)
    with ProgressBar() as progress:
        return run_audit(registry, upstreams, settings, progress.advance, observer)


def _print_report(report: RunReport, options: RunCommandOptions) -> None:
    document = report.serialize()
    if options.report:
        write_text_atomic(options.report, dump_json(add_schema_version("report", document)))
    if options.json:
        print_json("report", document)
    else:
        print(render_report(report, find_hosts_without_token()))


def _choose_observer(scheduler: str | None) -> Callable[..., ObservationRound]:
    if scheduler is None:
        return observe_targets
    from audit.scale.cluster import build_cluster_observer

    return build_cluster_observer(scheduler)


def derive_exit_status(report: RunReport, *, drift: bool) -> int:
    """3 when something could not be verified, 4 when `drift` matters and there is some, else 0."""
    if report.status != "complete":
        return 3
    has_drift = any(finding.status in ("suspected", "confirmed") for finding in report.findings)
    return 4 if drift and has_drift else 0


def _require_known_models(names: tuple[str, ...], registry: Registry) -> frozenset[str]:
    ids = [resolve_model_name(name, registry.known_names) for name in names]
    report_resolutions(names, [registry.models[id] for id in ids])
    return frozenset(ids)
