"""A review as a Markdown comment. Everything that a pull request brings stands in code: it can be read and does nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from audit.analysis.record_diff import FactChange, RecordChange
from audit.analysis.verdict_diff import MAX_UNANNOUNCED_SHARE
from audit.contribute.guidance import find_guide_section
from audit.contribute.review.foreign_paths import ForeignPath
from audit.contribute.review.review import BranchReview
from audit.core.escape import format_code_span, format_safe_link
from audit.core.markdown import render_table

MAX_COMMENT_ROWS = 50
"""Rows of one table; GitHub takes 65,536 characters in a comment."""
MAX_COMMENT_CHARACTERS = 60_000
MAX_EVIDENCE_LINKS = 3
MAX_PROBLEMS = 20


def render_review(
    review: BranchReview, expected_moves: int | None, *, allow_code: bool = False
) -> str:
    """The whole comment, cut aloud where it is too long."""
    parts = [
        *_render_head(review),
        *_render_foreign_paths(review.foreign_paths, allow_code=allow_code),
        *_render_attention(review, expected_moves),
        *_render_verdict_changes(review),
        *_render_permission_changes(review),
        *_render_record_changes(review),
        *_render_evidence(review),
    ]
    page = "\n".join(parts).rstrip() + "\n"
    if len(page) <= MAX_COMMENT_CHARACTERS:
        return page
    return (
        page[:MAX_COMMENT_CHARACTERS].rsplit("\n", 1)[0]
        + "\n\nCut here. `nox -s review -- --base REV` prints all of it.\n"
    )


def _render_head(review: BranchReview) -> Iterator[str]:
    counts = Counter(each.kind for each in review.changes)
    yield "## What this branch does to the registry"
    yield ""
    records = (
        ", ".join(
            f"{counts[kind]} {kind}" for kind in ("added", "changed", "removed") if counts[kind]
        )
        or "none changed"
    )
    yield f"Compared with {format_code_span(review.base[:12])}, where the branch began. Records: {records}."
    if review.compared:
        yield f"Verdicts: {len(review.moves.verdicts)} of {review.moves.judged:,} move. Permissions: {_format_permission_counts(review)}."
    yield ""


def _format_permission_counts(review: BranchReview) -> str:
    gained = sum(each.gained for each in review.moves.permissions)
    return f"{gained} gained, {len(review.moves.permissions) - gained} lost"


def _render_foreign_paths(paths: Sequence[ForeignPath], *, allow_code: bool) -> Iterator[str]:
    if not paths:
        return
    yield "### Not records"
    yield ""
    for foreign in paths[:MAX_PROBLEMS]:
        yield f"- {format_code_span(foreign.path)}: {foreign.reason}"
    if len(paths) > MAX_PROBLEMS:
        yield f"- And {len(paths) - MAX_PROBLEMS} more."
    yield ""
    if allow_code:
        yield "Allowed by `--allow-code`: nothing here checks what these files do."
    else:
        yield "A pull request holds records only: take these files out of the branch."
    yield ""


def _render_attention(review: BranchReview, expected: int | None) -> Iterator[str]:
    lines = [
        f"- {format_code_span(f'{each.file}: {each.path}')}: {format_code_span(each.message)}. To do: {format_code_span(each.fix)} ({find_guide_section(each)})"
        for each in review.problems
    ]
    lines = (
        [
            *lines[:MAX_PROBLEMS],
            f"- And {len(lines) - MAX_PROBLEMS} more; `nox -s validate` lists all.",
        ]
        if len(lines) > MAX_PROBLEMS
        else lines
    )
    moved = len(review.moves.verdicts)
    if expected is not None and moved != expected:
        lines.append(f"- {moved} verdicts move, and {expected} were expected.")
    elif expected is None and review.moves.is_beyond_guard:
        lines.append(
            f"- {moved} of {review.moves.judged:,} verdicts move, more than {MAX_UNANNOUNCED_SHARE:.0%}. "
            f"Look at them; when they are meant, say so with `--expect-moves {moved}`."
        )
    lines += [
        f"- No longer there: {format_safe_link('evidence', each.url)} ({format_code_span(each.reason)})"
        for each in review.asked
        if each.state == "absent"
    ]
    if not review.compared:
        lines.append("- Verdicts were not compared, because the branch does not validate.")
    yield from ["### To mend first", "", *lines, ""] if lines else []


def _render_verdict_changes(review: BranchReview) -> Iterator[str]:
    if review.new_verdicts:
        header = ["New model", *(framework for framework, _ in review.new_verdicts[0][1])]
        rows = [
            [format_code_span(id), *(value for _, value in values)]
            for id, values in review.new_verdicts
        ]
        yield from ["### Verdicts of new models", "", *_render_comment_table(header, rows), ""]
    if review.moves.verdicts:
        rows = [
            [
                format_code_span(each.model),
                each.framework,
                each.before,
                each.after,
                "; ".join(map(format_code_span, each.why)),
            ]
            for each in review.moves.verdicts
        ]
        yield from [
            "### Verdicts that move",
            "",
            *_render_comment_table(["Model", "Definition", "Before", "After", "Why"], rows),
            "",
        ]


def _render_permission_changes(review: BranchReview) -> Iterator[str]:
    if review.moves.permissions:
        rows = [
            [
                format_code_span(each.model),
                each.use,
                each.before,
                each.after,
                "gained" if each.gained else "lost",
                format_code_span(each.clause),
            ]
            for each in review.moves.permissions
        ]
        yield from [
            "### Permissions gained and lost",
            "",
            *_render_comment_table(
                ["Model", "Use", "Before", "After", "", "Deciding clause"], rows
            ),
            "",
        ]


def _render_record_changes(review: BranchReview) -> Iterator[str]:
    if review.changes:
        yield from ["### Facts, with their evidence", ""]
    for change in review.changes:
        yield f"**{change.kind}** {format_code_span(change.ref)}"
        yield ""
        yield from _render_fact_changes(change)
        yield ""


def _render_fact_changes(change: RecordChange) -> Iterator[str]:
    if change.kind == "removed":
        yield f"The record and its {len(change.facts)} facts are gone."
        return
    if not change.facts:
        sources = ", ".join(_format_links([url for _, url in change.sources])) or "keys only"
        yield f"No fact changed, only the evidence: {sources}."
        return
    moved = [each for each in change.facts if each.before != each.after]
    if change.kind == "added":
        yield from _render_comment_table(
            ["Fact", "Value", "Evidence"],
            [
                [format_code_span(each.path), _format_value(each.after), _format_sources(each)]
                for each in moved
            ],
        )
    elif moved:
        rows = [
            [
                format_code_span(each.path),
                _format_value(each.before),
                _format_value(each.after),
                _format_sources(each),
            ]
            for each in moved
        ]
        yield from _render_comment_table(["Fact", "Before", "After", "Evidence"], rows)
    resting = [each for each in change.facts if each.before == each.after]
    if resting:
        paths = ", ".join(format_code_span(each.path) for each in resting[:MAX_COMMENT_ROWS])
        sources = (
            ", ".join(
                _format_links(list(dict.fromkeys(url for each in resting for url in each.evidence)))
            )
            or "nothing"
        )
        yield from ["", f"The same values by other evidence: {paths}. They rest on {sources} now."]


def _format_value(value: str | None) -> str:
    return "—" if value is None else format_code_span(value)


def _format_sources(fact: FactChange) -> str:
    links = ", ".join(_format_links(fact.evidence)) or "none"
    return f"the same as before: {links}" if fact.same_evidence and fact.evidence else links


def _format_links(urls: Sequence[str]) -> list[str]:
    shown = [format_safe_link(_derive_link_label(url), url) for url in urls[:MAX_EVIDENCE_LINKS]]
    return shown + (
        [f"and {len(urls) - MAX_EVIDENCE_LINKS} more"] if len(urls) > MAX_EVIDENCE_LINKS else []
    )


def _derive_link_label(url: str) -> str:
    """The host, which people judge a source by."""
    host = url.removeprefix("https://").partition("/")[0]
    return "".join(each for each in host if each.isalnum() or each in ".-")[:60] or "source"


def _render_evidence(review: BranchReview) -> Iterator[str]:
    if not review.asked:
        return
    counts = Counter(each.state for each in review.asked)
    words = {
        "not-checked": "not checked (host not on the list)",
        "unverifiable": "could not be seen, which says nothing",
        "absent": "no longer there",
    }
    about = "Of the Hub and GitHub the repository was asked, and on the Hub its commit; not every single file."
    yield from [
        "### Evidence asked",
        "",
        about,
        "",
        ", ".join(f"{count} {words.get(state, state)}" for state, count in sorted(counts.items()))
        + ".",
        "",
    ]
    rows = [
        [
            format_safe_link(_derive_link_label(each.url), each.url),
            words.get(each.state, each.state),
            format_code_span(each.reason),
        ]
        for each in review.asked
        if each.state != "ok"
    ]
    yield from _render_comment_table(["Evidence", "State", "Reason"], rows) if rows else []


def _render_comment_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return render_table(header, rows, MAX_COMMENT_ROWS).split("\n")
