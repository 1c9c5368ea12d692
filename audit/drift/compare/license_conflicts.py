"""Do the Hub tag, the license files, the card's link and the record speak of the same license? Pure.

A file for code beside one for weights is no conflict, and neither is the license of a code repository: each speaks of its own thing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CODE = re.compile(r"(?:^|[-_./ ])(?:code|software|source)(?:[-_. ]|$)", re.IGNORECASE)
_WEIGHTS = re.compile(r"(?:^|[-_./ ])(?:model|models|weights?)(?:[-_./ ]|$)", re.IGNORECASE)
_NO_LICENSE = re.compile(r"notice|third.?party|use.?policy|acceptable.?use|prohibited|authors|patents", re.IGNORECASE)


@dataclass(frozen=True)
class FileSays:
    """A license file, and what it is."""

    path: str
    license: str | None
    """The license that it is, word for word; None where that is not known."""
    edited: str | None = None
    """The license of which it is a changed copy."""
    reviewed: bool = False
    """The record pins exactly this text: a reviewer has seen the contradiction."""


@dataclass(frozen=True)
class Sayings:
    """All that is said about the license of one model's weights. What nobody says is None."""

    tag: str | None = None
    """By the Hub tag and license_name."""
    versions: frozenset[str] = frozenset()
    """Other versions of that license which the tag means as well."""
    files: tuple[FileSays, ...] = ()
    link: str | None = None
    """license_link of the card: an address, or a path in the repository."""
    linked: frozenset[str] = frozenset()
    """The licenses that the registry knows under that address: a maker's page shows one version after another."""
    recorded: str | None = None
    """Weights license of the record, which a reviewer took from all of these."""
    code: frozenset[str] = frozenset()
    """Licenses of the model's code, by the record."""


@dataclass(frozen=True)
class Disagreement:
    """A file or a link that says another license than the tag."""

    field: str
    tag: str
    says: str
    license: str | None
    """The license that it names, None where it is nobody's plain text."""


def disagreements(sayings: Sayings) -> tuple[Disagreement, ...]:
    """Who contradicts the tag, sorted by field; none where all agree, where the tag says nothing, or where the record has settled it."""
    if sayings.tag is None:
        return ()
    named = names_in(sayings.tag) | sayings.versions
    found = [each for file in about_weights(sayings.files, sayings.link) for each in _file(file, sayings, named)]
    if sayings.linked and not sayings.linked & named and not any(_settled(each, sayings) for each in sayings.linked):
        only = min(sayings.linked) if len(sayings.linked) == 1 else None
        found.append(Disagreement("hub.license_link", sayings.tag, " or ".join(sorted(sayings.linked)), only))
    return tuple(sorted(found, key=lambda each: each.field))


def names_in(expression: str) -> frozenset[str]:
    """The licenses that an expression names."""
    words = expression.replace("(", " ").replace(")", " ").split()
    return frozenset(words) - {"AND", "OR", "WITH"}


def about_weights(files: Sequence[FileSays], link: str | None) -> tuple[FileSays, ...]:
    """The files that speak of the weights: the one that the card links to, else those named for the model, else those named for nothing."""
    terms = [each for each in files if not _NO_LICENSE.search(each.path)]
    linked = [each for each in terms if link and _ends_with(link, each.path)]
    for_weights = [each for each in terms if _WEIGHTS.search(each.path)]
    for_anything = [each for each in terms if not _CODE.search(each.path)]
    return tuple(linked or for_weights or for_anything)


def _ends_with(link: str, path: str) -> bool:
    return link == path or link.partition("#")[0].partition("?")[0].endswith(f"/{path}")


def _file(file: FileSays, sayings: Sayings, named: frozenset[str]) -> Sequence[Disagreement]:
    tag = sayings.tag or ""
    if file.reviewed:
        return []
    if file.license and file.license not in named and file.license not in sayings.code and not _settled(file.license, sayings):
        return [Disagreement(file.path, tag, file.license, file.license)]
    if file.license is None and file.edited and not _settled(file.edited, sayings, other_than=named):
        return [Disagreement(file.path, tag, f"a changed copy of {file.edited}", None)]
    return []


def _settled(license: str, sayings: Sayings, other_than: frozenset[str] = frozenset()) -> bool:
    """Whether the record already counts with this license, so that a reviewer has seen the contradiction."""
    return sayings.recorded is not None and license in names_in(sayings.recorded) - other_than
