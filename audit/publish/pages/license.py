"""registry/licenses/<id>.md: what a license allows and demands, in plain words, and who uses it."""

from collections import defaultdict
from collections.abc import Iterable

from audit.core.escape import escape_markdown
from audit.core.markdown import (
    GENERATED_NOTICE,
    format_markdown_link,
    render_folded_block,
    render_table,
)
from audit.definitions.common_uses import build_model_under_license
from audit.licenses.expression import parse_expression
from audit.licenses.terms import evaluate_open_terms, find_best_terms
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.license_change import render_license_change
from audit.publish.pages.phrases import format_dataset_link, format_model_link
from audit.publish.pages.terms import find_license_name
from audit.publish.pages.uses import render_uses_line
from audit.records.model import License, LicenseCondition, Registry, format_section

FREEDOM_WORDS = {"yes": "yes", "limited": "with limits", "no": "no", "unknown": "not read yet"}
PATH_TO_REGISTRY = "../"
MAX_USER_LINKS = 60
"""Shown before the fold."""
_LIMIT_WORDS = {
    "forbidden": "forbidden",
    "needs-license": "needs a separate license",
    "royalty": "costs a royalty",
}
_SHOWN_PARAMETERS = (
    "users",
    "period",
    "amount",
    "currency",
    "royalty_percent",
    "excluded",
    "modalities",
    "display",
    "prefix",
)
"""Parameters that say more than the plain words do; the others steer the rules."""


def render_license_pages(pages: JudgedRegistry) -> dict[str, str]:
    """Every license page, and their index, by path below the registry."""
    models, datasets = _group_users_by_license(pages.registry)
    found = {
        f"licenses/{id}.md": _render_license_page(
            each, pages, models.get(id, []), datasets.get(id, [])
        )
        for id, each in pages.registry.licenses.items()
    }
    found["licenses/README.md"] = _render_license_index(pages.registry, models, datasets)
    return found


def _group_users_by_license(
    registry: Registry,
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Models by the license of their weights, and datasets by theirs."""
    models: dict[str, list[str]] = defaultdict(list)
    datasets: dict[str, list[str]] = defaultdict(list)
    for model in sorted(registry.models.values(), key=lambda each: each.id.lower()):
        for id in _parse_license_ids(model.weights.license, registry):
            models[id].append(model.id)
    for dataset in sorted(registry.datasets.values(), key=lambda each: each.id.lower()):
        for id in _parse_license_ids(dataset.license, registry):
            datasets[id].append(dataset.id)
    return models, datasets


def _parse_license_ids(expression: str | None, registry: Registry) -> tuple[str, ...]:
    return parse_expression(expression, registry).license_ids if expression else ()


def _render_license_index(
    registry: Registry, models: dict[str, list[str]], datasets: dict[str, list[str]]
) -> str:
    rows = []
    for license in sorted(
        registry.licenses.values(), key=lambda each: (-len(models.get(each.id, [])), each.id)
    ):
        used = f"{len(models.get(license.id, [])):,}", f"{len(datasets.get(license.id, [])):,}"
        rows.append(
            (
                format_markdown_link(find_license_name(license.id, registry), f"{license.id}.md"),
                *used,
                _classify_license(license, registry),
                _format_freedoms(license),
            )
        )
    words = "The freedoms are to use, study, modify and share: ✓ granted, (✓) with limits, ✗ withheld, ? not read yet. Terms as data, not legal advice."
    head = [GENERATED_NOTICE, "# Licenses", f"[All models]({PATH_TO_REGISTRY}README.md)", words]
    return (
        "\n\n".join(
            [*head, render_table(("License", "Models", "Datasets", "Kind", "Freedoms"), rows)]
        )
        + "\n"
    )


def _format_freedoms(license: License) -> str:
    return " ".join(
        {"yes": "✓", "limited": "(✓)", "no": "✗", "unknown": "?"}[each]
        for each in license.freedoms.values()
    )


def _classify_license(license: License, registry: Registry) -> str:
    if license.osi_approved:
        return "OSI-approved"
    words = {"yes": "open terms", "no": "not open", "unknown": "not read whole"}
    return words[evaluate_open_terms(find_best_terms(license.id, registry))]


def _render_license_page(
    license: License, pages: JudgedRegistry, models: list[str], datasets: list[str]
) -> str:
    registry = pages.registry
    freedoms = " · ".join(
        f"{name}: **{FREEDOM_WORDS[value]}**" for name, value in license.freedoms.items()
    )
    parts = [
        GENERATED_NOTICE,
        f"# {escape_markdown(find_license_name(license.id, registry))}",
        f"[All licenses](README.md) · {_classify_license(license, registry)} · id `{license.id}`",
        f"* The freedoms to … {freedoms}\n* With a model under it, may you … {render_uses_line(build_model_under_license(license), registry)}",
        *_render_demands(license),
        *render_license_change(license, registry),
        _render_sources(license),
        *_render_user_list(
            f"Models under it ({len(models):,})",
            [format_model_link(id, registry, PATH_TO_REGISTRY) for id in models],
        ),
        *_render_user_list(
            f"Datasets under it ({len(datasets):,})",
            [format_dataset_link(id, registry, PATH_TO_REGISTRY) for id in datasets],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _render_demands(license: License) -> Iterable[str]:
    """Limits first, then duties."""
    limits = [each for each in license.conditions if each.parameters.get("effect") in _LIMIT_WORDS]
    duties = [each for each in license.conditions if each not in limits]
    for head, found in (("What it limits", limits), ("What it asks for", duties)):
        if found:
            yield f"## {head}\n\n" + "\n".join(map(_render_condition, found))


def _render_condition(condition: LicenseCondition) -> str:
    effect = _LIMIT_WORDS.get(str(condition.parameters.get("effect")))
    told = [
        f"{name.replace('_', ' ')}: {_format_parameter(condition.parameters[name])}"
        for name in _SHOWN_PARAMETERS
        if name in condition.parameters
    ]
    numbers = f" ({'; '.join(told)})" if told else ""
    section = escape_markdown(format_section(condition.section))
    head = condition.kind.replace("-", " ") + (f", {effect}" if effect else "")
    return f"* **{head.capitalize()}**: {escape_markdown(condition.summary)}{escape_markdown(numbers) and ' ' + escape_markdown(numbers)} — {section}"


def _format_parameter(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _render_sources(license: License) -> str:
    where = (
        f"Text: {format_markdown_link('where it is published', license.url)}. "
        if license.url
        else ""
    )
    seen = max((each.seen for each in license.evidence), default="")
    return f"{where}Read in: {', '.join(format_markdown_link(each.key, each.url) for each in license.evidence)}{f', last {seen}' if seen else ''}."


def _render_user_list(head: str, links: list[str]) -> Iterable[str]:
    if not links:
        return
    yield f"## {head}"
    yield ", ".join(links[:MAX_USER_LINKS])
    if len(links) > MAX_USER_LINKS:
        yield render_folded_block(
            f"{len(links) - MAX_USER_LINKS:,} more", ", ".join(links[MAX_USER_LINKS:])
        )
