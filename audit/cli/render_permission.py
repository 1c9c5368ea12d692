"""An answer about permissions for a terminal: the answer first, then all that belongs to it.

Sources are numbers, listed once at the end.
"""

from collections.abc import Iterator, Sequence

from audit.cli.numbered_sources import NumberedSources, wrap_text
from audit.cli.render_certainty import list_certainty
from audit.definitions.clause_view import ViewedClause
from audit.definitions.permission_view import PermissionView
from audit.definitions.unsaid import OtherAnswer
from audit.licenses.uses import PERMISSION_WORDS

MAX_SUPPOSED = 12
"""Values named in one line of what was not said; `--json` has all."""
DISCLAIMER = "Terms read as data, with their sections; not legal advice."


def render_permission(view: PermissionView, commit: str | None = None) -> str:
    """The whole answer; `commit` is that of the records."""
    return "\n".join(_AnswerText(view).list_lines(commit))


class _AnswerText:
    """The lines of one answer, with the numbers of its sources."""

    def __init__(self, view: PermissionView) -> None:
        self._view = view
        self._sources = NumberedSources()

    def list_lines(self, commit: str | None) -> Iterator[str]:
        view = self._view
        yield from wrap_text(f"{view.model}: {view.words}, {view.use_words}", "", "  ")
        yield from self._list_deciders()
        yield from self._list_section("Also against it", view.also_against)
        yield from self._list_section("Where to ask", view.contacts)
        yield from self._list_governed()
        yield from self._list_stages()
        yield from self._list_unsaid()
        yield from self._list_section("Also in the text", view.also_in_text)
        yield from self._list_certainty(commit)
        yield from self._list_sources()
        yield from ["", DISCLAIMER]

    def _list_deciders(self) -> Iterator[str]:
        """What makes the answer, and under which license."""
        yield from ["", "What decides it"]
        if not self._view.decided_by:
            yield from wrap_text(f"- {_describe_grant(self._view)}", "  ", "    ")
        for clause in self._view.decided_by:
            yield from self._list_clause(clause)

    def _list_governed(self) -> Iterator[str]:
        if len(self._view.governed_by) > 1:
            yield from ["", "Which license governs what"]
            for each in self._view.governed_by:
                part = "the base" if each.is_base else "the model"
                yield from wrap_text(
                    f"- {part} {each.model}: {', '.join(each.licenses)}", "  ", "    "
                )

    def _list_stages(self) -> Iterator[str]:
        if self._view.to_do:
            yield from ["", "What to do"]
        for stage in self._view.to_do:
            yield f"  {stage.title}"
            for clause in stage.clauses:
                yield from self._list_clause(clause, "    ", "[ ]")

    def _list_unsaid(self) -> Iterator[str]:
        if self._view.unsaid:
            yield from ["", "What you did not say, and would change the answer"]
        for each in self._view.unsaid:
            yield f"  {each.circumstance} ({each.option})"
            for other in each.answers:
                yield from wrap_text(f"- {_format_other(other)}", "    ", "      ")

    def _list_section(self, title: str, clauses: Sequence[ViewedClause]) -> Iterator[str]:
        if clauses:
            yield from ["", title]
        for clause in clauses:
            yield from self._list_clause(clause)

    def _list_clause(
        self, clause: ViewedClause, indent: str = "  ", mark: str = "-"
    ) -> Iterator[str]:
        hanging = indent + " " * (len(mark) + 1)
        yield from wrap_text(f"{mark} {clause.summary}", indent, hanging)
        for words in _list_exact_words(clause):
            yield from wrap_text(words, hanging, f"{hanging}  ")
        cited = "; ".join(self._cite_holders(clause))
        numbers = self._sources.cite_evidence(clause.evidence[:1])
        if numbers or clause.holders[0].license in self._view.licenses:
            yield from wrap_text(f"{cited}{numbers}", hanging, f"{hanging}  ")

    def _cite_holders(self, clause: ViewedClause) -> Iterator[str]:
        """License and section, each once, with the bases that bring it along."""
        bases: dict[str, list[str]] = {}
        for holder in clause.holders:
            named = bases.setdefault(holder.citation, [])
            if holder.model not in (self._view.model, *named):
                named.append(holder.model)
        for citation, ids in bases.items():
            yield f"{citation} (of {', '.join(ids)})" if ids else citation

    def _list_certainty(self, commit: str | None) -> Iterator[str]:
        lines = list(list_certainty(self._view, commit))
        if lines:
            yield from ["", "How sure"]
        for line in lines:
            yield from wrap_text(f"- {line}", "  ", "    ")

    def _list_sources(self) -> Iterator[str]:
        lines = self._sources.list_lines()
        if lines:
            yield from ["", "Sources", *lines]


def _describe_grant(view: PermissionView) -> str:
    names = dict.fromkeys(name for each in view.governed_by for name in each.licenses)
    duties = sum(len(stage.clauses) for stage in view.to_do)
    asks = f"; what comes with it is listed below ({duties})" if duties else ""
    return f"Nothing stands against it in {' and '.join(names) or 'its terms'}{asks}."


def _list_exact_words(clause: ViewedClause) -> Iterator[str]:
    """What to ship as it stands, what the clause leaves free, and its own words."""
    for each in clause.ship:
        yield f"{each.what}: {each.quoted}"
    if clause.exception:
        yield f"except: {clause.exception}"
    if clause.quote:
        yield f"in its words: “{clause.quote}”"


def _format_other(other: OtherAnswer) -> str:
    shown = ", ".join(other.supposed[:MAX_SUPPOSED])
    hidden = len(other.supposed) - MAX_SUPPOSED
    more = f" and {hidden} more" if hidden > 0 else ""
    clause = f" ({other.clause})" if other.clause else ""
    return f"{shown}{more}: {PERMISSION_WORDS[other.value]}{clause}"
