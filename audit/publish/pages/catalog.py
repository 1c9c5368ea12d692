"""registry/README.md: counts and ways in; what is one step away, what drifted, where claims and verdicts part."""

from collections import Counter

from audit.core.escape import escape_markdown
from audit.core.markdown import (
    GENERATED_NOTICE,
    format_markdown_link,
    render_folded_block,
    render_table,
)
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.coverage import render_coverage
from audit.publish.pages.history import render_event_line
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

MAX_RECENT_EVENTS = 12
MAX_TABLE_ROWS = 60


def render_catalog_page(pages: JudgedRegistry) -> dict[str, str]:
    """The first page: short, and a way to everything else."""
    parts = [
        GENERATED_NOTICE,
        "# The catalog",
        *_render_counts(pages),
        *_render_owners(pages),
        *_render_recent_events(pages),
        *_render_one_step_away(pages),
        *_render_claims(pages),
        *_render_verdict_counts(pages),
        *render_coverage(pages.registry),
    ]
    return {"README.md": "\n\n".join(parts) + "\n"}


def _render_counts(pages: JudgedRegistry) -> list[str]:
    registry = pages.registry
    found = Counter(pages.find_label(model) for model in registry.models.values())
    labels = [
        f"* **[{label}](labels/{label}.md) {found[label]:,}** — {meaning}"
        for label, meaning in LABEL_WORDS.items()
    ]
    datasets = (
        f"[{format_count(len(registry.datasets), 'dataset')}](datasets/README.md)"
        if registry.datasets
        else "no datasets"
    )
    return [
        f"{format_count(len(registry.models), 'model')}, {datasets}, [{format_count(len(registry.licenses), 'license')}](licenses/README.md).",
        "\n".join(labels),
        "Labels follow from the facts by rules ([how](../METHODOLOGY.md)); `unknown` is never counted as no.\n"
        "The section of a model says what you may do with it, what is missing, and where each fact was read.",
        "[Makers](#makers) · [recently drifted](#recent) · [one step away](#one-step) · [claims and verdicts](#claims) · "
        "[verdicts of every definition](#verdicts) · [how much is known](#coverage) · [beside other indexes](indexes/README.md) · "
        f"[all verdicts as JSON]({VERDICTS_FILE}) · [subscribe](feeds/README.md)",
    ]


def _render_owners(pages: JudgedRegistry) -> list[str]:
    found = Counter(id.partition("/")[0] for id in pages.registry.models)
    names = sorted(found, key=str.lower)
    return [
        '<a id="makers"></a>\n\n## Makers',
        ", ".join(
            f"{format_markdown_link(name, f'models/{name}/README.md')} {found[name]}"
            for name in names
        ),
    ]


def _render_recent_events(pages: JudgedRegistry) -> list[str]:
    lines = [
        f"* {_link_record(event.finding.record)}: {render_event_line(event)}"
        for event in pages.list_recent_events(MAX_RECENT_EVENTS)
    ]
    return [
        '<a id="recent"></a>\n\n## Recently drifted',
        "\n".join(lines) if lines else "Nothing that is recorded.",
    ]


def _link_record(record: str) -> str:
    folder, _, id = record.partition("/")
    return format_markdown_link(
        id if folder == "models" else f"{folder.removesuffix('s')} {id}", build_section_url(record)
    )


def _render_one_step_away(pages: JudgedRegistry) -> list[str]:
    """Models that one change separates from conforming to OSAID 1.0."""
    rows = []
    for id in sorted(pages.registry.models, key=str.lower):
        verdict = pages.verdicts[id]["osaid-1.0"]
        if (
            verdict.value in ("fails", "conforms-if-relicensed")
            and len(verdict.to_improve) == 1
            and not verdict.missing
        ):
            rows.append(
                (format_model_link(id, pages.registry), escape_markdown(verdict.to_improve[0]))
            )
    head = ['<a id="one-step"></a>\n\n## One step away from OSAID 1.0']
    return [
        *head,
        render_table(("Model", "What would have to change"), rows[:MAX_TABLE_ROWS])
        if rows
        else "No model of which everything is known.",
    ]


def _render_claims(pages: JudgedRegistry) -> list[str]:
    """Makers' own words beside the verdict."""
    models = [pages.registry.models[id] for id in sorted(pages.registry.models, key=str.lower)]
    parted = [
        model
        for model in models
        if is_claim_contradicted(pages.verdicts[model.id]["osaid-1.0"].value, model)
    ]
    head = ['<a id="claims"></a>\n\n## Where claims and verdicts part']
    if not parted:
        return [*head, "None."]
    words = f"{format_count(len(parted), 'model')}: the maker says open source, OSAID 1.0 does not bear it out."
    return [
        *head,
        render_folded_block(
            words,
            render_table(
                ("Model", "Its maker calls it", "Label", "First of what is missing"),
                [_build_claim_row(model, pages) for model in parted],
            ),
        ),
    ]


def _build_claim_row(model: Model, pages: JudgedRegistry) -> tuple[str, ...]:
    needs = pages.verdicts[model.id]["osaid-1.0"].to_improve
    return (
        format_model_link(model.id, pages.registry),
        f"{format_claims(model)} ⚠",
        pages.find_label(model),
        escape_markdown(needs[0]) if needs else "",
    )


def _render_verdict_counts(pages: JudgedRegistry) -> list[str]:
    rows = []
    for id, counts in count_verdicts(pages):
        words = ", ".join(f"{value} {count:,}" for value, count in counts.items())
        rows.append((f"[{id}](../docs/definitions/{id}.md)", words))
    return [
        '<a id="verdicts"></a>\n\n## Verdicts of every definition',
        render_table(("Definition", "Verdicts"), rows),
    ]
