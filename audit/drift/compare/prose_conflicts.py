"""Does the card's prose name another license for the weights than its tag does?

Narrow on purpose: only a sentence that speaks of the weights or the model, says under what they are,
names one published license and nothing of code, data or other models. What the record already says
is settled.
"""

from itertools import chain

from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.compare.license_statements import collect_license_names
from audit.drift.compare.stated_licenses import (
    NamedLicense,
    find_stated_license,
    is_license_of_name,
)
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import LICENSE_CONFLICT
from audit.licenses.terms_lines import describe_terms_change
from audit.observations.card_prose import CARD_PATH
from audit.observations.facts import Statement


def find_prose_conflicts(hub: HubComparison) -> Differences:
    """One for each license that the prose names and nothing else accounts for."""
    tag, card = hub.tagged_license, hub.now.card
    if hub.kind != "model" or tag is None or card is None or not card.is_read:
        return
    told: set[str] = set()
    for statement in card.statements:
        named = find_stated_license(statement.quote)
        if named and named.prefix not in told and not _is_accounted_for(hub, tag, named.prefix):
            told.add(named.prefix)
            yield _build_conflict(hub, tag, named, statement)


def _is_accounted_for(hub: HubComparison, tag: str, prefix: str) -> bool:
    """Whether the tag, the record, or a license of the model's code is of this name."""
    names = collect_license_names(tag) | collect_license_names(hub.declaration.license or "")
    return any(is_license_of_name(name, prefix) for name in names | _collect_own_names(hub))


def _collect_own_names(hub: HubComparison) -> frozenset[str]:
    """The licenses of everything that the model's record states."""
    components = hub.model.components.values() if hub.model else ()
    stated = (collect_license_names(component.license or "") for component in components)
    return frozenset(chain.from_iterable(stated))


def _build_conflict(
    hub: HubComparison, tag: str, named: NamedLicense, statement: Statement
) -> Difference:
    stated = max(named.list_ids(hub.registry), default=None)
    name = named.prefix.rstrip("-")
    return Difference(
        LICENSE_CONFLICT.id,
        f"{CARD_PATH}: {name}",
        tag,
        stated or name,
        hub.find_direction(tag, stated),
        text_diff=_quote_both(hub, tag, stated, statement),
    )


def _quote_both(
    hub: HubComparison, tag: str, stated: str | None, statement: Statement
) -> LicenseTextDiff:
    quotes = f"the Hub tag says {tag}", f"the card says: {statement.quote}"
    terms = describe_terms_change(tag, stated, hub.registry)
    return LicenseTextDiff(None, None, quotes, terms=terms)
