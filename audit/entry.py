"""The first thing that an installed command runs.

It imports nothing of the program before it can say how an interrupt ends.
"""

import gc
import sys

INTERRUPTED_STATUS = 130


def start_console() -> None:
    """Load the program and run it; an interrupt while it loads ends with 130 and no traceback."""
    # Nothing that is imported becomes garbage; `run_console` begins to look for some.
    gc.disable()
    try:
        from audit.cli.main import run_console
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED_STATUS)
    run_console()
