"""registry/indexes/README.md: where this registry and other indexes see a fact alike, and where differently."""

from collections import Counter
from collections.abc import Sequence

from audit.analysis.other_indexes import Compared, OtherIndex, compared
from audit.core.markdown import GENERATED, anchor, folded, link, linked, table, text
from audit.publish.pages.context import Judged
from audit.publish.pages.links import model_link, section_of
from audit.publish.pages.terms import terms_words
from audit.records.model import Registry

UP = "../"
MAX_ROWS = 600


def comparison_page(indexes: Sequence[OtherIndex], pages: Judged) -> str:
    """Counts per index and fact, then every difference with both sides linked, so that anybody can look."""
    registry = pages.registry
    intro = (
        "Facts that another index and this registry both know, side by side, each with the place where it was read.\n"
        "An index can be older than a change, speak of another version, or judge by another rule; and this registry can be wrong. "
        "A difference is a question, not a charge.\n"
        "What either side does not know is not compared."
    )
    found = {index.id: list(compared(index, registry)) for index in indexes}
    rows = [(link(index.name, f"#{anchor(index.id)}"), str(len({each.model.id for each in found[index.id]})), *_counts(found[index.id])) for index in indexes]
    parts = [GENERATED, "# Beside other indexes", f"[All models]({UP}README.md)", intro]
    if rows:
        parts.append(table(("Index", "Models in both", "Facts compared", "Alike", "Different"), rows))
    for index in indexes:
        parts += _index(index, found[index.id], registry)
    return "\n\n".join(parts) + "\n"


def _counts(facts: Sequence[Compared]) -> tuple[str, str, str]:
    alike = sum(each.agrees for each in facts)
    return f"{len(facts):,}", f"{alike:,}", f"{len(facts) - alike:,}"


def _index(index: OtherIndex, facts: Sequence[Compared], registry: Registry) -> list[str]:
    source = link(f"{index.repository} at {index.commit[:12]}", f"https://github.com/{index.repository}/tree/{index.commit}")
    alike = Counter(each.fact for each in facts if each.agrees)
    different = Counter(each.fact for each in facts if not each.agrees)
    parts = [f'<a id="{anchor(index.id)}"></a>\n\n## {text(index.name)}', f"{source}. {text(index.note)}"]
    if facts:
        rows = [(text(fact), str(alike[fact]), str(different[fact])) for fact in sorted({*alike, *different})]
        parts.append(table(("Fact", "Alike", "Different"), rows))
    differences = [_row(each, registry) for each in facts if not each.agrees]
    if differences:
        title = f"The {len(differences):,} differences, model by model" if len(differences) > 1 else "The difference"
        parts.append(folded(title, table(("Model", "Fact", "They say", "We say"), differences[:MAX_ROWS])))
    return parts


def _row(each: Compared, registry: Registry) -> tuple[str, ...]:
    ours = terms_words(each.ours, registry) if each.fact == "license" else text(each.ours)
    # A value that follows from several facts has no address of its own; the model's section shows them all.
    target = each.our_url or section_of(each.model.ref, UP)
    return model_link(each.model.id, registry, UP), text(each.fact), link(each.theirs, each.their_url), linked(ours, target)
