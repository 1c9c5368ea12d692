"""What a drift means for the label and for what one may do, in sentences of ours."""

from collections.abc import Iterator

from audit.definitions.common_uses import uses_changed
from audit.drift.finding import Finding
from audit.drift.kinds import DIRECTIONS
from audit.licenses.expression import BadExpression
from audit.licenses.hub_tags import license_of_tag
from audit.licenses.terms import Clause, Terms, terms_of
from audit.records.model import Freedom, Registry, placed

_FREEDOMS = ("use", "study", "modify", "share")
_WORDS: dict[Freedom, str] = {"yes": "free", "limited": "allowed with limits", "no": "not allowed", "unknown": "unread"}
_GATES = {
    "weights-gated": "One now has to log in and accept conditions before the download; copies made before are not affected.",
    "data-gated": "One now has to log in and accept conditions before the download; copies made before are not affected.",
    "weights-ungated": "Anybody can download without an account.",
    "weights-gone": "A copy that you already have keeps the license under which you got it; new users cannot get it here.",
    "data-gone": "Models trained on it can no longer be rebuilt from this source.",
    "identity-changed": "Nothing that this repository says is about the model recorded here, until somebody has looked.",
    "weights-replaced": "A download today is not the file that was recorded; pin a revision if you depend on it.",
}


def meaning(finding: Finding, registry: Registry) -> list[str]:
    """Sentences, the most important first."""
    lines = [
        f"The change makes it {DIRECTIONS[finding.direction]}."
        if finding.direction != "unreviewed"
        else "Whether this opens or closes anything, a person has to read."
    ]
    if finding.verdict_before and finding.verdict_before != finding.verdict_after:
        lines.append(f"The plain label goes from **{finding.verdict_before}** to **{finding.verdict_after}**.")
    elif finding.verdict_before:
        lines.append(f"The plain label stays **{finding.verdict_before}**.")
    if finding.kind in _GATES:
        lines.append(_GATES[finding.kind])
    return lines + list(_terms_changed(finding, registry))


def licenses_of(finding: Finding, registry: Registry) -> tuple[str | None, str | None]:
    """The licenses before and after, where the finding is about licenses and the registry knows them."""
    if "license" not in finding.kind:
        return None, None
    return _license(finding.before, registry), _license(finding.after, registry)


def _license(value: object, registry: Registry) -> str | None:
    if not isinstance(value, str):
        return None
    return value if value in registry.licenses else license_of_tag(value, None, registry)


def _terms_changed(finding: Finding, registry: Registry) -> Iterator[str]:
    before, after = licenses_of(finding, registry)
    try:
        old, new = (terms_of(each, registry) if each else None for each in (before, after))
    except BadExpression:
        return
    if not new:
        return
    if not old:
        yield from (f"Now: {_said(clause, registry)}" for clause in new.clauses)
        return
    model = registry.models.get(finding.record.removeprefix("models/"))
    if model and before and after:
        yield from uses_changed(model, before, after, registry)
    yield from _freedoms_changed(old, new)
    was, now = ({(each.condition.kind, str(sorted(each.condition.parameters.items()))): each for each in terms.clauses} for terms in (old, new))
    yield from (f"New: {_said(now[key], registry)}" for key in now if key not in was)
    yield from (f"No longer: {_said(was[key], registry)}" for key in was if key not in now)


def _freedoms_changed(old: Terms, new: Terms) -> Iterator[str]:
    for name, was, now in zip(_FREEDOMS, old.freedoms, new.freedoms, strict=True):
        if was != now:
            yield f"The freedom to {name} it: {_WORDS[was]} before, {_WORDS[now]} now."


def _said(clause: Clause, registry: Registry) -> str:
    return f"{clause.condition.summary} ({registry.licenses[clause.license].name}, {placed(clause.condition.section)})"
