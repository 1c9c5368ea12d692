"""Repeats a single request that failed for a passing reason.

Few times, with growing and random pauses.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
Question = Callable[[], Result]
"""What is asked, and asked again."""


def _log_retry(details: RetryDetails) -> None:
    # Not stamina's own hook: that warns, and a repeat is nothing that a person must read.
    logger.debug("repeat %d after %s", details.retry_num, type(details.caused_by).__name__)


set_on_retry_hooks([_log_retry])


def call_with_retries(
    call: Question[Result],
    passing: Callable[[Exception], bool | float],
    attempts: int,
    pause: float,
) -> Result:
    """The result of `call`, tried again while its errors are `passing`.

    Then the last error is raised.

    `pause`: seconds before the first repeat, growing; `passing` may give the seconds of one instead
    of true.
    """
    for attempt in stamina.retry_context(
        on=passing,
        attempts=attempts,
        timeout=None,
        wait_initial=pause,
        wait_max=8 * pause,
        wait_jitter=pause,
    ):
        with attempt:
            return call()
    raise AssertionError("stamina ends with a result or an error")
