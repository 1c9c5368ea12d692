"""How a license differs from its predecessor: freedoms, conditions that came or went, numbers that moved."""

from collections import defaultdict
from collections.abc import Iterator

from audit.core.escape import escape_markdown
from audit.core.markdown import format_markdown_link
from audit.licenses.compare import compare_expressions
from audit.publish.pages.terms import find_license_name
from audit.records.model import License, LicenseCondition, Registry

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
        ids = sorted(successor.id for successor in successors)
        links = ", ".join(_format_license_link(id, registry) for id in ids)
        yield f"Followed by {links}."


def _render_predecessor(old: License, new: License, registry: Registry) -> str:
    link = _format_license_link(old.id, registry)
    direction = DIRECTION_SENTENCES[compare_expressions(old.id, new.id, registry)]
    lines = list(_list_differences(old, new)) or ["* nothing that the recorded terms show"]
    return "\n".join([f"Against its predecessor, {link}. {direction}\n", *lines])


def _format_license_link(id: str, registry: Registry) -> str:
    return format_markdown_link(find_license_name(id, registry), f"{id}.md")


def _list_differences(old: License, new: License) -> Iterator[str]:
    for name, before in old.freedoms.items():
        after = new.freedoms[name]
        if before != after:
            yield f"* freedom to {name}: {FREEDOM_STATES[before]} before, {FREEDOM_STATES[after]} now"
    was, now = _group_conditions_by_kind(old), _group_conditions_by_kind(new)
    for kind in sorted({*was, *now}):
        yield from _list_kind_differences(kind, was.get(kind, []), now.get(kind, []))


def _group_conditions_by_kind(license: License) -> dict[str, list[LicenseCondition]]:
    found: dict[str, list[LicenseCondition]] = defaultdict(list)
    for condition in license.conditions:
        found[condition.kind].append(condition)
    return found


def _list_kind_differences(
    kind: str, was: list[LicenseCondition], now: list[LicenseCondition]
) -> Iterator[str]:
    """One clause on each side is the same clause with other numbers; otherwise clauses only came or went."""
    words = kind.replace("-", " ")
    if len(was) == len(now) == 1:
        for change in _list_changed_parameters(was[0], now[0]):
            yield f"* {words}: {change}"
        return
    for condition in _list_unmatched(now, was):
        yield f"* new, {words}: {escape_markdown(condition.summary)}"
    for condition in _list_unmatched(was, now):
        yield f"* gone, {words}: {escape_markdown(condition.summary)}"


def _list_unmatched(
    conditions: list[LicenseCondition], others: list[LicenseCondition]
) -> list[LicenseCondition]:
    """Those whose parameters none of the others has."""
    known = [other.parameters for other in others]
    return [condition for condition in conditions if condition.parameters not in known]


def _list_changed_parameters(old: LicenseCondition, new: LicenseCondition) -> Iterator[str]:
    for name in sorted({*old.parameters, *new.parameters}):
        before, after = old.parameters.get(name), new.parameters.get(name)
        if before != after:
            change = f"{_format_parameter(before)} → {_format_parameter(after)}"
            yield f"{name.replace('_', ' ')} {change}"


def _format_parameter(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return escape_markdown(", ".join(map(str, value)))
    if isinstance(value, int):
        return f"{value:,}"
    return escape_markdown(str(value))
