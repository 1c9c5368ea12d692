"""What a reading of a repository proves, as rows of the evidence table, and what it leaves unseen.

The row `card` is about the repository as a whole; `text-1`, `text-2` … are its license texts.
"""

from collections.abc import Collection

from audit.contribute.new.draft import EvidenceTable, JsonObject, RecordDraft
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.license import ReadLicenseText, UnreadLicenseText
from audit.contribute.new.read_hub import RepositoryReading


def list_read_texts(reading: RepositoryReading) -> list[ReadLicenseText]:
    """The license texts that were read, in the order of their evidence keys."""
    return [text for text in reading.texts.values() if isinstance(text, ReadLicenseText)]


def list_evidence_keys(
    reading: RepositoryReading, text_paths: Collection[str] | None = None
) -> list[str]:
    """The keys of card and license texts; with `text_paths` only those of these texts."""
    keys = ["card"]
    for number, text in enumerate(list_read_texts(reading), start=1):
        if text_paths is None or text.path in text_paths:
            keys.append(f"text-{number}")
    return keys


def build_evidence_rows(reading: RepositoryReading, origin: EvidenceOrigin) -> EvidenceTable:
    """The evidence table: the card, and each license text that a fact rests on or a pin names."""
    rows = {"card": _build_card_row(reading, origin)}
    for number, text in enumerate(list_read_texts(reading), start=1):
        rows[f"text-{number}"] = _build_text_row(reading, text, origin)
    return rows


def _build_card_row(reading: RepositoryReading, origin: EvidenceOrigin) -> JsonObject:
    card = reading.description.card
    about = "Card, files and settings as the Hub answered."
    return _build_row(reading, origin, card.path if card else None, about)


def _build_text_row(
    reading: RepositoryReading, text: ReadLicenseText, origin: EvidenceOrigin
) -> JsonObject:
    about = "License text in the repository."
    return _build_row(reading, origin, text.path, about, text.sha256)


def _build_row(
    reading: RepositoryReading,
    origin: EvidenceOrigin,
    path: str | None,
    about: str,
    sha256: str | None = None,
) -> JsonObject:
    folder, facts = reading.folder, reading.description.facts
    return origin.build_evidence_row(folder, facts.repo, facts.revision, path, about, sha256)


def note_rename(draft: RecordDraft, reading: RepositoryReading) -> None:
    """Tell that the Hub answered with another name than was requested."""
    if reading.requested_id != draft.id:
        draft.add_note(
            f"{reading.requested_id} is called {draft.id} on the Hub now; "
            "the record stands under the present name."
        )


def note_unread_texts(draft: RecordDraft, reading: RepositoryReading) -> None:
    """Tell which license texts are there and could not be read."""
    for text in reading.texts.values():
        if isinstance(text, UnreadLicenseText):
            draft.add_note(
                f"{text.path} was not read: {text.reason}. "
                "What it says about the license is not known."
            )
