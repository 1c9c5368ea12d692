"""Workers for a round of observations, those of each host apart."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from audit.sources.base import Source

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class HostPools:
    """A pool for each host, so that waiting for one leaves no worker of another idle."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._pools = {
            host: _open_pool(source.max_parallel_requests) for host, source in sources.items()
        }
        # Of hosts without a source, which answers at once.
        self._other = _open_pool(1)

    def submit(
        self, host: str, call: Callable[[Argument], Result], unit: Argument
    ) -> Future[Result]:
        """Let a worker of the host call this."""
        return self._pools.get(host, self._other).submit(call, unit)

    def shut_down(self) -> None:
        """Drop what has not begun; await the rest."""
        for pool in (*self._pools.values(), self._other):
            pool.shutdown(cancel_futures=True)


def _open_pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="observe")


@contextmanager
def open_pools(sources: Mapping[str, Source]) -> Iterator[HostPools]:
    """Pools that drop what has not begun when the run is interrupted."""
    pools = HostPools(sources)
    try:
        yield pools
    finally:
        pools.shut_down()
