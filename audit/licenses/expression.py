"""SPDX expressions over the registry's own license ids, as choices between groups of licenses."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from license_expression import ExpressionError, LicenseSymbol, Licensing

from audit.core.errors import RegistryError
from audit.records.registry import Registry

NO_LICENSE = "NONE"
"""Published without any license: nothing is granted."""


class InvalidExpressionError(RegistryError):
    """A license expression that does not parse, or names a license without a record."""


@dataclass(frozen=True)
class LicenseChoices:
    """An expression as the licensee meets it.

    One of `choices` is taken; every license of that choice applies.
    """

    text: str
    choices: tuple[tuple[str, ...], ...]
    """Empty for NONE, where there is nothing to choose."""

    @property
    def license_ids(self) -> tuple[str, ...]:
        """Every license named, once each, in alphabetical order."""
        return tuple(sorted({id for choice in self.choices for id in choice}))


def parse_expression(text: str, registry: Registry) -> LicenseChoices:
    """Parse an SPDX expression.

    Raises InvalidExpressionError for bad syntax and for ids that are not in `registry/licenses`.
    """
    return _parse_expression_over_ids(text, tuple(registry.licenses))


@lru_cache(maxsize=4096)
def _parse_expression_over_ids(text: str, ids: tuple[str, ...]) -> LicenseChoices:
    if text.strip() == NO_LICENSE:
        return LicenseChoices(NO_LICENSE, ())
    licensing = _build_licensing(ids)
    choices = _list_choices(_parse_tree(text, licensing), licensing)
    return LicenseChoices(text, _drop_wider_choices(choices))


def _parse_tree(text: str, licensing: Any) -> Any:
    """The library's tree. Raises InvalidExpressionError."""
    try:
        tree = licensing.parse(text, validate=True, strict=True)
    except (ExpressionError, IndexError) as error:
        # The library answers an empty pair of brackets with IndexError.
        reason = _format_parser_error(error)
        raise InvalidExpressionError(
            f"license {text!r}: {reason}; "
            "write an SPDX expression over the ids of registry/licenses"
        ) from error
    if tree is None:
        raise InvalidExpressionError(
            "the license is empty; leave the field out when it is unknown, "
            "write NONE when there is no license"
        )
    return tree


def _drop_wider_choices(choices: set[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Of two choices the one that adds further licenses to the other is never worth taking."""
    groups = [frozenset(choice) for choice in sorted(choices)]
    return tuple(tuple(sorted(group)) for group in groups if not _has_narrower(group, groups))


def _has_narrower(group: frozenset[str], groups: Iterable[frozenset[str]]) -> bool:
    return any(other < group for other in groups)


@lru_cache(maxsize=8)
def _build_licensing(ids: tuple[str, ...]) -> Any:
    return Licensing([LicenseSymbol(id) for id in ids])


def _list_choices(tree: Any, licensing: Any) -> set[tuple[str, ...]]:
    """Disjunctive normal form: each tuple is a set of licenses, in alphabetical order."""
    if isinstance(tree, licensing.OR):
        return {choice for part in tree.args for choice in _list_choices(part, licensing)}
    if isinstance(tree, licensing.AND):
        combined: set[tuple[str, ...]] = {()}
        for part in tree.args:
            combined = _combine_choices(combined, _list_choices(part, licensing))
        return combined
    return {(str(tree.key),)}


def _combine_choices(
    lefts: set[tuple[str, ...]], rights: set[tuple[str, ...]]
) -> set[tuple[str, ...]]:
    """Each choice of one side together with each of the other."""
    return {tuple(sorted({*left, *right})) for left, right in product(lefts, rights)}


def _format_parser_error(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or "not an SPDX expression"
