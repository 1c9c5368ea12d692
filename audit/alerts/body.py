"""The issue that a person wants to read: what happened, what it means, where it was seen, how to settle it."""

from collections.abc import Mapping, Sequence

from audit.alerts.inert import code, fence, link, plain
from audit.alerts.meaning import meaning
from audit.alerts.types import Settled, Wanted, digest, marker, note_marker
from audit.alerts.words import sentence, shown, subject
from audit.drift.types import Finding
from audit.records.types import Registry

MAX_BODY = 58_000
"""GitHub takes 65,536 characters; the rest is room for what it adds."""
MAX_TITLE = 120
MAX_AFFECTED = 40
MAX_MEANING = 30
LABELS: Mapping[str, tuple[str, str]] = {
    "drift": ("5319e7", "Something upstream is not as recorded"),
    "drift: license": ("0052cc", "Terms or their text"),
    "drift: weights": ("0052cc", "Model parameters"),
    "drift: data": ("0052cc", "Training data"),
    "drift: code": ("0052cc", "Source code"),
    "drift: repository": ("0052cc", "Names and identity of repositories"),
    "more-closed": ("b60205", "Less is possible than before"),
    "more-open": ("0e8a16", "More is possible than before"),
    "neutral": ("c5def5", "Neither more open nor more closed"),
    "unreviewed": ("fbca04", "A person has to read it"),
    "audit-status": ("bfdadc", "The state of the audit itself"),
}
"""Every label but the owners', with color and description."""


def wanted_issue(finding: Finding, registry: Registry, pages: str, passages: Sequence[str] = ()) -> Wanted:
    """The issue of a confirmed finding. `pages`: base address of the registry's files; `passages`: changed lines of a text."""
    observed = digest(finding.kind, shown(finding.after))
    owner = finding.record.partition("/")[2].partition("/")[0]
    return Wanted(
        id=finding.id,
        observed=observed,
        title=_title(finding),
        body=_body(finding, registry, pages, passages, marker(finding.id, observed)),
        labels=("drift", f"drift: {subject(finding.kind)}", finding.direction, *([owner_label(owner)] if owner else ())),
        comment=f"{sentence(finding.kind)} It now reads {code(shown(finding.after))}.\n\n{note_marker(finding.id, observed, finding.first_seen)}",
    )


def owner_label(owner: str) -> str:
    """The label of a maker; GitHub takes 50 characters."""
    return f"owner: {plain(owner)}"[:50]


def settled(finding: Finding) -> Settled:
    """Why a finding no longer stands: its last event."""
    words = {
        "returned": f"Upstream is again as recorded: {code(shown(finding.before))}.",
        "resolved": "The record was brought in line with upstream.",
    }.get(finding.status, "The finding no longer stands.")
    return Settled(f"{words}\n\n{note_marker(finding.id, finding.status, finding.first_seen)}")


def _title(finding: Finding) -> str:
    what = sentence(finding.kind).rstrip(".")
    return plain(f"[drift] {finding.record}: {what[0].lower()}{what[1:]}", MAX_TITLE - len("… (cut)"))


def _body(finding: Finding, registry: Registry, pages: str, passages: Sequence[str], mark: str) -> str:
    head = [
        f"**{sentence(finding.kind)}** ({code(finding.field)})",
        "",
        f"* Record: {link(finding.record, f'{pages}/{finding.record}.json')}",
        f"* Before: {code(shown(finding.before))}",
        f"* After: {code(shown(finding.after))}",
        "",
        "### What it means",
        "",
        *_meaning(finding, registry),
        "",
        "### Where it was seen",
        "",
        f"* {link('The address that was asked', finding.url)}" + (f", at revision {code(finding.revision)}" if finding.revision else ""),
        f"* First seen {finding.first_seen}; runs that agreed before it was called confirmed: {finding.runs}.",
    ]
    tail = ["", *_affected(finding), *_resolve(finding), "", mark]
    return _fitting(head, passages, tail)


def _meaning(finding: Finding, registry: Registry) -> list[str]:
    lines = [f"* {each}" for each in meaning(finding, registry)]
    more = len(lines) - MAX_MEANING
    return lines if more <= 0 else [*lines[:MAX_MEANING], f"* … and {more} more differences; see the two license pages."]


def _affected(finding: Finding) -> list[str]:
    if not finding.affects:
        return []
    rows = [f"* {code(each)}" for each in finding.affects[:MAX_AFFECTED]]
    more = len(finding.affects) - len(rows)
    return [f"### Also touches {len(finding.affects)} records", "", *rows, *([f"* … and {more} more"] if more else []), ""]


def _resolve(finding: Finding) -> list[str]:
    return [
        "### How to settle it",
        "",
        "If upstream is right, take the observed value into the record and open a pull request:",
        "",
        fence([f"nox -s accept -- {finding.id}"], "sh"),
        "",
        "If it is a matter of judgement, the command says which questions remain. The issue closes by itself once record and upstream agree. "
        "Closing it by hand accepts this very value: it is not raised again until something else is observed.",
    ]


def _fitting(head: list[str], passages: Sequence[str], tail: list[str]) -> str:
    """All of it, with as many changed lines as fit; a cut is said aloud."""
    room = MAX_BODY - len("\n".join(head + tail)) - 400
    kept: list[str] = []
    for line in passages:
        shown_line = plain(line, 400)
        room -= len(shown_line) + 1
        if room < 0:
            break
        kept.append(shown_line)
    cut = [] if len(kept) == len(passages) else ["", f"Cut: {len(passages) - len(kept)} of {len(passages)} changed lines are not shown."]
    block = ["", "### Changed passages", "", fence(kept, "diff"), *cut] if passages else []
    return "\n".join([*head, *block, *tail])
