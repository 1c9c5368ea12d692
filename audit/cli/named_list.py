"""The models and datasets that somebody wants to hear of: a list, or what a project uses."""

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from audit.cli.named_models import report_resolutions
from audit.core.errors import UsageError
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


def read_requested_names(options: ListOptions, registry: Registry) -> list[str] | None:
    """Models as they are written, and datasets as `datasets/owner/name`; None for everything.

    Raises UsageError for a list or a project that names nothing.
    """
    if options.models and options.project:
        raise UsageError("--models and --project are two lists; give one of them")
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
