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
            gc.enable()


@contextmanager
def set_aside_what_is_built() -> Iterator[None]:
    """Within this block the collector looks at nothing that was made before it."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
