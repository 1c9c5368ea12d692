"""`run`: the audit itself."""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from audit.cli.command import Command, moment
from audit.cli.progress import Progress
from audit.cli.render_report import render_report
from audit.core.errors import UsageError
from audit.core.json_files import dump_json, write_atomic
from audit.core.near_names import nearest
from audit.core.pausing import refuse_when_paused
from audit.records.load import load_registry
from audit.records.model import Registry
from audit.runs.collect import Observed, Upstreams, observe
from audit.runs.plan import describe, plan_as_json
from audit.runs.report import Report
from audit.runs.run import Options, plan_run, run
from audit.sources.github import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter

HUB = "https://huggingface.co"
GITHUB = "https://api.github.com"


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", nargs="+", default=[], metavar="MODEL", help="audit these models only, with the code and datasets they cite")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report as JSON (schemas/report.schema.json)")
    parser.add_argument("--plan", action="store_true", help="print what would be asked, and ask nothing")
    parser.add_argument("--budget", type=float, default=20.0, metavar="MINUTES", help="stop asking after so long; the rest comes first next time (default: 20)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="let the workers of this Dask scheduler look, such as tcp://127.0.0.1:8786")
    parser.add_argument("--dry-run", action="store_true", help="observe and compare, but write nothing to the registry")
    parser.add_argument("--exit-code", action="store_true", help="exit with 4 when there is drift")
    parser.add_argument("--allow-mass-change", action="store_true", help="accept what the breaker held back, after a person looked at it")


def _run(options: argparse.Namespace) -> int:
    refuse_when_paused(options.registry)
    registry = load_registry(options.registry)
    only = _only(options.only, registry)
    if options.budget <= 0:
        raise UsageError(f"--budget {options.budget:g} leaves no time to ask; write minutes, such as 20")
    settings = Options(
        options.registry,
        moment(options),
        only,
        options.dry_run,
        options.allow_mass_change,
        clock=None if options.now else lambda: datetime.now(UTC),
    )
    if options.plan:
        plan = plan_run(registry, settings)
        print(json.dumps(plan_as_json(plan), indent=2) if options.json else describe(plan))
        return 0
    with Progress(sys.stderr) as progress:
        report = run(registry, upstreams_from_environment(options.budget * 60), settings, progress.advance, _observer(options.scheduler))
    if options.report:
        write_atomic(options.report, dump_json(report.as_json()))
    print(json.dumps(report.as_json(), indent=2, ensure_ascii=False) if options.json else render_report(report))
    return exit_status(report, drift=options.exit_code)


def _observer(scheduler: str | None) -> Callable[..., Observed]:
    if scheduler is None:
        return observe
    from audit.scale.cluster import observe_on

    return observe_on(scheduler)


def exit_status(report: Report, *, drift: bool) -> int:
    """3 when something could not be verified, 4 when drift was found and the caller asked for it, else 0."""
    if report.status != "complete":
        return 3
    return 4 if drift and any(each.status in ("suspected", "confirmed") for each in report.findings) else 0


def upstreams_from_environment(seconds: float | None = None) -> Upstreams:
    """Sources for a run of so many seconds at the endpoints that the ecosystem's own variables name. Raises UsageError for one that is no http address."""
    endpoint = (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    api = (os.environ.get("GITHUB_API_URL") or GITHUB).rstrip("/")
    for name, value in (("HF_ENDPOINT", endpoint), ("GITHUB_API_URL", api)):
        if not value.startswith(("https://", "http://")):
            raise UsageError(f"{name}={value!r} is not an http address; unset it or write one")
    tokens = {name: usable_token(name) for name in ("HF_TOKEN", "GITHUB_TOKEN")}
    counter = RequestCounter(seconds=seconds)
    return Upstreams(
        hub=HubSource(endpoint, tokens["HF_TOKEN"], counter),
        github=GithubSource(api, tokens["GITHUB_TOKEN"], counter),
        counter=counter,
    )


def usable_token(name: str) -> str | None:
    """The token in a variable of the environment, None where there is none. Raises UsageError for what no header can carry."""
    token = os.environ.get(name)
    if token and not re.fullmatch(r"[\x21-\x7e]+", token):
        raise UsageError(f"{name} holds a space, a line end or another character that no token has; set it again")
    return token or None


def _only(names: list[str], registry: Registry) -> frozenset[str]:
    for name in names:
        if name not in registry.models:
            raise UsageError(f"{name}: no such model in the registry{nearest(name, registry.models)}; write its id as owner/name")
    return frozenset(names)


RUN = Command("run", "Audit the registry: observe the Hub and GitHub, compare, write observations and events.", _options, _run)
