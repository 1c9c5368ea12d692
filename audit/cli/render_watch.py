"""What `watch` found, in plain words."""

from collections.abc import Iterable, Iterator, Sequence

from audit.core.escape import defang_line, sanitize_line
from audit.core.near_names import format_near_names
from audit.core.references import get_record_id
from audit.core.wording import join_first
from audit.definitions.permissions import DecidingClause
from audit.drift.finding import Finding, format_observed_value
from audit.drift.kinds import find_drift_kind
from audit.licenses.uses import PERMISSION_WORDS, TOLD_WORDS
from audit.projects.datasets import WatchedDataset
from audit.projects.finding.files import FilesRead
from audit.projects.finding.mention import Mention
from audit.projects.watch import WatchedModel, format_place
from audit.records.dataset import Dataset
from audit.records.license import format_section
from audit.records.registry import Registry

MAX_SHOWN_PLACES = 3


ToldTerms = dict[tuple[str, ...], str]
"""Which model's terms were told in these words already."""


def render_watched_models(models: Iterable[WatchedModel], registry: Registry) -> Iterator[str]:
    """Each model: what it is, where it is used, what its terms ask for, what drifted.

    Terms that are the same, word for word, are told once.
    """
    told: ToldTerms = {}
    for model in models:
        yield "\n".join(_render_model(model, registry, told))


def render_watched_dataset(watched: WatchedDataset) -> str:
    """One dataset: what it is, where it is named, what drifted, what it breaks."""
    return "\n".join(_render_dataset(watched))


def _render_dataset(watched: WatchedDataset) -> Iterator[str]:
    yield f"{sanitize_line(watched.id)}: dataset, {_describe_dataset(watched.dataset)}"
    yield f"  named in      {_join_places(watched.places)}"
    for finding in watched.drift:
        yield f"  drift         {finding.status}: {finding.kind}"
    for words in watched.broken:
        yield f"  POLICY        {words}"


def _describe_dataset(dataset: Dataset | None) -> str:
    if dataset is None:
        return "not in the registry"
    return f"{dataset.status}, {dataset.license or 'license unknown'}"


def describe_reading(read: FilesRead) -> str:
    """What was looked at, and what was left out and why."""
    files = f"{read.texts:,} text files and {read.models:,} model files read"
    skipped = [f"{count} {sanitize_line(what)}" for what, count in sorted(read.skipped.items())]
    return f"{files}; not read: {', '.join(skipped)}" if skipped else files


def _render_model(model: WatchedModel, registry: Registry, told: ToldTerms) -> Iterator[str]:
    yield f"{_format_name(model)}: {_describe_record(model, registry)}"
    yield f"  named in      {_join_places(model.places)}"
    if model.is_used:
        yield f"  pinned at     {_describe_pins(model)}"
    for terms in model.pinned:
        yield f"  at {sanitize_line(terms.revision)[:10]:<10} {sanitize_line(terms.words)}"
    yield from _render_permission(model, told)
    for finding in model.drift:
        yield f"  drift         {_render_drift(finding, model)}"
    for words in model.waived:
        yield f"  waived        {sanitize_line(words)}"
    for words in model.broken:
        yield f"  POLICY        {sanitize_line(words)}"


def _format_name(model: WatchedModel) -> str:
    """As the project writes it, and the id where that is another."""
    name = sanitize_line(model.name)
    is_same = model.id is None or model.id.lower() == model.name.lower()
    return name if is_same else f"{name} ({model.id})"


def _describe_pins(model: WatchedModel) -> str:
    """The commits, and where else it is used at whatever is newest."""
    if not model.revisions:
        return "nothing: whatever is newest is used"
    return ", ".join(model.revisions) + _describe_loose(model.unpinned_places)


def _describe_loose(places: Sequence[Mention]) -> str:
    return f"; at nothing in {_join_places(places)}" if places else ""


def _render_permission(model: WatchedModel, told: ToldTerms) -> Iterator[str]:
    if model.told:
        yield f"  commercially  {TOLD_WORDS[model.told]}"
    yield from _tell_once(_render_obligations(model), model.id or model.name, told)


def _render_obligations(model: WatchedModel) -> tuple[str, ...]:
    return tuple(f"    - {_render_clause(clause, model)}" for clause in model.obligations)


def _tell_once(lines: tuple[str, ...], name: str, told: ToldTerms) -> tuple[str, ...]:
    """The lines, or of whom they were told already."""
    first = told.setdefault(lines, name)
    if len(lines) < 2 or first == name:
        return lines
    return (f"    - the same {len(lines)} terms as of {first}, above",)


def _describe_record(model: WatchedModel, registry: Registry) -> str:
    if model.places[0].kind == "elsewhere":
        return _describe_elsewhere(model)
    if model.recorded:
        return f"{model.label}, {model.license or 'license unknown'}"
    return f"not in the registry{format_near_names(model.name, registry.models)}"


def _describe_elsewhere(model: WatchedModel) -> str:
    """Whose name it is, and what its source says that it is."""
    known = model.elsewhere
    service = known.service if known else "another service"
    words = f"an unpinned name of {service}, not of the Hub"
    if not known or not known.hub_id:
        return words
    terms = f": {model.label}, {model.license or 'license unknown'}" if model.recorded else ""
    return f"{words}; {known.source.words}, says it is {known.hub_id}{terms}"


def _join_places(places: Sequence[Mention]) -> str:
    shown = [sanitize_line(format_place(place)) for place in places]
    return join_first(shown, MAX_SHOWN_PLACES)


def _render_clause(clause: DecidingClause, model: WatchedModel) -> str:
    source = _cite_clause(clause, model)
    if clause.effect == "allowed-with-obligations":
        return f"{clause.summary} [{source}]"
    return f"{PERMISSION_WORDS[clause.effect]}: {clause.summary} [{source}]"


def _cite_clause(clause: DecidingClause, model: WatchedModel) -> str:
    """License and section, and the base model that brings the license along."""
    source = clause.license
    if clause.section:
        source += f", {format_section(clause.section)}"
    if clause.model != model.id:
        source += f", by its base {clause.model}"
    return source


def _render_drift(finding: Finding, model: WatchedModel) -> str:
    about = _name_other_record(finding, model)
    sentence = find_drift_kind(finding.kind).sentence
    change = _format_change(finding)
    return f"{finding.status}: {about}{sentence} {change} [{finding.direction}]"


def _format_change(finding: Finding) -> str:
    before = defang_line(format_observed_value(finding.before))
    return f"{before} -> {defang_line(format_observed_value(finding.after))}"


def _name_other_record(finding: Finding, model: WatchedModel) -> str:
    """The record that drifted, where it is not the model's own."""
    id = get_record_id(finding.record)
    return "" if id == model.id else f"{finding.record}: "
