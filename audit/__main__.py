"""`python -m audit`."""

from audit.cli.main import console

if __name__ == "__main__":
    console()
