"""How much is known: per component, by kind of source, and when it was read."""

from collections import Counter
from collections.abc import Iterable, Iterator

from audit.core.markdown import render_table
from audit.records.model import COMPONENTS, Model, Registry
from audit.records.sampling import collect_facts_by_folder

_FOLDER_TITLES = {
    "models": "Models",
    "families": "Families",
    "datasets": "Datasets",
    "licenses": "Licenses",
}


def render_coverage(registry: Registry) -> list[str]:
    """The section of the catalog."""
    return [
        '<a id="coverage"></a>\n\n## How much is known',
        "What nobody could show stays unknown. A primary source is one that the maker published.",
        render_table(
            ("Facts about", "Stated", "With a primary source", "Read in"),
            _list_folder_rows(registry),
        ),
        render_table(
            ("Component", "Known", "Unknown", "Of the known, primary"),
            _list_component_rows(list(registry.models.values())),
        ),
    ]


def _list_folder_rows(registry: Registry) -> Iterator[tuple[str, ...]]:
    for folder, facts in collect_facts_by_folder(registry).items():
        primary, months = 0, Counter[str]()
        for fact in facts:
            primary += any(each.kind == "primary" for each in fact.evidence)
            months[max(each.seen for each in fact.evidence)[:7]] += 1
        if stated := months.total():
            yield (
                _FOLDER_TITLES[folder],
                f"{stated:,}",
                _format_share(primary, stated),
                _format_months(months),
            )


def _format_months(months: Counter[str]) -> str:
    """The age of evidence as the months in which it was last read; the page itself has no clock."""
    return ", ".join(
        month if len(months) == 1 else f"{month} ({count:,})"
        for month, count in sorted(months.items())
    )


def _list_component_rows(models: list[Model]) -> Iterable[tuple[str, ...]]:
    known, primary = Counter[str](), Counter[str]()
    for component in (
        each for model in models for each in model.components.values() if each.status != "unknown"
    ):
        known[component.name] += 1
        primary[component.name] += any(each.kind == "primary" for each in component.evidence)
    for name in COMPONENTS:
        yield (
            name,
            f"{known[name]:,}",
            f"{len(models) - known[name]:,}",
            _format_share(primary[name], known[name]),
        )


def _format_share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else ""
