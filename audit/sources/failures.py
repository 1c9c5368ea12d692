"""Why an upstream gave no facts, as a closed set of outcomes (docs/audit.md lists them).

Could not see is never read as gone: only an explicit refusal of the upstream itself makes `absent` or `disabled`.
"""

from dataclasses import dataclass
from typing import Literal

from audit.observations.facts import Sighting, Target

TRANSIENT_STATUS = frozenset({408, 500, 502, 503, 504})
"""Answers that another try may mend."""
FINAL = frozenset({"bad-token", "budget", "rate-limited", "invalid-id", "schema"})
"""Reasons that a second look in the same run cannot change."""


@dataclass(frozen=True)
class Failure:
    """An answer without facts."""

    state: Literal["absent", "gated", "disabled", "unverifiable"]
    reason: str
    status: int | None = None
    ours: bool = False

    def sighting(self, target: Target, url: str) -> Sighting:
        """The failure as what was seen of a target."""
        return Sighting(target, self.state, url, self.status, self.reason, None, self.ours)


class NotAsDocumented(Exception):
    """An answer whose form is not the documented one: a missing field is unknown, never false."""


class WrongContent(Exception):
    """An answer that is not what was asked for: a login page, or other bytes than the listing names."""


class Truncated(Exception):
    """Fewer bytes than announced."""


class TooSlow(Exception):
    """An answer that came, but was not whole when the time of its question was over."""


class ForeignRedirect(Exception):
    """The upstream points to another origin; nothing was sent there, and no token either."""


def unverifiable(reason: str, status: int | None = None, *, ours: bool = False) -> Failure:
    """A look that shows nothing."""
    return Failure("unverifiable", reason, status, ours)


def failure_of_answer(error: Exception) -> Failure | None:
    """The outcome of our own refusals to believe or to send; None for other errors."""
    if isinstance(error, WrongContent):
        return unverifiable("wrong-content", 200)
    if isinstance(error, Truncated):
        return unverifiable("truncated", 200)
    if isinstance(error, TooSlow):
        return unverifiable("too-slow")
    if isinstance(error, ForeignRedirect):
        return unverifiable("foreign-redirect")
    if isinstance(error, NotAsDocumented):
        return unverifiable("schema", 200)
    return None
