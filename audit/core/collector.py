"""The garbage collector of Python, held back while much is built that stays.

It looks at every object again each time that some thousand were made. While ten thousand records
are read or judged, nothing becomes garbage that it alone could free, and it takes a fifth of the
time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hold_collector() -> Iterator[None]:
    """No search for garbage in this block. Blocks may lie in one another."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            resume_collector()


def resume_collector() -> None:
    """Search again; what exists counts as old.

    As new, all of it would be looked through at once, though nothing of it is garbage: that takes
    as long as a tenth of the loading.
    """
    # Frozen and thawed, everything is in the oldest generation. What somebody else froze stays so.
    if not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()
    gc.enable()


_KEPT: list[object] = []
"""What stays until the process ends; empty in a process that goes on."""


def expect_exit() -> None:
    """From now on, this process is one that ends with its command."""
    # A list that holds itself is freed by the collector alone, and never once that is frozen.
    _KEPT.append(_KEPT)


def leave_to_exit(built: object) -> None:
    """Keep what a command built until its process ends, which gives all memory back at once.

    To free it piece by piece takes as long as a tenth of the loading. Where the process goes on,
    nothing is kept.
    """
    if _KEPT:
        _KEPT.append(built)


BUSY_THRESHOLDS = (50_000, 20, 100)
"""For `gc.set_threshold`: seldom, and everything at once hardly ever."""


@contextmanager
def spare_loaded() -> Iterator[None]:
    """What exists now is not looked through in this block, and what comes only seldom.

    The records stay until the end of a run, and nearly everything that it learns. Looking through
    all of it again and again takes a sixth of a run's processor time. Blocks may lie in one
    another.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*BUSY_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
