"""registry/indexes/README.md: where this registry and other indexes see a fact alike, and where differently."""

from collections import Counter
from collections.abc import Sequence

from audit.analysis.other_indexes import IndexComparison, OtherIndex, compare_index
from audit.core.escape import escape_markdown
from audit.core.markdown import (
    GENERATED_NOTICE,
    build_anchor,
    format_markdown_link,
    format_raw_label_link,
    render_folded_block,
    render_table,
)
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.phrases import format_model_link
from audit.publish.pages.terms import format_terms
from audit.publish.urls import build_section_url
from audit.records.model import Registry

PATH_TO_REGISTRY = "../"
MAX_DIFFERENCE_ROWS = 600


def render_comparison_page(pages: JudgedRegistry) -> dict[str, str]:
    """Counts per index and fact, then every difference with both sides linked, so that anybody can look."""
    registry, indexes = pages.registry, pages.indexes
    intro = (
        "Facts that another index and this registry both know, side by side, each with the place where it was read.\n"
        "An index can be older than a change, speak of another version, or judge by another rule; and this registry can be wrong. "
        "A difference is a question, not a charge.\n"
        "What either side does not know is not compared."
    )
    found = {index.id: list(compare_index(index, registry)) for index in indexes}
    rows = [
        (
            format_markdown_link(index.name, f"#{build_anchor(index.id)}"),
            str(len({each.model.id for each in found[index.id]})),
            *_count_agreements(found[index.id]),
        )
        for index in indexes
    ]
    parts = [
        GENERATED_NOTICE,
        "# Beside other indexes",
        f"[All models]({PATH_TO_REGISTRY}README.md)",
        intro,
    ]
    if rows:
        parts.append(
            render_table(("Index", "Models in both", "Facts compared", "Alike", "Different"), rows)
        )
    for index in indexes:
        parts += _render_index_section(index, found[index.id], registry)
    return {"indexes/README.md": "\n\n".join(parts) + "\n"}


def _count_agreements(facts: Sequence[IndexComparison]) -> tuple[str, str, str]:
    alike = sum(each.agrees for each in facts)
    return f"{len(facts):,}", f"{alike:,}", f"{len(facts) - alike:,}"


def _render_index_section(
    index: OtherIndex, facts: Sequence[IndexComparison], registry: Registry
) -> list[str]:
    source = format_markdown_link(
        f"{index.repository} at {index.commit[:12]}",
        f"https://github.com/{index.repository}/tree/{index.commit}",
    )
    alike = Counter(each.fact for each in facts if each.agrees)
    different = Counter(each.fact for each in facts if not each.agrees)
    parts = [
        f'<a id="{build_anchor(index.id)}"></a>\n\n## {escape_markdown(index.name)}',
        f"{source}. {escape_markdown(index.note)}",
    ]
    if facts:
        rows = [
            (escape_markdown(fact), str(alike[fact]), str(different[fact]))
            for fact in sorted({*alike, *different})
        ]
        parts.append(render_table(("Fact", "Alike", "Different"), rows))
    differences = [_build_difference_row(each, registry) for each in facts if not each.agrees]
    if differences:
        title = (
            f"The {len(differences):,} differences, model by model"
            if len(differences) > 1
            else "The difference"
        )
        parts.append(
            render_folded_block(
                title,
                render_table(
                    ("Model", "Fact", "They say", "We say"), differences[:MAX_DIFFERENCE_ROWS]
                ),
            )
        )
    return parts


def _build_difference_row(each: IndexComparison, registry: Registry) -> tuple[str, ...]:
    ours = (
        format_terms(each.ours, registry) if each.fact == "license" else escape_markdown(each.ours)
    )
    # A value that follows from several facts has no address of its own; the model's section shows them all.
    target = each.our_url or build_section_url(each.model.ref, PATH_TO_REGISTRY)
    return (
        format_model_link(each.model.id, registry, PATH_TO_REGISTRY),
        escape_markdown(each.fact),
        format_markdown_link(each.theirs, each.their_url),
        format_raw_label_link(ours, target),
    )
