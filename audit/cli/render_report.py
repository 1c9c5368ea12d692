"""A report in plain words."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from audit.core.escape import sanitize_line
from audit.core.wording import join_first
from audit.drift.finding import Finding, FindingValue
from audit.observations.facts import Observation
from audit.runs.report import RunProgress, RunReport
from audit.sources.failures import BAD_TOKEN_REASON
from audit.sources.registered import REGISTERED_SOURCES

MAX_TEXT_LINES = 6
MAX_UNVERIFIED = 10
MAX_HELD_BACK = 10
UNVERIFIED_HINT = "what could not be verified keeps its facts; run it again when the hosts answer"


def render_report(report: RunReport, tokenless: Collection[str] = ()) -> str:
    """What happened, finding by finding, then the counts.

    `tokenless`: hosts that were asked without a token, which answer fewer questions.
    """
    lines = [
        *_list_finding_lines(report),
        *_list_technical_lines(report),
        *_explain_degradation(report),
        *(report.sweep.list_lines() if report.sweep else ()),
        *_list_unverified_lines(report, tokenless),
    ]
    if report.progress:
        lines.append(_describe_progress(report.progress))
    return "\n".join([*lines, _summarize_run(report)])


def _list_finding_lines(report: RunReport) -> Iterator[str]:
    for finding in report.findings:
        yield render_finding(finding)
        yield from _list_text_lines(finding)


def _list_technical_lines(report: RunReport) -> Iterator[str]:
    count = len(report.technical)
    if count:
        yield f"technical: {count} texts were read anew by this version of the audit; no drift"


def _explain_degradation(report: RunReport) -> list[str]:
    """Why the breaker held facts back, and what to do; nothing in a run as it should be."""
    if report.status != "degraded":
        return []
    return [
        f"DEGRADED: {len(report.held_back)} models would turn bad at once, so no fact was moved: "
        f"{join_first(report.held_back, MAX_HELD_BACK)}",
        "look at them upstream (`held_back` in the file of --report names all); "
        "if it is real, run once with --allow-mass-change",
    ]


def _list_unverified_lines(report: RunReport, tokenless: Collection[str]) -> Iterator[str]:
    """What could not be verified, and what that means."""
    unverified = [seen for seen in report.target_observations if seen.state == "unverifiable"]
    if unverified:
        yield from map(_describe_unverified, unverified[:MAX_UNVERIFIED])
        yield from _count_hidden_targets(len(unverified) - MAX_UNVERIFIED)
        yield from _list_hints(unverified, tokenless)


def _list_hints(unverified: Sequence[Observation], tokenless: Collection[str]) -> Iterator[str]:
    """What to do: where a token is refused or missing, no later run helps."""
    for host in _list_hosts(unverified, BAD_TOKEN_REASON):
        variable = REGISTERED_SOURCES[host].token_variable
        yield f"{host} refuses the token in {variable}: set a valid one, or unset it to ask without"
    for host in _list_hosts(unverified, "rate-limited"):
        if host in tokenless:
            variable = REGISTERED_SOURCES[host].token_variable
            yield f"{host} answers fewer questions without a token: set {variable}, without rights"
    if any(seen.reason != BAD_TOKEN_REASON for seen in unverified):
        yield UNVERIFIED_HINT


def _list_hosts(unverified: Sequence[Observation], reason: str) -> list[str]:
    return sorted({seen.target.host for seen in unverified if seen.reason == reason})


def _describe_unverified(seen: Observation) -> str:
    return f"could not verify {seen.target.key}: {seen.reason}"


def _count_hidden_targets(hidden: int) -> Iterator[str]:
    if hidden > 0:
        yield f"and {hidden} more that could not be verified"


def _summarize_run(report: RunReport) -> str:
    states = _join_counts(report.state_counts) or "nothing to look at"
    requests = _join_counts(report.requests) or "none"
    return f"{report.status}: {states}; requests: {requests}; {_format_finding_count(report)}"


def _join_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _format_finding_count(report: RunReport) -> str:
    """How many findings there are, and how many of them are news: the others were known."""
    count = len(report.findings)
    if not count:
        return "no findings"
    changed = len(report.changed_findings) or "none"
    return (
        f"{count} finding{'s' if count > 1 else ''}, {changed} of them new or changed in this run"
    )


def _describe_progress(progress: RunProgress) -> str:
    """When a run that stopped will be done."""
    if progress.remaining_runs:
        runs = f"about {progress.remaining_runs} more like this one"
    else:
        runs = "later: this run saw nothing new"
    return (
        f"stopped with {progress.remaining_targets} of {progress.total_targets} still to look at; "
        f"run it again, {runs}; those verified longest ago come first"
    )


def render_finding(finding: Finding) -> str:
    """One finding on one line."""
    status, effect = _describe_status(finding), _describe_effect(finding)
    change = f"{sanitize_line(finding.field)}: {_format_values(finding)}"
    return f"{status}  {finding.record}  {finding.kind}  {change}  [{effect}]"


def _format_values(finding: Finding) -> str:
    before = format_terminal_value(finding.before)
    return f"{before} -> {format_terminal_value(finding.after)}"


def _describe_status(finding: Finding) -> str:
    if finding.status != "suspected":
        return finding.status
    return f"suspected ({finding.sightings} of {finding.sightings_needed} looks)"


def _describe_effect(finding: Finding) -> str:
    """The direction, and the verdict where that moved."""
    if finding.verdict_before == finding.verdict_after:
        return finding.direction
    return f"{finding.direction}; {finding.verdict_before} -> {finding.verdict_after}"


def _list_text_lines(finding: Finding) -> Iterator[str]:
    """The most telling lines of a changed license text; the report holds the passages."""
    found = finding.text_diff.all_lines if finding.text_diff else ()
    for line in found[:MAX_TEXT_LINES]:
        yield f"    {line}"
    hidden = len(found) - MAX_TEXT_LINES
    if hidden > 0:
        yield f"    … {hidden} more lines in the report"


def format_terminal_value(value: FindingValue) -> str:
    """A value as people read it: one line without anything that a terminal or a log would obey."""
    if isinstance(value, tuple):
        return sanitize_line(", ".join(value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return sanitize_line(value) if value is not None else "unknown"
