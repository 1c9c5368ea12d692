"""Why an upstream gave no facts, as a closed set of outcomes (docs/audit.md lists them).

Could not see is never read as gone: only an explicit refusal of the upstream itself makes `absent`
or `disabled`.
"""

from dataclasses import dataclass
from typing import Literal

from audit.observations.facts import Observation, Target

TRANSIENT_STATUS = frozenset({408, 500, 502, 503, 504})
"""Answers that another try may mend."""
FINAL_REASONS = frozenset(
    {"bad-token", "budget", "rate-limited", "invalid-id", "schema", "no-source"}
)
"""Reasons that a second look in the same run cannot change."""


@dataclass(frozen=True)
class SourceFailure:
    """An answer without facts."""

    state: Literal["absent", "gated", "disabled", "unverifiable"]
    reason: str
    status: int | None = None
    is_our_fault: bool = False

    def build_observation(self, target: Target, url: str) -> Observation:
        """The failure as what was seen of a target."""
        return Observation(
            target, self.state, url, self.status, self.reason, None, self.is_our_fault
        )


class UndocumentedAnswer(Exception):
    """An answer whose form is not the documented one: a missing field is unknown, never false."""


class WrongContent(Exception):
    """An answer that is not what was asked for.

    A login page, or other bytes than the listing names.
    """


class TruncatedAnswer(Exception):
    """Fewer bytes than announced."""


class TooSlow(Exception):
    """An answer that came, but was not whole when the time of its question was over."""


class ForeignRedirect(Exception):
    """The upstream points to another origin; nothing was sent there, and no token either."""


def build_unverifiable(
    reason: str, status: int | None = None, *, ours: bool = False
) -> SourceFailure:
    """A look that shows nothing."""
    return SourceFailure("unverifiable", reason, status, ours)


def classify_answer_error(error: Exception) -> SourceFailure | None:
    """The outcome of our own refusals to believe or to send; None for other errors."""
    if isinstance(error, WrongContent):
        return build_unverifiable("wrong-content", 200)
    if isinstance(error, TruncatedAnswer):
        return build_unverifiable("truncated", 200)
    if isinstance(error, TooSlow):
        return build_unverifiable("too-slow")
    if isinstance(error, ForeignRedirect):
        return build_unverifiable("foreign-redirect")
    if isinstance(error, UndocumentedAnswer):
        return build_unverifiable("schema", 200)
    return None
