"""`watch`: what is known of the models that your project uses, and if they keep your policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import InvalidRecordsError, UsageError
from audit.core.escape import defang_line, sanitize_line
from audit.core.json_files import InvalidFileError
from audit.core.near_names import format_near_names
from audit.core.references import get_record_id
from audit.core.wording import join_first
from audit.definitions.permissions import DecidingClause
from audit.drift.finding import Finding, format_observed_value
from audit.drift.kinds import find_drift_kind
from audit.licenses.uses import PERMISSION_WORDS
from audit.projects.mentions import find_mentions
from audit.projects.policy import ProjectPolicy, read_policy
from audit.projects.watch import WatchedModel, judge_project_models, serialize_watched_model
from audit.records.license import format_section
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.store.observations import TargetStateStore

MAX_SHOWN_PLACES = 3
NO_MODEL_NAMED = (
    "no model is named there; give a list, or a folder whose files name models "
    "by from_pretrained, a model: key or a Hub address"
)


@dataclass(frozen=True)
class WatchOptions(SharedOptions):
    """Options of `watch`."""

    path: Path
    policy: Path | None


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
def run_command(options: WatchOptions) -> int:
    """Report each model that the project names, and judge it where a policy is given."""
    registry = load_registry(options.registry)
    watched = _judge_project(registry, options)
    _print_watched(watched, registry, options)
    return 1 if any(model.broken for model in watched) else 0


def _judge_project(registry: Registry, options: WatchOptions) -> list[WatchedModel]:
    found = find_mentions(options.path, registry.ownerless_names, registry.names_in_code)
    policy = _read_requested_policy(options.policy, registry)
    findings = TargetStateStore(options.registry).load_findings(registry)
    return judge_project_models(found, registry, findings, policy)


def _print_watched(watched: list[WatchedModel], registry: Registry, options: WatchOptions) -> None:
    if options.json:
        print_json("watch", {"models": [serialize_watched_model(model) for model in watched]})
    else:
        _print_models(watched, registry)
        print(_format_summary(watched, judged=options.policy is not None))


def _print_models(watched: list[WatchedModel], registry: Registry) -> None:
    for model in watched:
        print("\n".join(_render_model(model, registry)) + "\n")


def _read_requested_policy(path: Path | None, registry: Registry) -> ProjectPolicy:
    """The caller's policy. A mistake in it is not a broken policy: it ends with 2, not with 1."""
    if path is None:
        return ProjectPolicy(allows_unrecorded=True)
    try:
        return read_policy(path, registry)
    except (InvalidFileError, InvalidRecordsError) as error:
        raise UsageError(str(error)) from error


def _render_model(model: WatchedModel, registry: Registry) -> Iterator[str]:
    yield f"{_format_name(model)}: {_describe_record(model, registry)}"
    yield f"  named in      {_join_places(model.places)}"
    yield from _render_permission(model)
    for finding in model.drift:
        yield f"  drift         {_render_drift(finding, model)}"
    for words in model.broken:
        yield f"  POLICY        {words}"


def _format_name(model: WatchedModel) -> str:
    """As the project writes it, and the id where that is another."""
    name = sanitize_line(model.name)
    is_same = model.id is None or model.id.lower() == model.name.lower()
    return name if is_same else f"{name} ({model.id})"


def _render_permission(model: WatchedModel) -> Iterator[str]:
    if model.permission:
        yield f"  commercially  {PERMISSION_WORDS[model.permission]}"
    for clause in model.obligations:
        yield f"    - {_render_clause(clause, model)}"


def _describe_record(model: WatchedModel, registry: Registry) -> str:
    if model.recorded:
        return f"{model.label}, {model.license or 'license unknown'}"
    return f"not in the registry{format_near_names(model.name, registry.models)}"


def _join_places(places: Sequence[str]) -> str:
    return join_first([sanitize_line(place) for place in places], MAX_SHOWN_PLACES)


def _render_clause(clause: DecidingClause, model: WatchedModel) -> str:
    source = _cite_clause(clause, model)
    if clause.effect == "allowed-with-obligations":
        return f"{clause.summary} [{source}]"
    return f"{PERMISSION_WORDS[clause.effect]}: {clause.summary} [{source}]"


def _cite_clause(clause: DecidingClause, model: WatchedModel) -> str:
    """License and section, and the base model that brings the license along."""
    source = clause.license
    if clause.section:
        source += f", {format_section(clause.section)}"
    if clause.model != model.id:
        source += f", by its base {clause.model}"
    return source


def _render_drift(finding: Finding, model: WatchedModel) -> str:
    about = _name_other_record(finding, model)
    sentence = find_drift_kind(finding.kind).sentence
    change = _format_change(finding)
    return f"{finding.status}: {about}{sentence} {change} [{finding.direction}]"


def _format_change(finding: Finding) -> str:
    before = defang_line(format_observed_value(finding.before))
    return f"{before} -> {defang_line(format_observed_value(finding.after))}"


def _name_other_record(finding: Finding, model: WatchedModel) -> str:
    """The record that drifted, where it is not the model's own."""
    id = get_record_id(finding.record)
    return "" if id == model.id else f"{finding.record}: "


def _format_summary(watched: list[WatchedModel], *, judged: bool) -> str:
    if not watched:
        return NO_MODEL_NAMED
    counts = _count_models(watched)
    if not judged:
        return counts
    breaking = sum(bool(model.broken) for model in watched)
    outcome = f"broken by {breaking}" if breaking else "kept"
    return f"{counts}; the policy is {outcome}"


def _count_models(watched: list[WatchedModel]) -> str:
    count, recorded = len(watched), sum(model.recorded for model in watched)
    drifting = sum(bool(model.drift) for model in watched)
    return (
        f"{count} models: {recorded} in the registry, {count - recorded} not; "
        f"{drifting} with open drift"
    )
