"""Does the card's prose name another license for the weights than its tag does?

Narrow on purpose: only a sentence that speaks of the weights or the model, says under what they are,
names one published license and nothing of code, data or other models. What the record already says
is settled.
"""

import re
from collections.abc import Iterator
from itertools import chain

from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.compare.license_statements import collect_license_names
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import LICENSE_CONFLICT
from audit.licenses.terms_lines import describe_terms_change
from audit.observations.card_prose import CARD_PATH
from audit.observations.facts import Statement

_NAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), prefix)
    for pattern, prefix in (
        (
            r"\bapache\b(?:[ -](?:software )?licen[cs]e)?[ ,-]*(?:v(?:ersion)? ?)?2(?:\.0)?\b",
            "Apache-2.0",
        ),
        (r"\bMIT(?=[ -]licen[cs]e)|(?<=under )MIT\b|(?<=under the )MIT\b", "MIT"),
        (r"\bcc[ -]by[ -]nc[ -]sa\b", "CC-BY-NC-SA-"),
        (r"\bcc[ -]by[ -]nc[ -]nd\b", "CC-BY-NC-ND-"),
        (r"\bcc[ -]by[ -]nc\b(?![ -](?:sa|nd))", "CC-BY-NC-"),
        (r"\bcc[ -]by[ -]sa\b", "CC-BY-SA-"),
        (r"\bcc[ -]by\b(?![ -](?:nc|sa|nd))", "CC-BY-"),
        (r"\bagpl\b", "AGPL-"),
        (r"\blgpl\b", "LGPL-"),
        (r"\bgpl\b", "GPL-"),
    )
)
"""Published licenses as people write them, and how ids of their versions begin."""
_SUBJECT = re.compile(r"\b(weights?|checkpoints?|parameters|model)\b", re.IGNORECASE)
_CLAIM = re.compile(
    r"\b(?:is|are|was|were)\b[^.]{0,40}\b(?:licensed|released|available|distributed|published)\b|"
    r"\b(?:licensed|released|available|distributed|published)\b[^.]{0,20}\bunder\b|"
    r"\b(?:weights?|model|checkpoints?)\b[^.]{0,20}\bunder\b|\blicen[cs]e\b ?(?:is|:)",
    re.IGNORECASE,
)
_OTHER_SUBJECT = re.compile(
    r"\b(code|source|scripts?|software|librar\w+|repositor\w+|datasets?|data|corpus|images?|"
    r"based on|derived|deriv\w+|fine-?tuned from|base model|original\w*|previous\w*|former\w*|"
    r"earlier|unlike|except|not|no longer|or|depending|some|other|each|respective\w*|"
    r"will be|llama|gemma|qwen|paper|card|documentation)\b",
    re.IGNORECASE,
)


def find_prose_conflicts(hub: HubComparison) -> Differences:
    """One for each license that the prose names and nothing else accounts for."""
    tag, card = hub.tagged_license, hub.now.card
    if hub.kind != "model" or tag is None or card is None or not card.is_read:
        return
    told: set[str] = set()
    for statement in card.statements:
        prefix = find_stated_license(statement.quote)
        if prefix and prefix not in told and not _is_accounted_for(hub, tag, prefix):
            told.add(prefix)
            yield _build_conflict(hub, tag, prefix, statement)


def find_stated_license(sentence: str) -> str | None:
    """How the id of the one license begins that a sentence states for the weights; else None."""
    named = list(list_named_licenses(sentence))
    if len(named) != 1 or not _SUBJECT.search(sentence) or not _CLAIM.search(sentence):
        return None
    return None if _OTHER_SUBJECT.search(sentence) else named[0]


def list_named_licenses(sentence: str) -> Iterator[str]:
    """How the ids of the licenses begin that a sentence names."""
    for pattern, prefix in _NAMES:
        if pattern.search(sentence):
            yield prefix


def _is_accounted_for(hub: HubComparison, tag: str, prefix: str) -> bool:
    """Whether the tag, the record, or a license of the model's code is of this name."""
    names = collect_license_names(tag) | collect_license_names(hub.declaration.license or "")
    return any(is_license_of_name(name, prefix) for name in names | _collect_own_names(hub))


def _collect_own_names(hub: HubComparison) -> frozenset[str]:
    """The licenses of everything that the model's record states."""
    components = hub.model.components.values() if hub.model else ()
    stated = (collect_license_names(component.license or "") for component in components)
    return frozenset(chain.from_iterable(stated))


def is_license_of_name(license: str, prefix: str) -> bool:
    """Whether an id is this license: `CC-BY-4.0` is `CC-BY-`, and `CC-BY-NC-4.0` is not."""
    rest = license.removeprefix(prefix)
    return rest != license and (rest == "" or rest[:1].isdigit())


def _build_conflict(hub: HubComparison, tag: str, prefix: str, statement: Statement) -> Difference:
    stated = _find_license(hub, prefix)
    name = prefix.rstrip("-")
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


def _find_license(hub: HubComparison, prefix: str) -> str | None:
    """The newest version of a license that the registry holds."""
    known = [id for id in hub.registry.licenses if is_license_of_name(id, prefix)]
    return max(known, default=None)
