"""A dataset record from one reading of the Hub. Pure.

Whether the collection may be shared on is for a person: a tag says nothing about the works inside.
"""

from audit.contribute.new.draft import RecordDraft
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.hub_pins import state_hub_pins
from audit.contribute.new.license import choose_example_license, derive_stated_terms
from audit.contribute.new.read_hub import RepositoryReading
from audit.contribute.new.reading_evidence import (
    build_evidence_rows,
    list_evidence_keys,
    note_rename,
    note_unread_texts,
)
from audit.records.registry import Registry


def draft_dataset(
    reading: RepositoryReading, registry: Registry, origin: EvidenceOrigin
) -> RecordDraft:
    """The facts that the answer carries, and a question for every other."""
    draft = RecordDraft("datasets", reading.description.facts.repo)
    note_rename(draft, reading)
    state_hub_pins(draft, reading)
    _state_availability(draft, reading)
    note_unread_texts(draft, reading)
    _state_terms(draft, reading, registry)
    draft.ask("$.publisher", "Who published it?", "Name of the publisher", decides=False)
    _ask_for_class(draft, reading)
    draft.set_evidence(build_evidence_rows(reading, origin))
    return draft


def _state_availability(draft: RecordDraft, reading: RepositoryReading) -> None:
    if reading.description.file_count:
        draft.state_fact("availability", {"status": "released", "evidence": ["card"]})
    else:
        _ask_for_data(draft)


def _ask_for_data(draft: RecordDraft) -> None:
    draft.state_fact("availability", {"status": "unknown"})
    draft.ask(
        "$.availability",
        "The repository holds no data files. Does it only describe data that lies elsewhere?",
        {"status": "partial", "evidence": ["card"]},
    )


def _state_terms(draft: RecordDraft, reading: RepositoryReading, registry: Registry) -> None:
    terms = derive_stated_terms(reading.description.facts, reading.texts, registry)
    if terms.license:
        evidence = list_evidence_keys(reading, terms.text_paths)
        draft.state_fact("terms", {"license": terms.license, "evidence": evidence})
    if terms.open_question:
        _ask_for_terms(draft, terms.open_question, registry)


def _ask_for_terms(draft: RecordDraft, question: str, registry: Registry) -> None:
    example = {"license": choose_example_license(registry), "evidence": ["card"]}
    draft.ask("$.terms", question, example)


def _ask_for_class(draft: RecordDraft, reading: RepositoryReading) -> None:
    draft.ask(
        "$.availability.class",
        "May everybody copy and share it (open), look at it (public), "
        "get it from a third party (obtainable), or none of these (unshareable)?",
        "public" if reading.description.file_count else "unknown",
    )
