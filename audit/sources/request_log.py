"""Counts every request that goes on the wire, and stops a run that sends too many.

Redirect hops and repeats are included.
"""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping


class BudgetReached(Exception):
    """The run has used the requests or the time that it was given."""


class RequestNotSent(BudgetReached):
    """The budget was used up before the request: it cannot have been carried out."""


class RateWindowSpent(RequestNotSent):
    """The host's own limit is reached, and the run may not wait for its next window."""


class RequestCounter:
    """Requests per bucket, as the sources name their rate limits.

    Safe to use from several threads.
    """

    def __init__(
        self,
        limit: int | None = None,
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limit`: most requests of the run over all buckets; None for no limit.

        `seconds`: how long it may send any; None for no limit. `clock`: seconds, from any start.
        """
        self.limit = limit
        self.seconds = seconds
        self._clock = clock
        self._started = clock()
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def name_buckets(self, buckets: Iterable[str]) -> None:
        """Let the counts name these buckets, even while nothing was sent in them."""
        with self._lock:
            for bucket in buckets:
                self._counts.setdefault(bucket, 0)

    def count_request(self, bucket: str) -> None:
        """Note a request that is about to be sent. Raises RequestNotSent when it must not be."""
        with self._lock:
            if self.limit is not None and sum(self._counts.values()) >= self.limit:
                raise RequestNotSent(f"the run's limit of {self.limit} requests is reached")
            if self.compute_seconds_left() <= 0:
                raise RequestNotSent(f"the run's {self.seconds} seconds are over")
            self._counts[bucket] += 1

    def compute_seconds_left(self) -> float:
        """Seconds in which requests may still be sent; infinite without a limit."""
        return math.inf if self.seconds is None else self._started + self.seconds - self._clock()

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Add what others sent for this run."""
        with self._lock:
            self._counts.update(counts)

    def get_counts(self) -> dict[str, int]:
        """Requests so far by bucket, every bucket of every source named."""
        with self._lock:
            return dict(self._counts)

    @property
    def total(self) -> int:
        """Requests so far."""
        with self._lock:
            return sum(self._counts.values())
