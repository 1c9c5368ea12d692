"""Which countries the codes of a territory clause mean."""

from collections.abc import Iterable

_EU_CODES = "AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_MEMBERS = frozenset(_EU_CODES.split())
"""Member states as of 2020-02-01, ISO 3166-1 alpha-2."""
_COUNTRY_ALIASES = {"UK": "GB", "EL": "GR"}


def expand_countries(codes: Iterable[str]) -> set[str]:
    """The countries that the codes mean, by their ISO codes; EU means its members too."""
    upper = [code.upper() for code in codes]
    countries = {_COUNTRY_ALIASES.get(code, code) for code in upper}
    return countries | EU_MEMBERS if "EU" in countries else countries
