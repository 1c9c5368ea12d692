"""A review as a Markdown comment, by the template `review.md.j2`.

Everything that a pull request brings is shown as code: it can be read and does nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from markupsafe import Markup

from audit.analysis.record_diff import FactChange, RecordChange
from audit.analysis.verdict_diff import MAX_UNANNOUNCED_SHARE, AnswerChanges
from audit.contribute.guidance import find_guide_section
from audit.contribute.review.evidence import EvidenceAnswer
from audit.contribute.review.review import BranchReview
from audit.core.errors import Problem
from audit.licenses.uses import PERMISSION_WORDS
from audit.publish.templating import CutList, cut_list, render_markdown

MAX_COMMENT_ROWS = 50
"""Rows of one table; GitHub takes 65,536 characters in a comment."""
MAX_COMMENT_CHARACTERS = 60_000
MAX_EVIDENCE_LINKS = 3
MAX_LISTED_LINES = 20
"""Problems, and paths that are not records."""
MAX_HOST_CHARACTERS = 60
MoveProblem = Literal["unexpected", "unannounced"]
TemplateValues = dict[str, object]
EVIDENCE_STATES = {
    "ok": "there",
    "not-checked": "not checked (host not on the list)",
    "unverifiable": "could not be seen, which says nothing",
    "absent": "no longer there",
}
"""States in words; the others say enough."""


@dataclass(frozen=True)
class SourceLink:
    """Evidence, labeled with the host, by which people judge a source."""

    host: str
    url: str


@dataclass(frozen=True)
class ShownProblem:
    """A problem, and the section of the guide that helps."""

    place: str
    message: str
    fix: str
    guide: Markup
    """File and anchor of ours."""


@dataclass(frozen=True)
class ShownFact:
    """A row of a record's table."""

    path: str
    before: str | None
    after: str | None
    sources: CutList[SourceLink]
    same_evidence: bool


@dataclass(frozen=True)
class ShownChange:
    """A record that the branch touches."""

    kind: str
    ref: str
    fact_count: int
    moved: CutList[ShownFact]
    """Facts with another value."""
    same_values: Sequence[str]
    """Paths of facts with the value of before by other evidence."""
    new_basis: CutList[SourceLink]
    """That other evidence."""
    new_sources: CutList[SourceLink]
    """Evidence that is new in the record."""


@dataclass(frozen=True)
class ShownAnswer:
    """Evidence that did not answer as it should."""

    host: str
    url: str
    state: str
    reason: str


def render_review(
    review: BranchReview, expected_moves: int | None, *, allow_code: bool = False
) -> str:
    """The whole comment; where it is too long it is cut, and says so."""
    page = render_markdown(
        "review.md.j2",
        review=review,
        allow_code=allow_code,
        move_guard=_check_move_guard(review, expected_moves),
        expected_moves=expected_moves,
        **_show_records(review),
        **_show_moves(review.moves),
        **_show_answers(review.asked),
    )
    return _cut_page(page.rstrip() + "\n")


def _show_records(review: BranchReview) -> TemplateValues:
    """What the branch changes, and what is wrong with it."""
    return {
        "base": review.base[:12],
        "record_counts": _count_record_changes(review.changes),
        "foreign_paths": cut_list(review.foreign_paths, MAX_LISTED_LINES),
        "problems": _show_problems(review.problems),
        "new_verdicts": cut_list(review.new_verdicts, MAX_COMMENT_ROWS),
        "gone_verdicts": cut_list(review.gone_verdicts, MAX_COMMENT_ROWS),
        "rule_moves": cut_list(review.rule_moves, MAX_COMMENT_ROWS),
        "changes": [_show_change(change) for change in review.changes],
    }


def _show_moves(moves: AnswerChanges) -> TemplateValues:
    gained = sum(move.gained for move in moves.permissions)
    return {
        "moved": len(moves.verdicts),
        "judged": f"{moves.judged:,}",
        "max_share": f"{MAX_UNANNOUNCED_SHARE:.0%}",
        "gained": gained,
        "lost": len(moves.permissions) - gained,
        "verdicts": cut_list(moves.verdicts, MAX_COMMENT_ROWS),
        "permissions": cut_list(moves.permissions, MAX_COMMENT_ROWS),
        "permission_words": PERMISSION_WORDS,
    }


