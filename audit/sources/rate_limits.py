"""Waiting as the upstream asks: once for all threads of a bucket, never longer than a window, never without end."""

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from huggingface_hub.utils import parse_ratelimit_headers  # type: ignore[attr-defined]  # public, but loaded lazily

from audit.sources.deadline import not_counted
from audit.sources.request_log import RequestCounter, WindowSpent

WINDOW_SECONDS = 310.0
"""The Hub's window has 300 seconds; more is never waited at once."""
RUN_SECONDS = 1200.0
"""Most that a whole run waits per bucket; then the rest of the bucket stays unverified."""
RESERVE = 0.02
"""Share of a window that is left to others behind the same address."""
FIRST_ANSWER_SECONDS = 1.0
"""How long the other threads wait for the first answer, which tells what is left of the window."""
HOUR = 3600
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
    until = moment_of(value)
    # The server's own clock is the only one that its date can be measured by.
    now = moment_of(next((text for name, text in headers.items() if name.lower() == "date"), ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def moment_of(text: str) -> datetime | None:
    """A date as HTTP writes it; None for anything else."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """What an answer tells of its bucket."""

    left: int
    """Requests that may still be sent."""
    seconds: float
    """Until the next window begins."""
    limit: int | None = None
    """Requests of a whole window."""

    @property
    def spent(self) -> bool:
        """True when only the reserve is left."""
        return self.left <= int((self.limit or 0) * RESERVE)


def hub_window(headers: Mapping[str, str]) -> Window | None:
    """The Hub's RateLimit of an answer."""
    limit = parse_ratelimit_headers(headers)
    if limit is None:
        return None
    # One more second, because the header counts whole ones.
    return Window(limit.remaining, min(WINDOW_SECONDS, limit.reset_in_seconds + 1.0), limit.limit)


def github_window(headers: Mapping[str, str]) -> Window | None:
    """GitHub's limit of an answer, its reset measured by the answer's own Date."""
    names = {name.lower(): value for name, value in headers.items()}
    left, limit, reset = (names.get(f"x-ratelimit-{name}", "") for name in ("remaining", "limit", "reset"))
    now = moment_of(names.get("date", ""))
    if not left.isdigit() or not limit.isdigit() or not reset.isdigit():
        return None
    seconds = int(reset) - now.timestamp() + 1.0 if now else float(HOUR)
    return Window(int(left), max(1.0, seconds), int(limit))


@dataclass(frozen=True)
class Ticket:
    """When a request was sent."""

    rests: int
    """Rests until then: which window it was sent in."""
    answered: int
    """Requests answered until then, all of which the upstream has counted before this one."""


class Gate:
    """Paces the requests of one bucket: full speed while the window lasts, rest before the upstream has to refuse.

    Windows are fixed, so that sending slower gains nothing; what matters is to stop in time. The bucket may be shared
    with others behind the same address: their requests show in the next answer, and a small reserve is left to them.
    """

    def __init__(
        self,
        sleep: Callable[[float], None],
        allowance: float = RUN_SECONDS,
        *,
        clock: Callable[[], float] = time.monotonic,
        seconds_left: Callable[[], float] = lambda: math.inf,
        longest: float = WINDOW_SECONDS,
    ) -> None:
        """`allowance`: seconds that may be waited in all. `seconds_left`: of the run. `longest`: most for one rest."""
        self._sleep = sleep
        self._clock = clock
        self._seconds_left = seconds_left
        self._longest = longest
        self._allowance = allowance
        self._changed = threading.Condition()
        self._rests = 0
        self._sent = 0
        self._answered = 0
        self._window: Window | None = None
        self._noted = 0.0

    @property
    def rests(self) -> int:
        """Rests so far, to hand to `rest`."""
        with self._changed:
            return self._rests

    def take(self) -> Ticket:
        """Wait until a request may be sent. Returns a ticket for `answered`. Raises WindowSpent when that would take too long."""
        with not_counted(), self._changed:
            if self._sent and not self._answered:
                # What is left of the window is known after the first answer; until then one request is enough.
                self._changed.wait_for(lambda: self._answered, FIRST_ANSWER_SECONDS)
            if self._window and self._window.spent:
                seconds = self._window.seconds - int(self._clock() - self._noted)
                if seconds > 0 and not self._wait(seconds):
                    raise WindowSpent(f"the window is spent for {seconds:.0f} more seconds")
                self._new_window()
            self._sent += 1
            if self._window:
                self._window = replace(self._window, left=self._window.left - 1)
            return Ticket(self._rests, self._answered)

    def answered(self, ticket: Ticket, window: Window | None) -> None:
        """A request is over; `window` is what its answer told, None when no answer came or it told nothing.

        What was sent after the ticket may not be in the server's count yet, so it is taken off here.
        """
        with self._changed:
            self._answered += 1
            # An answer that was under way during a rest tells of the window before.
            if window is not None and ticket.rests == self._rests:
                uncounted = self._sent - ticket.answered - 1
                self._window = replace(window, left=window.left - uncounted)
                self._noted = self._clock()
            self._changed.notify_all()

    def rest(self, rests: int, seconds: float) -> bool:
        """After a refusal: wait, unless another thread did so meanwhile. False when the run may not wait any more."""
        with self._changed:
            if rests == self._rests:
                if not self._wait(seconds):
                    return False
                self._new_window()
            return True

    def _new_window(self) -> None:
        self._rests += 1
        if self._window:
            self._window = replace(self._window, left=self._window.limit) if self._window.limit else None

    def _wait(self, seconds: float) -> bool:
        if seconds > min(self._allowance, self._longest, self._seconds_left()):
            return False
        self._allowance -= seconds
        # With the lock held: every other thread of the bucket is to wait too.
        self._sleep(seconds)
        return True


def gate_of(counter: RequestCounter, sleep: Callable[[float], None], clock: Callable[[], float], longest: float = WINDOW_SECONDS) -> Gate:
    """A gate that waits no longer than the run may last."""
    allowance = RUN_SECONDS if counter.seconds is None else counter.seconds
    return Gate(sleep, allowance, clock=clock, seconds_left=counter.seconds_left, longest=longest)
