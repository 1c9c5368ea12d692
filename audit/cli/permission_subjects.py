"""What `allows` is asked about: models, licenses by their id, and files with the text of one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from audit.analysis.as_of import RestoredFact
from audit.analysis.permission_as_of import restore_terms_as_of
from audit.cli.license_files import read_file_bytes
from audit.cli.named_models import report_resolutions
from audit.core.errors import UsageError
from audit.core.near_names import format_near_names
from audit.definitions.common_uses import build_model_under_license
from audit.definitions.permission_view import PermissionView, view_permission
from audit.definitions.permissions import DecidingClause, PermissionAnswer, judge_permission
from audit.definitions.unsaid import Judge
from audit.drift.events import Event
from audit.licenses.text.identify import Identification, identify_license_text
from audit.licenses.uses import IntendedUse
from audit.records.license import License
from audit.records.model import Model
from audit.records.registry import Registry
from audit.records.subset import load_models_closure
from audit.store.events import EventStore


@dataclass(frozen=True)
class PermissionSubject:
    """One thing to ask about, as a model: a license stands for any model under it alone."""

    model: Model
    registry: Registry
    judge: Judge
    history: tuple[str, ...] = ()
    """What was otherwise on the day asked about."""

    def answer(self, use: IntendedUse) -> PermissionView:
        """The whole answer about one use."""
        return view_permission(use, self.model, self.registry, self.judge, self.history)


def load_subjects(
    root: Path, models: Sequence[str], licenses: Sequence[str], day: str | None
) -> Iterator[PermissionSubject]:
    """Everything that was asked about, today or on a past day.

    Raises UsageError for an unknown model or license and for a file that cannot be read, and
    InvalidRecordsError when one of the records is wrong.
    """
    if not models and not licenses:
        raise UsageError("nothing to ask about; name a model, or a license with --license")
    found, registry = load_models_closure(root, models)
    report_resolutions(models, found)
    events = EventStore(root).load_events(registry) if day else []
    for model in found:
        if day is None:
            yield _build_subject(model, registry)
        else:
            yield _build_past_subject(model, registry, events, day)
    for name in licenses:
        yield _find_license_subject(name, registry)


def _build_subject(model: Model, registry: Registry) -> PermissionSubject:
    return PermissionSubject(model, registry, partial(judge_permission, model, registry))


def _build_past_subject(
    model: Model, registry: Registry, events: Sequence[Event], day: str
) -> PermissionSubject:
    past = restore_terms_as_of(model.id, registry, events, day)
    history = tuple(_describe_restored(fact, day) for fact in past.put_back)
    return PermissionSubject(past.model, past.registry, past.judge, history)


def _describe_restored(fact: RestoredFact, day: str) -> str:
    return f"On {day}, {fact.field} of {fact.record} was {fact.value}; changed {fact.changed}."


def _find_license_subject(name: str, registry: Registry) -> PermissionSubject:
    by_lower = {id.lower(): license for id, license in registry.licenses.items()}
    license = by_lower.get(name.lower())
    if license is not None:
        return _build_subject(_build_stand_in(license, license.id), registry)
    if Path(name).is_file():
        return _identify_subject(Path(name), registry)
    near = format_near_names(name, registry.licenses)
    raise UsageError(f"--license {name!r}: no such license in the registry{near}, and no such file")


def _build_stand_in(license: License, id: str) -> Model:
    """Any model under the license, under the name that people gave."""
    return replace(build_model_under_license(license), id=id)


def _identify_subject(path: Path, registry: Registry) -> PermissionSubject:
    """A file under the license whose text it is word for word; else nobody knows its terms."""
    found = identify_license_text(read_file_bytes(path), registry)
    if found.license is not None:
        license = registry.licenses[found.license]
        return _build_subject(_build_stand_in(license, f"{path} ({license.id})"), registry)
    unread = _forget_license(_build_stand_in(License("", "", "model"), str(path)))
    return PermissionSubject(unread, registry, partial(_refuse, unread.id, _explain(found)))


def _forget_license(model: Model) -> Model:
    weights = replace(model.weights, license=None)
    return replace(model, components={**model.components, weights.name: weights})


def _refuse(name: str, why: str, use: IntendedUse) -> PermissionAnswer:
    """The answer about a text that nobody has read."""
    clause = DecidingClause(name, "unknown", "", "license", why, "unknown")
    return PermissionAnswer(name, use, "unknown", (clause,))


def _explain(found: Identification) -> str:
    """Why the text is no license that the registry has read."""
    if found.document != "license":
        return f"The text is the {found.document} of {found.nearest}, and no license itself."
    if found.nearest:
        return (
            f"The text is no license of the registry; the nearest, {found.nearest}, "
            f"is {found.similarity:.0%} like it. A person has to read it; `identify` shows "
            "what differs."
        )
    return "The text is no license of the registry. A person has to read it."
