"""Waiting as the upstream asks: once for all threads of a bucket, never longer than a window, never without end."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from huggingface_hub.utils import parse_ratelimit_headers  # type: ignore[attr-defined]  # public, but loaded lazily

WINDOW_SECONDS = 310.0
"""The Hub's window has 300 seconds; more is never waited at once."""
RUN_SECONDS = 1200.0
"""Most that a whole run waits per bucket; then the rest of the bucket stays unverified."""
UNSTATED_SECONDS = 30.0
"""Wait where a refusal names no time."""


def seconds_to_wait(headers: Mapping[str, str], cap: float = WINDOW_SECONDS) -> float:
    """What a 429 asks for: the Hub's RateLimit, else Retry-After as seconds or as a date, at most `cap`."""
    limit = parse_ratelimit_headers(headers)
    if limit is not None and limit.remaining == 0:
        # One more, because the header counts whole seconds.
        return min(cap, limit.reset_in_seconds + 1.0)
    asked = _retry_after(headers)
    return min(cap, UNSTATED_SECONDS if asked is None else asked)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    value = next((text.strip() for name, text in headers.items() if name.lower() == "retry-after"), "")
    if value.isascii() and value.isdigit():
        return float(value)
    until = _moment(value)
    # The server's own clock is the only one that its date can be measured by.
    now = _moment(next((text for name, text in headers.items() if name.lower() == "date"), ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Gate:
    """Holds back the requests of one bucket while the upstream asks for rest."""

    def __init__(self, sleep: Callable[[float], None], allowance: float = RUN_SECONDS) -> None:
        """`allowance`: seconds that may be waited in all."""
        self._sleep = sleep
        self._left = allowance
        self._lock = threading.Lock()
        self._rests = 0
        self._pending = 0.0

    def enter(self) -> int:
        """Wait for a rest that is due. Returns the number of rests so far, to hand to `rest`."""
        with self._lock:
            if self._pending and self._take(self._pending):
                self._rests += 1
            self._pending = 0.0
            return self._rests

    def note(self, headers: Mapping[str, str]) -> None:
        """Read the RateLimit of a good answer: the last request of a window makes the next one wait, instead of being refused."""
        limit = parse_ratelimit_headers(headers)
        if limit is not None and limit.remaining == 0:
            with self._lock:
                self._pending = min(WINDOW_SECONDS, limit.reset_in_seconds + 1.0)

    def rest(self, entered: int, seconds: float) -> bool:
        """After a refusal: wait, unless another thread did so meanwhile. False when the run may not wait any more."""
        with self._lock:
            if entered == self._rests:
                if not self._take(seconds):
                    return False
                self._rests += 1
                self._pending = 0.0
            return True

    def _take(self, seconds: float) -> bool:
        if seconds > self._left:
            return False
        self._left -= seconds
        # With the lock held: every other thread of the bucket is to wait too.
        self._sleep(seconds)
        return True
