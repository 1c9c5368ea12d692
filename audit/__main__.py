"""`python -m audit`."""

import sys

if __name__ == "__main__":
    try:
        from audit.cli.main import run_console
    except KeyboardInterrupt:
        # Before the program could say how it ends.
        sys.exit(130)
    run_console()
