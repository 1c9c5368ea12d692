"""What a person must establish about a model, and the form in which the answer is written."""

from audit.contribute.new.draft import DraftQuestion, JsonObject, RecordDraft
from audit.contribute.new.license import choose_example_license
from audit.records.registry import Registry

HUB_FIRST_DAY = "2022-03-02"
"""What the Hub answers for everything that is older than its own records."""

DECIDING_COMPONENTS = {
    "training-code": "Is the code that trained it published, complete, and under which license?",
    "inference-code": "Is code that runs it published, and under which license?",
    "data-preprocessing-code": "Is the code that filtered and mixed the training data published?",
    "datasets": "Which data was it trained on, and is all of it published?",
    "model-architecture": "Is the architecture published as code, or only described?",
    "technical-report": "Is there a report by its makers?",
}
"""Components that verdicts turn on."""
FURTHER_COMPONENTS = {
    "research-paper": "Is there a paper by its makers?",
    "evaluation-results": "Are evaluation results published?",
    "evaluation-code": "Is the evaluation code published?",
    "evaluation-data": "Is the evaluation data published?",
    "supporting-libraries-and-tools": "Are the libraries and tools that were used published?",
    "model-parameters-intermediate": "Are checkpoints from the training published?",
    "data-card": "Is there a card about the training data?",
    "sample-model-outputs": "Are sample outputs published?",
    "model-card": "Is there a model card?",
    "model-metadata": "Is there metadata about training and environment?",
}
Papers = tuple[str, ...]
"""Numbers of arXiv papers."""
PAPER_COMPONENTS = frozenset({"technical-report", "research-paper"})
MAX_LISTED_PAPERS = 3
EXAMPLE_PAPER = "2301.00001"


def build_release_question(created_at: str | None, today: str) -> DraftQuestion:
    """When the weights were first public. The Hub only knows when the repository was made."""
    day = (created_at or "")[:10]
    if day > HUB_FIRST_DAY:
        asks = f"When were the weights first public? The repository was created on {day}."
    else:
        day, asks = today, "When were the weights first public?"
    return DraftQuestion("$.released", asks, {"date": day[:7], "evidence": ["card"]})


def build_component_questions(
    draft: RecordDraft, papers: Papers, registry: Registry
) -> list[DraftQuestion]:
    """One question for each component that the record does not state, and for the data.

    `papers`: numbers of the arXiv papers that the card links to.
    """
    names = DECIDING_COMPONENTS | FURTHER_COMPONENTS
    questions = [
        _build_component_question(name, draft, papers, registry)
        for name in names
        if not _is_stated(draft, name)
    ]
    return [*questions, _build_data_question()]


def _build_component_question(
    name: str, draft: RecordDraft, papers: Papers, registry: Registry
) -> DraftQuestion:
    return DraftQuestion(
        f"$.components.{name}",
        _format_question(name, papers),
        _build_example(name, draft, papers, registry),
        decides=name in DECIDING_COMPONENTS,
    )


def _is_stated(draft: RecordDraft, component: str) -> bool:
    """Whether more than a part of it is known: the card's datasets leave the status open."""
    status = draft.components.get(component, {}).get("status", "unknown")
    return bool(status != "unknown")


def _build_data_question() -> DraftQuestion:
    asks = (
        "Could a skilled person build a substantially equivalent system "
        "from what is published about the training data?"
    )
    example = {
        "sufficient": "no",
        "reason": "the sources of the training data are not named",
        "evidence": ["card"],
    }
    return DraftQuestion("$.data_information", asks, example)


def _format_question(name: str, papers: Papers) -> str:
    asks = (DECIDING_COMPONENTS | FURTHER_COMPONENTS)[name]
    if name not in PAPER_COMPONENTS or not papers:
        return asks
    listed = ", ".join(papers[:MAX_LISTED_PAPERS])
    return f"{asks} The card links to arXiv {listed}, which may be somebody else's."


def _build_example(name: str, draft: RecordDraft, papers: Papers, registry: Registry) -> JsonObject:
    if name == "datasets":
        example = _build_dataset_example(draft)
    elif name in PAPER_COMPONENTS:
        example = _build_paper_example(papers)
    else:
        license, url = choose_example_license(registry), f"https://github.com/{draft.id}"
        example = {"status": "released", "license": license, "url": url}
    return example | {"evidence": ["card"]}


def _build_paper_example(papers: Papers) -> JsonObject:
    paper = papers[0] if papers else EXAMPLE_PAPER
    return {"status": "released", "url": f"https://arxiv.org/abs/{paper}"}


def _build_dataset_example(draft: RecordDraft) -> JsonObject:
    """With the datasets that the card names, where it names some."""
    named = draft.components.get("datasets", {}).get("datasets")
    return {"status": "partial", "datasets": named} if named else {"status": "partial"}
