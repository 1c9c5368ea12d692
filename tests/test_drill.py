"""What the drill tells: the README shows it as it is, and its legend explains every line."""

import re
from pathlib import Path

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


def test_the_legend_explains_every_kind_of_line():
    """Whoever reads the first forty lines knows what each line means."""
    source = Path(command.__file__).read_text(encoding="utf-8")
    kinds = set(re.findall(r"\"  ([a-z]+(?: [a-z]+)?)  +", source.partition("WEATHER_WORDS")[2]))
    explained = set(re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)  ", command.LEGEND))
    assert {"upstream", "people", "audit", "run", "issue", "feeds", "not told"} <= explained
    assert kinds - {"told"} <= explained
    assert command.LEGEND.count("\n") < 15
