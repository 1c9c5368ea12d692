"""What a drift means for the label and for what one may do, in sentences of ours."""

from collections.abc import Iterator

from audit.definitions.common_uses import describe_changed_uses
from audit.drift.finding import DIRECTION_WORDS, Finding
from audit.drift.kinds import find_drift_kind
from audit.licenses.expression import InvalidExpressionError
from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.terms import LicenseClause, find_best_terms
from audit.licenses.terms_diff import compare_terms
from audit.records.model import Freedom, Registry, format_section

_FREEDOM_WORDS: dict[Freedom, str] = {
    "yes": "free",
    "limited": "allowed with limits",
    "no": "not allowed",
    "unknown": "unread",
}


def describe_impact(finding: Finding, registry: Registry) -> list[str]:
    """Sentences, the most important first."""
    lines = [
        f"The change makes it {DIRECTION_WORDS[finding.direction]}."
        if finding.direction != "unreviewed"
        else "Whether this opens or closes anything, a person has to read."
    ]
    if finding.verdict_before and finding.verdict_before != finding.verdict_after:
        lines.append(
            f"The plain label goes from **{finding.verdict_before}** to **{finding.verdict_after}**."
        )
    elif finding.verdict_before:
        lines.append(f"The plain label stays **{finding.verdict_before}**.")
    consequence = find_drift_kind(finding.kind).consequence
    if consequence:
        lines.append(consequence)
    return lines + list(_describe_changed_terms(finding, registry))


def find_changed_licenses(finding: Finding, registry: Registry) -> tuple[str | None, str | None]:
    """The licenses before and after, where the finding is about licenses and the registry knows them."""
    if find_drift_kind(finding.kind).subject != "license":
        return None, None
    return _resolve_license(finding.before, registry), _resolve_license(finding.after, registry)


def _resolve_license(value: object, registry: Registry) -> str | None:
    if not isinstance(value, str):
        return None
    return value if value in registry.licenses else find_license_of_tag(value, None, registry)


def _describe_changed_terms(finding: Finding, registry: Registry) -> Iterator[str]:
    before, after = find_changed_licenses(finding, registry)
    try:
        old, new = (find_best_terms(each, registry) if each else None for each in (before, after))
    except InvalidExpressionError:
        return
    if not new:
        return
    if not old:
        yield from (f"Now: {_format_clause(clause, registry)}" for clause in new.clauses)
        return
    model = registry.models.get(finding.record.removeprefix("models/"))
    if model and before and after:
        yield from describe_changed_uses(model, before, after, registry)
    diff = compare_terms(old, new)
    for change in diff.freedoms:
        was, now = _FREEDOM_WORDS[change.before], _FREEDOM_WORDS[change.after]
        yield f"The freedom to {change.name} it: {was} before, {now} now."
    yield from (f"New: {_format_clause(clause, registry)}" for clause in diff.added)
    yield from (f"No longer: {_format_clause(clause, registry)}" for clause in diff.removed)


def _format_clause(clause: LicenseClause, registry: Registry) -> str:
    return f"{clause.condition.summary} ({registry.licenses[clause.license].name}, {format_section(clause.condition.section)})"
