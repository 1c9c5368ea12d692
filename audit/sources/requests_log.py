"""Counts every request that goes on the wire, redirect hops and repeats included, and stops a run that asks too much."""

import threading
from typing import Literal

Bucket = Literal["hub-api", "hub-resolve", "github", "other"]
BUCKETS: tuple[Bucket, ...] = ("hub-api", "hub-resolve", "github", "other")
"""The Hub limits its API and its file addresses apart; GitHub has limits of its own."""


class BudgetReached(Exception):
    """The run has used the requests that it was given; nothing was sent."""


class RequestCounter:
    """Requests per bucket. Safe to use from several threads."""

    def __init__(self, limit: int | None = None) -> None:
        """`limit`: most requests of the run over all buckets; None for no limit."""
        self.limit = limit
        self._lock = threading.Lock()
        self._counts: dict[Bucket, int] = dict.fromkeys(BUCKETS, 0)

    def count(self, bucket: Bucket) -> None:
        """Note a request that is about to be sent. Raises BudgetReached when it must not be."""
        with self._lock:
            if self.limit is not None and sum(self._counts.values()) >= self.limit:
                raise BudgetReached(f"the run's limit of {self.limit} requests is reached")
            self._counts[bucket] += 1

    def counts(self) -> dict[str, int]:
        """Requests so far by bucket, every bucket named."""
        with self._lock:
            return {bucket: self._counts[bucket] for bucket in BUCKETS}

    @property
    def total(self) -> int:
        """Requests so far."""
        with self._lock:
            return sum(self._counts.values())
