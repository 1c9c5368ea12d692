"""`watch`: what the registry says of the models that your project uses, and whether they keep your policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import FILE, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import InvalidRecordsError, UsageError
from audit.core.escape import defang_line, sanitize_line
from audit.core.json_files import InvalidFileError
from audit.core.near_names import format_near_names
from audit.drift.finding import format_observed_value
from audit.drift.kinds import find_drift_kind
from audit.licenses.uses import PERMISSION_WORDS
from audit.projects.mentions import find_mentions
from audit.projects.policy import ProjectPolicy, read_policy
from audit.projects.watch import WatchedModel, judge_project_models, serialize_watched_model
from audit.records.load import load_registry
from audit.records.model import Registry, format_section
from audit.store.observations import TargetStateStore

MAX_SHOWN_PLACES = 3


@dataclass(frozen=True)
class WatchOptions(SharedOptions):
    """Options of `watch`."""

    path: Path
    policy: Path | None


@make_command(WatchOptions)
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
    found = find_mentions(options.path)
    registry = load_registry(options.registry)
    policy = _read_requested_policy(options.policy, registry)
    findings = [
        finding
        for each in TargetStateStore(options.registry).load_states().values()
        for finding in each.findings
    ]
    watched = judge_project_models(found, registry, findings, policy)
    if options.json:
        print_json("watch", {"models": [serialize_watched_model(each) for each in watched]})
    else:
        for each in watched:
            print("\n".join(_render_model(each, registry)) + "\n")
        print(_format_summary(watched, judged=options.policy is not None))
    return 1 if any(each.broken for each in watched) else 0


def _read_requested_policy(path: Path | None, registry: Registry) -> ProjectPolicy:
    """The caller's policy. A mistake in it is not a broken policy: it ends with 2, not with 1."""
    if path is None:
        return ProjectPolicy(allows_unrecorded=True)
    try:
        return read_policy(path, registry)
    except (InvalidFileError, InvalidRecordsError) as error:
        raise UsageError(str(error)) from error


def _render_model(each: WatchedModel, registry: Registry) -> Iterator[str]:
    known = f"{each.label}, {each.license or 'license unknown'}"
    yield f"{sanitize_line(each.name)}: {known if each.recorded else f'not in the registry{format_near_names(each.name, registry.models)}'}"
    more = (
        f" and {len(each.places) - MAX_SHOWN_PLACES} more"
        if len(each.places) > MAX_SHOWN_PLACES
        else ""
    )
    yield f"  named in      {', '.join(map(sanitize_line, each.places[:MAX_SHOWN_PLACES]))}{more}"
    if each.permission:
        yield f"  commercially  {PERMISSION_WORDS[each.permission]}"
    for clause in each.obligations:
        base = "" if clause.model.lower() == each.name.lower() else f", by its base {clause.model}"
        section = f", {format_section(clause.section)}" if clause.section else ""
        effect = (
            ""
            if clause.effect == "allowed-with-obligations"
            else f"{PERMISSION_WORDS[clause.effect]}: "
        )
        yield f"    - {effect}{clause.summary} [{clause.license}{section}{base}]"
    for finding in each.drift:
        about = (
            ""
            if finding.record.partition("/")[2].lower() == each.name.lower()
            else f"{finding.record}: "
        )
        change = f"{defang_line(format_observed_value(finding.before))} -> {defang_line(format_observed_value(finding.after))}"
        yield f"  drift         {finding.status}: {about}{find_drift_kind(finding.kind).sentence} {change} [{finding.direction}]"
    yield from (f"  POLICY        {words}" for words in each.broken)


def _format_summary(watched: list[WatchedModel], *, judged: bool) -> str:
    unknown = sum(not each.recorded for each in watched)
    drifting = sum(bool(each.drift) for each in watched)
    counts = f"{len(watched)} models: {len(watched) - unknown} in the registry, {unknown} not; {drifting} with open drift"
    if not watched:
        return "no model is named there; give a list, or a folder whose files name models by from_pretrained, a model: key or a Hub address"
    if not judged:
        return counts
    breaking = sum(bool(each.broken) for each in watched)
    return f"{counts}; the policy is {f'broken by {breaking}' if breaking else 'kept'}"
