"""`drill`: the whole audit against a Hub and a GitHub served here, with real drift replayed."""

import signal
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.render_report import format_terminal_value
from audit.drift.finding import Finding
from audit.runs.report import RunReport
from tests.rehearsal.newsroom import PublishedDay
from tests.rehearsal.rehearsal import DayResult, rehearse_scenario
from tests.rehearsal.scenario import Scenario, ScriptedChange, load_scenario
from tests.rehearsal.serve import render_exports, serve_upstreams

LEGEND = """\
How to read a day:
  upstream   what changed at the Hub or GitHub, and when it really did
  people     what somebody changed in the records
  audit      what it makes of that: suspected (a loss needs another look, hours later), confirmed,
             accepted (the record was mended) or reverted (upstream went back), with the record, the
             kind of drift, the value before and after, and [what it means for users, and what
             becomes of the label]: more-open, more-closed, neutral, or unreviewed, which is for a
             person to read
  run        complete, or incomplete where something could not be seen; what it cost
  issue      what stands on the rehearsal's own GitHub; #2 is the one that shows the audit's state
  feeds      entries for those who subscribed, in the feeds of model, maker, data and license
  not told   why nothing was said that day"""
NEXT_STEPS = """\
Next:
  nox -s explain -- mistralai/Mistral-7B-Instruct-v0.2    what is recorded of a model, and why
  nox -s digest -- --since 2026-01-01                     what really changed since a day
  nox -s run -- --only MODEL                              the same audit against the real hosts
  docs/audit.md                                           when drift is believed, and when not"""
WEATHER_WORDS = {
    "fair": "",
    "disturbed": " — timeouts, 503s, 429s, login pages instead of texts",
    "unreachable": " — nothing answers",
}


@dataclass(frozen=True)
class DrillOptions(SharedOptions):
    """Options of `drill`."""

    serve: bool


@make_command(DrillOptions)
@click.option(
    "--serve",
    is_flag=True,
    help="play nothing: serve a Hub and a GitHub on which to try out a fork and its schedule",
)
def run_command(options: DrillOptions) -> int:
    """Play the script, and say day by day what the audit saw and told."""
    if options.serve:
        return _serve_until_interrupted(options.registry)
    scenario = load_scenario()
    results = []
    if not options.json:
        print(_render_opening(scenario))
    for result in rehearse_scenario(options.registry, scenario):
        results.append(result)
        if not options.json:
            print("\n" + render_day(result), flush=True)
    if options.json:
        print_json("drill", {"days": [_serialize_day(result) for result in results]})
    else:
        print("\n" + _render_summary(scenario, results))
    return 0 if all(result.passed for result in results) else 1


