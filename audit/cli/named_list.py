"""The models and datasets that somebody wants to hear of.

A list, what a project uses, or all of a maker or of a family.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from audit.cli.named_models import report_resolutions
from audit.core.errors import UsageError
from audit.core.near_names import format_near_names
from audit.core.references import get_owner
from audit.projects.datasets import find_dataset_id
from audit.projects.finding.dictionary import build_name_dictionary
from audit.projects.finding.mention import Mention
from audit.projects.mentions import find_mentions, read_model_list
from audit.records.registry import Registry


class ListOptions(Protocol):
    """Options that say of which models is told."""

    @property
    def models(self) -> Path | None:
        """A file with one Hub id a line."""

    @property
    def project(self) -> Path | None:
        """A folder, a source file or a list."""


class ScopedListOptions(ListOptions, Protocol):
    """The same, and a whole maker or family in place of a list."""

    @property
    def maker(self) -> str | None:
        """The owner of repositories on the Hub."""

    @property
    def family(self) -> str | None:
        """The id of a family's record."""


_SCOPES = ("models", "project", "maker", "family")


def read_scoped_names(options: ScopedListOptions, registry: Registry) -> list[str] | None:
    """As read_requested_names, or the records of a maker or of a family.

    Raises UsageError for two lists, and for a maker or a family without a record.
    """
    _require_one_list([name for name in _SCOPES if getattr(options, name)])
    if options.maker:
        return _list_maker_records(options.maker, registry)
    if options.family:
        return _list_family_models(options.family, registry)
    return read_requested_names(options, registry)


def _require_one_list(given: list[str]) -> None:
    if len(given) > 1:
        first, second = given[:2]
        raise UsageError(f"--{first} and --{second} are two lists; give one of them")


def _list_maker_records(maker: str, registry: Registry) -> list[str]:
    """Models and datasets in the repositories of one owner, in any case."""
    names = [*registry.models, *(f"datasets/{id}" for id in registry.datasets)]
    owner_by_name = {name: get_owner(name.removeprefix("datasets/")) for name in names}
    found = [name for name, owner in owner_by_name.items() if owner.lower() == maker.lower()]
    if not found:
        near = format_near_names(maker, set(owner_by_name.values()))
        raise UsageError(f"--maker {maker}: no model or dataset is of that owner{near}")
    return found


def _list_family_models(family: str, registry: Registry) -> list[str]:
    if family not in registry.families:
        near = format_near_names(family, registry.families)
        raise UsageError(f"--family {family}: no family has that id{near}")
    return [model.id for model in registry.models.values() if model.family == family]


def read_requested_names(options: ListOptions, registry: Registry) -> list[str] | None:
    """Models as they are written, and datasets as `datasets/owner/name`; None for everything.

    Raises UsageError for a list or a project that names nothing.
    """
    if options.project:
        return _read_project_names(options.project, registry)
    return _read_listed_names(options.models, registry) if options.models else None


def _read_listed_names(path: Path, registry: Registry) -> list[str]:
    mentions = read_model_list(path, build_name_dictionary(registry))
    _report_names(mentions, registry)
    return [_name_record(mention, registry) for mention in mentions]


def _read_project_names(path: Path, registry: Registry) -> list[str]:
    found = find_mentions(path, build_name_dictionary(registry))
    # A name of another service is no id, and what prose names is not used.
    used = [each for each in found.mentions if each.is_use and each.kind != "elsewhere"]
    if not used:
        raise UsageError(f"{path}: uses no model or dataset, so that there is nothing to tell of")
    return sorted({_name_record(mention, registry) for mention in used})


def _name_record(mention: Mention, registry: Registry) -> str:
    """What a mention means, for a digest."""
    if mention.kind != "dataset":
        return mention.model
    return f"datasets/{find_dataset_id(mention, registry) or mention.model}"


def _report_names(mentions: Iterable[Mention], registry: Registry) -> None:
    for mention in mentions:
        model = registry.find_model(mention.model)
        if model:
            report_resolutions([mention.model], [model])
