"""registry/README.md: counts and ways in; what is one step away, what drifted, where claims and verdicts part."""

from collections import Counter

from audit.core.markdown import GENERATED, folded, link, table, text
from audit.publish.pages.context import Judged
from audit.publish.pages.coverage import coverage
from audit.publish.pages.history import event_line
from audit.publish.pages.links import model_link, numbered, section_of
from audit.publish.pages.phrases import LABELS, claim_differs, claim_words
from audit.publish.pages.verdicts import VERDICTS_FILE, verdict_counts
from audit.records.model import Model

RECENT = 12
MAX_ROWS = 60


def catalogue_page(pages: Judged) -> str:
    """The first page: short, and a way to everything else."""
    parts = [
        GENERATED,
        "# The catalogue",
        *_counts(pages),
        *_owners(pages),
        *_recent(pages),
        *_one_step(pages),
        *_claims(pages),
        *_verdicts(pages),
        *coverage(pages.registry),
    ]
    return "\n\n".join(parts) + "\n"


def _counts(pages: Judged) -> list[str]:
    registry = pages.registry
    found = Counter(pages.label(model) for model in registry.models.values())
    labels = [f"* **[{label}](labels/{label}.md) {found[label]:,}** — {meaning}" for label, meaning in LABELS.items()]
    datasets = f"[{numbered(len(registry.datasets), 'dataset')}](datasets/README.md)" if registry.datasets else "no datasets"
    return [
        f"{numbered(len(registry.models), 'model')}, {datasets}, [{numbered(len(registry.licenses), 'license')}](licenses/README.md).",
        "\n".join(labels),
        "Labels follow from the facts by rules ([how](../METHODOLOGY.md)); `unknown` is never counted as no.\n"
        "The section of a model says what you may do with it, what is missing, and where each fact was read.",
        "[Makers](#makers) · [recently drifted](#recent) · [one step away](#one-step) · [claims and verdicts](#claims) · "
        "[verdicts of every definition](#verdicts) · [how much is known](#coverage) · [beside other indexes](indexes/README.md) · "
        f"[all verdicts as JSON]({VERDICTS_FILE}) · [subscribe](feeds/README.md)",
    ]


def _owners(pages: Judged) -> list[str]:
    found = Counter(id.partition("/")[0] for id in pages.registry.models)
    names = sorted(found, key=str.lower)
    return ['<a id="makers"></a>\n\n## Makers', ", ".join(f"{link(name, f'models/{name}/README.md')} {found[name]}" for name in names)]


def _recent(pages: Judged) -> list[str]:
    lines = [f"* {_record(str(each['record']))}: {event_line(each)}" for each in pages.recent(RECENT)]
    return ['<a id="recent"></a>\n\n## Recently drifted', "\n".join(lines) if lines else "Nothing that is recorded."]


def _record(record: str) -> str:
    folder, _, id = record.partition("/")
    return link(id if folder == "models" else f"{folder.removesuffix('s')} {id}", section_of(record))


def _one_step(pages: Judged) -> list[str]:
    """Models that one change separates from conforming to OSAID 1.0."""
    rows = []
    for id in sorted(pages.registry.models, key=str.lower):
        verdict = pages.verdicts[id]["osaid-1.0"]
        if verdict.value in ("fails", "conforms-if-relicensed") and len(verdict.to_improve) == 1 and not verdict.missing:
            rows.append((model_link(id, pages.registry), text(verdict.to_improve[0])))
    head = ['<a id="one-step"></a>\n\n## One step away from OSAID 1.0']
    return [*head, table(("Model", "What would have to change"), rows[:MAX_ROWS]) if rows else "No model of which everything is known."]


def _claims(pages: Judged) -> list[str]:
    """Makers' own words beside the verdict."""
    models = [pages.registry.models[id] for id in sorted(pages.registry.models, key=str.lower)]
    parted = [model for model in models if claim_differs(pages.verdicts[model.id]["osaid-1.0"].value, model)]
    head = ['<a id="claims"></a>\n\n## Where claims and verdicts part']
    if not parted:
        return [*head, "None."]
    words = f"{numbered(len(parted), 'model')}: the maker says open source, OSAID 1.0 does not bear it out."
    return [*head, folded(words, table(("Model", "Its maker calls it", "Label", "First of what is missing"), [_claim(model, pages) for model in parted]))]


def _claim(model: Model, pages: Judged) -> tuple[str, ...]:
    needs = pages.verdicts[model.id]["osaid-1.0"].to_improve
    return model_link(model.id, pages.registry), f"{claim_words(model)} ⚠", pages.label(model), text(needs[0]) if needs else ""


def _verdicts(pages: Judged) -> list[str]:
    rows = [(f"[{id}](../METHODOLOGY.md#{id})", ", ".join(f"{value} {count:,}" for value, count in counts.items())) for id, counts in verdict_counts(pages)]
    return ['<a id="verdicts"></a>\n\n## Verdicts of every definition', table(("Definition", "Verdicts"), rows)]