def _serve_until_interrupted(root: Path) -> int:
    # A shell starts what runs in the background deaf to Ctrl-C, and a scheduler sends TERM.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with serve_upstreams(root) as variables:
        print(render_exports(variables), flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("# served no more", flush=True)
    return 0


def _render_opening(scenario: Scenario) -> str:
    changes = scenario.scripted_changes
    real = sum(bool(change.expected_findings and change.date) for change in changes)
    quiet = sum(map(_must_stay_quiet, changes))
    played = sum(bool(change.expected_findings and not change.date) for change in changes)
    return (
        "A rehearsal of the audit. A Hub and a GitHub are served on this machine; "
        "in them every record of the registry is true.\n"
        f"Then {real} real changes are replayed over {len(scenario.days)} days, with {played} made "
        f"up beside them and {quiet} that must stay quiet. Texts are stand-ins of our own.\n"
        "After each run `publish` tells people: issues on the GitHub that is served here, "
        f"and feeds.\n\n{LEGEND}"
    )


def _must_stay_quiet(change: ScriptedChange) -> bool:
    return not change.expected_findings and not change.expected_endings


def render_day(result: DayResult) -> str:
    """One day as a story: what happened upstream, what the audit said, what people were told."""
    day, report = result.day, result.report
    lines = [f"{result.moment:%A %d %B %Y} — {day.name}{WEATHER_WORDS[day.weather]}"]
    lines += [render_change(change) for change in day.scripted_changes]
    lines += _render_findings(report)
    requests = 0
    for bucket, count in report.requests.items():
        if bucket.startswith("hub"):
            requests += count
    models = sum(seen.target.kind == "model" for seen in report.target_observations)
    lines.append(f"  run        {report.status}; {requests} Hub requests for {models} models")
    lines += _render_publications(result.published)
    lines += [f"  MISSED     {finding}" for finding in result.missed_findings]
    lines += [f"  INVENTED   {finding}" for finding in result.unexpected_findings]
    return "\n".join(lines)


def render_change(change: ScriptedChange) -> str:
    """The line of a change."""
    actor = "people    " if change.record_patches else "upstream  "
    origin = f"really {change.date}" if change.date else "played"
    return f"  {actor} {change.title} ({origin})"


def _render_findings(report: RunReport) -> list[str]:
    if report.changed_findings:
        return [f"  audit      {_describe_finding(found)}" for found in report.changed_findings]
    unseen = report.state_counts["unverifiable"]
    if unseen:
        return [
            f"  audit      no finding; {unseen} targets could not be verified and keep their facts"
        ]
    return ["  audit      no finding"]


def _render_publications(told: PublishedDay) -> Iterator[str]:
    """What people who subscribed were told."""
    for word, issues in (("opened", told.opened), ("edited", told.edited), ("closed", told.closed)):
        yield from (f"  issue      {word} {issue}" for issue in issues)
    if told.entries:
        count = len(told.entries)
        entries = "entry" if count == 1 else "entries"
        yield f"  feeds      {count} new {entries}, in {told.feeds} feeds"
    if not (told.opened or told.edited or told.closed or told.entries or told.not_done):
        yield "  told       nothing: there is no news"
    yield from (f"  not told   {reason}" for reason in told.not_done)
    yield from (f"  WRONG      {fault}" for fault in told.faults)


def _describe_finding(finding: Finding) -> str:
    """A finding in a sentence's worth of words."""
    status: str = finding.status
    if status == "suspected":
        status += f" ({finding.sightings} of {finding.sightings_needed} looks)"
    before = format_terminal_value(finding.before)
    after = format_terminal_value(finding.after)
    effect: str = finding.direction
    if finding.verdict_before != finding.verdict_after:
        effect += f", {finding.verdict_before} -> {finding.verdict_after}"
    return f"{status}: {finding.record} {finding.kind}, {before} -> {after} [{effect}]"


def render_silence(scenario: Scenario) -> str:
    """What the audit does not say, and why."""
    quiet = sum(_must_stay_quiet(change) for change in scenario.scripted_changes)
    bad = sum(day.weather != "fair" for day in scenario.days)
    return (
        f"Not told: {quiet} changes that move no terms, access or contents (prices, wording, "
        f"badges, formatting);\n{bad} days on which hosts did not answer: what could not be seen "
        "is never read as gone;\nlosses on the first look: they are told once another look, hours "
        "later, shows the same"
    )


def _render_summary(scenario: Scenario, results: list[DayResult]) -> str:
    expected = sum(len(change.expected_findings) for change in scenario.scripted_changes)
    missed = sum(len(result.missed_findings) for result in results)
    invented = sum(len(result.unexpected_findings) for result in results)
    days = [result.published for result in results]
    wrong = sum(len(day.faults) for day in days)
    if missed or invented or wrong:
        return (
            f"FAILED: {missed} missed, {invented} invented, of {expected} expected findings; "
            f"{wrong} issues or feed entries missing, doubled or left open"
        )
    opened = sum(len(day.opened) for day in days)
    edited = sum(len(day.edited) for day in days)
    closed = sum(len(day.closed) for day in days)
    entries = sum(len(day.entries) for day in days)
    return (
        f"passed: all {expected} expected findings, none missed, none invented, "
        f"over {len(results)} days;\n"
        f"{opened} issues opened, {edited} edited, {closed} closed, {entries} feed entries, "
        f"none missing, none doubled, none left open\n\n{render_silence(scenario)}\n\n{NEXT_STEPS}"
    )


def _serialize_day(result: DayResult) -> dict[str, Any]:
    return {
        "day": result.day.name,
        "weather": result.day.weather,
        "moment": result.moment.isoformat(),
        "missed": list(result.missed_findings),
        "invented": list(result.unexpected_findings),
        "told": asdict(result.published),
        "report": result.report.serialize(),
    }
