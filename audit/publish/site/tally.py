"""What the walk over all models leaves behind: little of each, for ten thousand must fit."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from audit.definitions.answered_question import COMMERCIAL
from audit.definitions.base import Step, Verdict
from audit.definitions.common_uses import CommonAnswer
from audit.publish.site.model_view import ModelView

StepKey = tuple[str, str]
"""Id and clause of a step."""


@dataclass(frozen=True)
class ComparedModel:
    """What stands on the page that compares, beside the row."""

    components: tuple[str, ...]
    """Status of each, in the order of COMPONENTS."""
    answers: tuple[str, ...]
    """Of the questions but the one about commercial use, which the row answers."""
    uses: tuple[str, ...]
    """Of the other common uses, in their order."""


@dataclass
class SiteTally:
    """Filled while the pages of the models are written."""

    steps: dict[str, dict[StepKey, Counter[str]]] = field(default_factory=dict)
    """By definition: how often each step was answered how, of the models themselves."""
    compared: dict[str, ComparedModel] = field(default_factory=dict)
    use_nouns: tuple[str, ...] = ()

    def add(self, view: ModelView) -> None:
        """Count one model."""
        self.use_nouns = tuple(use.noun for use in _list_other_uses(view))
        self.compared[view.model.id] = _pick_compared(view)
        for verdict in view.explanation.verdicts:
            counts = self.steps.setdefault(verdict.framework, defaultdict(Counter))
            for step in _list_own_steps(verdict):
                counts[step.id, step.clause][step.answer] += 1

    def merge(self, later: "SiteTally") -> None:
        """Add what was counted of the models that follow."""
        self.use_nouns = later.use_nouns or self.use_nouns
        self.compared |= later.compared
        for framework, steps in later.steps.items():
            counts = self.steps.setdefault(framework, defaultdict(Counter))
            for key, answers in steps.items():
                counts[key].update(answers)

    def list_steps(self, definition: str) -> Mapping[StepKey, Counter[str]]:
        """The steps of a definition with their answers."""
        return self.steps.get(definition, {})


def _pick_compared(view: ModelView) -> ComparedModel:
    said = view.explanation
    return ComparedModel(
        tuple(each.status for each in view.model.components.values()),
        tuple(each.words for each in said.questions if each.id != COMMERCIAL),
        tuple(use.words for use in _list_other_uses(view)),
    )


def _list_other_uses(view: ModelView) -> Sequence[CommonAnswer]:
    """The common uses but the first, commercial use, which the row answers."""
    return view.explanation.permissions[1:]


def _list_own_steps(verdict: Verdict) -> list[Step]:
    """Those about the model itself, and not about one of its bases."""
    return [step for step in verdict.steps if not step.subject]
