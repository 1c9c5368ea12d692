"""Which license a repository states: by the text where one was read, else by the card's tag; where they disagree, a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass

from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.text.identify import find_plain_license
from audit.licenses.text.license_text import LicenseText
from audit.observations.facts import HubFacts
from audit.records.model import License, Registry

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


@dataclass(frozen=True)
class StatedTerms:
    """What follows for the record."""

    license: str | None
    text_paths: tuple[str, ...] = ()
    """Paths of the texts that say so; empty where only the card's tag does."""
    open_question: str | None = None
    """What a person must settle, None where the sources agree."""


def identify_repository_text(path: str, content: bytes, registry: Registry) -> ReadLicenseText:
    """A license text told by its words: an edited copy never gets the plain name."""
    return ReadLicenseText(path, LicenseText(content).sha256, find_plain_license(content, registry))


def derive_stated_terms(
    facts: HubFacts, texts: Mapping[str, ReadLicenseText | UnreadLicenseText], registry: Registry
) -> StatedTerms:
    """The license of what the repository holds, or the question that stands in the way."""
    main = [each for path, each in texts.items() if path.lower().startswith(LICENSE_FILE_PREFIXES)]
    unknown = [
        each.path for each in main if isinstance(each, ReadLicenseText) and each.license is None
    ]
    by_text = {
        each.license: each.path
        for each in main
        if isinstance(each, ReadLicenseText) and each.license
    }
    tag = facts.license_tag
    by_tag = find_license_of_tag(tag, facts.license_name, registry)
    if tag and " AND " in tag:
        return StatedTerms(
            None,
            open_question=f"The card lists several licenses ({tag}). Do all of them apply, or may the user choose, or is each for another part?",
        )
    if unknown:
        said = f"The card says {_format_tag(facts)}" if tag else "The card names no license"
        return StatedTerms(
            None,
            open_question=f"{said}, and no reviewed license has the text {', '.join(unknown)}. Read it: which license is it, and was it edited?",
        )
    if len(by_text) > 1:
        return StatedTerms(
            None,
            open_question=f"The repository holds several licenses: {_format_texts(by_text)}. Which of them is for the weights?",
        )
    if by_text and by_tag and by_tag not in by_text:
        return StatedTerms(
            None,
            open_question=f"The card says {_format_tag(facts)}, but the text is another: {_format_texts(by_text)}. Which one holds?",
        )
    if by_text:
        license, path = next(iter(by_text.items()))
        return StatedTerms(license, (path,))
    if by_tag:
        return StatedTerms(by_tag)
    if not tag:
        return StatedTerms(
            None,
            open_question="Neither the card nor a file names a license. Does the maker name one elsewhere? Write NONE when there is none.",
        )
    return StatedTerms(
        None,
        open_question=f"The card says {_format_tag(facts)}, which no license of the registry answers to. Which license is it?",
    )


def choose_example_license(registry: Registry) -> str:
    """A license id for an example: any valid one."""
    if "Apache-2.0" in registry.licenses:
        return "Apache-2.0"
    approved: list[License] = [each for each in registry.licenses.values() if each.osi_approved]
    return approved[0].id if approved else "NONE"


def _format_tag(facts: HubFacts) -> str:
    return (
        f"{facts.license_tag} ({facts.license_name})"
        if facts.license_name
        else str(facts.license_tag)
    )


def _format_texts(by_text: Mapping[str, str]) -> str:
    return ", ".join(f"{path} is {license}" for license, path in by_text.items())
