"""Why an upstream gave no facts, as a closed set of outcomes (docs/audit.md lists them).

Could not see is never read as gone: only an explicit refusal of the upstream itself makes `absent`
or `disabled`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from audit.observations.facts import Observation, Target
from audit.sources.request_log import BudgetReached, RateWindowSpent

TRANSIENT_STATUS = frozenset({408, 500, 502, 503, 504})
"""Answers that another try may mend."""
BAD_TOKEN_REASON = "bad-token"
"""The host refused our token; no later look mends that."""
FINAL_REASONS = frozenset(
    {
        BAD_TOKEN_REASON,
        "budget",
        "rate-limited",
        "invalid-id",
        "schema",
        "no-source",
        "refused",
        "other-language",
    }
)
"""Reasons that a second look in the same run cannot change."""

REFUSED_REASON = "refused"
"""A page that is shown to people and not to programs."""
GONE_REASON = "gone"
"""410: the upstream itself says that it was there and will not come back."""
BLOCKED_REASON = "blocked-legal"
"""451: withheld by the upstream because somebody with a right, or a court, demanded it."""
POSTPONED_REASONS = frozenset({"budget", "rate-limited"})
"""Why a text was not requested; it stays due, and what is known of its repository holds."""

FailureState = Literal["absent", "gated", "disabled", "unverifiable"]


@dataclass(frozen=True)
class SourceFailure:
    """An answer without facts."""

    state: FailureState
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


def build_partly_failed_observation(seen: Observation, failure: SourceFailure) -> Observation:
    """What was seen is left out where a part of it could not be; the next run compares it all."""
    unverifiable = build_unverifiable(failure.reason, failure.status, ours=failure.is_our_fault)
    return unverifiable.build_observation(seen.target, seen.url)


ErrorTable = Sequence[tuple[type[Exception], SourceFailure]]
"""Classes of errors and what they stand for; the first that fits counts."""
ANSWER_ERRORS: ErrorTable = (
    (RateWindowSpent, build_unverifiable("rate-limited", ours=True)),
    (BudgetReached, build_unverifiable("budget", ours=True)),
    (WrongContent, build_unverifiable("wrong-content", 200)),
    (TruncatedAnswer, build_unverifiable("truncated", 200)),
    (TooSlow, build_unverifiable("too-slow")),
    (ForeignRedirect, build_unverifiable("foreign-redirect")),
    (UndocumentedAnswer, build_unverifiable("schema", 200)),
)
"""Our own refusals to believe or to send."""


def look_up_error(error: Exception, table: ErrorTable) -> SourceFailure | None:
    """The outcome that a table gives to an error; None where it has none."""
    for kind, failure in table:
        if isinstance(error, kind):
            return failure
    return None
