"""licenses/: what each license lets one do, as a matrix; and a page for each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.core.grouping import group_pairs, list_alphabetically
from audit.definitions.clause_view import (
    STAGE_TITLES,
    ShippedWords,
    find_stage,
    is_silent_kind,
    list_shipped_words,
)
from audit.definitions.common_uses import COMMON_USES, build_model_under_license
from audit.definitions.permissions import find_permission
from audit.licenses.conditions import find_condition_kind
from audit.licenses.expression import parse_expression
from audit.licenses.terms import evaluate_open_terms, find_best_terms
from audit.licenses.uses import PERMISSION_WORDS, TOLD_WORDS, IntendedUse, Permission
from audit.publish.pages.license_clauses import LIMIT_WORDS, name_clause_kind
from audit.publish.pages.terms import find_license_name
from audit.publish.site.html import SitePage, render_page
from audit.publish.site.paths import find_license_page
from audit.publish.site.report_forms import list_forms
from audit.publish.site.site_data import SiteData
from audit.publish.views.model_summary import MILLION, UNKNOWN, ModelSummary
from audit.records.license import License, LicenseCondition, format_section
from audit.records.registry import Registry

MATRIX: Mapping[str, IntendedUse] = {
    "use commercially": COMMON_USES[0].use,
    "serve": IntendedUse(mode="host", purposes=("commercial",)),
    "train further": IntendedUse(mode="fine-tune"),
    "sell what you trained": IntendedUse(mode="sell-fine-tune"),
    "pass on": IntendedUse(mode="redistribute"),
    "train on outputs": IntendedUse(mode="train-on-outputs"),
}
"""The columns: what one asks first."""
CELL_WORDS: Mapping[Permission, str] = {
    "allowed": "yes",
    "allowed-with-obligations": "with duties",
    "needs-separate-license": "ask",
    "forbidden": "no",
    "unknown": "?",
}
_NO_GATE_SEEN = (UNKNOWN, "no-repository")
_OPENNESS_WORDS = {"yes": "open terms", "no": "not open", "unknown": "not read whole"}
_GROUPS = ("What it limits", *STAGE_TITLES.values(), "Also in the text")
_LIMITS = ("forbidden", "needs-license", "royalty")
_FREEDOM_WORDS = {"yes": "yes", "limited": "with limits", "no": "no", "unknown": "not read yet"}


@dataclass(frozen=True)
class LicenseRow:
    """One license in the matrix."""

    id: str
    name: str
    kind: str
    models: Sequence[ModelSummary]
    answers: tuple[tuple[str, Permission], ...]
    thresholds: tuple[str, ...]
    phrases: tuple[str, ...]

    @property
    def gates(self) -> str:
        """How many of its models are behind a gate, and of how many that was seen."""
        seen = [row.gate for row in self.models if row.gate not in _NO_GATE_SEEN]
        behind = sum(gate != "none" for gate in seen)
        return f"{behind} of {len(seen)} seen" if seen else "–"

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """Use, value and word of each cell."""
        return [(use, value, CELL_WORDS[value]) for use, value in self.answers]


@dataclass(frozen=True)
class ShownClause:
    """One clause on the page of its license."""

    name: str
    summary: str
    effect: str
    section: str
    quote: str
    ship: tuple[ShippedWords, ...]
    exception: str

    @property
    def heading(self) -> str:
        """Its kind and what it does, in the words of the license's page beside its record."""
        effect = LIMIT_WORDS.get(self.effect.replace(" ", "-"), self.effect)
        name = name_clause_kind(self.name)
        return f"{name}, {effect}" if effect else name


def list_license_rows(data: SiteData) -> list[LicenseRow]:
    """Every license, the one with the most models first."""
    users = _group_users(data)
    licenses = data.registry.licenses.values()
    rows = [_build_row(each, users.get(each.id, ()), data.registry) for each in licenses]
    return sorted(rows, key=lambda row: (-len(row.models), row.name.casefold(), row.id))


def _group_users(data: SiteData) -> Mapping[str, Sequence[ModelSummary]]:
    """The models by each license that the expression of their weights names."""
    found: dict[str, list[ModelSummary]] = {}
    for row in data.rows:
        for id in _list_ids(row.license, data.registry):
            found.setdefault(id, []).append(row)
    return found


def _list_ids(expression: str, registry: Registry) -> Sequence[str]:
    if expression in ("", "unknown", "NONE"):
        return ()
    return sorted(parse_expression(expression, registry).license_ids)


