"""The one rolling issue about the audit itself: is it alive, what could it not see, what waits."""

from collections import Counter
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from audit.core.escape import format_code_span
from audit.observations.hosts import name_host
from audit.publish.issues.types import STATUS_MARKER, DesiredIssue
from audit.publish.templating import cut_list, render_markdown
from audit.store.run_status import Heartbeat, UnverifiedTarget

STATUS_TITLE = "Audit status"
MAX_STATUS_ROWS = 60


def render_status_body(
    heartbeat: Heartbeat | None, overflow: Sequence[DesiredIssue], held_back: Sequence[str]
) -> str:
    """The body of the status issue.

    `overflow`: issues that wait for a later run; `held_back`: what publishing did not dare, and
    why.
    """
    sections = {
        **_build_stuck_section(heartbeat),
        **_build_unverified_section(heartbeat),
        "Waiting to be opened": [_format_code_row(issue.title) for issue in overflow],
        "Not done": [_format_code_row(reason) for reason in held_back],
    }
    return render_markdown(
        "status.md.j2",
        heartbeat=heartbeat,
        sections=[(title, cut_list(rows, MAX_STATUS_ROWS)) for title, rows in sections.items()],
        marker=Markup(STATUS_MARKER),
    )


def _build_unverified_section(heartbeat: Heartbeat | None) -> dict[str, list[Markup]]:
    if heartbeat is None:
        return {}
    title = f"Could not be verified: {len(heartbeat.unseen)}"
    return {title: list(_list_unverified_rows(heartbeat))}


def _build_stuck_section(heartbeat: Heartbeat | None) -> dict[str, list[Markup]]:
    """What waiting does not mend: a change of these is not seen."""
    rows = [
        Markup(f"{format_code_span(key)}: {format_code_span(row.reason)}, {row.same} runs")
        for key, row in sorted(heartbeat.unseen.items() if heartbeat else ())
        if row.is_stuck
    ]
    return {f"Fails the same way run after run: {len(rows)}": rows} if rows else {}


def _list_unverified_rows(heartbeat: Heartbeat) -> Iterator[Markup]:
    """How many targets could not be verified where and why, then those missed more than once."""
    yield from _count_hosts(heartbeat)
    yield from _count_reasons(heartbeat)
    yield from _list_repeated_misses(heartbeat)


def _count_hosts(heartbeat: Heartbeat) -> Iterator[Markup]:
    hosts = Counter(name_host(target.partition("/")[0]) for target in heartbeat.unseen)
    for host, count in hosts.most_common():
        yield Markup(f"{count} on {host}")


def _count_reasons(heartbeat: Heartbeat) -> Iterator[Markup]:
    reasons = Counter(missed.reason for missed in heartbeat.unseen.values())
    for reason, count in reasons.most_common():
        yield Markup(f"{count} × {format_code_span(reason)}")


def _list_repeated_misses(heartbeat: Heartbeat) -> Iterator[Markup]:
    for target, missed in sorted(heartbeat.unseen.items(), key=_rank_by_first_miss):
        if missed.attempts > 1:
            runs = f"{missed.attempts} runs in a row, since {missed.since}"
            yield Markup(f"{format_code_span(target)}: {runs}")


def _rank_by_first_miss(row: tuple[str, UnverifiedTarget]) -> tuple[str, str]:
    target, missed = row
    return missed.since, target


def _format_code_row(value: str) -> Markup:
    return Markup(format_code_span(value))
