"""What a README adds to the facts once it was read, and which README is to be read. Pure."""

from dataclasses import replace

from audit.core.hidden import replace_hidden_characters
from audit.licenses.text.normalize import is_text
from audit.licenses.text.prose import cut_quote, digest_sentence, list_terms_sentences
from audit.observations.facts import CardProse, CodeFacts, HubFacts, Statement
from audit.observations.license_files import Facts, is_behind_same_gate

CARD_PATH = "README.md"
MAX_CARD_BYTES = 1 << 20


def build_statement(sentence: str) -> Statement:
    """A sentence as it is kept."""
    plain = replace_hidden_characters(" ".join(sentence.split()))
    return Statement(digest_sentence(plain), cut_quote(plain))


def fill_known_prose(facts: Facts, previous: HubFacts | CodeFacts | None) -> Facts:
    """The facts with the sentences of a README that was read before."""
    known = previous.card if previous else None
    if facts.card is None or known is None:
        return facts
    is_refused = previous is not None and is_behind_same_gate(facts, previous)
    card = replace(
        facts.card,
        read_blob=known.read_blob,
        refused_blob=known.refused_blob if is_refused else None,
        statements=known.statements,
    )
    return replace(facts, card=card)


def fill_read_prose(facts: Facts, content: bytes) -> Facts:
    """The facts with the sentences of the README as it is."""
    card = _require_card(facts)
    text = content.decode(errors="replace") if is_text(content) else ""
    found = {each.digest: each for each in map(build_statement, list_terms_sentences(text))}
    statements = tuple(found[digest] for digest in sorted(found))
    return replace(facts, card=replace(card, read_blob=card.blob_id, statements=statements))


def give_up_prose(facts: Facts) -> Facts:
    """The facts with a README that nobody can read: what was known of it is kept."""
    card = _require_card(facts)
    return replace(facts, card=replace(card, refused_blob=card.blob_id))


def _require_card(facts: HubFacts | CodeFacts) -> CardProse:
    assert facts.card is not None
    return facts.card
