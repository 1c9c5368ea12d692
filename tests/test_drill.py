"""What the drill tells: the README shows it as it is, and its legend explains every line."""

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.rehearsal import command
from tests.rehearsal.scenario import load_scenario


def test_the_readme_shows_lines_of_the_drill(root: Path):
    """The days are those of the script, with a year; the end says what was not told and why."""
    text = (root / "README.md").read_text(encoding="utf-8")
    shown = text.partition("## The drill")[2].partition("```text\n")[2].partition("```")[0]
    scenario = load_scenario()
    told = {command.render_change(change) for change in scenario.scripted_changes}
    rows = re.findall(r"(?m)^  upstream .*$", shown)
    assert len(rows) > 2
    assert set(rows) <= told
    days = dict.fromkeys(day.name for day in scenario.days)
    headings = re.findall(r"(?m)^\w+day \d\d \w+ 20\d\d — (.+?)(?: — .*)?$", shown)
    assert set(headings) <= set(days)
    assert len(headings) == 2
    assert command.render_silence(scenario) in shown


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_fork_is_tried_out_against_what_is_served(root: Path, write_registry, number):
    """A run and a publication by the variables that are printed end well; an interrupt ends the serving."""
    registry = write_registry()
    serving = [sys.executable, "-m", "tests.rehearsal", "--serve", "--registry", str(registry)]
    with (
        subprocess.Popen(
            serving, cwd=root, stdout=subprocess.PIPE, text=True, preexec_fn=_ignore_interrupts
        ) as served,
        ExitStack() as ending,
    ):
        ending.callback(served.kill)  # else a test that fails would wait for ever
        assert served.stdout is not None
        exported = {}
        for line in served.stdout:
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").strip().partition("=")
                exported[name] = value
            if "GITHUB_REPOSITORY" in exported:
                break
        for name in ("run", "publish"):
            arguments = [sys.executable, "-m", "audit", name, "--registry", str(registry)]
            done = subprocess.run(arguments, cwd=root, env=os.environ | exported, check=False)
            assert done.returncode == 0
        served.send_signal(number)
        assert served.wait(20) == 0


def _ignore_interrupts() -> None:
    """As a shell starts what runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def test_the_legend_explains_every_kind_of_line():
    """Whoever reads the first forty lines knows what each line means."""
    source = Path(command.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r"\"  ([a-z]+(?: [a-z]+)?)  +", source.partition("WEATHER_WORDS")[2]))
    explained = set(re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)  ", command.LEGEND))
    assert {"upstream", "people", "audit", "run", "issue", "feeds", "not told"} <= explained
    assert kinds - {"told"} <= explained
    assert command.LEGEND.count("\n") < 15
