"""The issue that a person wants to read.

What happened, what it means, where it was seen, how to settle it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from audit.core.escape import CUT_MARK, MAX_LINE_CHARACTERS, format_code_span, sanitize_line
from audit.core.references import get_owner, split_reference
from audit.drift.finding import Finding, format_observed_value
from audit.drift.impact import describe_impact
from audit.drift.kinds import find_drift_kind
from audit.drift.lifecycle import PUBLISHED_WORDS, ClosingReason
from audit.publish.issues.labels import build_owner_label
from audit.publish.issues.types import (
    DesiredIssue,
    IssueClosure,
    compute_short_digest,
    format_issue_marker,
    format_note_marker,
)
from audit.publish.templating import cut_list, render_markdown
from audit.publish.urls import list_finding_links
from audit.records.registry import Registry

MAX_BODY_CHARACTERS = 58_000
"""GitHub takes 65,536 characters; the rest is room for what it adds."""
MAX_TITLE_CHARACTERS = 120
MAX_AFFECTED = 40
MAX_IMPACT_LINES = 30
MAX_PASSAGE_LINES = 200
"""More changed lines than this nobody reads in an issue."""
MAX_HEADLINES = 20
BLOCK_ROOM = 400
"""Characters for the heading and the fences of the changed passages."""


def build_desired_issue(finding: Finding, registry: Registry, pages: str) -> DesiredIssue:
    """The issue of a confirmed finding. `pages`: base URL of the registry's files."""
    observed = compute_short_digest(finding.kind, format_observed_value(finding.after))
    marker = format_issue_marker(finding.id, observed)
    return DesiredIssue(
        finding_id=finding.id,
        observed_digest=observed,
        title=_format_issue_title(finding),
        body=_render_issue_body(finding, registry, pages, marker),
        labels=_list_labels(finding),
        comment=_format_observed_comment(finding, observed),
    )


def _format_observed_comment(finding: Finding, observed: str) -> str:
    """What a standing issue is told when another value is observed."""
    sentence = find_drift_kind(finding.kind).sentence
    after = format_code_span(format_observed_value(finding.after))
    note = format_note_marker(finding.id, observed, finding.first_seen)
    return f"{sentence} It now reads {after}.\n\n{note}"


def _list_labels(finding: Finding) -> tuple[str, ...]:
    subject = find_drift_kind(finding.kind).subject
    labels = ("drift", f"drift: {subject}", finding.direction)
    folder, id = split_reference(finding.record)
    # A license is nobody's account.
    owner = "" if folder == "licenses" else get_owner(id)
    return (*labels, build_owner_label(owner)) if owner else labels


def build_issue_closure(finding: Finding, reason: ClosingReason) -> IssueClosure:
    """Why a finding is over, as the last comment of its issue."""
    comment = f"{_explain_closing(finding, reason)}\n\n{_format_closing_marker(finding, reason)}"
    return IssueClosure(comment, "not_planned") if reason == "removed" else IssueClosure(comment)


def _format_closing_marker(finding: Finding, reason: ClosingReason) -> str:
    if reason == "removed":
        return format_note_marker(finding.id, reason)
    return format_note_marker(finding.id, PUBLISHED_WORDS[finding.status], finding.first_seen)


def _explain_closing(finding: Finding, reason: ClosingReason) -> str:
    if reason == "removed":
        return "The record was removed from the registry."
    if reason == "accepted":
        return "The record was brought in line with upstream."
    before = format_code_span(format_observed_value(finding.before))
    return f"Upstream is again as recorded: {before}."


def _format_issue_title(finding: Finding) -> str:
    sentence = find_drift_kind(finding.kind).sentence.rstrip(".")
    title = f"[drift] {finding.record}: {sentence[0].lower()}{sentence[1:]}"
    return sanitize_line(title, MAX_TITLE_CHARACTERS - len(CUT_MARK))


def _render_issue_body(finding: Finding, registry: Registry, pages: str, marker: str) -> str:
    """The body with as many changed lines as GitHub takes; a cut is announced."""
    values = _collect_body_values(finding, registry, pages, marker)
    passages = finding.text_diff.passage_lines if finding.text_diff else ()
    room = MAX_BODY_CHARACTERS - BLOCK_ROOM - len(_render_with_passages(values, [], 0))
    return _render_with_passages(values, _select_passages(passages, room), len(passages))


def _render_with_passages(values: Mapping[str, Any], shown: Sequence[str], count: int) -> str:
    """`count`: how many changed lines there are, of which these are shown."""
    return render_markdown("issue.md.j2", **values, passages=shown, passage_count=count)


def _collect_body_values(
    finding: Finding, registry: Registry, pages: str, marker: str
) -> dict[str, Any]:
    return {
        **_collect_lists(finding, registry),
        **_collect_change(finding),
        "record_url": f"{pages}/{finding.record}.json",
        "accept_command": f"nox -s accept -- {finding.id}",
        "marker": Markup(marker),
    }


def _collect_change(finding: Finding) -> dict[str, Any]:
    kind = find_drift_kind(finding.kind)
    return {
        "finding": finding,
        "sentence": Markup(kind.sentence),
        "sides": ("The first", "The second") if kind.is_contradiction else ("Before", "After"),
        "before": format_observed_value(finding.before),
        "after": format_observed_value(finding.after),
    }


def _collect_lists(finding: Finding, registry: Registry) -> dict[str, Any]:
    highlights = finding.text_diff.highlights if finding.text_diff else ()
    # Sentences of ours with marked labels in them, which escaping would show as asterisks.
    impact = [Markup(sentence) for sentence in describe_impact(finding, registry)]
    return {
        "impact": cut_list(impact, MAX_IMPACT_LINES),
        "highlights": cut_list(highlights, MAX_HEADLINES),
        "links": list_finding_links(finding, registry),
        "affected": cut_list(finding.affects, MAX_AFFECTED),
    }


def _select_passages(passages: Sequence[str], room: int) -> list[str]:
    """The first lines that fit into `room` characters."""
    kept: list[str] = []
    for passage in passages[:MAX_PASSAGE_LINES]:
        line = sanitize_line(passage, MAX_LINE_CHARACTERS)
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept
