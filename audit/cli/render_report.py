"""A report in plain words."""

from audit.core.escape import sanitize_line
from audit.drift.finding import Finding, FindingValue
from audit.runs.report import RunProgress, RunReport

MAX_TEXT_LINES = 6


def render_report(report: RunReport) -> str:
    """What happened, finding by finding, then the counts."""
    lines = [
        line for each in report.findings for line in (render_finding(each), *_list_text_lines(each))
    ]
    if report.technical:
        lines.append(
            f"technical: {len(report.technical)} texts were read anew by this version of the audit; no drift"
        )
    if report.status == "degraded":
        lines.append(
            f"DEGRADED: {report.held_back_losses} models would turn bad at once, so no fact was moved"
        )
        lines.append("look at the upstreams; use --allow-mass-change if it is real")
    unseen = [each for each in report.target_observations if each.state == "unverifiable"]
    for each in unseen[:10]:
        lines.append(f"could not verify {each.target.key}: {each.reason}")
    if len(unseen) > 10:
        lines.append(f"and {len(unseen) - 10} more that could not be verified")
    if unseen:
        lines.append(
            "what could not be verified keeps its facts; run it again when the hosts answer"
        )
    if report.progress:
        lines.append(_describe_progress(report.progress))
    seen = ", ".join(f"{count} {state}" for state, count in report.state_counts.items() if count)
    asked = ", ".join(f"{count} {bucket}" for bucket, count in report.requests.items() if count)
    lines.append(
        f"{report.status}: {seen or 'nothing to look at'}; requests: {asked or 'none'}; {_format_finding_count(report)}"
    )
    return "\n".join(lines)


def _format_finding_count(report: RunReport) -> str:
    """How many findings there are, and how many of them are news: the others stood before."""
    if not report.findings:
        return "no findings"
    many = len(report.findings)
    return f"{many} finding{'s' if many > 1 else ''}, {len(report.changed_findings) or 'none'} of them new or changed in this run"


def _describe_progress(progress: RunProgress) -> str:
    """When a run that stopped will be done."""
    runs = (
        f"about {progress.remaining_runs} more like this one"
        if progress.remaining_runs
        else "later: this run saw nothing new"
    )
    return f"stopped with {progress.remaining_targets} of {progress.total_targets} still to look at; run it again, {runs}; those verified longest ago come first"


def render_finding(finding: Finding) -> str:
    """One finding on one line."""
    verdict = ""
    if finding.verdict_before != finding.verdict_after:
        verdict = f"; {finding.verdict_before} -> {finding.verdict_after}"
    seen = (
        f" ({finding.sightings} of {finding.sightings_needed} looks)"
        if finding.status == "suspected"
        else ""
    )
    change = f"{sanitize_line(finding.field)}: {format_terminal_value(finding.before)} -> {format_terminal_value(finding.after)}"
    return f"{finding.status}{seen}  {finding.record}  {finding.kind}  {change}  [{finding.direction}{verdict}]"


def _list_text_lines(finding: Finding) -> list[str]:
    """The most telling lines of a changed license text; the report holds the passages."""
    lines = (
        [f"    {line}" for line in finding.text_diff.all_lines[:MAX_TEXT_LINES]]
        if finding.text_diff
        else []
    )
    more = len(finding.text_diff.all_lines) - len(lines) if finding.text_diff else 0
    return [*lines, f"    … {more} more lines in the report"] if more else lines


def format_terminal_value(value: FindingValue) -> str:
    """A value as people read it: one line without anything that a terminal or a log would obey."""
    if isinstance(value, tuple):
        return sanitize_line(", ".join(value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return sanitize_line(value) if value is not None else "unknown"
