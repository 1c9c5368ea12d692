"""A dataset record from one reading of the Hub. Pure."""

from audit.contribute.new.draft import Draft, Question
from audit.contribute.new.hub_evidence import Reader
from audit.contribute.new.hub_pins import hub_pins
from audit.contribute.new.license import TextUnread, example_license, terms_of
from audit.contribute.new.model_draft import evidence_rows, texts_read
from audit.contribute.new.read_hub import Reading
from audit.records.model import Registry

SCHEMA = "../../../schemas/dataset.schema.json"


def dataset_draft(reading: Reading, registry: Registry, reader: Reader) -> Draft:
    """The record. Whether the collection may be shared on is for a person: a tag says nothing about the works inside."""
    facts = reading.described.facts
    draft = Draft("datasets", facts.repo, {"$schema": SCHEMA, "id": facts.repo, "name": facts.repo.partition("/")[2]})
    if reading.asked != facts.repo:
        draft.notes.append(f"{reading.asked} is called {facts.repo} on the Hub now; the record stands under the present name.")
    draft.record["hub"] = hub_pins(reading, draft.notes)
    draft.record["availability"] = {"status": "released", "evidence": ["card"]} if reading.described.files else {"status": "unknown"}
    if not reading.described.files:
        asks = "The repository holds no data files. Does it only describe data that lies elsewhere?"
        draft.questions.append(Question("$.availability", asks, {"status": "partial", "evidence": ["card"]}))
    for text in reading.texts.values():
        if isinstance(text, TextUnread):
            draft.notes.append(f"{text.path} was not read: {text.why}. What it says about the license is not known.")
    terms = terms_of(facts, reading.texts, registry)
    if terms.license:
        keys = [f"text-{number}" for number, path in enumerate(texts_read(reading), start=1) if path in terms.rests_on]
        draft.record["terms"] = {"license": terms.license, "evidence": ["card", *keys]}
    if terms.asks:
        draft.questions.append(Question("$.terms", terms.asks, {"license": example_license(registry), "evidence": ["card"]}))
    draft.questions.append(Question("$.publisher", "Who published it?", "Name of the publisher", decides=False))
    asks = "May everybody copy and share it (open), look at it (public), get it from a third party (obtainable), or none of these (unshareable)?"
    draft.questions.append(Question("$.availability.class", asks, "public" if reading.described.files else "unknown"))
    draft.record["evidence"] = evidence_rows(reading, reader)
    return draft
