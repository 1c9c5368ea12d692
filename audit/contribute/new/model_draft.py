"""A model record from one reading of the Hub. Pure."""

from collections.abc import Sequence

from audit.contribute.new.card_terms import settle_with_prose
from audit.contribute.new.draft import (
    MODEL_ID_PATTERN,
    WEIGHTS,
    WEIGHTS_PATH,
    JsonObject,
    RecordDraft,
)
from audit.contribute.new.hub_evidence import EvidenceOrigin, build_hub_url
from audit.contribute.new.hub_pins import state_hub_pins
from audit.contribute.new.license import (
    StatedTerms,
    choose_example_license,
    derive_stated_terms,
)
from audit.contribute.new.maker import KnownAnswers, state_maker
from audit.contribute.new.modalities import MODALITIES_BY_TASK
from audit.contribute.new.questions import build_component_questions, build_release_question
from audit.contribute.new.read_hub import RepositoryReading
from audit.contribute.new.reading_evidence import (
    build_evidence_rows,
    list_evidence_keys,
    note_rename,
    note_unread_texts,
)
from audit.records.registry import Registry
from audit.sources.huggingface.described import RepositoryDescription, TextFile

BASE_RELATIONS = frozenset({"finetune", "adapter", "quantized", "merge"})
MAX_BASES, MAX_DATASETS = 12, 60
"""What the schema holds."""
NamedBases = Sequence[tuple[str, str | None]]
"""Base models as a card names them, each with its relation where the card tells it."""


def draft_model(
    reading: RepositoryReading, registry: Registry, origin: EvidenceOrigin, answers: KnownAnswers
) -> RecordDraft:
    """The facts that the answer carries, and a question for every other."""
    found = reading.description
    draft = RecordDraft("models", found.facts.repo)
    note_rename(draft, reading)
    state_maker(draft, registry, answers)
    _state_description(draft, found, origin.day)
    _state_contents(draft, reading, registry)
    draft.questions += build_component_questions(draft, found.arxiv_ids, registry)
    draft.set_evidence(build_evidence_rows(reading, origin))
    return draft


def _state_description(draft: RecordDraft, found: RepositoryDescription, today: str) -> None:
    """What the repository says of the model as a whole."""
    _state_modalities(draft, found.pipeline_tag)
    _state_parameters(draft, found.parameter_count)
    draft.questions.append(build_release_question(found.facts.created_at, today))


def _state_contents(draft: RecordDraft, reading: RepositoryReading, registry: Registry) -> None:
    """What lies in the repository, and what it was made from."""
    state_hub_pins(draft, reading)
    _state_bases(draft, reading, registry)
    note_unread_texts(draft, reading)
    _state_weights(draft, reading, registry)
    _state_model_card(draft, reading)
    _state_datasets(draft, reading, registry)


def _state_modalities(draft: RecordDraft, task: str | None) -> None:
    if task in MODALITIES_BY_TASK:
        draft.state_fact("modalities", list(MODALITIES_BY_TASK[task]))
    else:
        draft.ask("$.modalities", "What goes in, and what comes out?", ["text"], decides=False)


def _state_parameters(draft: RecordDraft, count: int | None) -> None:
    if count:
        draft.state_fact("parameters", {"total": count, "evidence": ["card"]})


def _state_bases(draft: RecordDraft, reading: RepositoryReading, registry: Registry) -> None:
    named = [
        (_find_recorded_id(base, registry), relation)
        for base, relation in reading.description.base_models
    ]
    usable = _select_usable_bases(draft.id, named)
    rows = _build_base_rows(usable)
    if rows:
        draft.state_fact("base_models", rows)
    _ask_about_bases(draft, named, rows)
    draft.missing_models = tuple(base for base, _ in usable if base not in registry.models)


def _find_recorded_id(base: str, registry: Registry) -> str:
    """The id of today of a base that the card calls by another name."""
    # A name without owner may be that of a folder: only one that the Hub had counts.
    if "/" not in base:
        return registry.earlier_names.get(base, base)
    model = registry.find_model(base)
    return model.id if model else base


