"""`explain`: how open a model is, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import chain

import click

from audit.analysis.as_of import (
    NOT_YET_RELEASED,
    PastRegistry,
    RestoredFact,
    restore_registry_as_of,
)
from audit.analysis.explanation import Explanation, explain_model, serialize_explanation
from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.named_models import report_resolutions
from audit.cli.painting import print_painted
from audit.cli.render_explanation import render_explanation, render_short_explanation
from audit.core.errors import UsageError
from audit.core.escape import sanitize_line
from audit.definitions.catalog import DEFINITIONS
from audit.definitions.lineage import trace_lineage
from audit.records.model import Model
from audit.records.registry import Registry
from audit.records.subset import load_model_closure
from audit.store.events import EventStore


@dataclass(frozen=True)
class ExplainOptions(SharedOptions):
    """Options of `explain`."""

    model: str
    as_of: str | None
    framework: str | None
    full: bool


@dataclass(frozen=True)
class PastExplanation:
    """A model as of a day, the facts put back for it, and its release if that came later."""

    explanation: Explanation
    put_back: tuple[RestoredFact, ...]
    release: RestoredFact | None


@make_command(ExplainOptions, reads_installed=True)
@click.argument("model", metavar="MODEL", help="id of the model, as owner/name")
@click.option(
    "--as-of",
    metavar="DATE",
    help="answer for a past day, as YYYY-MM-DD, from the history and from dated facts",
)
@click.option(
    "--framework",
    metavar="F",
    help=f"only this definition: {', '.join(definition.id for definition in DEFINITIONS)}",
)
@click.option("--full", is_flag=True, help="every step of every definition, and its sources")
def run_command(options: ExplainOptions) -> int:
    """Explain a model as it is recorded today, or as it was on a past day."""
    model, registry = load_model_closure(options.registry, options.model)
    report_resolutions([options.model], [model])
    _require_known_framework(options.framework)
    if options.as_of:
        day = _parse_day(options.as_of, options.parse_now().date())
        _explain_past_day(day, model, registry, options)
    else:
        _explain_today(model, registry, options)
    return 0


def _explain_today(model: Model, registry: Registry, options: ExplainOptions) -> None:
    explanation = explain_model(model, registry, only=options.framework)
    if options.json:
        print_json("explain", serialize_explanation(explanation))
    else:
        print_painted(_render_asked(explanation, options))


def _render_asked(explanation: Explanation, options: ExplainOptions) -> str:
    """In short, unless all steps or one definition were asked for."""
    is_whole = options.full or options.framework
    return (render_explanation if is_whole else render_short_explanation)(explanation)


def _explain_past_day(day: str, model: Model, registry: Registry, options: ExplainOptions) -> None:
    """Explain a model as of a day; one that was not released by then has no verdict to tell."""
    past = _restore_past_day(day, model, registry, options)
    if options.json:
        _print_past_document(past, options)
    elif past.release:
        print(_describe_later_release(model, past.release, options))
    else:
        print("\n".join(_render_put_back(day, past.put_back)) + "\n")
        print_painted(_render_asked(past.explanation, options))


def _describe_later_release(model: Model, release: RestoredFact, options: ExplainOptions) -> str:
    return (
        f"{model.id} was not there on {options.as_of}: "
        f"it was released {release.changed} (see {release.url})."
    )


def _restore_past_day(
    day: str, model: Model, registry: Registry, options: ExplainOptions
) -> PastExplanation:
    events = EventStore(options.registry).load_events(registry)
    past = restore_registry_as_of(registry, events, day)
    return _explain_restored(past.registry.models[model.id], past, options.framework)


def _explain_restored(model: Model, past: PastRegistry, framework: str | None) -> PastExplanation:
    explanation = explain_model(model, past.registry, only=framework)
    put_back = past.filter_restored_facts(_collect_involved_records(model, past.registry))
    return PastExplanation(explanation, put_back, _find_later_release(model, put_back))


def _print_past_document(past: PastExplanation, options: ExplainOptions) -> None:
    as_of = {
        "as_of": options.as_of,
        "released_by_then": past.release is None,
        "put_back": [asdict(fact) for fact in past.put_back],
    }
    print_json("explain", serialize_explanation(past.explanation) | as_of)


def _find_later_release(model: Model, put_back: Iterable[RestoredFact]) -> RestoredFact | None:
    """The fact that says that the model was released after the day."""
    for fact in put_back:
        if fact.record == model.ref and fact.value == NOT_YET_RELEASED:
            return fact
    return None


def _require_known_framework(name: str | None) -> None:
    known = [framework.id for framework in DEFINITIONS]
    if name and name not in known:
        raise UsageError(f"--framework {name!r} is not known; use one of: {', '.join(known)}")


def _parse_day(words: str, today: date) -> str:
    try:
        day = date.fromisoformat(words)
    except ValueError as error:
        raise UsageError(f"--as-of {words!r} is not a day; write it as 2025-01-31") from error
    if day > today:
        raise UsageError(f"--as-of {words} lies in the future; ask for a day up to {today}")
    return day.isoformat()


def _collect_involved_records(model: Model, registry: Registry) -> set[str]:
    """The model, its bases, and the datasets of all of them: what the answer rests on."""
    members = (model, *trace_lineage(model, registry).ancestors)
    return set(chain.from_iterable(map(_list_own_records, members)))


def _list_own_records(model: Model) -> Iterator[str]:
    """A model's record, and those of the datasets that it states."""
    yield model.ref
    for component in model.components.values():
        yield from (f"datasets/{id}" for id in component.datasets)


def _render_put_back(day: str, put_back: tuple[RestoredFact, ...]) -> list[str]:
    lines = [
        f"As of {day}. Facts that no event and no date speaks of "
        "are taken as they are recorded today."
    ]
    if not put_back:
        lines.append("Nothing that is recorded here changed since.")
    return lines + [_render_restored_fact(fact) for fact in put_back]


def _render_restored_fact(fact: RestoredFact) -> str:
    value = f"{sanitize_line(fact.field)}: {sanitize_line(fact.value)}"
    return f"    {fact.record} {value} (changed {fact.changed}, see {fact.url})"
