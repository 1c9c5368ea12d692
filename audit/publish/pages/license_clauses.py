"""The clauses of a license on its page: limits first, then duties by stage, then the rest.

Stages, exact words and exceptions are those of `allows`.
"""

from collections.abc import Iterable, Iterator

from audit.core.escape import escape_markdown
from audit.definitions.clause_view import (
    STAGE_TITLES,
    find_stage,
    is_silent_kind,
    list_shipped_words,
)
from audit.licenses.uses import PERMISSION_WORDS
from audit.records.license import License, LicenseCondition, format_section

LIMIT_WORDS = {
    "forbidden": PERMISSION_WORDS["forbidden"],
    "needs-license": PERMISSION_WORDS["needs-separate-license"],
    "royalty": "costs a royalty",
}
_SHOWN_PARAMETERS = (
    "users",
    "period",
    "amount",
    "currency",
    "royalty_percent",
    "excluded",
    "modalities",
)
"""Parameters that say more than the plain words do; the others steer the rules."""


def render_demands(license: License) -> Iterator[str]:
    """What it limits, what it asks for and when, and what else is in the text."""
    limits = [each for each in license.conditions if _is_limit(each)]
    others = [each for each in license.conditions if not _is_limit(each)]
    yield from _render_part("## What it limits", limits)
    yield from _render_duties([each for each in others if not _is_besides(each)])
    yield from _render_part("## Also in the text", filter(_is_besides, others))


def _render_duties(duties: list[LicenseCondition]) -> Iterator[str]:
    if duties:
        yield "## What it asks for"
    for stage, title in STAGE_TITLES.items():
        yield from _render_part(f"### {title}", (each for each in duties if _is_at(each, stage)))


def _is_at(condition: LicenseCondition, stage: str) -> bool:
    """Whether it is due at the stage; a duty without one has to be known before use."""
    found = find_stage(condition.kind, condition.parameters)
    return stage == (found if found in STAGE_TITLES else "before-use")


def _is_limit(condition: LicenseCondition) -> bool:
    return condition.parameters.get("effect") in LIMIT_WORDS


def _is_besides(condition: LicenseCondition) -> bool:
    """Whether no use can touch it, and it says nothing of the end."""
    return is_silent_kind(condition.kind) and not _is_at(condition, "end")


def _render_part(heading: str, conditions: Iterable[LicenseCondition]) -> Iterator[str]:
    lines = list(map(_render_condition, conditions))
    if lines:
        yield f"{heading}\n\n" + "\n".join(lines)


def _render_condition(condition: LicenseCondition) -> str:
    said = " ".join([condition.summary + _format_parameters(condition), *_list_words(condition)])
    section = format_section(condition.section)
    return f"* **{_name_condition(condition)}**: {escape_markdown(f'{said} — {section}')}"


def _name_condition(condition: LicenseCondition) -> str:
    name = name_clause_kind(condition.kind)
    effect = LIMIT_WORDS.get(str(condition.parameters.get("effect")))
    return f"{name}, {effect}" if effect else name


def name_clause_kind(kind: str) -> str:
    """As the heading of a clause."""
    return kind.replace("-", " ").capitalize().replace("Ai ", "AI ")


def _list_words(condition: LicenseCondition) -> Iterator[str]:
    """Exact words to ship, and what the clause leaves free."""
    for each in list_shipped_words(condition.parameters):
        yield f"{each.what.capitalize()}: {each.quoted}."
    exception = condition.parameters.get("except")
    if exception:
        yield f"Except: {exception}."


def _format_parameters(condition: LicenseCondition) -> str:
    """Numbers and the like in brackets; empty where there are none to show."""
    shown = [
        f"{name.replace('_', ' ')}: {_format_parameter(condition.parameters[name])}"
        for name in _SHOWN_PARAMETERS
        if name in condition.parameters
    ]
    return f" ({'; '.join(shown)})" if shown else ""


def _format_parameter(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
