"""What a person must establish about a model, and the form in which the answer is written."""

from collections import Counter
from typing import Any

from audit.contribute.new.draft import DraftQuestion
from audit.contribute.new.license import choose_example_license
from audit.core.near_names import find_near_names
from audit.records.model import Registry

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
PAPER_COMPONENTS = frozenset({"technical-report", "research-paper"})


def build_developer_question(id: str, registry: Registry) -> DraftQuestion:
    """Who made it. The account on the Hub is where it lies, which is not the same."""
    owner = id.partition("/")[0]
    makers = Counter(
        model.developer
        for other, model in registry.models.items()
        if other.startswith(f"{owner}/") and other != id
    )
    known = f" Other records of {owner} say {makers.most_common(1)[0][0]!r}." if makers else ""
    example = makers.most_common(1)[0][0] if makers else "Name of the lab or company"
    return DraftQuestion(
        "$.developer",
        f"Who made it? It lies in the Hub account {owner}.{known}",
        example,
        needed=True,
    )


def build_family_question(id: str, registry: Registry) -> DraftQuestion | None:
    """The family whose facts it would share; asked only where a model of the same account, near by name, has one."""
    owner = id.partition("/")[0]
    kin = {
        other: model.family
        for other, model in registry.models.items()
        if other.startswith(f"{owner}/") and model.family
    }
    nearest = [kin[other] for other in find_near_names(id, kin) if other.startswith(f"{owner}/")]
    if not nearest or nearest[0] is None:
        return None
    return DraftQuestion(
        "$.family",
        f"Does it belong to a recorded family? Then its facts are shared. Nearest by name: {nearest[0]}.",
        nearest[0],
    )


def build_release_question(created_at: str | None, today: str) -> DraftQuestion:
    """When the weights were first public. The Hub only knows when the repository was made."""
    day = (created_at or "")[:10]
    known = f" The repository was created on {day}." if day > HUB_FIRST_DAY else ""
    example = {"date": (day if day > HUB_FIRST_DAY else today)[:7], "evidence": ["card"]}
    return DraftQuestion("$.released", f"When were the weights first public?{known}", example)


def build_component_questions(
    record: dict[str, Any], papers: tuple[str, ...], repo: str, registry: Registry
) -> list[DraftQuestion]:
    """One question for each component that the record does not state, and for the data information."""
    stated = record["components"]
    found = []
    for name, asks in (DECIDING_COMPONENTS | FURTHER_COMPONENTS).items():
        if stated.get(name, {}).get("status", "unknown") == "unknown":
            found.append(
                DraftQuestion(
                    f"$.components.{name}",
                    _format_question(name, asks, papers),
                    _build_example(name, stated, papers, repo, registry),
                    decides=name in DECIDING_COMPONENTS,
                )
            )
    asks = "Could a skilled person build a substantially equivalent system from what is published about the training data?"
    example = {
        "sufficient": "no",
        "reason": "the sources of the training data are not named",
        "evidence": ["card"],
    }
    return [*found, DraftQuestion("$.data_information", asks, example)]


def _format_question(name: str, asks: str, papers: tuple[str, ...]) -> str:
    if name in PAPER_COMPONENTS and papers:
        return (
            f"{asks} The card links to arXiv {', '.join(papers[:3])}, which may be somebody else's."
        )
    return asks


def _build_example(
    name: str, stated: dict[str, Any], papers: tuple[str, ...], repo: str, registry: Registry
) -> dict[str, Any]:
    if name == "datasets":
        named = stated.get("datasets", {}).get("datasets")
        return {"status": "partial", **({"datasets": named} if named else {}), "evidence": ["card"]}
    if name in PAPER_COMPONENTS:
        return {
            "status": "released",
            "url": f"https://arxiv.org/abs/{papers[0] if papers else '2301.00001'}",
            "evidence": ["card"],
        }
    url = f"https://github.com/{repo}"
    return {
        "status": "released",
        "license": choose_example_license(registry),
        "url": url,
        "evidence": ["card"],
    }
