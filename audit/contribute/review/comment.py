"""A review as a Markdown comment. Everything that a pull request brings stands in code: it can be read and does nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from audit.analysis.record_diff import FactChange, RecordChange
from audit.analysis.verdict_diff import GUARD
from audit.contribute.guidance import section_of
from audit.contribute.review.review import Review
from audit.core.escape import code, link

MOST_ROWS = 50
"""Rows of one table; GitHub takes 65,536 characters in a comment."""
MOST_CHARACTERS = 60_000
MOST_LINKS = 3
MOST_PROBLEMS = 20


def render_review(review: Review, expected_moves: int | None) -> str:
    """The whole comment, cut aloud where it is too long."""
    parts = [*_head(review), *_attention(review, expected_moves), *_verdicts(review), *_permissions(review), *_records(review), *_evidence(review)]
    page = "\n".join(parts).rstrip() + "\n"
    if len(page) <= MOST_CHARACTERS:
        return page
    return page[:MOST_CHARACTERS].rsplit("\n", 1)[0] + "\n\nCut here. `nox -s review -- --base REV` prints all of it.\n"


def _head(review: Review) -> Iterator[str]:
    counts = Counter(each.kind for each in review.changes)
    yield "## What this branch does to the registry"
    yield ""
    records = ", ".join(f"{counts[kind]} {kind}" for kind in ("added", "changed", "removed") if counts[kind]) or "none changed"
    yield f"Compared with {code(review.base[:12])}, where the branch began. Records: {records}."
    if review.compared:
        yield f"Verdicts: {len(review.moves.verdicts)} of {review.moves.judged:,} move. Permissions: {_permission_counts(review)}."
    yield ""


def _permission_counts(review: Review) -> str:
    gained = sum(each.gained for each in review.moves.permissions)
    return f"{gained} gained, {len(review.moves.permissions) - gained} lost"


def _attention(review: Review, expected: int | None) -> Iterator[str]:
    lines = [f"- {code(f'{each.file}: {each.path}')}: {code(each.message)}. To do: {code(each.fix)} ({section_of(each)})" for each in review.problems]
    lines = [*lines[:MOST_PROBLEMS], f"- And {len(lines) - MOST_PROBLEMS} more; `nox -s validate` lists all."] if len(lines) > MOST_PROBLEMS else lines
    moved = len(review.moves.verdicts)
    if expected is not None and moved != expected:
        lines.append(f"- {moved} verdicts move, and {expected} were expected.")
    elif expected is None and review.moves.beyond_guard:
        lines.append(
            f"- {moved} of {review.moves.judged:,} verdicts move, more than {GUARD:.0%}. "
            f"Look at them; when they are meant, say so with `--expect-moves {moved}`."
        )
    lines += [f"- No longer there: {link('evidence', each.url)} ({code(each.reason)})" for each in review.asked if each.state == "absent"]
    if not review.compared:
        lines.append("- Verdicts were not compared, because the branch does not validate.")
    yield from ["### To mend first", "", *lines, ""] if lines else []


def _verdicts(review: Review) -> Iterator[str]:
    if review.new_verdicts:
        header = ["New model", *(framework for framework, _ in review.new_verdicts[0][1])]
        rows = [[code(id), *(value for _, value in values)] for id, values in review.new_verdicts]
        yield from ["### Verdicts of new models", "", *_table(header, rows), ""]
    if review.moves.verdicts:
        rows = [[code(each.model), each.framework, each.before, each.after, "; ".join(map(code, each.why))] for each in review.moves.verdicts]
        yield from ["### Verdicts that move", "", *_table(["Model", "Definition", "Before", "After", "Why"], rows), ""]


def _permissions(review: Review) -> Iterator[str]:
    if review.moves.permissions:
        rows = [
            [code(each.model), each.use, each.before, each.after, "gained" if each.gained else "lost", code(each.clause)] for each in review.moves.permissions
        ]
        yield from ["### Permissions gained and lost", "", *_table(["Model", "Use", "Before", "After", "", "Deciding clause"], rows), ""]


def _records(review: Review) -> Iterator[str]:
    if review.changes:
        yield from ["### Facts, with their evidence", ""]
    for change in review.changes:
        yield f"**{change.kind}** {code(change.ref)}"
        yield ""
        yield from _facts(change)
        yield ""


def _facts(change: RecordChange) -> Iterator[str]:
    if change.kind == "removed":
        yield f"The record and its {len(change.facts)} facts are gone."
        return
    if not change.facts:
        sources = ", ".join(_links([url for _, url in change.sources])) or "keys only"
        yield f"No fact changed, only the evidence: {sources}."
        return
    moved = [each for each in change.facts if each.before != each.after]
    if change.kind == "added":
        yield from _table(["Fact", "Value", "Evidence"], [[code(each.path), _value(each.after), _sources(each)] for each in moved])
    elif moved:
        rows = [[code(each.path), _value(each.before), _value(each.after), _sources(each)] for each in moved]
        yield from _table(["Fact", "Before", "After", "Evidence"], rows)
    resting = [each for each in change.facts if each.before == each.after]
    if resting:
        paths = ", ".join(code(each.path) for each in resting[:MOST_ROWS])
        sources = ", ".join(_links(list(dict.fromkeys(url for each in resting for url in each.evidence)))) or "nothing"
        yield from ["", f"The same values by other evidence: {paths}. They rest on {sources} now."]


def _value(value: str | None) -> str:
    return "—" if value is None else code(value)


def _sources(fact: FactChange) -> str:
    links = ", ".join(_links(fact.evidence)) or "none"
    return f"the same as before: {links}" if fact.same_evidence and fact.evidence else links


def _links(urls: Sequence[str]) -> list[str]:
    shown = [link(_label(url), url) for url in urls[:MOST_LINKS]]
    return shown + ([f"and {len(urls) - MOST_LINKS} more"] if len(urls) > MOST_LINKS else [])


def _label(url: str) -> str:
    """The host, which people judge a source by."""
    host = url.removeprefix("https://").partition("/")[0]
    return "".join(each for each in host if each.isalnum() or each in ".-")[:60] or "source"


def _evidence(review: Review) -> Iterator[str]:
    if not review.asked:
        return
    counts = Counter(each.state for each in review.asked)
    words = {"not-checked": "not checked (host not on the list)", "unverifiable": "could not be seen, which says nothing", "absent": "no longer there"}
    about = "Of the Hub and GitHub the repository was asked, and on the Hub its commit; not every single file."
    yield from ["### Evidence asked", "", about, "", ", ".join(f"{count} {words.get(state, state)}" for state, count in sorted(counts.items())) + ".", ""]
    rows = [[link(_label(each.url), each.url), words.get(each.state, each.state), code(each.reason)] for each in review.asked if each.state != "ok"]
    yield from _table(["Evidence", "State", "Reason"], rows) if rows else []


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    every = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in [list(header), ["---"] * len(header), *every[:MOST_ROWS]]]
    return [*lines, "", f"And {len(every) - MOST_ROWS} more."] if len(every) > MOST_ROWS else lines
