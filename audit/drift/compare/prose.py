"""What the card says in prose: sentences about terms that came or went, and the gate's own prompt."""

from collections.abc import Iterable

from audit.drift.compare.inputs import Differences
from audit.drift.compare.prose_direction import CardReader, TermsChange
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import CARD_TERMS_CHANGED, GATE_TERMS_CHANGED
from audit.licenses.terms_lines import describe_terms_change
from audit.observations.card_prose import CARD_PATH
from audit.observations.facts import CardProse, HubFacts, Statement
from audit.records.registry import Registry

GATE_PROMPT_FIELD = "hub.extra_gated_prompt"
MAX_NAMED_SENTENCES = 5
"""Sentences in the values of a finding; its passages show more."""
MAX_PASSAGES = 40


def compare_prose(
    before: CardProse | None, now: CardProse | None, reader: CardReader
) -> Differences:
    """Sentences that are new, and sentences that are gone; their order is no matter."""
    if not _can_compare(before, now):
        return
    old, new = _index_statements(before), _index_statements(now)
    gone = sorted(old[digest].quote for digest in old.keys() - new.keys())
    come = sorted(new[digest].quote for digest in new.keys() - old.keys())
    if gone or come:
        change = reader.find_terms_change(list(old.values()), list(new.values()))
        yield _build_difference(gone, come, change, reader.registry)


def _can_compare(before: CardProse | None, now: CardProse | None) -> bool:
    """Whether both texts were read; a README that is gone says nothing any more."""
    if before is None or before.read_blob is None:
        return False
    return now is None or now.is_read


def _index_statements(card: CardProse | None) -> dict[str, Statement]:
    return {each.digest: each for each in card.statements} if card else {}


def _build_difference(
    gone: list[str], come: list[str], change: TermsChange, registry: Registry
) -> Difference:
    lines = [*(f"- {quote}" for quote in gone), *(f"+ {quote}" for quote in come)]
    terms = describe_terms_change(*change.only_pair, registry)
    return Difference(
        CARD_TERMS_CHANGED.id,
        CARD_PATH,
        _shorten(gone),
        _shorten(come),
        change.find_direction(registry),
        text_diff=LicenseTextDiff(None, None, (), tuple(lines[:MAX_PASSAGES]), terms),
    )


def _shorten(quotes: Iterable[str]) -> tuple[str, ...]:
    return tuple(quotes)[:MAX_NAMED_SENTENCES]


def compare_gate_prompt(before: HubFacts, now: HubFacts) -> Differences:
    """Another text at the gate; a gate that comes or goes is told by itself."""
    if before.card is None or bool(before.gated) != bool(now.gated):
        return
    old, new = before.gate_prompt, now.gate_prompt
    if _get_digest(old) != _get_digest(new):
        values = _get_quote(old), _get_quote(new)
        yield Difference(GATE_TERMS_CHANGED.id, GATE_PROMPT_FIELD, *values, "unreviewed")


def _get_quote(statement: Statement | None) -> str | None:
    return statement.quote if statement else None


def _get_digest(statement: Statement | None) -> str | None:
    return statement.digest if statement else None
