"""`python -m audit`."""

from audit.entry import start_console

if __name__ == "__main__":
    start_console()
