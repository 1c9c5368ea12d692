"""What a question leaves unsaid, and what could be said instead: the telling values.

Thresholds tell just above and at the limit, territories inside and outside of the excluded ones,
fields where a clause names them. Nothing here judges.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from audit.definitions.use_words import add_article, name_field
from audit.licenses.clause_parameters import list_words
from audit.licenses.territories import expand_countries
from audit.licenses.uses import (
    ASKERS,
    PURPOSES,
    REVENUE_SOURCES,
    IntendedUse,
    Period,
    RevenueSource,
)
from audit.records.license import LicenseCondition

_COUNTRIES_TO_TRY = ("US", "CH", "JP", "IN", "BR")
"""One of them stands for every country that no clause excludes."""


@dataclass(frozen=True)
class Supposition:
    """One thing that could have been said, and the question with it."""

    words: str
    use: IntendedUse


@dataclass(frozen=True)
class UnsaidQuestion:
    """One circumstance that was not stated, with its telling values."""

    circumstance: str
    """What was not said, after `you did not say`."""
    option: str
    """Which option of `allows` says it."""
    suppositions: tuple[Supposition, ...]


def list_unsaid_questions(
    use: IntendedUse, clauses: Sequence[LicenseCondition]
) -> Iterator[UnsaidQuestion]:
    """Every circumstance that the question leaves open and that something could depend on."""
    for circumstance, option, suppose in _CIRCUMSTANCES:
        found = tuple(dict.fromkeys(suppose(use, clauses)))
        if found:
            yield UnsaidQuestion(circumstance, option, found)


def _suppose_purposes(use: IntendedUse, _: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    for purpose in () if use.purposes else PURPOSES:
        yield Supposition(f"for {purpose} purposes", replace(use, purposes=(purpose,)))


def _suppose_askers(use: IntendedUse, _: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    for asker in () if use.asker else ASKERS:
        yield Supposition(f"as {add_article(asker)}", replace(use, asker=asker))


def _suppose_competing(use: IntendedUse, _: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    if use.competing is None:
        yield Supposition("it competes", replace(use, competing=True))
        yield Supposition("it does not compete", replace(use, competing=False))


def _suppose_publication(use: IntendedUse, _: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    if not use.public and use.entailment.shares == "if-public":
        yield Supposition("you publish it", replace(use, public=True))


def _suppose_users(use: IntendedUse, clauses: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    """Just above and at each limit, in the month in which the clause counts."""
    for parameters in _list_parameters(clauses, "user-threshold"):
        limit, month = parameters.get("users"), parameters.get("counted_month")
        counted = month if isinstance(month, str) else use.users_month
        when = f" in {month}" if month else " a month"
        if use.monthly_users is None and isinstance(limit, int):
            for words, count in (("more than", limit + 1), ("at most", limit)):
                supposed = replace(use, monthly_users=count, users_month=counted)
                yield Supposition(f"{words} {limit:,}{when}", supposed)


def _suppose_month(use: IntendedUse, clauses: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    """The month in which a clause counts, where a number was said without one."""
    if use.monthly_users is None or use.users_month is not None:
        return
    for parameters in _list_parameters(clauses, "user-threshold"):
        month = parameters.get("counted_month")
        if isinstance(month, str):
            yield Supposition(f"they were those of {month}", replace(use, users_month=month))


def _suppose_revenue(
    use: IntendedUse, clauses: Sequence[LicenseCondition]
) -> Iterator[Supposition]:
    """Just above and at each limit, as the clause counts."""
    for parameters in _list_parameters(clauses, "revenue-threshold"):
        amount, currency = parameters.get("amount"), parameters.get("currency")
        period: Period = "month" if parameters.get("period") == "month" else "year"
        # A year's figure does not say what a month's limit asks, and the other way round.
        is_said = use.revenue is not None and use.revenue_period == period
        if is_said or not isinstance(amount, int):
            continue
        for words, revenue in (("more than", amount + 1), ("at most", amount)):
            supposed = replace(
                use,
                revenue=revenue,
                revenue_period=period,
                revenue_of=use.revenue_of or _find_source(parameters),
                currency=str(currency) if currency else None,
            )
            yield Supposition(f"{words} {amount:,} {currency or ''} a {period}", supposed)


def _find_source(parameters: dict[str, object]) -> RevenueSource:
    """Whose revenue the clause counts."""
    if parameters.get("source_of_revenue") == "product":
        return "product"
    return "group" if parameters.get("includes_affiliates") else "company"


def _suppose_source(use: IntendedUse, _: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    """Whose revenue a number is, where one was said."""
    if use.revenue is not None and use.revenue_of is None:
        for source in REVENUE_SOURCES:
            yield Supposition(f"that of the {source}", replace(use, revenue_of=source))


def _suppose_affiliates(use: IntendedUse, _: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    """Whether the numbers that were said include affiliates."""
    if use.affiliates is None and (use.monthly_users, use.revenue) != (None, None):
        yield Supposition("they are included", replace(use, affiliates=True))
        yield Supposition("they are not included", replace(use, affiliates=False))


def _suppose_territory(
    use: IntendedUse, clauses: Sequence[LicenseCondition]
) -> Iterator[Supposition]:
    """Each excluded place, and one country that stands for all others."""
    if use.territory:
        return
    for code, words in _list_places(clauses):
        yield Supposition(words, replace(use, territory=code))


def _suppose_user_territories(
    use: IntendedUse, clauses: Sequence[LicenseCondition]
) -> Iterator[Supposition]:
    for code, words in () if use.user_territories else _list_places(clauses):
        yield Supposition(words, replace(use, user_territories=(code,)))


def _list_places(clauses: Sequence[LicenseCondition]) -> Iterator[tuple[str, str]]:
    """Codes with their words; nothing where no clause is about territories."""
    excluded = [
        code
        for clause in clauses
        if clause.kind == "territory"
        for code in list_words(clause, "excluded")
    ]
    yield from ((code, f"in {code}") for code in dict.fromkeys(excluded))
    known = expand_countries(excluded)
    outside = next((code for code in _COUNTRIES_TO_TRY if code not in known), None)
    if excluded and outside:
        yield outside, "elsewhere"


def _suppose_fields(use: IntendedUse, clauses: Sequence[LicenseCondition]) -> Iterator[Supposition]:
    """Every field that a clause names."""
    if use.field is not None:
        return
    named = [word for clause in clauses for word in list_words(clause, "fields")]
    for word in dict.fromkeys(named):
        yield Supposition(name_field(word), replace(use, field=word))


def _list_parameters(clauses: Iterable[LicenseCondition], kind: str) -> Iterator[dict[str, object]]:
    yield from (clause.parameters for clause in clauses if clause.kind == kind)


_Suppose = Callable[[IntendedUse, Sequence[LicenseCondition]], Iterator[Supposition]]
_CIRCUMSTANCES: tuple[tuple[str, str, _Suppose], ...] = (
    ("what it is for", "--purpose", _suppose_purposes),
    ("who you are", "--as", _suppose_askers),
    ("how many users you have", "--monthly-users", _suppose_users),
    ("in which month the users were counted", "--users-month", _suppose_month),
    ("your revenue, as the clause counts it", "--revenue", _suppose_revenue),
    ("whose revenue it is", "--revenue-of", _suppose_source),
    ("whether affiliates are included", "--affiliates", _suppose_affiliates),
    ("where you are", "--territory", _suppose_territory),
    ("where your users are", "--users-in", _suppose_user_territories),
    ("whether what you train competes with the maker", "--competing", _suppose_competing),
    ("whether you publish the result", "--public", _suppose_publication),
    ("the field of use", "--field", _suppose_fields),
)
"""Every circumstance of a question, with the option that states it."""
