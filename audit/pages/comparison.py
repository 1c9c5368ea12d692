"""registry/indexes/README.md: where this registry and other indexes see a fact differently."""

from collections.abc import Sequence

from audit.indexes import OtherIndex, compared, disagreements
from audit.pages.markdown import GENERATED, anchor, link, table, text
from audit.records.types import Registry

MAX_ROWS = 400


def comparison_page(indexes: Sequence[OtherIndex], registry: Registry) -> str:
    """One table per index. Both sides are linked, so that anybody can look."""
    intro = (
        "Each row is one fact that both sides know and see differently, with the place where it was read.\n"
        "An index can be older than a change, can speak of another version, or can judge by another rule: a difference is a question, not a charge.\n"
        "What this registry does not know is not listed."
    )
    parts = [GENERATED, "# Beside other indexes", "[All models](../README.md)", intro]
    for index in indexes:
        found = list(disagreements(index, registry))
        source = link(f"{index.repository} at {index.commit[:12]}", f"https://github.com/{index.repository}/tree/{index.commit}")
        head = f"{source}: {compared(index, registry)} facts compared, {len(found)} differ."
        rows = [
            (
                link(each.model.id, f"../models/{each.model.id.partition('/')[0]}/README.md#{anchor(each.model.id)}"),
                each.fact,
                link(each.theirs, each.their_url),
                link(each.ours, each.our_url) if each.our_url else text(each.ours),
            )
            for each in found[:MAX_ROWS]
        ]
        parts += [f"## {text(index.name)}", head]
        if rows:
            parts.append(table(("Model", "Fact", "They say", "We say"), rows))
    return "\n\n".join(parts) + "\n"
