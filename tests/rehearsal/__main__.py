"""`python -m tests.rehearsal`: the drill, as nox runs it."""

import sys

from audit.cli.main import run_console

if __name__ == "__main__":
    run_console(["drill", *sys.argv[1:]])
