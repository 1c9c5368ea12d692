"""Whether the facts of one record cite its evidence table, and name licenses that are here.

Of any form: a record that fails its schema is checked as far as it can be read.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from audit.core.errors import Problem
from audit.core.near_names import format_near_names
from audit.records.any_form import (
    JsonObject,
    KnownIds,
    Problems,
    get_object,
    list_names,
    walk_document,
)

MAX_QUOTE_WORDS = 25
"""A quote as evidence stays short: facts are carried over, sentences are not."""
_MAX_CLAUSE_WORDS = {"quote": MAX_QUOTE_WORDS, "notice_text": 80}
"""A notice that a license prescribes word for word is a fact; a longer one is kept as a digest."""
CITING_KEYS = frozenset({"evidence", "followed", "set_aside"})
"""Keys whose values are keys of the evidence table."""
EXPRESSION_KEYWORDS = frozenset({"AND", "OR", "WITH", "NONE"})


def is_clearly_sound(data: Any, known: KnownIds) -> bool:
    """Whether evidence and licenses of a document have no problem.

    Only where they may have one is its place looked for.
    """
    try:
        return _has_sound_citations(data, known)
    except (AttributeError, KeyError, TypeError):
        return False


def _has_sound_citations(data: Any, known: KnownIds) -> bool:
    cited: set[str] = set()
    licenses: set[str] = set()
    table = data["evidence"]
    _collect_citations_and_licenses(_drop_evidence_table(data), cited, licenses)
    if any(_list_unknown_licenses(expression, known) for expression in licenses):
        return False
    if not cited <= table.keys():
        return False
    if len(cited) < len(table) and not _may_leave_evidence_uncited(data):
        return False
    return not next(_find_long_clauses(data, ""), None) and _has_short_quotes(table)


def _has_short_quotes(table: JsonObject) -> bool:
    quotes = [row["quote"] for row in table.values() if "quote" in row]
    return all(_count_words(quote) <= MAX_QUOTE_WORDS for quote in quotes)


def _count_words(text: object) -> int:
    return len(str(text).split())


def _collect_citations_and_licenses(value: Any, cited: set[str], licenses: set[str]) -> None:
    """What a document cites and which license expressions it holds.

    It does not say where, which makes it ten times as fast as a walk.
    """
    if isinstance(value, list):
        for inner in value:
            if isinstance(inner, (dict, list)):
                _collect_citations_and_licenses(inner, cited, licenses)
        return
    for key, inner in value.items():
        if key in CITING_KEYS and isinstance(inner, (dict, list)):
            cited.update(inner)
        elif isinstance(inner, (dict, list)):
            _collect_citations_and_licenses(inner, cited, licenses)
        elif key == "license" and isinstance(inner, str):
            licenses.add(inner)


def _drop_evidence_table(data: JsonObject) -> dict[str, Any]:
    """The facts: the table itself has the name of a key that cites it."""
    return {name: inner for name, inner in data.items() if name != "evidence"}


def _may_leave_evidence_uncited(data: JsonObject) -> bool:
    """Whether this is a license: its name, steward and Hub tags rest on its table as a whole.

    Everywhere else a source serves a fact.
    """
    return "freedoms" in data


def _list_unknown_licenses(expression: str, known: KnownIds) -> list[str]:
    words = expression.replace("(", " ").replace(")", " ").split()
    licenses = [word for word in words if word not in EXPRESSION_KEYWORDS]
    return [word for word in licenses if word not in known["licenses"]]


def find_evidence_problems(data: JsonObject, shown: str) -> Problems:
    """Citations of nothing, evidence that nobody cites, and quotes that are too long."""
    table = get_object(data.get("evidence"))
    citations = list(_walk_citations(data))
    for path, name in citations:
        if name not in table:
            yield _describe_missing_evidence(name, path, table, shown)
    if not _may_leave_evidence_uncited(data):
        yield from _find_uncited_evidence(table, {name for _, name in citations}, shown)
    yield from _find_long_quotes(table, shown)
    yield from _find_long_clauses(data, shown)


def _walk_citations(data: JsonObject) -> Iterator[tuple[str, str]]:
    """Every citation as (path of the citing key, key of the evidence table)."""
    for path, key, value in walk_document(_drop_evidence_table(data)):
        if key in CITING_KEYS:
            for name in list_names(value):
                yield f"{path}.{key}", name


def _describe_missing_evidence(name: str, path: str, table: Iterable[str], shown: str) -> Problem:
    keys = ", ".join(sorted(table)) or "none yet"
    fix = f"add it to the table, or cite one of: {keys}"
    return Problem(shown, path, f"the evidence table has no {name!r}", fix)


def _find_uncited_evidence(table: JsonObject, cited: set[str], shown: str) -> Problems:
    fix = "cite it where it is used, or remove it"
    for name in sorted(set(table) - cited):
        yield Problem(shown, f"$.evidence.{name}", "no fact cites this evidence", fix)


def _find_long_quotes(table: JsonObject, shown: str) -> Problems:
    for name, row in table.items():
        words = _count_words(get_object(row).get("quote", ""))
        if words > MAX_QUOTE_WORDS:
            path = f"$.evidence.{name}.quote"
            fix = f"keep at most {MAX_QUOTE_WORDS}"
            yield Problem(shown, path, f"the quote has {words} words", fix)


def _find_long_clauses(data: JsonObject, shown: str) -> Problems:
    """Quotes and prescribed notices of a license's clauses that are longer than they may be."""
    for path, key, value in walk_document(data.get("conditions"), "$.conditions"):
        limit = _MAX_CLAUSE_WORDS.get(key)
        if limit is None:
            continue
        words = _count_words(value)
        if words > limit:
            yield Problem(shown, f"{path}.{key}", f"{words} words", f"keep at most {limit}")


def find_license_problems(data: Any, shown: str, known: KnownIds) -> Problems:
    """License expressions with a word that is no license of the registry."""
    for path, key, value in walk_document(data):
        if key == "license" and isinstance(value, str):
            for word in _list_unknown_licenses(value, known):
                fix = suggest_id(word, "licenses", known, "add that license first")
                yield Problem(shown, f"{path}.license", f"unknown license {word!r}", fix)


def suggest_id(word: str, folder: str, known: KnownIds, otherwise: str) -> str:
    """What to write in place of an id that no record of a folder has."""
    near = format_near_names(word, known[folder])
    return f"use an id of registry/{folder}{near}, or {otherwise}"
