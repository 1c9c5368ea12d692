"""How long a source waits for an answer, and how often it asks again."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

from audit.sources.deadline import ITEM_SECONDS, within
from audit.sources.failures import SourceFailure
from audit.sources.rate_limits import MAX_RUN_WAIT_SECONDS, MAX_WINDOW_SECONDS, RateLimiter
from audit.sources.repeats import Question, call_with_retries
from audit.sources.request_log import RequestCounter

Result = TypeVar("Result")
OpenBlock = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Patience:
    """What every client of a host is told about time. Tests hurry it."""

    timeout: float = 20
    """Seconds for one read."""
    item_seconds: float = ITEM_SECONDS
    """For one question with its repeats, however slowly it is answered."""
    attempts: int = 3
    """Tries per request."""
    pause: float = 0.5
    """Seconds before the second try, doubled and jittered for later ones."""
    sleep: Callable[[float], None] = time.sleep
    """Waits out rate limits."""
    clock: Callable[[], float] = time.monotonic
    """Seconds, to know when a window ends."""


DEFAULT_PATIENCE = Patience()


@dataclass(frozen=True)
class ErrorRules:
    """What the errors of one host's client mean."""

    is_transient: Callable[[Exception], bool]
    """Whether another try may mend it."""
    find_limit_wait: Callable[[Exception], float | None]
    """Seconds that a rate limit asks for; None where the error is none, or no wait would help."""
    classify: Callable[[Exception], SourceFailure]
    """The outcome. Raises the error again where it is a defect of ours."""


@dataclass(frozen=True)
class PatientAsker:
    """Asks one host's questions with their repeats, and at most one rest for a rate limit."""

    counter: RequestCounter
    patience: Patience
    rules: ErrorRules

    def ask(
        self,
        call: Question[Result],
        limiter: RateLimiter,
        open_block: OpenBlock = nullcontext,
    ) -> Result | SourceFailure:
        """The answer, or why there is none.

        `open_block`: what is held while the question is under way, and not during the rest.
        """
        rests = limiter.rest_count
        try:
            return self._try_in_time(call, open_block)
        except Exception as error:
            wait = self.rules.find_limit_wait(error)
            if wait is None or not limiter.wait_out_refusal(rests, wait):
                return self.rules.classify(error)
        try:
            return self._try_in_time(call, open_block)
        except Exception as error:
            return self.rules.classify(error)

    def _try_in_time(self, call: Question[Result], open_block: OpenBlock) -> Result:
        patience = self.patience
        with open_block(), within(patience.item_seconds, self.counter.compute_seconds_left):
            return call_with_retries(
                call, self.rules.is_transient, patience.attempts, patience.pause
            )


def build_rate_limiter(
    counter: RequestCounter, patience: Patience, longest: float = MAX_WINDOW_SECONDS
) -> RateLimiter:
    """A gate that waits no longer than the run may last.

    `longest`: seconds, most for one rest.
    """
    allowance = MAX_RUN_WAIT_SECONDS if counter.seconds is None else counter.seconds
    return RateLimiter(
        patience.sleep,
        allowance,
        clock=patience.clock,
        seconds_left=counter.compute_seconds_left,
        longest=longest,
    )