def _build_row(license: License, models: Sequence[ModelSummary], registry: Registry) -> LicenseRow:
    return LicenseRow(
        license.id,
        find_license_name(license.id, registry),
        _classify(license, registry),
        models,
        tuple(_answer_uses(license, registry)),
        tuple(_list_thresholds(license)),
        tuple(_list_phrases(license)),
    )


def _answer_uses(license: License, registry: Registry) -> Iterator[tuple[str, Permission]]:
    model = build_model_under_license(license)
    for use, asked in MATRIX.items():
        yield use, find_permission(model, registry, asked)


def _classify(license: License, registry: Registry) -> str:
    if license.osi_approved:
        return "OSI-approved"
    return _OPENNESS_WORDS[evaluate_open_terms(find_best_terms(license.id, registry))]


def _list_thresholds(license: License) -> Iterator[str]:
    """Numbers from which other terms hold."""
    for condition in filter(_is_threshold, license.conditions):
        users, amount = (condition.parameters.get(name) for name in ("users", "amount"))
        if isinstance(users, int):
            yield f"{_shorten_number(users)} users"
        elif isinstance(amount, int):
            yield f"{_shorten_number(amount)} {condition.parameters.get('currency', '')}".strip()


def _shorten_number(value: int) -> str:
    """Whole millions as such: a column has no room for nine digits."""
    return f"{value // MILLION} million" if value and value % MILLION == 0 else f"{value:,}"


def _is_threshold(condition: LicenseCondition) -> bool:
    kind = find_condition_kind(condition)
    return kind is not None and kind.is_threshold


def _list_phrases(license: License) -> Iterator[str]:
    """Words to show as they stand."""
    for condition in license.conditions:
        for shipped in list_shipped_words(condition.parameters):
            if shipped.what in ("display", "begin the name with"):
                yield shipped.quoted


def render_license_pages(data: SiteData, rows: Sequence[LicenseRow]) -> Iterator[SitePage]:
    """The matrix, and a page for each license."""
    uses = list(MATRIX)
    yield render_page(
        "licenses.html.j2", "licenses/index.html", data, rows=rows, uses=uses, words=CELL_WORDS
    )
    for row in rows:
        yield _render_license(row, data)


def _render_license(row: LicenseRow, data: SiteData) -> SitePage:
    license = data.registry.licenses[row.id]
    return render_page(
        "license.html.j2",
        find_license_page(row.id),
        data,
        license.ref,
        row=row,
        license=license,
        parts=group_clauses(license),
        freedoms=[(name, _FREEDOM_WORDS[value]) for name, value in license.freedoms.items()],
        answers=[(use, PERMISSION_WORDS[value]) for use, value in row.answers],
        words=TOLD_WORDS,
        forms=list_forms(license.ref, data.address),
        **_find_relatives(license, data.registry),
    )


def _find_relatives(license: License, registry: Registry) -> dict[str, Any]:
    """Other versions of it, and the datasets under it."""
    others = list_alphabetically(registry.licenses)
    datasets = list_alphabetically(registry.datasets)
    return {
        "predecessor": registry.licenses.get(license.predecessor or ""),
        "successors": [each for each in others if each.predecessor == license.id],
        "datasets": [each for each in datasets if each.license == license.id],
    }


def group_clauses(license: License) -> list[tuple[str, list[ShownClause]]]:
    """Limits first, then duties by stage, then the rest; without empty groups."""
    found = group_pairs((_choose_group(each), _show_clause(each)) for each in license.conditions)
    return [(title, found[title]) for title in _GROUPS if title in found]


def _choose_group(condition: LicenseCondition) -> str:
    stage = find_stage(condition.kind, condition.parameters)
    if condition.parameters.get("effect") in _LIMITS:
        return "What it limits"
    if is_silent_kind(condition.kind) and stage != "end":
        return "Also in the text"
    return STAGE_TITLES.get(stage, STAGE_TITLES["before-use"])


def _show_clause(condition: LicenseCondition) -> ShownClause:
    parameters = condition.parameters
    return ShownClause(
        condition.kind.replace("-", " "),
        condition.summary,
        str(parameters.get("effect", "")).replace("-", " "),
        format_section(condition.section),
        condition.quote or "",
        tuple(list_shipped_words(parameters)),
        str(parameters.get("except", "")),
    )
