"""Records of models without a repository: a service only, or published elsewhere.

Nothing is looked up.
"""

from dataclasses import dataclass, replace

from audit.contribute.new.draft import (
    MODEL_ID_PATTERN,
    WEIGHTS,
    WEIGHTS_PATH,
    DraftQuestion,
    JsonObject,
    RecordDraft,
)
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.maker import KnownAnswers, state_maker
from audit.contribute.new.questions import build_component_questions, build_release_question
from audit.core.errors import UsageError
from audit.records.registry import Registry


@dataclass(frozen=True)
class MakerPage:
    """Where the maker says that the weights are not published."""

    url: str
    quote: str | None = None


def draft_closed_model(
    id: str,
    page: MakerPage | None,
    registry: Registry,
    origin: EvidenceOrigin,
    answers: KnownAnswers,
) -> RecordDraft:
    """A record from what the caller says. Without a page it states nothing.

    Raises UsageError for what is not an id or not an https address.
    """
    _require_model_id(id)
    draft = RecordDraft("models", id)
    state_maker(draft, registry, answers)
    _state_withheld_weights(draft, page, origin)
    questions = [build_release_question(None, origin.day)]
    questions += build_component_questions(draft, (), registry)
    draft.questions += [replace_citation(question, "source") for question in questions]
    return draft


def _require_model_id(id: str) -> None:
    if not MODEL_ID_PATTERN.fullmatch(id):
        raise UsageError(f"{id[:100]!r} is not an id; write vendor/name, such as openai/gpt-4o")


def replace_citation(question: DraftQuestion, key: str) -> DraftQuestion:
    """The question with an example that cites another row: there is no card to cite."""
    if not isinstance(question.example, dict):
        return question
    return replace(question, example=question.example | {"evidence": [key]})


def _state_withheld_weights(
    draft: RecordDraft, page: MakerPage | None, origin: EvidenceOrigin
) -> None:
    if page is None:
        _ask_for_maker_page(draft)
        return
    draft.state_component(WEIGHTS, _build_withheld_weights())
    draft.set_evidence({"source": _build_page_row(page, origin)})


def _ask_for_maker_page(draft: RecordDraft) -> None:
    draft.state_component(WEIGHTS, {"status": "unknown"})
    draft.ask(
        WEIGHTS_PATH,
        "Which page of the maker shows that the weights are not published? "
        "Add it to $.evidence as 'source'.",
        _build_withheld_weights(),
    )


def _build_withheld_weights() -> JsonObject:
    return {"status": "not-released", "evidence": ["source"]}


def _build_page_row(page: MakerPage, origin: EvidenceOrigin) -> JsonObject:
    """Raises UsageError."""
    _require_page_address(page.url)
    row = {"url": page.url, "seen": origin.day, "kind": "primary"}
    if page.quote:
        row["quote"] = page.quote
    return row


def _require_page_address(url: str) -> None:
    if not url.startswith("https://"):
        raise UsageError(
            f"--source {url[:100]!r} is not an https address; "
            "write the page where the maker says so"
        )
