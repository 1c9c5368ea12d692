"""Work on a second core: a copy of this process makes items, and hands them over in order.

A copy (fork) holds what is loaded already. It starts no program. Where it ends before its work
does, the rest is done here: the same items come either way.
"""

import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO, TypeVar

Item = TypeVar("Item")
Work = Callable[[], Iterable[Item]]
"""Makes the same items whenever it is called."""
_BATCH = 64
"""Items that are handed over at once."""
_LENGTH_BYTES = 8


@contextmanager
def make_beside(work: Work[Item], *, is_worth: bool) -> Iterator[Iterator[Item]]:
    """The items of the work, made on a second core where there is one and that is worth it.

    Else they are made here, as they are taken.
    """
    if not is_worth or not has_second_core():
        yield iter(work())
        return
    with start_second_process(work) as items:
        yield items


def has_second_core() -> bool:
    """Whether a copy of this process can be made, and would have a core of its own.

    It would have one thread only: what others hold locked would stay locked there for ever.
    """
    can_fork = hasattr(os, "fork") and hasattr(os, "sched_getaffinity")
    return can_fork and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


@contextmanager
def start_second_process(work: Work[Item]) -> Iterator[Iterator[Item]]:
    """Begin the work in a copy of this process; what it made can be read while it goes on.

    Items wait in a file, not in memory. The end of the block ends the copy.
    """
    with tempfile.TemporaryFile() as waiting:
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            _work_and_end(work, writing, waiting)
        os.close(writing)
        try:
            yield _read_items(work, reading, waiting)
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(reading)


def _work_and_end(work: Work[Item], writing: int, waiting: BinaryIO) -> None:
    """All that the copy does. It tells no error: the work that it left fails where people see it."""
    try:
        remaining = iter(work())
        while batch := list(islice(remaining, _BATCH)):
            _write_batch(batch, writing, waiting)
        _write_batch([], writing, waiting)
    finally:
        # What is to be done at the end of the program is for the program to do.
        os._exit(0)


def _write_batch(batch: list[Any], writing: int, waiting: BinaryIO) -> None:
    content = pickle.dumps(batch, pickle.HIGHEST_PROTOCOL)
    waiting.write(content)
    waiting.flush()
    os.write(writing, len(content).to_bytes(_LENGTH_BYTES, "big"))


def _read_items(work: Work[Item], reading: int, waiting: BinaryIO) -> Iterator[Item]:
    """The items of the copy; an empty batch is its last."""
    received = place = 0
    while head := os.read(reading, _LENGTH_BYTES):
        length = int.from_bytes(head, "big")
        # Written by a copy of this very process, into a file without a name.
        batch = pickle.loads(os.pread(waiting.fileno(), length, place))
        if not batch:
            return
        yield from batch
        received, place = received + len(batch), place + length
    yield from islice(work(), received, None)
