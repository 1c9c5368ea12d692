"""`watch`: what is known of the models that your project uses, and if they keep your policy."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, SharedOptions, make_command
from audit.cli.inert_output import InertOutput
from audit.cli.json_output import print_json
from audit.cli.render_watch import (
    describe_reading,
    render_watched_dataset,
    render_watched_models,
)
from audit.core.errors import InvalidRecordsError, UsageError
from audit.core.escape import escape_unprintable
from audit.core.json_files import InvalidFileError
from audit.core.wording import count_things
from audit.projects.datasets import (
    WatchedDataset,
    judge_project_datasets,
    serialize_watched_dataset,
    show_as_model,
)
from audit.projects.finding.dictionary import build_name_dictionary
from audit.projects.finding.files import FilesRead
from audit.projects.mentions import find_mentions
from audit.projects.pinned import CommitHistory
from audit.projects.policy import read_policy
from audit.projects.policy_rules import ProjectPolicy
from audit.projects.reports import render_annotations, render_junit, render_sarif
from audit.projects.update_pins import update_pins
from audit.projects.watch import (
    WatchedModel,
    add_pinned_terms,
    judge_project_models,
)
from audit.projects.watch_json import serialize_watched_model
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.store.events import EventStore
from audit.store.observations import TargetStateStore

NOTHING_NAMED = "no model is named there"
DATA_ALONE = "datasets alone are used there, and the policy asks nothing of data (data_licenses)"
REPORT_FORMATS: Mapping[str, Callable[[Sequence[WatchedModel]], str]] = {
    "sarif": render_sarif,
    "junit": render_junit,
    "github": render_annotations,
}
"""Forms for other programs: code scanning, test reports, annotations of a workflow."""


@dataclass(frozen=True)
class WatchOptions(SharedOptions):
    """Options of `watch`."""

    path: Path
    policy: Path | None
    format: str
    update: bool


@dataclass(frozen=True)
class WatchedProject:
    """What a project uses, and what of it was read."""

    models: list[WatchedModel]
    datasets: list[WatchedDataset]
    read: FilesRead
    policy: ProjectPolicy | None
    """What it is judged by, if by anything."""

    @property
    def used(self) -> list[WatchedModel]:
        """The models that are more than named to readers."""
        return [model for model in self.models if model.is_used]

    @property
    def rows(self) -> list[WatchedModel]:
        """What a report of models shows: a dataset, too, where it breaks the policy."""
        return [*self.models, *(show_as_model(each) for each in self.datasets if each.broken)]

    @property
    def was_judged(self) -> bool:
        """Whether the policy had anything to judge: of data it may ask nothing."""
        asks_of_data = self.policy is not None and self.policy.asks_of_data
        return bool(self.used) or (asks_of_data and self.uses_data)

    @property
    def uses_data(self) -> bool:
        """Whether a dataset is more than named to readers."""
        return any(each.is_used for each in self.datasets)


@make_command(WatchOptions, reads_installed=True, project="path")
@click.argument(
    "path",
    type=FILE,
    metavar="PATH",
    help="a list of Hub ids, a source file, or the folder of a project",
)
@click.option(
    "--policy",
    type=FILE,
    metavar="FILE",
    help="what you allow (schemas/policy.schema.json); exit with 1 where it is broken",
)
@click.option(
    "--format",
    type=click.Choice(["text", *REPORT_FORMATS]),
    default="text",
    help="text, SARIF 2.1.0, JUnit, or annotations of GitHub (default: text)",
)
@click.option(
    "--update",
    is_flag=True,
    help="write the commits that are known into a list, and into code where one stands already",
)
def run_command(options: WatchOptions) -> int:
    """Report each model that the project names, and judge it where a policy is given."""
    registry = load_registry(options.registry)
    known = _load_commit_history(registry, options.registry)
    project = _judge_project(known, options)
    _require_something_judged(project, options)
    _print_project(project, registry, options)
    if options.update:
        for line in update_pins(options.path, project.models, known):
            # JSON for programs stays alone on stdout.
            print(escape_unprintable(line), file=sys.stderr)
    return 1 if any(row.broken for row in project.rows) else 0


def _require_something_judged(project: WatchedProject, options: WatchOptions) -> None:
    """A gate that finds nothing has judged nothing: that is no kept policy. Raises UsageError."""
    if project.policy and not project.was_judged:
        searched = describe_reading(project.read)
        reason = DATA_ALONE if project.uses_data else NOTHING_NAMED
        raise UsageError(f"{options.path}: {reason}, so the policy judged nothing; {searched}")


def _load_commit_history(registry: Registry, root: Path) -> CommitHistory:
    events = EventStore(root).load_events(registry)
    return CommitHistory(registry, tuple(events), TargetStateStore(root).load_states(registry))


def _judge_project(known: CommitHistory, options: WatchOptions) -> WatchedProject:
    registry = known.registry
    found = find_mentions(options.path, build_name_dictionary(registry))
    policy = _read_requested_policy(options.policy, registry)
    findings = [each for state in known.states.values() for each in state.findings]
    models = [mention for mention in found.mentions if mention.kind != "dataset"]
    today = options.parse_now().date().isoformat()
    judged = judge_project_models(models, registry, findings, policy, today)
    return WatchedProject(
        [add_pinned_terms(model, known) for model in judged],
        judge_project_datasets(found.mentions, registry, findings, policy),
        found.read,
        policy if options.policy else None,
    )


def _print_project(project: WatchedProject, registry: Registry, options: WatchOptions) -> None:
    if options.json:
        print_json("watch", _serialize_project(project))
    elif options.format in REPORT_FORMATS:
        _print_report(options.format, project.rows)
    else:
        _print_texts(project, registry)


def _print_report(format: str, models: Sequence[WatchedModel]) -> None:
    report = REPORT_FORMATS[format](models)
    if format == "github" and isinstance(sys.stdout, InertOutput):
        # Its lines are meant to be obeyed, and every value in them is escaped.
        sys.stdout.write_commands(report)
    else:
        print(report)


def _serialize_project(project: WatchedProject) -> dict[str, object]:
    return {
        "models": [serialize_watched_model(model) for model in project.models],
        "datasets": [serialize_watched_dataset(each) for each in project.datasets],
        "read": _serialize_reading(project.read),
    }


def _serialize_reading(read: FilesRead) -> dict[str, object]:
    return {
        "texts": read.texts,
        "model_files": read.models,
        "skipped": dict(read.skipped),
    }


def _print_texts(project: WatchedProject, registry: Registry) -> None:
    for words in render_watched_models(project.models, registry):
        print(f"{words}\n")
    for dataset in project.datasets:
        print(f"{render_watched_dataset(dataset)}\n")
    print(_format_summary(project))
    print(describe_reading(project.read))


def _read_requested_policy(path: Path | None, registry: Registry) -> ProjectPolicy:
    """The caller's policy. A mistake in it is not a broken policy: it ends with 2, not with 1."""
    if path is None:
        return ProjectPolicy(allows_unrecorded=True)
    if not path.exists():
        raise UsageError(f"{path}: there is no such policy; write one as docs/watch.md shows")
    try:
        return read_policy(path, registry)
    except (InvalidFileError, InvalidRecordsError) as error:
        raise UsageError(str(error)) from error


def _format_summary(project: WatchedProject) -> str:
    if not project.models and not project.datasets:
        return NOTHING_NAMED
    counts = _count_models(project)
    if project.policy is None:
        return counts
    if project.uses_data and project.policy.data_licenses is None:
        counts += " (the policy asks nothing of the licenses of data)"
    breaking = sum(bool(row.broken) for row in project.rows)
    outcome = f"broken by {breaking}" if breaking else "kept"
    return f"{counts}; the policy is {outcome}"


def _count_models(project: WatchedProject) -> str:
    count, recorded = len(project.models), sum(model.recorded for model in project.models)
    drifting = sum(bool(model.drift) for model in project.models)
    merely = count - len(project.used)
    return (
        f"{count_things(count, 'model')}: {recorded} in the registry, {count - recorded} not; "
        f"{drifting} with open drift; {merely} only mentioned; {count_things(len(project.datasets), 'dataset')}"
    )
