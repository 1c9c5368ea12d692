"""registry/licenses/<id>.md: what a license allows and demands, in plain words, and who uses it."""

from collections import defaultdict
from collections.abc import Iterable

from audit.core.markdown import GENERATED, folded, link, table, text
from audit.licenses.expression import parse_expression
from audit.licenses.terms import open_terms, terms_of
from audit.publish.pages.context import Judged
from audit.publish.pages.license_change import change
from audit.publish.pages.links import dataset_link, model_link
from audit.publish.pages.terms import license_name
from audit.publish.pages.uses import under, uses_line
from audit.records.model import Condition, License, Registry, placed

FREEDOMS = {"yes": "yes", "limited": "with limits", "no": "no", "unknown": "not read yet"}
UP = "../"
MAX_USERS = 60
"""Shown before the fold."""
_LIMITS = {"forbidden": "forbidden", "needs-license": "needs a separate license", "royalty": "costs a royalty"}
_TOLD = ("users", "period", "amount", "currency", "royalty_percent", "excluded", "modalities", "display", "prefix")
"""Parameters that say more than the plain words do; the others steer the rules."""


def license_pages(pages: Judged) -> dict[str, str]:
    """Every license page, and their index, by path below the registry."""
    models, datasets = _users(pages.registry)
    found = {f"licenses/{id}.md": _page(each, pages, models.get(id, []), datasets.get(id, [])) for id, each in pages.registry.licenses.items()}
    found["licenses/README.md"] = _index(pages.registry, models, datasets)
    return found


def _users(registry: Registry) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Models by the license of their weights, and datasets by theirs."""
    models: dict[str, list[str]] = defaultdict(list)
    datasets: dict[str, list[str]] = defaultdict(list)
    for model in sorted(registry.models.values(), key=lambda each: each.id.lower()):
        for id in _licenses(model.weights.license, registry):
            models[id].append(model.id)
    for dataset in sorted(registry.datasets.values(), key=lambda each: each.id.lower()):
        for id in _licenses(dataset.license, registry):
            datasets[id].append(dataset.id)
    return models, datasets


def _licenses(expression: str | None, registry: Registry) -> tuple[str, ...]:
    return parse_expression(expression, registry).licenses if expression else ()


def _index(registry: Registry, models: dict[str, list[str]], datasets: dict[str, list[str]]) -> str:
    rows = []
    for license in sorted(registry.licenses.values(), key=lambda each: (-len(models.get(each.id, [])), each.id)):
        used = f"{len(models.get(license.id, [])):,}", f"{len(datasets.get(license.id, [])):,}"
        rows.append((link(license_name(license.id, registry), f"{license.id}.md"), *used, _kind(license, registry), _freedoms(license)))
    words = "The freedoms are to use, study, modify and share: ✓ granted, (✓) with limits, ✗ withheld, ? not read yet. Terms as data, not legal advice."
    head = [GENERATED, "# Licenses", f"[All models]({UP}README.md)", words]
    return "\n\n".join([*head, table(("License", "Models", "Datasets", "Kind", "Freedoms"), rows)]) + "\n"


def _freedoms(license: License) -> str:
    return " ".join({"yes": "✓", "limited": "(✓)", "no": "✗", "unknown": "?"}[each] for each in license.freedoms.values())


def _kind(license: License, registry: Registry) -> str:
    if license.osi_approved:
        return "OSI-approved"
    words = {"yes": "open terms", "no": "not open", "unknown": "not read whole"}
    return words[open_terms(terms_of(license.id, registry))]


def _page(license: License, pages: Judged, models: list[str], datasets: list[str]) -> str:
    registry = pages.registry
    freedoms = " · ".join(f"{name}: **{FREEDOMS[value]}**" for name, value in license.freedoms.items())
    parts = [
        GENERATED,
        f"# {text(license_name(license.id, registry))}",
        f"[All licenses](README.md) · {_kind(license, registry)} · id `{license.id}`",
        f"* The freedoms to … {freedoms}\n* With a model under it, may you … {uses_line(under(license), registry)}",
        *_demands(license),
        *change(license, registry),
        _sources(license),
        *_user_list(f"Models under it ({len(models):,})", [model_link(id, registry, UP) for id in models]),
        *_user_list(f"Datasets under it ({len(datasets):,})", [dataset_link(id, registry, UP) for id in datasets]),
    ]
    return "\n\n".join(parts) + "\n"


def _demands(license: License) -> Iterable[str]:
    """Limits first, then duties."""
    limits = [each for each in license.conditions if each.parameters.get("effect") in _LIMITS]
    duties = [each for each in license.conditions if each not in limits]
    for head, found in (("What it limits", limits), ("What it asks for", duties)):
        if found:
            yield f"## {head}\n\n" + "\n".join(map(_condition, found))


def _condition(condition: Condition) -> str:
    effect = _LIMITS.get(str(condition.parameters.get("effect")))
    told = [f"{name.replace('_', ' ')}: {_value(condition.parameters[name])}" for name in _TOLD if name in condition.parameters]
    numbers = f" ({'; '.join(told)})" if told else ""
    section = text(placed(condition.section))
    head = condition.kind.replace("-", " ") + (f", {effect}" if effect else "")
    return f"* **{head.capitalize()}**: {text(condition.summary)}{text(numbers) and ' ' + text(numbers)} — {section}"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _sources(license: License) -> str:
    where = f"Text: {link('where it is published', license.url)}. " if license.url else ""
    seen = max((each.seen for each in license.evidence), default="")
    return f"{where}Read in: {', '.join(link(each.key, each.url) for each in license.evidence)}{f', last {seen}' if seen else ''}."


def _user_list(head: str, links: list[str]) -> Iterable[str]:
    if not links:
        return
    yield f"## {head}"
    yield ", ".join(links[:MAX_USERS])
    if len(links) > MAX_USERS:
        yield folded(f"{len(links) - MAX_USERS:,} more", ", ".join(links[MAX_USERS:]))
