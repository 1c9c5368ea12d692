"""registry/README.md: every model with its label, and what stands between a model and the next better one."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from audit.frameworks.catalogue import FRAMEWORKS
from audit.pages.history import event_line
from audit.pages.judged import Judged
from audit.pages.markdown import GENERATED, anchor, link, table, text
from audit.pages.words import LABELS, OSAID_WORDS, claim_differs, gate_words
from audit.records.types import COMPONENTS, Model

RECENT = 20
MAX_NEAR = 60


def catalogue_page(pages: Judged) -> str:
    """The catalogue: counts, what is one step away, what drifted, then the models by label."""
    by_label: dict[str, list[Model]] = defaultdict(list)
    for id in sorted(pages.registry.models, key=str.lower):
        model = pages.registry.models[id]
        by_label[pages.label(model)].append(model)
    parts = [GENERATED, "# The catalogue", _counts(pages, by_label), _explanation(), *_recent(pages), *_one_step(pages)]
    for label, meaning in LABELS.items():
        if models := by_label.get(label, []):
            parts += [f'<a id="{label}"></a>\n\n## {label.capitalize()} ({len(models)})', meaning]
            parts.append(table(("Model", "OSAID 1.0", "License of the weights", "Gate", "Its maker calls it"), [_row(model, pages) for model in models]))
    return "\n\n".join([*parts, *_verdicts(pages), *_coverage(pages)]) + "\n"


def _counts(pages: Judged, by_label: dict[str, list[Model]]) -> str:
    registry = pages.registry
    rows = [(f"[{label}](#{label})", str(len(by_label[label]))) for label in LABELS if by_label.get(label)]
    datasets = f"[{len(registry.datasets)} datasets](datasets/README.md)" if registry.datasets else "no datasets"
    numbers = f"{len(registry.models)} models, {datasets}, [{len(registry.licenses)} licenses](licenses/README.md)."
    return f"{numbers}\n\n" + table(("Label", "Models"), rows)


def _explanation() -> str:
    return (
        "Labels are derived from the facts by rules ([how](../METHODOLOGY.md)).\n"
        "The page of an owner shows each fact with its evidence.\n"
        "Further: [recently drifted](#recent) · [one step away](#one-step) · [verdicts of every definition](#verdicts) · "
        "[how much is known](#coverage) · [beside other indexes](indexes/README.md)."
    )


def _recent(pages: Judged) -> list[str]:
    lines = [f"* {link(str(each['record']), _target(str(each['record'])))} {event_line(each)}" for each in pages.recent(RECENT)]
    return ['<a id="recent"></a>\n\n## Recently drifted', "\n".join(lines)] if lines else []


def _target(record: str) -> str:
    folder, _, id = record.partition("/")
    return f"{folder}/{id.partition('/')[0]}/README.md#{anchor(id)}" if folder in ("models", "datasets") else f"{record}.json"


def _one_step(pages: Judged) -> list[str]:
    """Models that one change separates from conforming to OSAID 1.0."""
    rows = []
    for id in sorted(pages.registry.models, key=str.lower):
        verdict = pages.verdicts[id]["osaid-1.0"]
        if verdict.value in ("fails", "conforms-if-relicensed") and len(verdict.to_improve) == 1 and not verdict.missing:
            rows.append((link(id, _target(f"models/{id}")), text(verdict.to_improve[0])))
    if not rows:
        return []
    return ['<a id="one-step"></a>\n\n## One step away from OSAID 1.0', table(("Model", "What would have to change"), rows[:MAX_NEAR])]


def _row(model: Model, pages: Judged) -> tuple[str, ...]:
    claims = ", ".join(sorted({text(each.says) for each in model.claims}))
    marked = f"{claims} ⚠" if claims and claim_differs(model, pages.registry) else claims
    osaid = pages.verdicts[model.id]["osaid-1.0"].value
    return (
        link(model.id, _target(model.ref)),
        OSAID_WORDS.get(osaid, osaid),
        text(model.weights.license or "unknown") if model.weights.status in ("released", "partial") else "no weights",
        gate_words(model),
        marked,
    )


def verdict_counts(pages: Judged) -> Iterator[tuple[str, dict[str, int]]]:
    """How often each definition says what; a definition that only scores is left out."""
    for framework in FRAMEWORKS:
        if framework.positive:
            yield framework.id, dict(sorted(Counter(each[framework.id].value for each in pages.verdicts.values()).items()))


def _verdicts(pages: Judged) -> list[str]:
    rows = [(f"[{id}](../METHODOLOGY.md#{id})", ", ".join(f"{value} {count}" for value, count in counts.items())) for id, counts in verdict_counts(pages)]
    return ['<a id="verdicts"></a>\n\n## Verdicts of every definition', table(("Definition", "Verdicts"), rows)]


def _coverage(pages: Judged) -> list[str]:
    """Per component: known, unknown, and how many known facts rest on a primary source."""
    models = pages.registry.models.values()
    known, primary = Counter[str](), Counter[str]()
    for component in (each for model in models for each in model.components.values() if each.status != "unknown"):
        known[component.name] += 1
        primary[component.name] += any(each.kind == "primary" for each in component.evidence)
    rows = [
        (name, f"{known[name]:,}", f"{len(models) - known[name]:,}", f"{100 * primary[name] // known[name]} %" if known[name] else "") for name in COMPONENTS
    ]
    seen = {each.seen for model in models for each in model.evidence}
    age = f"The evidence was read between {min(seen)} and {max(seen)}." if seen else ""
    head = f"What nobody could show stays unknown. {age}".strip()
    return ['<a id="coverage"></a>\n\n## How much is known', head, table(("Component", "Known", "Unknown", "Of the known, with a primary source"), rows)]
