"""The issue that a person wants to read: what happened, what it means, where it was seen, how to settle it."""

from collections.abc import Sequence

from audit.core.escape import code, fence, link, plain
from audit.drift.finding import Finding
from audit.drift.kinds import sentence, shown, subject
from audit.drift.meaning import meaning
from audit.publish.issues.labels import owner_label
from audit.publish.issues.types import Settled, Wanted, digest, marker, note_marker
from audit.publish.urls import places
from audit.records.model import Registry

MAX_BODY = 58_000
"""GitHub takes 65,536 characters; the rest is room for what it adds."""
MAX_TITLE = 120
MAX_AFFECTED = 40
MAX_MEANING = 30
MAX_PASSAGES = 200
"""More changed lines than this nobody reads in an issue."""
MAX_HEADLINES = 20


def wanted_issue(finding: Finding, registry: Registry, pages: str) -> Wanted:
    """The issue of a confirmed finding. `pages`: base address of the registry's files."""
    observed = digest(finding.kind, shown(finding.after))
    owner = finding.record.partition("/")[2].partition("/")[0]
    return Wanted(
        id=finding.id,
        observed=observed,
        title=_title(finding),
        body=_body(finding, registry, pages, marker(finding.id, observed)),
        labels=("drift", f"drift: {subject(finding.kind)}", finding.direction, *([owner_label(owner)] if owner else ())),
        comment=f"{sentence(finding.kind)} It now reads {code(shown(finding.after))}.\n\n{note_marker(finding.id, observed, finding.first_seen)}",
    )


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


def _body(finding: Finding, registry: Registry, pages: str, mark: str) -> str:
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
        *_headlines(finding),
        "",
        "### Where it was seen",
        "",
        *(f"* {link(label, url)}" for label, url in places(finding, registry)),
        f"* {link('The address that was asked', finding.url)}" + (f", at revision {code(finding.revision)}" if finding.revision else ""),
        f"* First seen {finding.first_seen}; runs that agreed before it was called confirmed: {finding.runs}.",
    ]
    tail = ["", *_affected(finding), *_resolve(finding), "", mark]
    return _fitting(head, finding.reading.diff if finding.reading else (), tail)


def _headlines(finding: Finding) -> list[str]:
    # The terms that differ are told from the records, under what it means.
    lines = finding.reading.striking if finding.reading else ()
    more = [f"* … and {len(lines) - MAX_HEADLINES} more"] if len(lines) > MAX_HEADLINES else []
    return [*(f"* In the text: {code(each)}" for each in lines[:MAX_HEADLINES]), *more]


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
    for line in passages[:MAX_PASSAGES]:
        shown_line = plain(line, 400)
        room -= len(shown_line) + 1
        if room < 0:
            break
        kept.append(shown_line)
    cut = [] if len(kept) == len(passages) else ["", f"Cut: {len(passages) - len(kept)} of {len(passages)} changed lines are not shown."]
    block = ["", "### Changed passages", "", fence(kept, "diff"), *cut] if passages else []
    return "\n".join([*head, *block, *tail])
