"""What `bom` and `notices` are asked about: a model, a project, or a bill of materials."""

import sys
from dataclasses import dataclass
from pathlib import Path

from audit.cli.command import SharedOptions
from audit.cli.named_models import report_resolutions
from audit.core.errors import UsageError
from audit.core.escape import sanitize_line
from audit.projects.finding.dictionary import build_name_dictionary
from audit.projects.mentions import find_mentions
from audit.publish.bom.contents import BomContents, build_model_contents
from audit.publish.bom.enrich import build_contents
from audit.publish.bom.entries import ReadBom
from audit.publish.bom.project import build_project_contents
from audit.publish.bom.read import find_bom
from audit.publish.views.summary_file import find_data_date, read_data_date
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.records.subset import load_model_closure


@dataclass(frozen=True)
class BomSubject:
    """One thing to list."""

    contents: BomContents
    source: ReadBom | None = None
    """The bill that was given, if one was."""


def load_subject(name: str, options: SharedOptions) -> BomSubject:
    """What is at a path, else the model of that name.

    Raises UsageError for an unknown model and for a project that uses none.
    """
    path = Path(name)
    if not path.exists():
        return _load_model(name, options)
    registry = load_registry(options.registry)
    source = find_bom(path)
    if source is None:
        return _load_project(path, registry, options)
    contents = build_contents(source, registry, _find_day(registry, options))
    _report_left_out(source)
    return BomSubject(contents, source)


def _load_model(name: str, options: SharedOptions) -> BomSubject:
    model, registry = load_model_closure(options.registry, name)
    report_resolutions([name], [model])
    return BomSubject(build_model_contents([model], registry, _find_day(registry, options)))


def _load_project(path: Path, registry: Registry, options: SharedOptions) -> BomSubject:
    found = find_mentions(path, build_name_dictionary(registry))
    name = path.resolve().name or "project"
    day = _find_day(registry, options)
    contents = build_project_contents(name, found.mentions, registry, day)
    if not contents.models and not contents.used_datasets:
        raise UsageError(f"{path}: no model or dataset is used there")
    return BomSubject(contents)


def _find_day(registry: Registry, options: SharedOptions) -> str:
    """The day of the data, so that the same records give the same bytes."""
    written = read_data_date(options.registry) or find_data_date(registry)
    return written or options.parse_now().date().isoformat()


def _report_left_out(source: ReadBom) -> None:
    """A bill in another format than the given one holds models and datasets alone."""
    others = sum(each.kind == "other" for each in source.entries)
    if others and not source.format.startswith("CycloneDX"):
        words = f"{others} packages that are no models or datasets are left out"
        print(f"{sanitize_line(source.format)}: {words}", file=sys.stderr)
