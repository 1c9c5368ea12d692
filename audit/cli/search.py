"""`search`: which models fit some words."""

from collections.abc import Sequence
from dataclasses import dataclass

import click

from audit.cli.command import make_command
from audit.cli.json_output import print_json
from audit.cli.model_rows import RowOptions, add_row_options, load_rows, narrow_filter
from audit.cli.render_rows import render_facets, render_rows
from audit.publish.views.facets import (
    FACETS,
    ModelFilter,
    count_facet,
    filter_models,
    sort_models,
)
from audit.publish.views.model_summary import ModelSummary, serialize_summary
from audit.publish.views.query_words import parse_query
from audit.publish.views.row_csv import render_csv


@dataclass(frozen=True)
class SearchOptions(RowOptions):
    """Options of `search`."""

    words: tuple[str, ...]


@make_command(SearchOptions, reads_installed=True)
@click.argument(
    "words",
    nargs=-1,
    required=True,
    metavar="WORD...",
    help="a size (7B, <3B, 7-13B), a modality, commercial, a label, a year, or part of a name",
)
@add_row_options
def run_command(options: SearchOptions) -> int:
    """Print the models that fit.

    A word may be a size (7B, <3B, 7-13B), a modality, `commercial`, a label, a year; any other is
    looked for in names, makers, families and licenses.
    """
    return print_found_rows(parse_query(" ".join(options.words)), options)


def print_found_rows(asked: ModelFilter, options: RowOptions) -> int:
    """Print what a filter and the options keep: as a table, counts, CSV or JSON."""
    rows = load_rows(options.registry)
    wanted = narrow_filter(asked, options, rows)
    found = sort_models(filter_models(rows, wanted), options.sort)
    if options.json:
        print_json("search", _serialize_found(rows, found, wanted))
    elif options.facets:
        print(render_facets(rows, wanted))
    elif options.csv:
        print(render_csv(found), end="")
    else:
        print(render_rows(found[: options.limit], len(found)))
    return 0


def _serialize_found(
    rows: Sequence[ModelSummary], found: Sequence[ModelSummary], wanted: ModelFilter
) -> dict[str, object]:
    counts = {id: dict(count_facet(rows, wanted, facet)) for id, facet in FACETS.items()}
    return {
        "count": len(found),
        "models": [serialize_summary(row) for row in found],
        "facets": counts,
    }
