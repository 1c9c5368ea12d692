"""Who made a model, and the family whose facts it shares: stated where known, else a question."""

from collections import Counter
from dataclasses import dataclass

from audit.contribute.new.draft import DraftQuestion, RecordDraft
from audit.core.near_names import find_near_names
from audit.core.references import get_owner
from audit.records.model import Model
from audit.records.registry import Registry


@dataclass(frozen=True)
class KnownAnswers:
    """What the caller knows already."""

    developer: str | None = None
    family: str | None = None


def state_maker(draft: RecordDraft, registry: Registry, answers: KnownAnswers) -> None:
    """State what the caller knows, and ask for the rest."""
    if answers.developer:
        draft.state_fact("developer", answers.developer)
    if answers.family:
        # A family names the developer of its models.
        draft.state_fact("family", answers.family)
        return
    if not answers.developer:
        draft.questions.append(build_developer_question(draft.id, registry))
    draft.questions += build_family_questions(draft.id, registry)


def build_developer_question(id: str, registry: Registry) -> DraftQuestion:
    """Who made it. The account on the Hub is where it lies, which is not the same."""
    owner = get_owner(id)
    asks = f"Who made it? It lies in the Hub account {owner}."
    usual = _find_usual_developer(id, owner, registry)
    if usual is None:
        return DraftQuestion("$.developer", asks, "Name of the lab or company", needed=True)
    asks = f"{asks} Other records of {owner} say {usual!r}."
    return DraftQuestion("$.developer", asks, usual, needed=True)


def _find_usual_developer(id: str, owner: str, registry: Registry) -> str | None:
    """The developer that most other records of this account name."""
    others = [model for model in _list_models_of(owner, registry) if model.id != id]
    usual = Counter(model.developer for model in others).most_common(1)
    return usual[0][0] if usual else None


def _list_models_of(owner: str, registry: Registry) -> list[Model]:
    return [model for model in registry.models.values() if get_owner(model.id) == owner]


def build_family_questions(id: str, registry: Registry) -> list[DraftQuestion]:
    """Whether it shares the facts of a family; no question where none of its account is near."""
    nearest = _find_near_family(id, registry)
    if nearest is None:
        return []
    asks = (
        "Does it belong to a recorded family? Then its facts are shared. "
        f"Nearest by name: {nearest}."
    )
    return [DraftQuestion("$.family", asks, nearest)]


def _find_near_family(id: str, registry: Registry) -> str | None:
    """The family of the record of the same account with the nearest name."""
    models = _list_models_of(get_owner(id), registry)
    families = {model.id: model.family for model in models if model.family}
    near = find_near_names(id, families)
    return families[near[0]] if near else None
