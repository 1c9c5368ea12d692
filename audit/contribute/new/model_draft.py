"""A model record from one reading of the Hub: every fact that the answer carries, and a question for every other. Pure."""

import re
from typing import Any

from audit.contribute.new.draft import DraftQuestion, RecordDraft
from audit.contribute.new.hub_evidence import EvidenceOrigin, build_hub_url
from audit.contribute.new.hub_pins import build_hub_pins
from audit.contribute.new.license import (
    ReadLicenseText,
    UnreadLicenseText,
    choose_example_license,
    derive_stated_terms,
)
from audit.contribute.new.modalities import MODALITIES_BY_TASK
from audit.contribute.new.questions import (
    build_component_questions,
    build_developer_question,
    build_family_question,
    build_release_question,
)
from audit.contribute.new.read_hub import RepositoryReading
from audit.records.model import Registry

MODEL_SCHEMA = "../../../schemas/model.schema.json"
MODEL_ID_PATTERN = re.compile(
    r"(?!.*(\.\.|--))[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*"
)
BASE_RELATIONS = frozenset({"finetune", "adapter", "quantized", "merge"})
MAX_BASES, MAX_DATASETS = 12, 60
"""What the schema holds."""


def draft_model(
    reading: RepositoryReading,
    registry: Registry,
    reader: EvidenceOrigin,
    developer: str | None = None,
    family: str | None = None,
) -> RecordDraft:
    """The record. `developer` and `family` are answers that somebody gave already."""
    found, facts = reading.description, reading.description.facts
    draft = RecordDraft(
        "models",
        facts.repo,
        {"$schema": MODEL_SCHEMA, "id": facts.repo, "name": facts.repo.partition("/")[2]},
    )
    _note_rename(draft, reading)
    _fill_maker(draft, registry, developer, family)
    if found.pipeline_tag in MODALITIES_BY_TASK:
        draft.record["modalities"] = list(MODALITIES_BY_TASK[found.pipeline_tag])
    else:
        draft.questions.append(
            DraftQuestion(
                "$.modalities", "What goes in, and what comes out?", ["text"], decides=False
            )
        )
    if found.parameter_count:
        draft.record["parameters"] = {"total": found.parameter_count, "evidence": ["card"]}
    draft.questions.append(build_release_question(facts.created_at, reader.day))
    draft.record["hub"] = build_hub_pins(reading, draft.notes)
    _fill_bases(draft, reading, registry)
    draft.record["components"] = {
        "model-parameters-final": _build_weights(draft, reading, registry)
    }
    _fill_model_card(draft, reading)
    _fill_datasets(draft, reading, registry)
    draft.questions += build_component_questions(
        draft.record, found.arxiv_ids, facts.repo, registry
    )
    draft.record["evidence"] = build_evidence_rows(reading, reader)
    return draft


def _note_rename(draft: RecordDraft, reading: RepositoryReading) -> None:
    if reading.requested_id != draft.id:
        draft.notes.append(
            f"{reading.requested_id} is called {draft.id} on the Hub now; the record stands under the present name."
        )


def _fill_maker(
    draft: RecordDraft, registry: Registry, developer: str | None, family: str | None
) -> None:
    if family:
        draft.record["family"] = family
    if developer:
        draft.record["developer"] = developer
    if not developer and not family:
        draft.questions.append(build_developer_question(draft.id, registry))
    if not family and (question := build_family_question(draft.id, registry)):
        draft.questions.append(question)


