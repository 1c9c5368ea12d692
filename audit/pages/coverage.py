"""How much is known: per component, by kind of source, and when it was read."""

from collections import Counter
from collections.abc import Iterable

from audit.pages.markdown import table
from audit.records.types import COMPONENTS, Model, Registry
from audit.spot_check import StatedFact, stated_facts

_KINDS = {"models": "Models", "families": "Families", "datasets": "Datasets", "licenses": "Licenses"}


def coverage(registry: Registry) -> list[str]:
    """The section of the catalogue."""
    facts = stated_facts(registry)
    return [
        '<a id="coverage"></a>\n\n## How much is known',
        "What nobody could show stays unknown. A primary source is one that the maker published.",
        table(("Facts about", "Stated", "With a primary source", "Read in"), _kinds(facts)),
        table(("Component", "Known", "Unknown", "Of the known, primary"), _components(list(registry.models.values()))),
    ]


def _kinds(facts: list[StatedFact]) -> Iterable[tuple[str, ...]]:
    for folder, words in _KINDS.items():
        found = [each for each in facts if each.record.startswith(f"{folder}/")]
        if found:
            primary = sum(any(item.kind == "primary" for item in each.evidence) for each in found)
            yield words, f"{len(found):,}", _share(primary, len(found)), _months(found)


def _months(facts: list[StatedFact]) -> str:
    """The age of evidence as the months in which it was last read; the page itself has no clock."""
    months = Counter(max(item.seen for item in each.evidence)[:7] for each in facts)
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
