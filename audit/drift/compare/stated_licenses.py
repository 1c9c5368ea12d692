"""Which license a sentence of a card states for the weights. It reads names, and judges nothing.

Narrow on purpose: a sentence that names two licenses, a changed one, or speaks of code, data or
other models as well, states none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from audit.observations.facts import Statement
from audit.records.license import License
from audit.records.registry import Registry

_NAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), prefix)
    for pattern, prefix in (
        (
            r"\bapache\b(?:[ -](?:software )?licen[cs]e)?[ ,-]*(?:v(?:ersion)? ?)?2(?:\.0)?\b",
            "Apache-2.0",
        ),
        (
            r"\bMIT(?=[ -]licen[cs]e)|(?<=under )MIT\b|(?<=under the )MIT\b|"
            r"(?<=licen[cs]e: )MIT\b",
            "MIT",
        ),
        (r"\bcc[ -]by[ -]nc[ -]sa\b", "CC-BY-NC-SA-"),
        (r"\bcc[ -]by[ -]nc[ -]nd\b", "CC-BY-NC-ND-"),
        (r"\bcc[ -]by[ -]nc\b(?![ -](?:sa|nd))", "CC-BY-NC-"),
        (r"\bcc[ -]by[ -]nd\b", "CC-BY-ND-"),
        (r"\bcc[ -]by[ -]sa\b", "CC-BY-SA-"),
        (r"\bcc[ -]by\b(?![ -](?:nc|sa|nd))", "CC-BY-"),
        (r"\bagpl\b", "AGPL-"),
        (r"\blgpl\b", "LGPL-"),
        (r"\bgpl\b", "GPL-"),
    )
)
"""Published licenses as people write them, and how ids of their versions begin."""
_VERSION = re.compile(
    r"[ -]{0,2}(?:v(?:ersion)? ?)?(?P<major>[1-4])(?P<minor>\.\d)?\b", re.IGNORECASE
)
MIN_NAME_CHARACTERS = 12
"""Of a maker's own license: a shorter name could be part of another word."""
_SUBJECT = re.compile(r"\b(weights?|checkpoints?|parameters|model)\b", re.IGNORECASE)
_SUBJECTS = re.compile(r"\b(weights?|checkpoints?|parameters|models?)\b", re.IGNORECASE)
_CLAIM = re.compile(
    r"\b(?:is|are|was|were)\b[^.]{0,40}\b(?:licensed|released|available|distributed|published)\b|"
    r"\b(?:licensed|released|available|distributed|published)\b[^.]{0,20}\bunder\b|"
    r"\b(?:weights?|models?|checkpoints?)\b[^.]{0,20}\b(?:under|follows?)\b|\blicen[cs]e\b ?(?:is|:)",
    re.IGNORECASE,
)
_OTHER_SUBJECT = re.compile(
    r"\b(code|source|scripts?|software|librar\w+|repositor\w+|datasets?|data|corpus|images?|"
    r"based on|derived|deriv\w+|fine-?tuned from|base model|original\w*|previous\w*|former\w*|"
    r"earlier|unlike|except|not|no longer|or|depending|some|other|each|respective\w*|"
    r"will be|llama|gemma|qwen|paper|card|documentation)\b",
    re.IGNORECASE,
)
_CHANGED_LICENSE = re.compile(
    r"\b(modif\w+|amend\w+|custom\w*|variants?|adapted|addition\w*|further|subject to|provided that|"
    r"restrict\w+|limited)\b|[ -](?:style|like|compatible)\b",
    re.IGNORECASE,
)
"""Words of a license that is not the one that is named, or not it alone."""
_JOINT_SUBJECT = re.compile(
    r"\b(?:(?:the |this |our )?(?:(?:source )?code|repository)) (?:and|&) "
    r"(?=(?:[\w-]+ ){0,3}?(?:weights?|models?|checkpoints?)\b)",
    re.IGNORECASE,
)
"""`Code and model weights are …` says the same of both."""
_BARE_STATEMENT = re.compile(
    r"\s*(?:model )?licen[cs]e ?(?:is|:) ?(?P<name>[^.,;]{2,40})\.?\s*", re.IGNORECASE
)
_CODE_WORDS = re.compile(r"\b(?:source )?code\b", re.IGNORECASE)
_CODE_REPOSITORY_WORDS = re.compile(r"\b(?:code|repository)\b", re.IGNORECASE)


