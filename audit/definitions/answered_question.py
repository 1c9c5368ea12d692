"""A question that people ask of a model, answered."""

from dataclasses import dataclass

from audit.definitions.base import Answer, FactUsed
from audit.licenses.uses import TOLD_WORDS, ToldPermission

COMMERCIAL = "commercial"
"""The question that asks for a permission."""


@dataclass(frozen=True)
class AnsweredQuestion:
    """One question, its answer and the fact that decided."""

    id: str
    question: str
    answer: Answer | ToldPermission
    """Of the question about commercial use, what `allows` answers; yes, partly, no or unknown of
    the others."""
    reason: str
    facts: tuple[FactUsed, ...] = ()
    extent: str = ""
    """How far a `partly` goes, where it goes very far or not far at all."""

    @property
    def words(self) -> str:
        """The answer as people read it, the same wherever a permission is spoken of."""
        if self.id == COMMERCIAL:
            return TOLD_WORDS[self.answer]
        return f"{self.answer}, {self.extent}" if self.extent else self.answer
