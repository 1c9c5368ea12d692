"""Which license a repository states: by the text where one was read, else by the card's tag.

Where they disagree, a person decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.text.identify import find_plain_license
from audit.licenses.text.license_text import LicenseText
from audit.observations.facts import HubFacts
from audit.records.registry import Registry

LICENSE_FILE_PREFIXES = ("license", "licence", "model_license", "copying")
"""How the text that decides is called; notices and use policies stand beside it."""


@dataclass(frozen=True)
class ReadLicenseText:
    """A license text that was read."""

    path: str
    sha256: str
    license: str | None
    """The license of the registry whose text it is, None where nobody has reviewed it."""


@dataclass(frozen=True)
class UnreadLicenseText:
    """A license text that is there and could not be read."""

    path: str
    reason: str


LicenseTexts = Mapping[str, ReadLicenseText | UnreadLicenseText]
"""By path."""


@dataclass(frozen=True)
class StatedTerms:
    """What follows for the record."""

    license: str | None
    text_paths: tuple[str, ...] = ()
    """Paths of the texts that say so; empty where only the card's tag does."""
    open_question: str | None = None
    """What a person must settle, None where the sources agree."""


@dataclass(frozen=True)
class _DecidingTexts:
    """What the license texts say that were read."""

    unidentified: tuple[str, ...]
    """Paths of texts that nobody has reviewed."""
    path_by_license: Mapping[str, str]


def identify_repository_text(path: str, content: bytes, registry: Registry) -> ReadLicenseText:
    """Identify a license text by its words: an edited copy never gets the plain name."""
    digest = LicenseText(content).sha256
    return ReadLicenseText(path, digest, find_plain_license(content, registry))


def derive_stated_terms(facts: HubFacts, texts: LicenseTexts, registry: Registry) -> StatedTerms:
    """The license of what the repository holds, or the question that prevents stating one."""
    deciding = _collect_deciding_texts(texts)
    by_tag = find_license_of_tag(facts.license_tag, facts.license_name, registry)
    question = _find_contradiction(facts, deciding, by_tag)
    if question:
        return StatedTerms(None, open_question=question)
    return _combine_terms(facts, deciding, by_tag)


def _combine_terms(facts: HubFacts, texts: _DecidingTexts, by_tag: str | None) -> StatedTerms:
    """A text says more than a tag; without either a person is asked."""
    if texts.path_by_license:
        license, path = next(iter(texts.path_by_license.items()))
        return StatedTerms(license, (path,))
    if by_tag:
        return StatedTerms(by_tag)
    return StatedTerms(None, open_question=_ask_for_license(facts))


def choose_example_license(registry: Registry) -> str:
    """A license id for an example: any valid one."""
    if "Apache-2.0" in registry.licenses:
        return "Apache-2.0"
    approved = [license.id for license in registry.licenses.values() if license.osi_approved]
    return approved[0] if approved else "NONE"


def _collect_deciding_texts(
    texts: LicenseTexts,
) -> _DecidingTexts:
    read = [text for text in texts.values() if isinstance(text, ReadLicenseText)]
    deciding = [text for text in read if _is_named_as_license(text.path)]
    unidentified = tuple(text.path for text in deciding if text.license is None)
    return _DecidingTexts(
        unidentified, {text.license: text.path for text in deciding if text.license}
    )


def _is_named_as_license(path: str) -> bool:
    return path.lower().startswith(LICENSE_FILE_PREFIXES)


def _find_contradiction(facts: HubFacts, texts: _DecidingTexts, by_tag: str | None) -> str | None:
    """The question where card and texts do not lead to one license."""
    tag = facts.license_tag
    if tag and " AND " in tag:
        return (
            f"The card lists several licenses ({tag}). Do all of them apply, "
            "or may the user choose, or is each for another part?"
        )
    if texts.unidentified:
        return _ask_about_unidentified(facts, texts.unidentified)
    return _ask_about_several(facts, texts.path_by_license, by_tag)


def _ask_about_unidentified(facts: HubFacts, paths: Sequence[str]) -> str:
    says = f"says {_format_tag(facts)}" if facts.license_tag else "names no license"
    listed = ", ".join(paths)
    return (
        f"The card {says}, and no reviewed license has the text {listed}. "
        "Read it: which license is it, and was it edited?"
    )


def _ask_about_several(
    facts: HubFacts, path_by_license: Mapping[str, str], by_tag: str | None
) -> str | None:
    """The question where texts differ among themselves, or from the tag."""
    listed = _format_texts(path_by_license)
    if len(path_by_license) > 1:
        return f"The repository holds several licenses: {listed}. Which of them is for the weights?"
    if path_by_license and by_tag and by_tag not in path_by_license:
        tag = _format_tag(facts)
        return f"The card says {tag}, but the text is another: {listed}. Which one holds?"
    return None


def _ask_for_license(facts: HubFacts) -> str:
    """The question where neither a text nor the tag leads to a license of the registry."""
    if not facts.license_tag:
        return (
            "Neither the card nor a file names a license. Does the maker name one elsewhere? "
            "Write NONE when there is none."
        )
    return (
        f"The card says {_format_tag(facts)}, which no license of the registry answers to. "
        "Which license is it?"
    )


def _format_tag(facts: HubFacts) -> str:
    if facts.license_name:
        return f"{facts.license_tag} ({facts.license_name})"
    return str(facts.license_tag)


def _format_texts(path_by_license: Mapping[str, str]) -> str:
    return ", ".join(f"{path} is {license}" for license, path in path_by_license.items())