@dataclass(frozen=True)
class NamedLicense:
    """A license as a sentence names it."""

    prefix: str
    """How the ids of its versions begin; of a maker's own license the whole id."""
    version: str | None = None
    """None where the sentence names none."""

    def list_ids(self, registry: Registry) -> list[str]:
        """The licenses of the registry that it can be."""
        return [id for id in registry.licenses if self.is_name_of(id)]

    def is_name_of(self, id: str) -> bool:
        """Whether an id is this license in the version that was named, or in any."""
        if not is_license_of_name(id, self.prefix):
            return False
        rest = id.removeprefix(self.prefix)
        return self.version is None or not rest or rest.split("-")[0] == self.version


def find_stated_license(sentence: str) -> NamedLicense | None:
    """The one license that a sentence plainly states for the weights of its model; else None."""
    return _find_license_of(sentence, _SUBJECT)


def find_license_of_weights(statement: Statement, registry: Registry) -> NamedLicense | None:
    """The same, for a card of which it is known that its terms changed.

    It may be one for all models of a card, for code and weights alike, or of a maker's own.
    """
    sentence = _JOINT_SUBJECT.sub("", statement.quote)
    if sentence.endswith("…"):
        return None  # what follows was not kept
    if _BARE_STATEMENT.fullmatch(sentence):
        return _find_only_name(sentence)
    return _find_license_of(sentence, _SUBJECTS) or _find_own_license(sentence, registry)


def is_about_code_alone(statement: Statement, *, is_code_repository: bool) -> bool:
    """Whether a sentence speaks of code, and not of weights or models."""
    words = _CODE_REPOSITORY_WORDS if is_code_repository else _CODE_WORDS
    return bool(words.search(statement.quote)) and not _SUBJECTS.search(statement.quote)


def _find_license_of(sentence: str, subject: re.Pattern[str]) -> NamedLicense | None:
    return _find_only_name(sentence) if _is_plain(sentence, subject) else None


def _is_plain(sentence: str, subject: re.Pattern[str]) -> bool:
    """Whether a sentence says under what the weights are, and speaks of nothing else."""
    if not subject.search(sentence) or not _CLAIM.search(sentence):
        return False
    return not (_OTHER_SUBJECT.search(sentence) or _CHANGED_LICENSE.search(sentence))


def _find_only_name(sentence: str) -> NamedLicense | None:
    named = list(list_named_licenses(sentence))
    is_one = len(named) == 1 and not _CHANGED_LICENSE.search(sentence)
    return named[0] if is_one else None


def list_named_licenses(sentence: str) -> Iterator[NamedLicense]:
    """The published licenses that a sentence names."""
    for pattern, prefix in _NAMES:
        match = pattern.search(sentence)
        if match:
            yield NamedLicense(prefix, _read_version(prefix, sentence[match.end() :]))


def _read_version(prefix: str, rest: str) -> str | None:
    match = _VERSION.match(rest) if prefix.endswith("-") else None
    return f"{match['major']}{match['minor'] or '.0'}" if match else None


def _find_own_license(sentence: str, registry: Registry) -> NamedLicense | None:
    """A maker's own license by its whole name, where one alone has it and nothing else is said."""
    found = [each for each in registry.licenses.values() if _is_named(each, sentence)]
    if len(found) != 1:
        return None
    rest = sentence.lower().replace(found[0].name.lower(), "")
    is_alone = _is_plain(rest, _SUBJECTS) and not list(list_named_licenses(rest))
    return NamedLicense(found[0].id) if is_alone else None


def _is_named(license: License, sentence: str) -> bool:
    name = license.name.lower()
    is_own = license.id.startswith("LicenseRef-") and len(name) >= MIN_NAME_CHARACTERS
    return is_own and name in sentence.lower()


def is_license_of_name(license: str, prefix: str) -> bool:
    """Whether an id is this license: `CC-BY-4.0` is `CC-BY-`, and `CC-BY-NC-4.0` is not."""
    rest = license.removeprefix(prefix)
    return rest != license and (rest == "" or rest[:1].isdigit())
