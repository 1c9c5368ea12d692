"""Waiting as the upstream asks.

Once for all threads of a bucket, never longer than a window, never without end.
"""

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Public, but loaded lazily.
from huggingface_hub.utils import parse_ratelimit_headers  # type: ignore[attr-defined]

from audit.sources.deadline import not_counted
from audit.sources.request_log import RateWindowSpent

MAX_WINDOW_SECONDS = 310.0
"""The Hub's window has 300 seconds; more is never waited at once."""
MAX_RUN_WAIT_SECONDS = 1200.0
"""Most that a whole run waits per bucket; then the rest of the bucket stays unverified."""
RESERVED_SHARE = 0.02
"""Share of a window that is left to others behind the same address."""
FIRST_ANSWER_SECONDS = 1.0
"""How long the other threads wait for the first answer, which tells what is left of the window."""
HOUR_SECONDS = 3600
ROUNDING_SECONDS = 1.0
"""Headers count whole seconds: a window is waited for one more."""
DEFAULT_WAIT_SECONDS = 30.0
"""Wait where a refusal names no time."""


Headers = Mapping[str, str]


def compute_wait_seconds(headers: Headers, cap: float = MAX_WINDOW_SECONDS) -> float:
    """What a 429 asks for, at most `cap`.

    The Hub's RateLimit, else Retry-After as seconds or as a date.
    """
    limit = parse_ratelimit_headers(headers)
    if limit is not None and limit.remaining == 0:
        return min(cap, limit.reset_in_seconds + ROUNDING_SECONDS)
    asked = _parse_retry_after(headers)
    return min(cap, DEFAULT_WAIT_SECONDS if asked is None else asked)


def _parse_retry_after(headers: Headers) -> float | None:
    by_name = _lower_names(headers)
    value = by_name.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    # The server's own clock is the only one that its date can be measured by.
    until, now = parse_http_date(value), parse_http_date(by_name.get("date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _lower_names(headers: Headers) -> dict[str, str]:
    """The first header of each name, whatever the case of its letters."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        found.setdefault(name.lower(), value)
    return found


def parse_http_date(text: str) -> datetime | None:
    """A date as HTTP writes it; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True)
class RateWindow:
    """What an answer tells of its bucket."""

    remaining: int
    """Requests that may still be sent."""
    reset_seconds: float
    """Until the next window begins."""
    limit: int | None = None
    """Requests of a whole window."""

    @property
    def is_spent(self) -> bool:
        """True when only the reserve is left."""
        return self.remaining <= int((self.limit or 0) * RESERVED_SHARE)


def parse_hub_window(headers: Headers) -> RateWindow | None:
    """The Hub's RateLimit of an answer."""
    limit = parse_ratelimit_headers(headers)
    if limit is None:
        return None
    seconds = min(MAX_WINDOW_SECONDS, limit.reset_in_seconds + ROUNDING_SECONDS)
    return RateWindow(limit.remaining, seconds, limit.limit)


def parse_github_window(headers: Headers) -> RateWindow | None:
    """GitHub's limit of an answer, its reset measured by the answer's own Date."""
    by_name = _lower_names(headers)
    told = [by_name.get(f"x-ratelimit-{name}", "") for name in ("remaining", "limit", "reset")]
    if not all(number.isdigit() for number in told):
        return None
    left, limit, reset = map(int, told)
    now = parse_http_date(by_name.get("date", ""))
    seconds = reset - now.timestamp() + ROUNDING_SECONDS if now else float(HOUR_SECONDS)
    return RateWindow(left, max(1.0, seconds), limit)


@dataclass(frozen=True)
class RequestTicket:
    """When a request was sent."""

    rest_count: int
    """Rests until then: which window it was sent in."""
    answered_before: int
    """Requests answered until then, all of which the upstream has counted before this one."""


class RateLimiter:
    """Paces the requests of one bucket.

    Full speed while the window lasts, rest before the upstream has to refuse.

    Windows are fixed, so that sending slower gains nothing; what matters is to stop in time. The
    bucket may be shared with others behind the same address: their requests show in the next
    answer, and a small reserve is left to them.
    """

    def __init__(
        self,
        sleep: Callable[[float], None],
        allowance: float = MAX_RUN_WAIT_SECONDS,
        *,
        clock: Callable[[], float] = time.monotonic,
        seconds_left: Callable[[], float] = lambda: math.inf,
        longest: float = MAX_WINDOW_SECONDS,
    ) -> None:
        """`allowance`: seconds that may be waited in all.

        `seconds_left`: of the run. `longest`: most for one rest.
        """
        self._sleep = sleep
        self._clock = clock
        self._seconds_left = seconds_left
        self._max_wait_seconds = longest
        self._wait_allowance = allowance
        self._changed = threading.Condition()
        self._rest_count = 0
        self._sent_count = 0
        self._answered_count = 0
        self._window: RateWindow | None = None
        self._window_noted_at = 0.0

    @property
    def rest_count(self) -> int:
        """Rests so far, to hand to `rest`."""
        with self._changed:
            return self._rest_count

    def acquire_ticket(self) -> RequestTicket:
        """Wait until a request may be sent.

        Returns a ticket for `answered`. Raises WindowSpent when that would take too long.
        """
        with not_counted(), self._changed:
            if self._sent_count and not self._answered_count:
                # What is left of the window is known after the first answer; until then one request
                # is enough.
                self._changed.wait_for(lambda: self._answered_count, FIRST_ANSWER_SECONDS)
            if self._window and self._window.is_spent:
                self._wait_for_new_window(self._window)
            self._count_sent_request()
            return RequestTicket(self._rest_count, self._answered_count)

    def _count_sent_request(self) -> None:
        self._sent_count += 1
        if self._window:
            self._window = replace(self._window, remaining=self._window.remaining - 1)

    def _wait_for_new_window(self, spent: RateWindow) -> None:
        seconds = spent.reset_seconds - int(self._clock() - self._window_noted_at)
        if seconds > 0 and not self._wait(seconds):
            raise RateWindowSpent(f"the window is spent for {seconds:.0f} more seconds")
        self._start_new_window()

    def record_answer(self, ticket: RequestTicket, window: RateWindow | None) -> None:
        """A request is over.

        `window` is what its answer told, None when no answer came or it told nothing.

        What was sent after the ticket may not be in the server's count yet, so it is taken off
        here.
        """
        with self._changed:
            self._answered_count += 1
            # An answer that was under way during a rest tells of the window before.
            if window is not None and ticket.rest_count == self._rest_count:
                uncounted = self._sent_count - ticket.answered_before - 1
                self._window = replace(window, remaining=window.remaining - uncounted)
                self._window_noted_at = self._clock()
            self._changed.notify_all()

    def wait_out_refusal(self, rests: int, seconds: float) -> bool:
        """After a refusal: wait, unless another thread did so meanwhile.

        False when the run may not wait any more.
        """
        with self._changed:
            if rests == self._rest_count:
                if not self._wait(seconds):
                    return False
                self._start_new_window()
            return True

    def _start_new_window(self) -> None:
        self._rest_count += 1
        if self._window:
            self._window = (
                replace(self._window, remaining=self._window.limit) if self._window.limit else None
            )

    def _wait(self, seconds: float) -> bool:
        if seconds > min(self._wait_allowance, self._max_wait_seconds, self._seconds_left()):
            return False
        self._wait_allowance -= seconds
        # With the lock held: every other thread of the bucket is to wait too.
        self._sleep(seconds)
        return True
