"""`python -m audit`."""

from audit.cli.main import run_console

if __name__ == "__main__":
    run_console()
