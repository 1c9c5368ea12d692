"""The one rolling issue about the audit itself: is it alive, what could it not see, what waits."""

from collections import Counter
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from audit.core.escape import format_code_span
from audit.observations.hosts import name_host
from audit.publish.issues.types import STATUS_MARKER, DesiredIssue
from audit.publish.templating import cut_list, render_markdown
from audit.store.run_status import Heartbeat

STATUS_TITLE = "Audit status"
MAX_STATUS_ROWS = 60


def render_status_body(
    heartbeat: Heartbeat | None, overflow: Sequence[DesiredIssue], held_back: Sequence[str]
) -> str:
    """The body of the status issue.

    `overflow`: issues that wait for a later run; `held_back`: what publishing did not dare to do, and why.
    """
    sections = [
        *_list_unverified_sections(heartbeat),
        ("Waiting to be opened", [_format_code_row(issue.title) for issue in overflow]),
        ("Not done", [_format_code_row(reason) for reason in held_back]),
    ]
    return render_markdown(
        "status.md.j2",
        heartbeat=heartbeat,
        sections=[(title, cut_list(rows, MAX_STATUS_ROWS)) for title, rows in sections],
        marker=Markup(STATUS_MARKER),
    )


def _list_unverified_sections(heartbeat: Heartbeat | None) -> Iterator[tuple[str, list[Markup]]]:
    """How many targets could not be verified where and why, then those that were missed more than once."""
    if heartbeat is None:
        return
    hosts = Counter(name_host(target.partition("/")[0]) for target in heartbeat.unseen)
    reasons = Counter(missed.reason for missed in heartbeat.unseen.values())
    longest = sorted(heartbeat.unseen.items(), key=lambda row: (row[1].since, row[0]))
    rows = [Markup(f"{count} on {host}") for host, count in hosts.most_common()]
    rows += [
        Markup(f"{count} × {format_code_span(reason)}") for reason, count in reasons.most_common()
    ]
    rows += [
        Markup(f"{format_code_span(target)}: {missed.attempts} runs in a row, since {missed.since}")
        for target, missed in longest
        if missed.attempts > 1
    ]
    yield f"Could not be verified: {len(heartbeat.unseen)}", rows


def _format_code_row(value: str) -> Markup:
    return Markup(format_code_span(value))
