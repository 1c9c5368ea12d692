"""The garbage collector held back: what is loaded is not looked through, and not freed at the end."""

import gc
import subprocess
import sys
import weakref

from audit.core.collector import hold_collector, leave_to_exit, spare_loaded

MANY = 50_000
LEAVE = """
import gc
from audit.core.collector import expect_exit, leave_to_exit
class Built:
    def __del__(self):
        print("freed", flush=True)
{}
leave_to_exit(Built())
gc.freeze()
"""


class Built:
    """Something that a weak reference can point to."""


def test_what_was_loaded_counts_as_old() -> None:
    """A search begins with what is new; what was built while none was made is not."""
    with hold_collector():
        held = [[number] for number in range(MANY)]
    assert gc.isenabled()
    oldest = {id(each) for each in gc.get_objects(generation=2)}
    assert {id(each) for each in held} <= oldest


def test_what_somebody_froze_stays_frozen() -> None:
    """A run freezes what it loaded; loading more within it thaws nothing."""
    with spare_loaded():
        frozen = gc.get_freeze_count()
        with hold_collector():
            pass
        # Of what is frozen, some goes as usual when nobody refers to it any more.
        assert gc.get_freeze_count() > frozen // 2 > 0
    assert gc.get_freeze_count() == 0


def test_a_process_that_goes_on_keeps_nothing() -> None:
    """Tests and servers load many registries, and each is freed when nobody needs it."""
    built = Built()
    seen = weakref.ref(built)
    leave_to_exit(built)
    del built
    assert seen() is None


def test_a_process_that_ends_frees_nothing_that_was_left_to_it() -> None:
    """The system takes back all memory at once."""
    assert _run_script("") == "freed\n"
    assert _run_script("expect_exit()") == ""


def _run_script(line: str) -> str:
    command = [sys.executable, "-c", LEAVE.format(line)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
