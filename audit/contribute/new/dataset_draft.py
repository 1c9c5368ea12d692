"""A dataset record from one reading of the Hub. Pure."""

from audit.contribute.new.draft import DraftQuestion, RecordDraft
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.hub_pins import build_hub_pins
from audit.contribute.new.license import (
    UnreadLicenseText,
    choose_example_license,
    derive_stated_terms,
)
from audit.contribute.new.model_draft import build_evidence_rows, list_read_texts
from audit.contribute.new.read_hub import RepositoryReading
from audit.records.model import Registry

DATASET_SCHEMA = "../../../schemas/dataset.schema.json"


def draft_dataset(
    reading: RepositoryReading, registry: Registry, reader: EvidenceOrigin
) -> RecordDraft:
    """The record. Whether the collection may be shared on is for a person: a tag says nothing about the works inside."""
    facts = reading.description.facts
    draft = RecordDraft(
        "datasets",
        facts.repo,
        {"$schema": DATASET_SCHEMA, "id": facts.repo, "name": facts.repo.partition("/")[2]},
    )
    if reading.requested_id != facts.repo:
        draft.notes.append(
            f"{reading.requested_id} is called {facts.repo} on the Hub now; the record stands under the present name."
        )
    draft.record["hub"] = build_hub_pins(reading, draft.notes)
    draft.record["availability"] = (
        {"status": "released", "evidence": ["card"]}
        if reading.description.file_count
        else {"status": "unknown"}
    )
    if not reading.description.file_count:
        asks = "The repository holds no data files. Does it only describe data that lies elsewhere?"
        draft.questions.append(
            DraftQuestion("$.availability", asks, {"status": "partial", "evidence": ["card"]})
        )
    for text in reading.texts.values():
        if isinstance(text, UnreadLicenseText):
            draft.notes.append(
                f"{text.path} was not read: {text.reason}. What it says about the license is not known."
            )
    terms = derive_stated_terms(facts, reading.texts, registry)
    if terms.license:
        keys = [
            f"text-{number}"
            for number, path in enumerate(list_read_texts(reading), start=1)
            if path in terms.text_paths
        ]
        draft.record["terms"] = {"license": terms.license, "evidence": ["card", *keys]}
    if terms.open_question:
        draft.questions.append(
            DraftQuestion(
                "$.terms",
                terms.open_question,
                {"license": choose_example_license(registry), "evidence": ["card"]},
            )
        )
    draft.questions.append(
        DraftQuestion("$.publisher", "Who published it?", "Name of the publisher", decides=False)
    )
    asks = "May everybody copy and share it (open), look at it (public), get it from a third party (obtainable), or none of these (unshareable)?"
    draft.questions.append(
        DraftQuestion(
            "$.availability.class", asks, "public" if reading.description.file_count else "unknown"
        )
    )
    draft.record["evidence"] = build_evidence_rows(reading, reader)
    return draft