def _fill_bases(draft: RecordDraft, reading: RepositoryReading, registry: Registry) -> None:
    stated = [
        (base, relation)
        for base, relation in reading.description.base_models
        if MODEL_ID_PATTERN.fullmatch(base) and base != draft.id
    ]
    rows = [
        {"id": base, "relation": relation, "evidence": ["card"]}
        for base, relation in stated
        if relation in BASE_RELATIONS
    ][:MAX_BASES]
    if rows:
        draft.record["base_models"] = rows
    for base, relation in reading.description.base_models:
        if relation not in BASE_RELATIONS or not MODEL_ID_PATTERN.fullmatch(base):
            example = [
                *rows,
                {
                    "id": base if MODEL_ID_PATTERN.fullmatch(base) else "owner/name",
                    "relation": "finetune",
                    "evidence": ["card"],
                },
            ][-MAX_BASES:]
            draft.questions.append(
                DraftQuestion(
                    "$.base_models",
                    f"The card names {base} as a base, but not how it was used. How?",
                    example,
                )
            )
    if not reading.description.base_models:
        asks = "The card names no base model. From which was it derived? An empty list states that it was trained from scratch."
        draft.questions.append(DraftQuestion("$.base_models", asks, []))
    draft.missing_models = tuple(base for base, _ in stated if base not in registry.models)


def _build_weights(
    draft: RecordDraft, reading: RepositoryReading, registry: Registry
) -> dict[str, Any]:
    found = reading.description
    path = "$.components.model-parameters-final"
    for text in reading.texts.values():
        if isinstance(text, UnreadLicenseText):
            draft.notes.append(
                f"{text.path} was not read: {text.reason}. What it says about the license is not known."
            )
    if not found.facts.weights.files:
        asks = "The repository holds no weight files. Are the weights published elsewhere, or is the model offered as a service only?"
        draft.questions.append(
            DraftQuestion(path, asks, {"status": "not-released", "evidence": ["card"]})
        )
        return {"status": "unknown"}
    terms = derive_stated_terms(found.facts, reading.texts, registry)
    if terms.open_question:
        draft.questions.append(
            DraftQuestion(f"{path}.license", terms.open_question, choose_example_license(registry))
        )
    license = {"license": terms.license} if terms.license else {}
    evidence = [
        "card",
        *(
            f"text-{number}"
            for number, each in enumerate(list_read_texts(reading), start=1)
            if each in terms.text_paths
        ),
    ]
    return {
        "status": "released",
        **license,
        "url": build_hub_url("models", draft.id),
        "evidence": evidence,
    }


def _fill_model_card(draft: RecordDraft, reading: RepositoryReading) -> None:
    card = reading.description.card
    if card and (card.size or not card.blob_id) and not reading.has_broken_card:
        draft.record["components"]["model-card"] = {"status": "released", "evidence": ["card"]}


def _fill_datasets(draft: RecordDraft, reading: RepositoryReading, registry: Registry) -> None:
    """The card's list. Whether it is all of the training data, and complete, the card does not say."""
    named = reading.description.facts.datasets
    known = [each for each in named if each in registry.datasets]
    draft.missing_datasets = tuple(each for each in named if each not in registry.datasets)
    if len(known) > MAX_DATASETS:
        draft.notes.append(
            f"The card names {len(known)} datasets; a record holds {MAX_DATASETS}, the rest was left out."
        )
    if known:
        draft.record["components"]["datasets"] = {
            "status": "unknown",
            "datasets": known[:MAX_DATASETS],
            "evidence": ["card"],
        }


def list_read_texts(reading: RepositoryReading) -> list[str]:
    """Paths of the license texts that were read, in the order of their evidence keys."""
    return [path for path, text in reading.texts.items() if isinstance(text, ReadLicenseText)]


def build_evidence_rows(reading: RepositoryReading, reader: EvidenceOrigin) -> dict[str, Any]:
    """The evidence table: the card, and each license text that a fact rests on or a pin names."""
    facts = reading.description.facts
    page = reading.description.card.path if reading.description.card else None
    rows = {
        "card": reader.build_evidence_row(
            reading.folder,
            facts.repo,
            facts.revision,
            page,
            "Card, files and settings as the Hub answered.",
        )
    }
    for number, path in enumerate(list_read_texts(reading), start=1):
        text = reading.texts[path]
        if isinstance(text, ReadLicenseText):
            rows[f"text-{number}"] = reader.build_evidence_row(
                reading.folder,
                facts.repo,
                facts.revision,
                path,
                "License text in the repository.",
                text.sha256,
            )
    return rows
