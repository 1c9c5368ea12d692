"""The one rolling issue about the audit itself: is it alive, what could it not see, what waits."""

from collections import Counter
from collections.abc import Sequence

from audit.core.escape import format_code_span
from audit.observations.hosts import name_host
from audit.publish.issues.types import STATUS_MARKER, DesiredIssue
from audit.store.run_status import Heartbeat

STATUS_TITLE = "Audit status"
MAX_STATUS_ROWS = 60


def render_status_body(
    heartbeat: Heartbeat | None, overflow: Sequence[DesiredIssue], held_back: Sequence[str]
) -> str:
    """The body. `overflow`: issues that wait for a later run; `held_back`: what publishing did not dare to do, and why."""
    lines = [
        "This issue is kept by the audit and rewritten after every run. Subscribe to the others for news.",
        "",
        *_render_heartbeat(heartbeat),
    ]
    lines += _render_section(
        "Waiting to be opened", [f"* {format_code_span(each.title)}" for each in overflow]
    )
    lines += _render_section("Not done", [f"* {format_code_span(each)}" for each in held_back])
    return "\n".join([*lines, "", STATUS_MARKER])


def _render_heartbeat(heartbeat: Heartbeat | None) -> list[str]:
    if heartbeat is None:
        return ["The audit has not run yet."]
    lines = [
        f"* Last run: {heartbeat.finished}, {heartbeat.status}",
        f"* Last complete run: {heartbeat.last_complete or 'none yet'}",
    ]
    if heartbeat.status == "degraded":
        lines.append(
            "* **The breaker tripped**: so many losses in one run that our side is suspected. No fact was moved. Look, then run with `--allow-mass-change`."
        )
    hosts = Counter(name_host(target.partition("/")[0]) for target in heartbeat.unseen)
    reasons = Counter(each.reason for each in heartbeat.unseen.values())
    rows = [f"* {count} on {host}" for host, count in hosts.most_common()]
    rows += [f"* {count} × {format_code_span(reason)}" for reason, count in reasons.most_common()]
    longest = sorted(heartbeat.unseen.items(), key=lambda row: (row[1].since, row[0]))
    rows += [
        f"* {format_code_span(target)}: {each.attempts} runs in a row, since {each.since}"
        for target, each in longest
        if each.attempts > 1
    ]
    return lines + _render_section(f"Could not be verified: {len(heartbeat.unseen)}", rows)


def _render_section(title: str, rows: list[str]) -> list[str]:
    if not rows:
        return []
    more = [f"* … and {len(rows) - MAX_STATUS_ROWS} more"] if len(rows) > MAX_STATUS_ROWS else []
    return ["", f"### {title}", "", *rows[:MAX_STATUS_ROWS], *more]
