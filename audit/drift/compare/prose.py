"""What the card says in prose: sentences about terms that came or went, and the gate's own prompt."""

from collections.abc import Iterable

from audit.drift.compare.inputs import Differences
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import CARD_TERMS_CHANGED, GATE_TERMS_CHANGED
from audit.observations.card_prose import CARD_PATH
from audit.observations.facts import CardProse, CodeFacts, HubFacts, Statement

GATE_PROMPT_FIELD = "hub.extra_gated_prompt"
MAX_NAMED_SENTENCES = 5
"""Sentences in the values of a finding; its passages show more."""
MAX_PASSAGES = 40


def compare_prose(before: HubFacts | CodeFacts, now: HubFacts | CodeFacts) -> Differences:
    """Sentences that are new, and sentences that are gone; their order is no matter."""
    if not _can_compare(before.card, now.card):
        return
    old, new = _index_statements(before.card), _index_statements(now.card)
    gone = [old[digest] for digest in old.keys() - new.keys()]
    come = [new[digest] for digest in new.keys() - old.keys()]
    if gone or come:
        yield _build_difference(sorted(gone), sorted(come))


def _can_compare(before: CardProse | None, now: CardProse | None) -> bool:
    """Whether both texts were read; a README that is gone says nothing any more."""
    if before is None or before.read_blob is None:
        return False
    return now is None or now.is_read


def _index_statements(card: CardProse | None) -> dict[str, str]:
    return {each.digest: each.quote for each in card.statements} if card else {}


def _build_difference(gone: list[str], come: list[str]) -> Difference:
    lines = [*(f"- {quote}" for quote in gone), *(f"+ {quote}" for quote in come)]
    return Difference(
        CARD_TERMS_CHANGED.id,
        CARD_PATH,
        _shorten(gone),
        _shorten(come),
        "unreviewed",
        text_diff=LicenseTextDiff(None, None, passages=tuple(lines[:MAX_PASSAGES])),
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
