"""`explain`: how open a model is, and why."""

import argparse
from dataclasses import asdict
from datetime import date

from audit.analysis.as_of import NOT_YET_RELEASED, RestoredFact, restore_registry_as_of
from audit.analysis.explanation import explain_model, serialize_explanation
from audit.cli.command import Command, parse_now
from audit.cli.json_output import print_json
from audit.cli.render_explanation import render_explanation
from audit.core.errors import UsageError
from audit.core.escape import sanitize_line
from audit.definitions.catalog import FRAMEWORKS
from audit.definitions.lineage import trace_lineage
from audit.records.model import Model, Registry
from audit.records.subset import load_model_closure
from audit.store.events import EventStore


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="id of the model, as owner/name")
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help="answer for a past day, as YYYY-MM-DD, from the history and from dated facts",
    )
    parser.add_argument(
        "--framework",
        metavar="F",
        help=f"only this definition: {', '.join(each.id for each in FRAMEWORKS)}",
    )


def _run_command(options: argparse.Namespace) -> int:
    model, registry = load_model_closure(options.registry, options.model)
    known = [each.id for each in FRAMEWORKS]
    if options.framework and options.framework not in known:
        raise UsageError(
            f"--framework {options.framework!r} is not known; use one of: {', '.join(known)}"
        )
    past = (
        restore_registry_as_of(
            registry, EventStore(options.registry).load_events(), _parse_day(options)
        )
        if options.as_of
        else None
    )
    if past:
        registry, model = past.registry, past.registry.models[model.id]
    explanation = explain_model(model, registry, only=options.framework)
    put_back = (
        past.filter_restored_facts(_collect_involved_records(model, registry)) if past else ()
    )
    unreleased = past is not None and next(
        (each for each in put_back if each.record == model.ref and each.value == NOT_YET_RELEASED),
        None,
    )
    if options.json:
        document = serialize_explanation(explanation) | (
            {
                "as_of": options.as_of,
                "released_by_then": not unreleased,
                "put_back": [asdict(each) for each in put_back],
            }
            if past
            else {}
        )
        print_json("explain", document)
        return 0
    if unreleased:
        print(
            f"{model.id} was not there on {options.as_of}: it was released {unreleased.changed} (see {unreleased.url})."
        )
        return 0
    if past:
        print("\n".join(_render_put_back(options.as_of, put_back)) + "\n")
    print(render_explanation(explanation))
    return 0


def _parse_day(options: argparse.Namespace) -> str:
    try:
        day = date.fromisoformat(options.as_of)
    except ValueError as error:
        raise UsageError(
            f"--as-of {options.as_of!r} is not a day; write it as 2025-01-31"
        ) from error
    if day > parse_now(options).date():
        raise UsageError(
            f"--as-of {options.as_of} lies in the future; ask for a day up to {parse_now(options).date()}"
        )
    return day.isoformat()


def _collect_involved_records(model: Model, registry: Registry) -> set[str]:
    """The records that the answer rests on: the model, its bases, and the datasets of all of them."""
    chain = (model, *trace_lineage(model, registry).ancestors)
    datasets = {
        f"datasets/{id}"
        for each in chain
        for component in each.components.values()
        for id in component.datasets
    }
    return {each.ref for each in chain} | datasets


def _render_put_back(day: str, put_back: tuple[RestoredFact, ...]) -> list[str]:
    lines = [
        f"As of {day}. Facts that no event and no date speaks of are taken as they are recorded today."
    ]
    if not put_back:
        return [*lines, "Nothing that is recorded here changed since."]
    return [
        *lines,
        *(
            f"    {each.record} {sanitize_line(each.field)}: {sanitize_line(each.value)} (changed {each.changed}, see {each.url})"
            for each in put_back
        ),
    ]


EXPLAIN = Command(
    "explain", "Say how open a model is by every definition, and why.", _add_options, _run_command
)
