"""The `hub` part of a record: what was seen of the repository, as pins for the audit."""

from audit.contribute.new.draft import JsonObject, RecordDraft
from audit.contribute.new.read_hub import RepositoryReading
from audit.contribute.new.reading_evidence import list_evidence_keys, list_read_texts

MAX_TAG, MAX_NAME, MAX_LINK = 80, 120, 300
"""What the schema holds."""


def state_hub_pins(draft: RecordDraft, reading: RepositoryReading) -> None:
    """Set the pins; a note says what could not be pinned."""
    facts = reading.description.facts
    pins: JsonObject = {"repo": facts.repo, "revision": facts.revision, "gated": facts.gated}
    pins["license_tag"] = _derive_license_tag(draft, reading)
    _pin_card_field(draft, pins, "license_name", facts.license_name, MAX_NAME)
    _pin_card_field(draft, pins, "license_link", facts.license_link, MAX_LINK)
    _pin_text_digests(pins, reading)
    pins["evidence"] = list_evidence_keys(reading)
    draft.state_fact("hub", pins)


def _pin_text_digests(pins: JsonObject, reading: RepositoryReading) -> None:
    digests = {text.path: text.sha256 for text in list_read_texts(reading)}
    if digests:
        pins["license_files"] = digests


def _pin_card_field(
    draft: RecordDraft, pins: JsonObject, name: str, value: str | None, limit: int
) -> None:
    if value and len(value) > limit:
        draft.add_note(f"The card's {name} is longer than {limit} characters and was left out.")
    elif value:
        pins[name] = value


def _derive_license_tag(draft: RecordDraft, reading: RepositoryReading) -> str | bool | None:
    """The tag, False where the card has none, None where that is not known."""
    tag = reading.description.facts.license_tag
    if tag and len(tag) <= MAX_TAG:
        return tag
    reason = _explain_unknown_tag(tag, reading)
    if reason is None:
        return False
    draft.add_note(reason)
    return None


def _explain_unknown_tag(tag: str | bool | None, reading: RepositoryReading) -> str | None:
    """Why the tag cannot be pinned, None where the card certainly has none."""
    if tag:
        return f"The card's license field is longer than {MAX_TAG} characters and was not pinned."
    if reading.has_broken_card:
        return (
            "README.md has front matter that the Hub cannot read, so that license, datasets and "
            "base models of the card are not known."
        )
    if reading.unread_card_reason:
        unread = reading.unread_card_reason
        return f"{unread}; whether its front matter names a license is not known."
    return None
