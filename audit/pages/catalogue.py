"""registry/README.md: every model with its label, and why."""

from collections import defaultdict

from audit.frameworks.catalogue import judge_all
from audit.pages.markdown import GENERATED, anchor, link, table, text
from audit.pages.words import LABELS, OSAID_WORDS, claim_differs, gate_words
from audit.records.types import Model, Registry


def catalogue_page(registry: Registry) -> str:
    """The catalogue: counts, then the models by label."""
    verdicts = {model.id: {each.framework: each for each in judge_all(model, registry)} for model in registry.models.values()}
    by_label: dict[str, list[Model]] = defaultdict(list)
    for id in sorted(registry.models, key=str.lower):
        by_label[verdicts[id]["spectrum"].value].append(registry.models[id])
    parts = [GENERATED, "# The catalogue", _counts(registry, by_label), _explanation()]
    for label, meaning in LABELS.items():
        models = by_label.get(label, [])
        if models:
            rows = [_row(model, verdicts[model.id]["osaid-1.0"].value, registry) for model in models]
            heading = f'<a id="{label}"></a>\n\n## {label.capitalize()} ({len(models)})'
            parts += [heading, meaning, table(("Model", "OSAID 1.0", "License of the weights", "Gate", "Its maker calls it"), rows)]
    return "\n\n".join(parts) + "\n"


def _counts(registry: Registry, by_label: dict[str, list[Model]]) -> str:
    rows = [(f"[{label}](#{label})", str(len(by_label[label]))) for label in LABELS if by_label.get(label)]
    known = sum(component.status != "unknown" for model in registry.models.values() for component in model.components.values())
    total = sum(len(model.components) for model in registry.models.values())
    numbers = f"{len(registry.models)} models, {len(registry.datasets)} datasets, {len(registry.licenses)} licenses."
    coverage = f"Of {total:,} component facts {known:,} are known; the rest stay unknown until somebody shows a source."
    return f"{numbers}\n{coverage}\n\n" + table(("Label", "Models"), rows)


def _explanation() -> str:
    return "Labels are derived from the facts by rules ([how](../METHODOLOGY.md)).\nThe page of an owner shows each fact with its evidence."


def _row(model: Model, osaid: str, registry: Registry) -> tuple[str, ...]:
    owner = model.id.partition("/")[0]
    claims = ", ".join(sorted({text(each.says) for each in model.claims}))
    marked = f"{claims} ⚠" if claims and claim_differs(model, registry) else claims
    return (
        link(model.id, f"models/{owner}/README.md#{anchor(model.id)}"),
        OSAID_WORDS.get(osaid, osaid),
        text(model.weights.license or "unknown") if model.weights.status in ("released", "partial") else "no weights",
        gate_words(model),
        marked,
    )
