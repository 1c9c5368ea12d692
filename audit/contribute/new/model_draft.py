"""A model record from one reading of the Hub: every fact that the answer carries, and a question for every other. Pure."""

import re
from typing import Any

from audit.contribute.new.draft import Draft, Question
from audit.contribute.new.hub_evidence import Reader, hub_address
from audit.contribute.new.hub_pins import hub_pins
from audit.contribute.new.license import TextRead, TextUnread, example_license, terms_of
from audit.contribute.new.modalities import MODALITIES
from audit.contribute.new.questions import component_questions, developer_question, family_question, release_question
from audit.contribute.new.read_hub import Reading
from audit.records.model import Registry

SCHEMA = "../../../schemas/model.schema.json"
MODEL_ID = re.compile(r"(?!.*(\.\.|--))[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*")
RELATIONS = frozenset({"finetune", "adapter", "quantized", "merge"})
MAX_BASES, MAX_DATASETS = 12, 60
"""What the schema holds."""


def model_draft(reading: Reading, registry: Registry, reader: Reader, developer: str | None = None, family: str | None = None) -> Draft:
    """The record. `developer` and `family` are answers that somebody gave already."""
    found, facts = reading.described, reading.described.facts
    draft = Draft("models", facts.repo, {"$schema": SCHEMA, "id": facts.repo, "name": facts.repo.partition("/")[2]})
    _rename(draft, reading)
    _maker(draft, registry, developer, family)
    if found.task in MODALITIES:
        draft.record["modalities"] = list(MODALITIES[found.task])
    else:
        draft.questions.append(Question("$.modalities", "What goes in, and what comes out?", ["text"], decides=False))
    if found.parameters:
        draft.record["parameters"] = {"total": found.parameters, "evidence": ["card"]}
    draft.questions.append(release_question(facts.created_at, reader.day))
    draft.record["hub"] = hub_pins(reading, draft.notes)
    _bases(draft, reading, registry)
    draft.record["components"] = {"model-parameters-final": _weights(draft, reading, registry)}
    _card(draft, reading)
    _datasets(draft, reading, registry)
    draft.questions += component_questions(draft.record, found.papers, facts.repo, registry)
    draft.record["evidence"] = evidence_rows(reading, reader)
    return draft


def _rename(draft: Draft, reading: Reading) -> None:
    if reading.asked != draft.id:
        draft.notes.append(f"{reading.asked} is called {draft.id} on the Hub now; the record stands under the present name.")


def _maker(draft: Draft, registry: Registry, developer: str | None, family: str | None) -> None:
    if family:
        draft.record["family"] = family
    if developer:
        draft.record["developer"] = developer
    if not developer and not family:
        draft.questions.append(developer_question(draft.id, registry))
    if not family and (question := family_question(draft.id, registry)):
        draft.questions.append(question)


def _bases(draft: Draft, reading: Reading, registry: Registry) -> None:
    stated = [(base, relation) for base, relation in reading.described.bases if MODEL_ID.fullmatch(base) and base != draft.id]
    rows = [{"id": base, "relation": relation, "evidence": ["card"]} for base, relation in stated if relation in RELATIONS][:MAX_BASES]
    if rows:
        draft.record["base_models"] = rows
    for base, relation in reading.described.bases:
        if relation not in RELATIONS or not MODEL_ID.fullmatch(base):
            example = [*rows, {"id": base if MODEL_ID.fullmatch(base) else "owner/name", "relation": "finetune", "evidence": ["card"]}][-MAX_BASES:]
            draft.questions.append(Question("$.base_models", f"The card names {base} as a base, but not how it was used. How?", example))
    if not reading.described.bases:
        asks = "The card names no base model. From which was it derived? An empty list states that it was trained from scratch."
        draft.questions.append(Question("$.base_models", asks, []))
    draft.missing_models = tuple(base for base, _ in stated if base not in registry.models)


def _weights(draft: Draft, reading: Reading, registry: Registry) -> dict[str, Any]:
    found = reading.described
    path = "$.components.model-parameters-final"
    for text in reading.texts.values():
        if isinstance(text, TextUnread):
            draft.notes.append(f"{text.path} was not read: {text.why}. What it says about the license is not known.")
    if not found.facts.weights.files:
        asks = "The repository holds no weight files. Are the weights published elsewhere, or is the model offered as a service only?"
        draft.questions.append(Question(path, asks, {"status": "not-released", "evidence": ["card"]}))
        return {"status": "unknown"}
    terms = terms_of(found.facts, reading.texts, registry)
    if terms.asks:
        draft.questions.append(Question(f"{path}.license", terms.asks, example_license(registry)))
    license = {"license": terms.license} if terms.license else {}
    evidence = ["card", *(f"text-{number}" for number, each in enumerate(texts_read(reading), start=1) if each in terms.rests_on)]
    return {"status": "released", **license, "url": hub_address("models", draft.id), "evidence": evidence}


def _card(draft: Draft, reading: Reading) -> None:
    card = reading.described.card
    if card and (card.size or not card.blob_id) and not reading.broken_card:
        draft.record["components"]["model-card"] = {"status": "released", "evidence": ["card"]}


def _datasets(draft: Draft, reading: Reading, registry: Registry) -> None:
    """The card's list. Whether it is all of the training data, and complete, the card does not say."""
    named = reading.described.facts.datasets
    known = [each for each in named if each in registry.datasets]
    draft.missing_datasets = tuple(each for each in named if each not in registry.datasets)
    if len(known) > MAX_DATASETS:
        draft.notes.append(f"The card names {len(known)} datasets; a record holds {MAX_DATASETS}, the rest was left out.")
    if known:
        draft.record["components"]["datasets"] = {"status": "unknown", "datasets": known[:MAX_DATASETS], "evidence": ["card"]}


def texts_read(reading: Reading) -> list[str]:
    """Paths of the license texts that were read, in the order of their evidence keys."""
    return [path for path, text in reading.texts.items() if isinstance(text, TextRead)]


def evidence_rows(reading: Reading, reader: Reader) -> dict[str, Any]:
    """The evidence table: the card, and each license text that a fact rests on or a pin names."""
    facts = reading.described.facts
    page = reading.described.card.path if reading.described.card else None
    rows = {"card": reader.row(reading.folder, facts.repo, facts.revision, page, "Card, files and settings as the Hub answered.")}
    for number, path in enumerate(texts_read(reading), start=1):
        text = reading.texts[path]
        if isinstance(text, TextRead):
            rows[f"text-{number}"] = reader.row(reading.folder, facts.repo, facts.revision, path, "License text in the repository.", text.sha256)
    return rows