def _show_answers(answers: Sequence[EvidenceAnswer]) -> TemplateValues:
    return {
        "gone": [answer for answer in answers if answer.state == "absent"],
        "evidence_counts": _count_evidence_states(answers),
        "unanswered": _show_unanswered(answers),
    }


def _cut_page(page: str) -> str:
    if len(page) <= MAX_COMMENT_CHARACTERS:
        return page
    whole_lines = page[:MAX_COMMENT_CHARACTERS].rsplit("\n", 1)[0]
    return f"{whole_lines}\n\nCut here. `nox -s review -- --base REV` prints all of it.\n"


def _count_record_changes(changes: Iterable[RecordChange]) -> str:
    counts: Counter[str] = Counter(change.kind for change in changes)
    kinds = [kind for kind in ("added", "changed", "removed") if counts[kind]]
    return ", ".join(f"{counts[kind]} {kind}" for kind in kinds) or "none changed"


def _check_move_guard(review: BranchReview, expected_moves: int | None) -> MoveProblem | None:
    """Why the number of verdicts that move stops the branch."""
    if expected_moves is None:
        return "unannounced" if review.moves.is_beyond_guard else None
    return "unexpected" if len(review.moves.verdicts) != expected_moves else None


def _show_problems(problems: Sequence[Problem]) -> CutList[ShownProblem]:
    return cut_list([_show_problem(problem) for problem in problems], MAX_LISTED_LINES)


def _show_problem(problem: Problem) -> ShownProblem:
    guide = Markup(find_guide_section(problem))
    place = f"{problem.file}: {problem.path}"
    return ShownProblem(place, problem.message, problem.fix, guide)


def _show_change(change: RecordChange) -> ShownChange:
    # A removed record has nothing that rests on anything.
    same = [fact for fact in change.facts if fact.before == fact.after]
    return ShownChange(
        change.kind,
        change.ref,
        fact_count=len(change.facts),
        moved=_show_moved_facts(change.facts),
        same_values=[fact.path for fact in same[:MAX_COMMENT_ROWS]],
        new_basis=_show_sources(_collect_evidence(same)),
        new_sources=_show_sources([url for _, url in change.sources]),
    )


def _show_moved_facts(facts: Iterable[FactChange]) -> CutList[ShownFact]:
    moved = [_show_fact(fact) for fact in facts if fact.before != fact.after]
    return cut_list(moved, MAX_COMMENT_ROWS)


def _show_fact(fact: FactChange) -> ShownFact:
    sources = _show_sources(fact.evidence)
    return ShownFact(fact.path, fact.before, fact.after, sources, fact.same_evidence)


def _collect_evidence(facts: Iterable[FactChange]) -> list[str]:
    """Every address once, in the order of the facts."""
    return list(dict.fromkeys(chain.from_iterable(fact.evidence for fact in facts)))


def _show_sources(urls: Sequence[str]) -> CutList[SourceLink]:
    # Two rows of evidence may have one address.
    links = [SourceLink(_derive_host_label(url), url) for url in dict.fromkeys(urls)]
    return cut_list(links, MAX_EVIDENCE_LINKS)


def _derive_host_label(url: str) -> str:
    host = url.removeprefix("https://").partition("/")[0]
    letters = [letter for letter in host if letter.isalnum() or letter in ".-"]
    return "".join(letters[:MAX_HOST_CHARACTERS]) or "source"


def _count_evidence_states(answers: Iterable[EvidenceAnswer]) -> str:
    counts: Counter[str] = Counter(answer.state for answer in answers)
    return ", ".join(f"{counts[state]} {_describe_state(state)}" for state in sorted(counts))


def _show_unanswered(answers: Iterable[EvidenceAnswer]) -> CutList[ShownAnswer]:
    shown = [_show_answer(answer) for answer in answers if answer.state != "ok"]
    return cut_list(shown, MAX_COMMENT_ROWS)


def _show_answer(answer: EvidenceAnswer) -> ShownAnswer:
    host, state = _derive_host_label(answer.url), _describe_state(answer.state)
    return ShownAnswer(host, answer.url, state, answer.reason)


def _describe_state(state: str) -> str:
    return EVIDENCE_STATES.get(state, state)
