"""How a license differs from its predecessor.

Freedoms, clauses that came or went, changed numbers.
"""

from collections.abc import Iterable, Iterator, Sequence

from audit.core.escape import escape_markdown
from audit.core.markdown import format_markdown_link
from audit.licenses.compare import compare_expressions
from audit.licenses.terms import LicenseClause, find_best_terms
from audit.licenses.terms_diff import (
    ClauseChange,
    FreedomChange,
    ParameterChange,
    compare_terms,
)
from audit.licenses.terms_lines import format_parameter
from audit.publish.pages.terms import find_license_name
from audit.records.license import License
from audit.records.registry import Registry

DIRECTION_SENTENCES = {
    "more-open": "By the recorded terms it gives more and asks for less.",
    "more-closed": "By the recorded terms it gives less or asks for more.",
    "neutral": "By the recorded terms it gives and asks for the same.",
    "unreviewed": "Which of the two is more open, the recorded terms do not decide.",
}
FREEDOM_STATES = {
    "yes": "granted",
    "limited": "with limits",
    "no": "withheld",
    "unknown": "not read yet",
}


def render_license_change(license: License, registry: Registry) -> Iterator[str]:
    """The section on the predecessor, and who succeeded; nothing where there is neither."""
    old = registry.licenses.get(license.predecessor or "")
    successors = [other for other in registry.licenses.values() if other.predecessor == license.id]
    if old or successors:
        yield "## What changed"
    if old:
        yield _render_predecessor(old, license, registry)
    if successors:
        yield _format_successors(successors, registry)


def _format_successors(successors: Sequence[License], registry: Registry) -> str:
    ids = sorted(successor.id for successor in successors)
    links = ", ".join(_format_license_link(id, registry) for id in ids)
    return f"Followed by {links}."


def _render_predecessor(old: License, new: License, registry: Registry) -> str:
    link = _format_license_link(old.id, registry)
    direction = DIRECTION_SENTENCES[compare_expressions(old.id, new.id, registry)]
    lines = list(_list_differences(old, new, registry))
    if not lines:
        lines = ["* nothing that the recorded terms show"]
    return "\n".join([f"Against its predecessor, {link}. {direction}\n", *lines])


def _format_license_link(id: str, registry: Registry) -> str:
    return format_markdown_link(find_license_name(id, registry), f"{id}.md")


def _list_differences(old: License, new: License, registry: Registry) -> Iterator[str]:
    diff = compare_terms(find_best_terms(old.id, registry), find_best_terms(new.id, registry))
    yield from map(_format_freedom_change, diff.freedoms)
    for clauses in sorted(diff.group_by_kind(), key=lambda change: change.kind):
        yield from _list_kind_differences(clauses)


def _format_freedom_change(freedom: FreedomChange) -> str:
    was, now = FREEDOM_STATES[freedom.before], FREEDOM_STATES[freedom.after]
    return f"* freedom to {freedom.name}: {was} before, {now} now"


def _list_kind_differences(clauses: ClauseChange) -> Iterator[str]:
    """The same clauses with other numbers; else what one side alone has came or went."""
    words = clauses.kind.replace("-", " ")
    if parameters := clauses.list_parameter_changes():
        for change in parameters:
            yield f"* {words}: {_format_parameter_change(change)}"
        return
    for summary in _list_summaries(clauses.added):
        yield f"* new, {words}: {summary}"
    for summary in _list_summaries(clauses.removed):
        yield f"* gone, {words}: {summary}"


def _list_summaries(clauses: Iterable[LicenseClause]) -> Iterator[str]:
    for clause in clauses:
        yield escape_markdown(clause.condition.summary)


def _format_parameter_change(change: ParameterChange) -> str:
    name = change.name.replace("_", " ")
    before = escape_markdown(format_parameter(change.before))
    after = escape_markdown(format_parameter(change.after))
    return f"{name} {before} → {after}"
