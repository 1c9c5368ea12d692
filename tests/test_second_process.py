"""A copy of this process: the same items as without it, whatever becomes of the copy."""

import os
import signal
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from audit.core.second_process import has_second_core, start_second_process

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity"), reason="no copy of a process here"
)
ITEMS = [(f"file {number}", bytes(number)) for number in range(1000)]
HERE = os.getpid()


def make_items() -> Iterator[tuple[str, bytes]]:
    yield from ITEMS


def die_in_the_copy() -> Iterator[tuple[str, bytes]]:
    """Killed, as for want of memory, after some hundred items."""
    yield from ITEMS[:300]
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    yield from ITEMS[300:]


def fail() -> Iterator[tuple[str, bytes]]:
    yield from ITEMS[:300]
    raise LookupError("no such license")


def say_who() -> Iterator[int]:
    yield os.getpid()


@pytest.mark.parametrize("work", [make_items, die_in_the_copy])
def test_all_items_come_in_order(work):
    """A copy that is killed leaves nothing out and nothing double."""
    with start_second_process(work) as made:
        assert list(made) == ITEMS


def test_the_work_is_done_beside():
    """By another process, as long as it lives."""
    with start_second_process(say_who) as made:
        assert next(made) != HERE


def test_an_error_shows_where_people_see_it():
    """Behind the same items as without a copy, and as itself."""
    with start_second_process(fail) as made:
        assert list(islice(made, 300)) == ITEMS[:300]
        with pytest.raises(LookupError, match="no such license"):
            next(made)


def test_nothing_is_left_of_a_copy():
    """Who leaves early waits for nothing, and leaves no process and no open file behind."""

    def say_who_without_end() -> Iterator[int]:
        while True:
            yield os.getpid()

    before = count_open_files()
    with start_second_process(say_who_without_end) as made:
        copy = next(made)
    with pytest.raises(ProcessLookupError):
        os.kill(copy, 0)
    assert count_open_files() == before


def count_open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_process_with_threads_is_not_copied():
    """What another thread holds locked would stay locked in the copy."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert not has_second_core()
    finally:
        stop.set()
        thread.join()
