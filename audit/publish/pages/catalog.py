"""registry/README.md.

Counts and ways in; what is one step away, what drifted, where claims and verdicts part.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from audit.core.escape import escape_markdown
from audit.core.grouping import list_alphabetically
from audit.core.markdown import (
    GENERATED_NOTICE,
    TableRow,
    format_markdown_link,
    join_blocks,
    render_folded_block,
    render_table,
)
from audit.core.references import split_reference
from audit.definitions.base import Verdict
from audit.definitions.depth import DEPTH_WORDS, find_depth
from audit.drift.events import Event
from audit.drift.kinds import LICENSE_CONFLICT
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.coverage import render_coverage
from audit.publish.pages.history import render_event_line
from audit.publish.pages.makers import render_makers
from audit.publish.pages.phrases import (
    LABEL_WORDS,
    format_claims,
    format_count,
    format_model_link,
    is_claim_contradicted,
)
from audit.publish.pages.verdicts import VERDICTS_FILE, count_verdicts
from audit.publish.urls import build_section_url
from audit.records.model import Model
from audit.records.registry import Registry

MAX_RECENT_EVENTS = 12
MAX_TABLE_ROWS = 60
_READING_GUIDE = (
    "Labels follow from the facts by rules ([how](../METHODOLOGY.md)); "
    "`unknown` is never counted as no.\n"
    "The page of a model says what you may do with it, what is missing, "
    "and where each fact was read."
)
_CLAIM_WORDS = "the maker says open source, OSAID 1.0 does not bear it out."
_CLAIM_HEADING = '<a id="claims"></a>\n\n## Where claims and verdicts part'
_CLAIM_HEADER = ("Model", "Its maker calls it", "Label", "First of what is missing")
_ONE_STEP_HEADER = ("Model", "What would have to change")
_WAYS_IN = (
    ("Labels", "#labels"),
    ("recently drifted", "#recent"),
    ("one step away", "#one-step"),
    ("claims and verdicts", "#claims"),
    ("verdicts of every definition", "#verdicts"),
    ("how much is known", "#coverage"),
    ("beside other indexes", "indexes/README.md"),
    ("all verdicts as JSON", VERDICTS_FILE),
    ("subscribe", "feeds/README.md"),
)


def render_catalog_page(pages: JudgedRegistry) -> dict[str, str]:
    """The first page: short, and a way to everything else."""
    blocks = [
        GENERATED_NOTICE,
        "# The catalog",
        *_render_ways_in(pages.registry),
        *render_makers(pages),
        *_render_labels(pages),
        *_render_recent_events(pages),
        *_render_one_step_away(pages),
        *_render_claims(pages),
        *_render_verdict_counts(pages),
        *render_coverage(pages.registry),
    ]
    return {"README.md": join_blocks(blocks)}


def _render_ways_in(registry: Registry) -> list[str]:
    ways = " · ".join(f"[{label}]({target})" for label, target in _WAYS_IN)
    return [_format_record_counts(registry), ways]


def _render_labels(pages: JudgedRegistry) -> list[str]:
    heading = '<a id="labels"></a>\n\n## Labels'
    return [heading, "\n".join(_list_label_lines(pages)), _READING_GUIDE]


def _list_label_lines(pages: JudgedRegistry) -> Iterator[str]:
    found = Counter(pages.find_label(model) for model in pages.registry.models.values())
    for label, meaning in LABEL_WORDS.items():
        yield f"* **[{label}](labels/{label}.md) {found[label]:,}** — {meaning}"
    depths = Counter(find_depth(model).value for model in pages.registry.models.values())
    for depth, meaning in DEPTH_WORDS.items():
        yield f"* {depth} **{depths[depth]:,}** — {meaning}"


def _format_record_counts(registry: Registry) -> str:
    models = format_count(len(registry.models), "model")
    datasets = "no datasets"
    if registry.datasets:
        datasets = f"[{format_count(len(registry.datasets), 'dataset')}](datasets/README.md)"
    licenses = f"[{format_count(len(registry.licenses), 'license')}](licenses/README.md)"
    return f"{models}, {datasets}, {licenses}."


def _render_recent_events(pages: JudgedRegistry) -> list[str]:
    drifted = filter(_is_drift, pages.list_recent_events(sys.maxsize))
    lines = map(_format_recent_event, islice(drifted, MAX_RECENT_EVENTS))
    text = "\n".join(lines) or "Nothing that is recorded."
    return ['<a id="recent"></a>\n\n## Recently drifted', text]


def _is_drift(event: Event) -> bool:
    """Statements that contradict each other may be years old; the page of their model tells them."""
    return event.finding.kind != LICENSE_CONFLICT.id


def _format_recent_event(event: Event) -> str:
    return f"* {_link_record(event.finding.record)}: {render_event_line(event)}"


def _link_record(record: str) -> str:
    folder, id = split_reference(record)
    label = id if folder == "models" else f"{folder.removesuffix('s')} {id}"
    return format_markdown_link(label, build_section_url(record))


def _render_one_step_away(pages: JudgedRegistry) -> list[str]:
    """Models that one change separates from conforming to OSAID 1.0."""
    rows = list(_list_one_step_rows(pages))
    text = "No model of which everything is known."
    if rows:
        text = render_table(_ONE_STEP_HEADER, rows[:MAX_TABLE_ROWS])
    return ['<a id="one-step"></a>\n\n## One step away from OSAID 1.0', text]


def _list_one_step_rows(pages: JudgedRegistry) -> Iterator[TableRow]:
    for model in list_alphabetically(pages.registry.models):
        verdict = pages.verdicts[model.id]["osaid-1.0"]
        if _is_one_step_away(verdict):
            link = format_model_link(model.id, pages.registry)
            yield link, escape_markdown(verdict.to_improve[0])


def _is_one_step_away(verdict: Verdict) -> bool:
    is_known_not_to_conform = verdict.value in ("fails", "conforms-if-relicensed")
    return is_known_not_to_conform and len(verdict.to_improve) == 1 and not verdict.missing


def _render_claims(pages: JudgedRegistry) -> list[str]:
    """Makers' own words beside the verdict."""
    rows = [_build_claim_row(model, pages) for model in _list_contradicted_models(pages)]
    return [_CLAIM_HEADING, _render_claim_table(rows) if rows else "None."]


