"""How much is known: per component, by kind of source, and when it was read."""

from collections import Counter
from collections.abc import Iterator, Sequence

from audit.core.markdown import TableRow, render_table
from audit.definitions.depth import has_primary_source
from audit.records.component import COMPONENTS, Component
from audit.records.evidence import Evidence
from audit.records.model import Model
from audit.records.registry import Registry
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


def _list_folder_rows(registry: Registry) -> Iterator[TableRow]:
    for folder, facts in collect_facts_by_folder(registry).items():
        evidence = [fact.evidence for fact in facts]
        if evidence:
            yield (
                _FOLDER_TITLES[folder],
                f"{len(evidence):,}",
                _format_share(sum(map(has_primary_source, evidence)), len(evidence)),
                _format_months(Counter(map(_find_last_month, evidence))),
            )


def _find_last_month(evidence: Sequence[Evidence]) -> str:
    if len(evidence) == 1:
        return evidence[0].seen[:7]
    return max(source.seen for source in evidence)[:7]


def _format_months(months: Counter[str]) -> str:
    """The age of evidence as the months in which it was last read; the page itself has no clock."""
    if len(months) == 1:
        return next(iter(months))
    return ", ".join(f"{month} ({count:,})" for month, count in sorted(months.items()))


def _list_component_rows(models: Sequence[Model]) -> Iterator[TableRow]:
    for name in COMPONENTS:
        yield _build_component_row(name, [model.components[name] for model in models])


def _build_component_row(name: str, components: Sequence[Component]) -> TableRow:
    known = [component for component in components if component.status != "unknown"]
    primary = sum(has_primary_source(component.evidence) for component in known)
    unknown = len(components) - len(known)
    return name, f"{len(known):,}", f"{unknown:,}", _format_share(primary, len(known))


def _format_share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else ""
