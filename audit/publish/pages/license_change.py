"""How a license differs from its predecessor, as data: freedoms, conditions that came or went, and numbers that moved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

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


def render_license_change(license: License, registry: Registry) -> Iterable[str]:
    """The section on the predecessor, and who succeeded; nothing where there is neither."""
    old = registry.licenses.get(license.predecessor or "")
    after = [each for each in registry.licenses.values() if each.predecessor == license.id]
    if old is None and not after:
        return
    yield "## What changed"
    if old is not None:
        direction = DIRECTION_SENTENCES[compare_expressions(old.id, license.id, registry)]
        lines = list(_list_differences(old, license)) or ["* nothing that the recorded terms show"]
        yield (
            f"Against its predecessor, {format_markdown_link(find_license_name(old.id, registry), f'{old.id}.md')}. {direction}\n\n"
            + "\n".join(lines)
        )
    if after:
        yield (
            "Followed by "
            + ", ".join(
                format_markdown_link(find_license_name(each.id, registry), f"{each.id}.md")
                for each in sorted(after, key=lambda each: each.id)
            )
            + "."
        )


def _list_differences(old: License, new: License) -> Iterator[str]:
    for name, granted in old.freedoms.items():
        if granted != new.freedoms[name]:
            yield f"* freedom to {name}: {FREEDOM_STATES[granted]} before, {FREEDOM_STATES[new.freedoms[name]]} now"
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
    """One clause on each side is the same clause with other numbers; else what stands on one side only came or went."""
    words = kind.replace("-", " ")
    if len(was) == len(now) == 1:
        yield from (f"* {words}: {each}" for each in _list_changed_parameters(was[0], now[0]))
        return
    gone = [each for each in was if not any(each.parameters == other.parameters for other in now)]
    new = [each for each in now if not any(each.parameters == other.parameters for other in was)]
    yield from (f"* new, {words}: {escape_markdown(each.summary)}" for each in new)
    yield from (f"* gone, {words}: {escape_markdown(each.summary)}" for each in gone)


def _list_changed_parameters(old: LicenseCondition, new: LicenseCondition) -> Iterator[str]:
    for name in sorted({*old.parameters, *new.parameters}):
        before, after = old.parameters.get(name), new.parameters.get(name)
        if before != after:
            yield f"{name.replace('_', ' ')} {_format_parameter(before)} → {_format_parameter(after)}"


def _format_parameter(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return escape_markdown(", ".join(map(str, value)))
    return f"{value:,}" if isinstance(value, int) else escape_markdown(str(value))
