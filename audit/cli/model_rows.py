"""The options by which `search` and `list` filter models, and the rows that they filter."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from audit.cli.command import INTEGER, ListOption, OptionsType, SharedOptions
from audit.core.errors import UsageError
from audit.core.near_names import format_near_names
from audit.publish.views.facets import FACETS, OR_BETTER, SORT_KEYS, ModelFilter, SizeRange
from audit.publish.views.model_summary import ModelSummary
from audit.publish.views.query_words import parse_size
from audit.publish.views.summary_file import read_summaries


@dataclass(frozen=True)
class RowOptions(SharedOptions):
    """What both commands take."""

    label: tuple[str, ...]
    or_better: bool
    commercial: tuple[str, ...]
    license: tuple[str, ...]
    maker: tuple[str, ...]
    family: tuple[str, ...]
    modality: tuple[str, ...]
    data: tuple[str, ...]
    gate: tuple[str, ...]
    year: tuple[str, ...]
    depth: tuple[str, ...]
    verdict: tuple[str, ...]
    size: str | None
    changed_since: str | None
    sort: str
    limit: int
    facets: bool
    csv: bool


def add_row_options(function: Callable[[OptionsType], int]) -> Callable[[OptionsType], int]:
    """Declare the options of RowOptions."""
    for option in reversed(list(_make_options())):
        function = option(function)
    return function


def _make_options() -> Iterator[Callable[..., Any]]:
    yield from _make_facet_options()
    yield from _make_range_options()
    yield from _make_output_options()


def _make_facet_options() -> Iterator[Callable[..., Any]]:
    for facet in FACETS.values():
        helps = f"{facet.title.lower()}: one or more of its values; --facets lists them"
        yield click.option(f"--{facet.id}", cls=ListOption, metavar="VALUE", help=helps)
    yield click.option("--or-better", is_flag=True, help="with --label: better labels, too")
    yield click.option(
        "--verdict",
        cls=ListOption,
        metavar="DEFINITION=VALUE",
        help="a verdict by a definition, such as osaid-1.0=conforms",
    )


def _make_range_options() -> Iterator[Callable[..., Any]]:
    yield click.option("--size", metavar="SIZE", help="such as 7B (about), 7-13B, <3B, >=70B")
    yield click.option("--changed-since", metavar="DATE", help="something drifted then or later")


def _make_output_options() -> Iterator[Callable[..., Any]]:
    yield click.option(
        "--sort",
        type=click.Choice([*SORT_KEYS, *(f"-{key}" for key in SORT_KEYS)]),
        default="name",
        help="by what the rows are sorted, `-` for the most first (default: name)",
    )
    yield click.option("--limit", type=INTEGER, default=50, metavar="N", help="rows (default: 50)")
    yield click.option("--facets", is_flag=True, help="count each facet's values instead")
    yield click.option("--csv", is_flag=True, help="print CSV, all rows")


def load_rows(root: Path) -> list[ModelSummary]:
    """The rows as `catalog` wrote them, else judged now. Raises InvalidRecordsError, UsageError."""
    found = read_summaries(root)
    return judge_rows(root) if found is None else found


def judge_rows(root: Path) -> list[ModelSummary]:
    """The rows of records that no generated file covers: every model is judged."""
    from audit.publish.pages.context import judge_registry
    from audit.publish.views.build_summary import build_summaries
    from audit.records.load import load_registry
    from audit.store.events import EventStore

    registry = load_registry(root)
    return build_summaries(judge_registry(registry, EventStore(root).load_events(registry)))


def narrow_filter(
    base: ModelFilter, options: RowOptions, rows: Sequence[ModelSummary]
) -> ModelFilter:
    """A filter with what the options ask beside it.

    Raises UsageError for a value that no model has.
    """
    values = {name: base.values[name] for name in base.values}
    for name in FACETS:
        asked = getattr(options, name)
        if asked:
            values[name] = frozenset(_require_values(name, asked, rows))
    if options.or_better and "label" in values:
        values["label"] = frozenset(_widen_labels(values["label"]))
    return replace(
        base,
        values=values,
        verdicts=_parse_verdicts(options.verdict),
        size=_parse_asked_size(options.size) if options.size else base.size,
        changed_since=options.changed_since or "",
    )


def _widen_labels(labels: frozenset[str]) -> Iterator[str]:
    for label in labels:
        yield from OR_BETTER.get(label, (label,))


def _require_values(name: str, asked: Sequence[str], rows: Sequence[ModelSummary]) -> Iterator[str]:
    """The values as the rows write them, whatever the case of letters."""
    facet = FACETS[name]
    known = {value for row in rows for value in facet.list_values(row)}
    by_lower = {value.casefold(): value for value in sorted(known)}
    for value in asked:
        if value.casefold() not in by_lower:
            near = format_near_names(value, known)
            raise UsageError(f"--{name} {value}: no model has it{near}; --facets lists the values")
        yield by_lower[value.casefold()]


def _parse_verdicts(asked: Sequence[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for words in asked:
        definition, separator, value = words.partition("=")
        if not separator:
            raise UsageError(f"--verdict {words}: write it as osaid-1.0=conforms")
        found[definition] = found.get(definition, frozenset()) | {value}
    return found


def _parse_asked_size(words: str) -> SizeRange:
    found = parse_size(words)
    if found is None:
        raise UsageError(f"--size {words}: not a size; write 7B, 7-13B, <3B or >=70B")
    return found