def _select_usable_bases(id: str, named: NamedBases) -> NamedBases:
    """The bases that can be records: a model is not its own base."""
    return [
        (base, relation)
        for base, relation in named
        if MODEL_ID_PATTERN.fullmatch(base) and base != id
    ]


def _build_base_rows(bases: NamedBases) -> list[JsonObject]:
    """A row for each base of which the card says how it was used."""
    told = [(base, relation) for base, relation in bases if relation in BASE_RELATIONS]
    return [_build_base_row(base, relation) for base, relation in told[:MAX_BASES]]


def _build_base_row(base: str, relation: str | None) -> JsonObject:
    return {"id": base, "relation": relation, "evidence": ["card"]}


def _ask_about_bases(draft: RecordDraft, named: NamedBases, stated_rows: list[JsonObject]) -> None:
    if not named:
        _ask_for_bases(draft)
    for base, relation in named:
        is_id = MODEL_ID_PATTERN.fullmatch(base) is not None
        if not is_id or relation not in BASE_RELATIONS:
            row = _build_base_row(base if is_id else "owner/name", "finetune")
            _ask_for_relation(draft, base, [*stated_rows, row])


def _ask_for_relation(draft: RecordDraft, base: str, rows: list[JsonObject]) -> None:
    """How this base was used; the last row of the example is the one in question."""
    asks = f"The card names {base} as a base, but not how it was used. How?"
    # The schema's limit holds for the example too.
    draft.ask("$.base_models", asks, rows[-MAX_BASES:])


def _ask_for_bases(draft: RecordDraft) -> None:
    draft.ask(
        "$.base_models",
        "The card names no base model. From which was it derived? "
        "An empty list states that it was trained from scratch.",
        [],
    )


def _state_weights(draft: RecordDraft, reading: RepositoryReading, registry: Registry) -> None:
    facts = reading.description.facts
    if not facts.weights.files:
        _ask_for_weights(draft)
        return
    stated = derive_stated_terms(facts, reading.texts, registry)
    terms = settle_with_prose(stated, reading.terms_sentences, registry)
    if terms.open_question:
        example = stated.license or choose_example_license(registry)
        draft.ask(f"{WEIGHTS_PATH}.license", terms.open_question, example)
    draft.state_component(WEIGHTS, _build_weights(draft.id, reading, terms))


def _build_weights(id: str, reading: RepositoryReading, terms: StatedTerms) -> JsonObject:
    """Weights that the repository holds, the keys in reading order."""
    weights: JsonObject = {"status": "released"}
    if terms.license:
        weights["license"] = terms.license
    weights["url"] = build_hub_url("models", id)
    weights["evidence"] = list_evidence_keys(reading, terms.text_paths)
    return weights


def _ask_for_weights(draft: RecordDraft) -> None:
    draft.state_component(WEIGHTS, {"status": "unknown"})
    draft.ask(
        WEIGHTS_PATH,
        "The repository holds no weight files. Are the weights published elsewhere, "
        "or is the model offered as a service only?",
        {"status": "not-released", "evidence": ["card"]},
    )


def _state_model_card(draft: RecordDraft, reading: RepositoryReading) -> None:
    if _has_content(reading.description.card) and not reading.has_broken_card:
        draft.state_component("model-card", {"status": "released", "evidence": ["card"]})


def _has_content(card: TextFile | None) -> bool:
    """An empty file is not a card; where the listing names no blob, its size says nothing."""
    return card is not None and (card.size > 0 or not card.blob_id)


def _state_datasets(draft: RecordDraft, reading: RepositoryReading, registry: Registry) -> None:
    """Set the card's list, as far as the datasets have records."""
    named = reading.description.facts.datasets
    known = [id for id in named if id in registry.datasets]
    draft.missing_datasets = tuple(id for id in named if id not in registry.datasets)
    _note_dataset_limit(draft, len(known))
    if known:
        draft.state_datasets(known[:MAX_DATASETS])


def _note_dataset_limit(draft: RecordDraft, count: int) -> None:
    if count > MAX_DATASETS:
        draft.add_note(
            f"The card names {count} datasets; "
            f"a record holds {MAX_DATASETS}, the rest was left out."
        )