def _render_claim_table(rows: Sequence[TableRow]) -> str:
    title = f"{format_count(len(rows), 'model')}: {_CLAIM_WORDS}"
    return render_folded_block(title, render_table(_CLAIM_HEADER, rows))


def _list_contradicted_models(pages: JudgedRegistry) -> Iterator[Model]:
    for model in list_alphabetically(pages.registry.models):
        verdict = pages.verdicts[model.id]["osaid-1.0"]
        if is_claim_contradicted(verdict.value, model):
            yield model


def _build_claim_row(model: Model, pages: JudgedRegistry) -> TableRow:
    needs = pages.verdicts[model.id]["osaid-1.0"].to_improve
    return (
        format_model_link(model.id, pages.registry),
        f"{format_claims(model)} ⚠",
        pages.find_label(model),
        escape_markdown(needs[0]) if needs else "",
    )


def _render_verdict_counts(pages: JudgedRegistry) -> list[str]:
    rows = [_build_verdict_row(id, counts) for id, counts in count_verdicts(pages)]
    heading = '<a id="verdicts"></a>\n\n## Verdicts of every definition'
    return [heading, render_table(("Definition", "Verdicts"), rows)]


def _build_verdict_row(id: str, counts: Mapping[str, int]) -> TableRow:
    words = ", ".join(f"{value} {count:,}" for value, count in counts.items())
    return f"[{id}](../docs/definitions/{id}.md)", words
