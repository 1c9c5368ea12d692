"""An intended use in words: after the answer, people read what was asked."""

from collections.abc import Iterator

from audit.licenses.fields_of_use import find_field
from audit.licenses.uses import IntendedUse

_VOWELS = "aeiou"


def describe_use(use: IntendedUse) -> str:
    """What somebody wants to do, and under which circumstances: `to pass the weights on, …`."""
    return ", ".join([f"to {use.entailment.words}", *_list_circumstances(use)])


def _list_circumstances(use: IntendedUse) -> Iterator[str]:
    if use.public:
        yield "in public"
    if use.asker:
        yield f"as {add_article(use.asker)}"
    if use.purposes:
        yield f"for {' and '.join(use.purposes)} purposes"
    if use.field:
        yield f"in the field {name_field(use.field)}"
    if use.competing is not None:
        yield "competing with the maker" if use.competing else "not competing with the maker"
    yield from _list_places(use)
    yield from _list_numbers(use)


def _list_places(use: IntendedUse) -> Iterator[str]:
    if use.territory:
        yield f"from {use.territory}"
    if use.user_territories:
        yield f"for users in {', '.join(use.user_territories)}"


def _list_numbers(use: IntendedUse) -> Iterator[str]:
    if use.monthly_users is not None:
        month = f" in {use.users_month}" if use.users_month else " a month"
        yield f"with {use.monthly_users:,} users{month}"
    if use.revenue is not None:
        currency = f" {use.currency}" if use.currency else ""
        whose = f" of the {use.revenue_of}" if use.revenue_of else ""
        yield f"with a revenue{whose} of {use.revenue:,}{currency} a {use.revenue_period}"
    if use.affiliates is not None:
        yield "affiliates included" if use.affiliates else "affiliates not included"


def add_article(word: str) -> str:
    """`a company`, `an individual`. A word that is spoken as `you…` takes `a`."""
    is_spoken_vowel = word[:1] in _VOWELS and not word.startswith("uni")
    return f"{'an' if is_spoken_vowel else 'a'} {word}"


def name_field(id: str) -> str:
    """The plain name of a field of use; its id where the vocabulary lacks it."""
    field = find_field(id)
    return field.name if field else id
