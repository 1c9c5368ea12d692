"""Colors: only on a terminal, only where they are wanted, and never a record's own."""

import os
import pty
import subprocess
import sys

import pytest

from audit.cli.painting import paint_line

SAY = (
    "import io, sys; from audit.cli.main import _escape_unknown_letters as prepare;"
    "from audit.cli.painting import print_painted;"
    "prepare(); print_painted('Label: open\\x1b[31m\\nMay you use it? FORBIDDEN\\n  [1] https://e.org')"
)


def say_on_terminal(**environment: str) -> str:
    """What a program prints whose output is a terminal."""
    master, slave = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    subprocess.run([sys.executable, "-c", SAY], stdout=slave, env=kept | environment, check=True)
    said = os.read(master, 4096).decode().replace("\r\n", "\n")
    os.close(slave)
    os.close(master)
    return said


def test_a_terminal_sees_colors_and_no_foreign_ones():
    """Our own codes are obeyed; one that stood in the text is shown as letters."""
    said = say_on_terminal(TERM="xterm")
    assert "\x1b[1mLabel: open\\u001b[31m\x1b[0m\n" in said
    assert "\x1b[31mFORBIDDEN\x1b[0m" in said


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1", "TERM": "xterm"}, {"TERM": "dumb"}])
def test_nobody_is_painted_against_their_will(environment):
    """NO_COLOR and a terminal that knows no colors get plain text."""
    assert "\x1b" not in say_on_terminal(**environment)


def test_a_pipe_gets_plain_text():
    """A program that reads us reads no codes."""
    done = subprocess.run([sys.executable, "-c", SAY], capture_output=True, check=True)
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize("line", ["    a reason in words", "MIT: section 2", ""])
def test_words_stay_plain(line):
    """Only answers, headings and addresses are painted."""
    assert paint_line(line) == line
