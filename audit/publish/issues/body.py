"""The issue that a person wants to read: what happened, what it means, where it was seen, how to settle it."""

from collections.abc import Sequence

from audit.core.escape import format_code_block, format_code_span, format_safe_link, sanitize_line
from audit.drift.finding import Finding, format_observed_value
from audit.drift.kinds import find_drift_kind
from audit.drift.meaning import describe_impact
from audit.publish.issues.labels import build_owner_label
from audit.publish.issues.types import (
    DesiredIssue,
    IssueClosure,
    compute_short_digest,
    format_issue_marker,
    format_note_marker,
)
from audit.publish.urls import list_finding_links
from audit.records.model import Registry

MAX_BODY_CHARACTERS = 58_000
"""GitHub takes 65,536 characters; the rest is room for what it adds."""
MAX_TITLE_CHARACTERS = 120
MAX_AFFECTED = 40
MAX_IMPACT_LINES = 30
MAX_PASSAGE_LINES = 200
"""More changed lines than this nobody reads in an issue."""
MAX_HEADLINES = 20


def build_desired_issue(finding: Finding, registry: Registry, pages: str) -> DesiredIssue:
    """The issue of a confirmed finding. `pages`: base address of the registry's files."""
    observed = compute_short_digest(finding.kind, format_observed_value(finding.after))
    owner = finding.record.partition("/")[2].partition("/")[0]
    return DesiredIssue(
        finding_id=finding.id,
        observed_digest=observed,
        title=_format_issue_title(finding),
        body=_render_issue_body(
            finding, registry, pages, format_issue_marker(finding.id, observed)
        ),
        labels=(
            "drift",
            f"drift: {find_drift_kind(finding.kind).subject}",
            finding.direction,
            *([build_owner_label(owner)] if owner else ()),
        ),
        comment=f"{find_drift_kind(finding.kind).sentence} It now reads {format_code_span(format_observed_value(finding.after))}.\n\n{format_note_marker(finding.id, observed, finding.first_seen)}",
    )


def build_issue_closure(finding: Finding) -> IssueClosure:
    """Why a finding no longer stands: its last event."""
    words = {
        "returned": f"Upstream is again as recorded: {format_code_span(format_observed_value(finding.before))}.",
        "resolved": "The record was brought in line with upstream.",
    }.get(finding.status, "The finding no longer stands.")
    return IssueClosure(
        f"{words}\n\n{format_note_marker(finding.id, finding.status, finding.first_seen)}"
    )


def _format_issue_title(finding: Finding) -> str:
    what = find_drift_kind(finding.kind).sentence.rstrip(".")
    return sanitize_line(
        f"[drift] {finding.record}: {what[0].lower()}{what[1:]}",
        MAX_TITLE_CHARACTERS - len("… (cut)"),
    )


def _render_issue_body(finding: Finding, registry: Registry, pages: str, mark: str) -> str:
    head = [
        f"**{find_drift_kind(finding.kind).sentence}** ({format_code_span(finding.field)})",
        "",
        f"* Record: {format_safe_link(finding.record, f'{pages}/{finding.record}.json')}",
        f"* Before: {format_code_span(format_observed_value(finding.before))}",
        f"* After: {format_code_span(format_observed_value(finding.after))}",
        "",
        "### What it means",
        "",
        *_render_impact(finding, registry),
        *_render_headlines(finding),
        "",
        "### Where it was seen",
        "",
        *(
            f"* {format_safe_link(label, url)}"
            for label, url in list_finding_links(finding, registry)
        ),
        f"* {format_safe_link('The address that was asked', finding.url)}"
        + (f", at revision {format_code_span(finding.revision)}" if finding.revision else ""),
        f"* First seen {finding.first_seen}; runs that agreed before it was called confirmed: {finding.sightings_needed}.",
    ]
    tail = ["", *_render_affected_records(finding), *_render_resolution_steps(finding), "", mark]
    return _fit_issue_body(head, finding.text_diff.passage_lines if finding.text_diff else (), tail)


def _render_headlines(finding: Finding) -> list[str]:
    # The terms that differ are told from the records, under what it means.
    lines = finding.text_diff.striking if finding.text_diff else ()
    more = [f"* … and {len(lines) - MAX_HEADLINES} more"] if len(lines) > MAX_HEADLINES else []
    return [*(f"* In the text: {format_code_span(each)}" for each in lines[:MAX_HEADLINES]), *more]


def _render_impact(finding: Finding, registry: Registry) -> list[str]:
    lines = [f"* {each}" for each in describe_impact(finding, registry)]
    more = len(lines) - MAX_IMPACT_LINES
    return (
        lines
        if more <= 0
        else [
            *lines[:MAX_IMPACT_LINES],
            f"* … and {more} more differences; see the two license pages.",
        ]
    )


def _render_affected_records(finding: Finding) -> list[str]:
    if not finding.affects:
        return []
    rows = [f"* {format_code_span(each)}" for each in finding.affects[:MAX_AFFECTED]]
    more = len(finding.affects) - len(rows)
    return [
        f"### Also touches {len(finding.affects)} records",
        "",
        *rows,
        *([f"* … and {more} more"] if more else []),
        "",
    ]


def _render_resolution_steps(finding: Finding) -> list[str]:
    return [
        "### How to settle it",
        "",
        "If upstream is right, take the observed value into the record and open a pull request:",
        "",
        format_code_block([f"nox -s accept -- {finding.id}"], "sh"),
        "",
        "If it is a matter of judgement, the command says which questions remain. The issue closes by itself once record and upstream agree. "
        "Closing it by hand accepts this very value: it is not raised again until something else is observed.",
    ]


def _fit_issue_body(head: list[str], passages: Sequence[str], tail: list[str]) -> str:
    """All of it, with as many changed lines as fit; a cut is said aloud."""
    room = MAX_BODY_CHARACTERS - len("\n".join(head + tail)) - 400
    kept: list[str] = []
    for line in passages[:MAX_PASSAGE_LINES]:
        shown_line = sanitize_line(line, 400)
        room -= len(shown_line) + 1
        if room < 0:
            break
        kept.append(shown_line)
    cut = (
        []
        if len(kept) == len(passages)
        else [
            "",
            f"Cut: {len(passages) - len(kept)} of {len(passages)} changed lines are not shown.",
        ]
    )
    block = (
        ["", "### Changed passages", "", format_code_block(kept, "diff"), *cut] if passages else []
    )
    return "\n".join([*head, *block, *tail])
