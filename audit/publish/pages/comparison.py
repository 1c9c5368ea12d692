"""registry/indexes/README.md.

Where this registry and other indexes see a fact alike, and where differently.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from audit.analysis.other_indexes import IndexComparison, OtherIndex, compare_index
from audit.core.escape import escape_markdown
from audit.core.markdown import (
    GENERATED_NOTICE,
    TableRow,
    build_anchor,
    format_markdown_link,
    format_raw_label_link,
    join_blocks,
    render_folded_block,
    render_table,
)
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.phrases import format_model_link
from audit.publish.pages.terms import format_terms
from audit.publish.urls import build_section_url
from audit.records.registry import Registry

PATH_TO_REGISTRY = "../"
MAX_DIFFERENCE_ROWS = 600
_INTRODUCTION = (
    "Facts that another index and this registry both know, side by side, "
    "each with the place where it was read.\n"
    "An index can be older than a change, speak of another version, or judge by another rule; "
    "and this registry can be wrong. "
    "A difference is a question, not a charge.\n"
    "What either side does not know is not compared."
)

_OPENING = (
    GENERATED_NOTICE,
    "# Beside other indexes",
    f"[All models]({PATH_TO_REGISTRY}README.md)",
    _INTRODUCTION,
)
_INDEX_HEADER = ("Index", "Models in both", "Facts compared", "Alike", "Different")


def render_comparison_page(pages: JudgedRegistry) -> dict[str, str]:
    """Counts per index and fact, then every difference, with a link to both sides."""
    registry = pages.registry
    compared = [(index, list(compare_index(index, registry))) for index in pages.indexes]
    parts = [*_OPENING]
    if compared:
        parts.append(_render_index_table(compared))
    for index, facts in compared:
        parts += _render_index_section(index, facts, registry)
    return {"indexes/README.md": join_blocks(parts)}


def _render_index_table(
    compared: Iterable[tuple[OtherIndex, Sequence[IndexComparison]]],
) -> str:
    return render_table(_INDEX_HEADER, [_build_index_row(*pair) for pair in compared])


def _build_index_row(index: OtherIndex, facts: Sequence[IndexComparison]) -> TableRow:
    alike = sum(fact.agrees for fact in facts)
    return (
        format_markdown_link(index.name, f"#{build_anchor(index.id)}"),
        str(len({fact.model.id for fact in facts})),
        f"{len(facts):,}",
        f"{alike:,}",
        f"{len(facts) - alike:,}",
    )


def _render_index_section(
    index: OtherIndex, facts: Sequence[IndexComparison], registry: Registry
) -> Iterator[str]:
    yield _format_index_heading(index)
    yield f"{_format_index_source(index)}. {escape_markdown(index.note)}"
    if facts:
        yield render_table(("Fact", "Alike", "Different"), _list_agreement_rows(facts))
    if rows := [_build_difference_row(fact, registry) for fact in facts if not fact.agrees]:
        yield _render_differences(rows)


def _format_index_heading(index: OtherIndex) -> str:
    return f'<a id="{build_anchor(index.id)}"></a>\n\n## {escape_markdown(index.name)}'


def _format_index_source(index: OtherIndex) -> str:
    label = f"{index.repository} at {index.commit[:12]}"
    url = f"https://github.com/{index.repository}/tree/{index.commit}"
    return format_markdown_link(label, url)


def _list_agreement_rows(facts: Sequence[IndexComparison]) -> Iterator[TableRow]:
    compared = Counter(fact.fact for fact in facts)
    alike = Counter(fact.fact for fact in facts if fact.agrees)
    for name in sorted(compared):
        different = compared[name] - alike[name]
        yield escape_markdown(name), str(alike[name]), str(different)


def _render_differences(rows: Sequence[TableRow]) -> str:
    title = "The difference"
    if len(rows) > 1:
        title = f"The {len(rows):,} differences, model by model"
    header = ("Model", "Fact", "They say", "We say")
    return render_folded_block(title, render_table(header, rows[:MAX_DIFFERENCE_ROWS]))


def _build_difference_row(difference: IndexComparison, registry: Registry) -> TableRow:
    return (
        format_model_link(difference.model.id, registry, PATH_TO_REGISTRY),
        escape_markdown(difference.fact),
        format_markdown_link(difference.theirs, difference.their_url),
        _link_our_value(difference, registry),
    )


def _link_our_value(difference: IndexComparison, registry: Registry) -> str:
    label = escape_markdown(difference.own.value)
    if difference.fact == "license":
        label = format_terms(difference.own.value, registry)
    # A value that follows from several facts has no URL of its own; the model's section shows all.
    section = build_section_url(difference.model.ref, PATH_TO_REGISTRY)
    return format_raw_label_link(label, difference.own.url or section)
