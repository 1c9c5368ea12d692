"""`drill`: the whole audit against a Hub and a GitHub served here, with real drift replayed."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.cli.render_report import format_terminal_value
from audit.drift.finding import Finding
from tests.rehearsal.newsroom import PublishedDay
from tests.rehearsal.rehearsal import DayResult, rehearse_scenario
from tests.rehearsal.scenario import Scenario, load_scenario

WEATHER_WORDS = {
    "fair": "",
    "disturbed": " — timeouts, 503s, 429s, login pages instead of texts",
    "unreachable": " — nothing answers",
}


@make_command(SharedOptions)
def run_command(options: SharedOptions) -> int:
    scenario = load_scenario()
    results = []
    if not options.json:
        print(_render_opening(scenario))
    for result in rehearse_scenario(options.registry, scenario):
        results.append(result)
        if not options.json:
            print("\n" + render_day(result), flush=True)
    passed = all(each.passed for each in results)
    if options.json:
        print_json("drill", {"days": [_serialize_day(each) for each in results]})
    else:
        print("\n" + _render_summary(scenario, results))
    return 0 if passed else 1


def _render_opening(scenario: Scenario) -> str:
    real = sum(bool(each.expected_findings and each.date) for each in scenario.scripted_changes)
    quiet = sum(
        not each.expected_findings and not each.expected_endings
        for each in scenario.scripted_changes
    )
    return (
        "A rehearsal of the audit. A Hub and a GitHub are served on this machine; in them every record of the registry is true.\n"
        f"Then {real} real changes are replayed over {len(scenario.days)} days, and {quiet} that must stay quiet. Texts are stand-ins of our own.\n"
        "After each run `publish` tells people: issues on the GitHub that is served here, and feeds."
    )


def render_day(result: DayResult) -> str:
    """One day as a story: what happened upstream, what the audit said."""
    day, report = result.day, result.report
    lines = [f"{result.moment:%A %d %B} — {day.name}{WEATHER_WORDS[day.weather]}"]
    lines += [
        f"  {'people    ' if each.record_patches else 'upstream  '} {each.title} ({f'really {each.date}' if each.date else 'played'})"
        for each in day.scripted_changes
    ]
    lines += [f"  audit      {_describe_finding(each)}" for each in report.changed_findings]
    if not report.changed_findings:
        unseen = report.state_counts["unverifiable"]
        lines.append(
            f"  audit      no finding{f'; {unseen} targets could not be verified and keep their facts' if unseen else ''}"
        )
    asked = sum(count for bucket, count in report.requests.items() if bucket.startswith("hub"))
    models = sum(each.target.kind == "model" for each in report.target_observations)
    lines.append(f"  run        {report.status}; {asked} Hub requests for {models} models")
    lines += list(_render_publications(result.published))
    lines += [f"  MISSED     {each}" for each in result.missed_findings]
    lines += [f"  INVENTED   {each}" for each in result.unexpected_findings]
    return "\n".join(lines)


def _render_publications(told: PublishedDay) -> Iterator[str]:
    """What people who subscribed were told."""
    for word, issues in (("opened", told.opened), ("edited", told.edited), ("closed", told.closed)):
        yield from (f"  issue      {word} {each}" for each in issues)
    if told.entries:
        yield f"  feeds      {len(told.entries)} new {'entry' if len(told.entries) == 1 else 'entries'}, in {told.feeds} feeds"
    if not (told.opened or told.edited or told.closed or told.entries or told.not_done):
        yield "  told       nothing: there is no news"
    yield from (f"  not told   {each}" for each in told.not_done)
    yield from (f"  WRONG      {each}" for each in told.faults)


def _describe_finding(finding: Finding) -> str:
    """A finding in a sentence's worth of words."""
    looks = (
        f" ({finding.sightings} of {finding.sightings_needed} looks)"
        if finding.status == "suspected"
        else ""
    )
    verdict = (
        f", {finding.verdict_before} -> {finding.verdict_after}"
        if finding.verdict_before != finding.verdict_after
        else ""
    )
    return f"{finding.status}{looks}: {finding.record} {finding.kind}, {format_terminal_value(finding.before)} -> {format_terminal_value(finding.after)} [{finding.direction}{verdict}]"


def _render_summary(scenario: Scenario, results: list[DayResult]) -> str:
    expected = sum(len(each.expected_findings) for each in scenario.scripted_changes)
    missed = sum(len(each.missed_findings) for each in results)
    invented = sum(len(each.unexpected_findings) for each in results)
    wrong = sum(len(each.published.faults) for each in results)
    if missed or invented or wrong:
        return f"FAILED: {missed} missed, {invented} invented, of {expected} expected findings; {wrong} issues or feed entries missing, doubled or left open"
    opened, edited, closed, entries = (
        sum(len(getattr(each.published, name)) for each in results)
        for name in ("opened", "edited", "closed", "entries")
    )
    return (
        f"passed: all {expected} expected findings, none missed, none invented, over {len(results)} days;\n"
        f"{opened} issues opened, {edited} edited, {closed} closed, {entries} feed entries, none missing, none doubled, none left open"
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
