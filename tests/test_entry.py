"""How an installed command begins."""

import subprocess
import sys
import tomllib
from pathlib import Path

INTERRUPTED = """
import sys

class Interrupt:
    def find_spec(self, name, *_):
        if name == "audit.cli.main":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
from audit.entry import start_console
start_console()
"""


def test_an_interrupt_while_the_program_loads_is_no_traceback(root: Path):
    """Whoever stops a command in its first second gets 130 and not a page of our files."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_every_installed_command_begins_there(root: Path):
    """The scripts that pip writes import one small module, and nothing before it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(project["scripts"].values()) == {"audit.entry:start_console"}
