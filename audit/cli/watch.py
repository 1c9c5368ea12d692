"""`watch`: what the registry says of the models that your project uses, and whether they keep your policy."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from audit.cli.allows import WORDS
from audit.cli.command import Command
from audit.core.errors import InvalidRecords, UsageError
from audit.core.escape import bare, plain
from audit.core.json_files import BadFile
from audit.core.near_names import nearest
from audit.drift.kinds import sentence, shown
from audit.projects.mentions import mentions
from audit.projects.policy import Policy, read_policy
from audit.projects.watch import Watched, as_json, watch
from audit.records.load import load_registry
from audit.records.model import Registry, placed
from audit.store.observations import StateStore

MAX_PLACES = 3


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="a list of Hub ids, a source file, or the folder of a project")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="what you allow (schemas/policy.schema.json); exit with 1 where it is broken")


def _run(options: argparse.Namespace) -> int:
    found = mentions(options.path)
    registry = load_registry(options.registry)
    policy = _policy(options.policy, registry)
    findings = [finding for each in StateStore(options.registry).load().values() for finding in each.findings]
    watched = watch(found, registry, findings, policy)
    if options.json:
        print(json.dumps([as_json(each) for each in watched], indent=2, ensure_ascii=False))
    else:
        for each in watched:
            print("\n".join(_lines(each, registry)) + "\n")
        print(_closing(watched, judged=options.policy is not None))
    return 1 if any(each.broken for each in watched) else 0


def _policy(path: Path | None, registry: Registry) -> Policy:
    """The caller's policy. A mistake in it is not a broken policy: it ends with 2, not with 1."""
    if path is None:
        return Policy(unrecorded=True)
    try:
        return read_policy(path, registry)
    except (BadFile, InvalidRecords) as error:
        raise UsageError(str(error)) from error


def _lines(each: Watched, registry: Registry) -> Iterator[str]:
    known = f"{each.label}, {each.license or 'license unknown'}"
    yield f"{plain(each.name)}: {known if each.recorded else f'not in the registry{nearest(each.name, registry.models)}'}"
    more = f" and {len(each.places) - MAX_PLACES} more" if len(each.places) > MAX_PLACES else ""
    yield f"  named in      {', '.join(map(plain, each.places[:MAX_PLACES]))}{more}"
    if each.permission:
        yield f"  commercially  {WORDS[each.permission]}"
    for clause in each.obligations:
        base = "" if clause.model.lower() == each.name.lower() else f", by its base {clause.model}"
        section = f", {placed(clause.section)}" if clause.section else ""
        effect = "" if clause.effect == "allowed-with-obligations" else f"{WORDS[clause.effect]}: "
        yield f"    - {effect}{clause.summary} [{clause.license}{section}{base}]"
    for finding in each.drift:
        about = "" if finding.record.partition("/")[2].lower() == each.name.lower() else f"{finding.record}: "
        change = f"{bare(shown(finding.before))} -> {bare(shown(finding.after))}"
        yield f"  drift         {finding.status}: {about}{sentence(finding.kind)} {change} [{finding.direction}]"
    yield from (f"  POLICY        {words}" for words in each.broken)


def _closing(watched: list[Watched], *, judged: bool) -> str:
    unknown = sum(not each.recorded for each in watched)
    drifting = sum(bool(each.drift) for each in watched)
    counts = f"{len(watched)} models: {len(watched) - unknown} in the registry, {unknown} not; {drifting} with open drift"
    if not watched:
        return "no model is named there; give a list, or a folder whose files name models by from_pretrained, a model: key or a Hub address"
    if not judged:
        return counts
    breaking = sum(bool(each.broken) for each in watched)
    return f"{counts}; the policy is {f'broken by {breaking}' if breaking else 'kept'}"


WATCH = Command("watch", "Say what the registry knows of the models that a project uses; with --policy, judge it.", _options, _run)
