"""Records of models that have no repository: offered as a service only, or published elsewhere. Nothing is looked up."""

from audit.contribute.new.draft import DraftQuestion, RecordDraft
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.model_draft import MODEL_ID_PATTERN, MODEL_SCHEMA
from audit.contribute.new.questions import (
    build_component_questions,
    build_developer_question,
    build_family_question,
    build_release_question,
)
from audit.contribute.new.start import KnownAnswers
from audit.core.errors import UsageError
from audit.records.model import Registry


def draft_closed_model(
    id: str,
    source: str | None,
    quote: str | None,
    registry: Registry,
    reader: EvidenceOrigin,
    answers: KnownAnswers,
) -> RecordDraft:
    """A record from what the caller says. Without a source it states nothing. Raises UsageError for what is no id or no https address."""
    if not MODEL_ID_PATTERN.fullmatch(id):
        raise UsageError(f"{id[:100]!r} is no id; write vendor/name, such as openai/gpt-4o")
    if source and not source.startswith("https://"):
        raise UsageError(
            f"--source {source[:100]!r} is no https address; write the page where the maker says so"
        )
    draft = RecordDraft(
        "models", id, {"$schema": MODEL_SCHEMA, "id": id, "name": id.partition("/")[2]}
    )
    if answers.family:
        draft.record["family"] = answers.family
    if answers.developer:
        draft.record["developer"] = answers.developer
    if not answers.developer and not answers.family:
        draft.questions.append(build_developer_question(id, registry))
    if not answers.family and (question := build_family_question(id, registry)):
        draft.questions.append(question)
    weights = {"status": "not-released", "evidence": ["source"]}
    draft.record["components"] = {
        "model-parameters-final": weights if source else {"status": "unknown"}
    }
    draft.record["evidence"] = {}
    if source:
        row = {"url": source, "seen": reader.day, "kind": "primary"} | (
            {"quote": quote} if quote else {}
        )
        draft.record["evidence"]["source"] = row
    else:
        asks = "Which page of the maker shows that the weights are not published? Add it to $.evidence as 'source'."
        draft.questions.append(DraftQuestion("$.components.model-parameters-final", asks, weights))
    rest = [
        build_release_question(None, reader.day),
        *build_component_questions(draft.record, (), id, registry),
    ]
    draft.questions += [
        DraftQuestion(each.path, each.asks, _cite_source(each.example), each.needed, each.decides)
        for each in rest
    ]
    return draft


def _cite_source(example: object) -> object:
    return {**example, "evidence": ["source"]} if isinstance(example, dict) else example
