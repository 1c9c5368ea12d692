"""How much is known: per component, by kind of source, and when it was read."""

from collections import Counter
from collections.abc import Iterable, Iterator

from audit.core.markdown import table
from audit.records.model import COMPONENTS, Model, Registry
from audit.records.sampling import facts_by_folder

_KINDS = {"models": "Models", "families": "Families", "datasets": "Datasets", "licenses": "Licenses"}


def coverage(registry: Registry) -> list[str]:
    """The section of the catalogue."""
    return [
        '<a id="coverage"></a>\n\n## How much is known',
        "What nobody could show stays unknown. A primary source is one that the maker published.",
        table(("Facts about", "Stated", "With a primary source", "Read in"), _kinds(registry)),
        table(("Component", "Known", "Unknown", "Of the known, primary"), _components(list(registry.models.values()))),
    ]


def _kinds(registry: Registry) -> Iterator[tuple[str, ...]]:
    for folder, facts in facts_by_folder(registry).items():
        primary, months = 0, Counter[str]()
        for fact in facts:
            primary += any(each.kind == "primary" for each in fact.evidence)
            months[max(each.seen for each in fact.evidence)[:7]] += 1
        if stated := months.total():
            yield _KINDS[folder], f"{stated:,}", _share(primary, stated), _months(months)


def _months(months: Counter[str]) -> str:
    """The age of evidence as the months in which it was last read; the page itself has no clock."""
    return ", ".join(month if len(months) == 1 else f"{month} ({count:,})" for month, count in sorted(months.items()))


def _components(models: list[Model]) -> Iterable[tuple[str, ...]]:
    known, primary = Counter[str](), Counter[str]()
    for component in (each for model in models for each in model.components.values() if each.status != "unknown"):
        known[component.name] += 1
        primary[component.name] += any(each.kind == "primary" for each in component.evidence)
    for name in COMPONENTS:
        yield name, f"{known[name]:,}", f"{len(models) - known[name]:,}", _share(primary[name], known[name])


def _share(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else ""
