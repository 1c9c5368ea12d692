"""A clause as people read it: its words, its source, what it asks to ship, and whom it comes from.

Equal clauses of a chain of models appear once, with every model and license that they stand for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from audit.definitions.permissions import DecidingClause
from audit.licenses.conditions import CONDITION_KINDS
from audit.licenses.duty_effects import bear_on_no_use
from audit.licenses.uses import Permission
from audit.records.evidence import Evidence
from audit.records.license import format_section
from audit.records.registry import Registry

STAGE_TITLES: Mapping[str, str] = {
    "before-use": "Before use",
    "repository": "In the repository or package",
    "product": "In the product",
    "contracts": "In your contracts",
    "running": "While it runs",
    "end": "At the end",
}
"""The stages of work in their order, as headings."""
NO_STAGE = "none"
_SHIPPED = {
    "display": "display",
    "phrase": "display",
    "prefix": "begin the name with",
    "notice_text": "ship the notice",
    "notice_sha256": "ship the notice whose text has the sha256",
    "notice_file": "in the file",
    "place": "where",
}
"""Parameters that hold exact words, with what one does with them."""
_DESCRIBED = frozenset({"place"})
"""Of these, the ones that describe and are not to be shipped."""
_SPEAKING_FOR_THEMSELVES = frozenset({"effect", "form", "stage"})
"""Parameters that many different clauses share."""


@dataclass(frozen=True)
class ClauseHolder:
    """Where a clause stands, and for which model."""

    model: str
    license: str
    license_name: str
    section: str

    @property
    def citation(self) -> str:
        """License and section in words."""
        if not self.section:
            return self.license_name
        return f"{self.license_name}, {format_section(self.section)}"


@dataclass(frozen=True)
class ShippedWords:
    """Words that a clause prescribes: they are shipped as they stand."""

    what: str
    """What one does with them, such as `display`."""
    words: str
    is_exact: bool = True
    """Whether they are shipped as they stand; a place is only described."""

    @property
    def quoted(self) -> str:
        """The words, between quotation marks where they are exact."""
        return f'"{self.words}"' if self.is_exact else self.words


@dataclass(frozen=True)
class ViewedClause:
    """One clause, or several equal ones."""

    kind: str
    effect: Permission
    """What it makes of the use; `allowed` where it bears on no use."""
    stage: str
    """When one has to think of it: a key of STAGE_TITLES, or `none`."""
    summary: str
    exception: str
    """What the clause leaves free, in words; empty where nothing is stated."""
    quote: str
    """Its own words, where the record holds some; 25 words at most."""
    ship: tuple[ShippedWords, ...]
    holders: tuple[ClauseHolder, ...]
    evidence: tuple[Evidence, ...]


def view_clauses(clauses: Iterable[DecidingClause], registry: Registry) -> tuple[ViewedClause, ...]:
    """The clauses in their order, equal ones as one."""
    groups: dict[tuple[object, ...], list[DecidingClause]] = defaultdict(list)
    for clause in clauses:
        groups[_identify_clause(clause)].append(clause)
    return tuple(_view_group(group, registry) for group in groups.values())


def _identify_clause(clause: DecidingClause) -> tuple[object, ...]:
    """What makes two clauses equal: kind, effect and numbers, else the summary too."""
    parameters = tuple(sorted((name, _fold(value)) for name, value in clause.parameters.items()))
    says_all = clause.parameters.keys() - _SPEAKING_FOR_THEMSELVES
    summary = "" if says_all else clause.summary
    return clause.kind, clause.effect, parameters, summary


def _fold(value: object) -> str:
    """A value that compares equal whatever the order of a list."""
    return repr(sorted(map(str, value)) if isinstance(value, list | tuple) else value)


def _view_group(group: list[DecidingClause], registry: Registry) -> ViewedClause:
    first = group[0]
    holders = dict.fromkeys(name_clause(clause, registry) for clause in group)
    quote, evidence = _find_quote(group, registry)
    return ViewedClause(
        first.kind,
        first.effect,
        find_stage(first.kind, first.parameters),
        first.summary,
        str(first.parameters.get("except", "")),
        quote,
        tuple(list_shipped_words(first.parameters)),
        tuple(holders),
        evidence,
    )


def _find_quote(
    group: list[DecidingClause], registry: Registry
) -> tuple[str, tuple[Evidence, ...]]:
    """The words of the text that decide, and where they stand; none where no record holds some."""
    for clause in group:
        words = find_own_quote(clause, registry)
        if words:
            return words, clause.evidence
    quoted = (find_quoted_evidence(clause, registry) for clause in group)
    row = next((row for row in quoted if row), None)
    return (row.quote or "", (row,)) if row else ("", group[0].evidence)


def name_clause(clause: DecidingClause, registry: Registry) -> ClauseHolder:
    """Where a clause stands."""
    license = registry.licenses.get(clause.license)
    name = license.name if license else "license unknown"
    return ClauseHolder(clause.model, clause.license, name, clause.section)


def is_silent_kind(kind: str) -> bool:
    """Whether clauses of the kind bear on no use, such as those on patents, trademarks and law."""
    row = CONDITION_KINDS.get(kind)
    return row is not None and row.judge_use is bear_on_no_use


def find_stage(kind: str, parameters: Mapping[str, object]) -> str:
    """When a clause is heeded: as its own text says, else as clauses of its kind are."""
    row = CONDITION_KINDS.get(kind)
    stated = parameters.get("stage", row.stage if row else "before-use")
    return str(stated)


def find_own_quote(clause: DecidingClause, registry: Registry) -> str | None:
    """The words that the record of the license keeps with this very clause."""
    license = registry.licenses.get(clause.license)
    same = (clause.kind, clause.section, clause.summary)
    for condition in license.conditions if license else ():
        if (condition.kind, condition.section, condition.summary) == same:
            return condition.quote
    return None


def find_quoted_evidence(clause: DecidingClause, registry: Registry) -> Evidence | None:
    """The source that quotes this clause.

    A source that clauses of several sections cite quotes one of them, and does not say which.
    """
    for row in clause.evidence:
        if row.quote and _list_quoted_sections(clause.license, row, registry) <= {clause.section}:
            return row
    return None


def _list_quoted_sections(license: str, row: Evidence, registry: Registry) -> set[str]:
    record = registry.licenses.get(license)
    conditions = record.conditions if record else ()
    return {condition.section for condition in conditions if row in condition.evidence}


def list_shipped_words(parameters: Mapping[str, object]) -> Iterator[ShippedWords]:
    """The exact words, files and places that a clause prescribes."""
    for name, what in _SHIPPED.items():
        words = parameters.get(name)
        if isinstance(words, str):
            yield ShippedWords(what, words, name not in _DESCRIBED)
