"""Direction of a change of terms. (First version; to be replaced by comparison of conditions.)"""

from typing import Literal

from audit.records.types import Registry

Direction = Literal["more-closed", "more-open", "neutral", "unreviewed"]
_RANK = {"yes": 2, "limited": 1, "no": 0}


def compare_expressions(before: str | None, after: str | None, registry: Registry) -> Direction:
    """Direction from one license expression to another."""
    if before == after:
        return "neutral"
    def rank(e):
        ids=[w for w in (e or "").replace("(", " ").replace(")", " ").split() if w not in ("AND","OR")]
        if not ids or any(i not in registry.licenses for i in ids): return None
        fs=[registry.licenses[i].freedoms for i in ids]
        if any(v=="unknown" for f in fs for v in f.values()): return None
        return [min(_RANK[f[k]] for f in fs) for k in fs[0]], sum(len(registry.licenses[i].conditions) for i in ids)
    a,b=rank(before),rank(after)
    if a is None or b is None: return "unreviewed"
    if a[0]==b[0]: return "neutral"
    if all(y>=x for x,y in zip(a[0],b[0])): return "more-open"
    if all(y<=x for x,y in zip(a[0],b[0])): return "more-closed"
    return "unreviewed"
