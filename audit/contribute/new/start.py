"""Starts records: reads what is wanted and what it refers to, and refuses to replace anything.

Nothing is written here.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from audit.contribute.new.dataset_draft import draft_dataset
from audit.contribute.new.draft import MODEL_ID_PATTERN, RecordDraft, RecordFolder
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.maker import KnownAnswers
from audit.contribute.new.model_draft import MAX_DATASETS, draft_model
from audit.contribute.new.read_hub import RepositoryReading, gather_repository
from audit.core.errors import RegistryError, UsageError
from audit.observations.facts import Observation
from audit.records.hub_pins import HubPins
from audit.records.model_names import strip_hub_address
from audit.records.names import RESERVED_FIX, is_portable_name
from audit.records.registry import Registry
from audit.sources.huggingface.api import HubApi

MAX_RELATED_RECORDS = 30
"""Datasets and bases looked up for one record: a card may name thousands."""
OLD_REPO_PATTERN = re.compile(r"(?!.*(\.\.|--))[A-Za-z0-9][A-Za-z0-9._-]*")
"""Old repositories have no owner in their name; the Hub answers with the present one."""
UNREADABLE_STATES = {
    "absent": (
        "is not publicly reachable on the Hub: missing or private, "
        "the Hub does not say which; check the id. "
        "A model that is offered as a service only: new --closed vendor/name"
    ),
    "disabled": "is disabled by the Hub and shows no facts; nothing was written",
    "gated": "hides even its metadata behind a gate; nothing was written",
}
"""What is said of a repository in a state that gives no facts."""


class RepositoryUnreadableError(RegistryError):
    """The Hub gave no facts, so that nothing was written."""


class HubUnreachableError(RegistryError):
    """The Hub could not be reached; that says nothing about the repository."""

    exit_status = 3


@dataclass
class StartedRecords:
    """Drafts in the order in which they are written: what others point to comes first."""

    model: RecordDraft
    related: list[RecordDraft] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    """Records that are missing and were not requested: `datasets/…` and `models/…`."""

    @property
    def drafts(self) -> list[RecordDraft]:
        """All of them."""
        return [*self.related, self.model]

    def has_draft(self, ref: str) -> bool:
        """Whether a related record of this name was started, whatever the case of its letters."""
        return any(draft.ref.lower() == ref.lower() for draft in self.related)


@dataclass(frozen=True)
class RecordStarter:
    """Starts records for one registry from one Hub."""

    hub: HubApi
    registry: Registry
    root: Path
    """The registry's folder."""
    origin: EvidenceOrigin

    def start_model(
        self, name: str, answers: KnownAnswers, *, related: bool = False
    ) -> StartedRecords:
        """Drafts for a model and, with `related`, for the datasets and bases without a record.

        `name`: a repository id, or the address of its page. Raises UsageError,
        RepositoryUnreadableError, HubUnreachableError.
        """
        repo = parse_repo_id(name)
        refuse_existing_record("models", repo, self.registry, self.root)
        self._require_known_family(answers.family)
        reading = self._require_reading("models", repo)
        draft = draft_model(reading, self.registry, self.origin, answers)
        # The Hub may have answered with the present name of a renamed repository.
        refuse_existing_record("models", draft.id, self.registry, self.root)
        return self._add_related_drafts(draft) if related else _offer_related_records(draft)

    def _require_known_family(self, family: str | None) -> None:
        """Raises UsageError."""
        if family and family not in self.registry.families:
            raise UsageError(
                f"--family {family!r} is not in {self.root.name}/families; "
                "leave it out, or add the family first"
            )

    def _require_reading(self, folder: RecordFolder, repo: str) -> RepositoryReading:
        """Raises RepositoryUnreadableError, HubUnreachableError."""
        answer = gather_repository(self.hub, folder, repo, self.registry)
        if isinstance(answer, Observation):
            raise build_reading_error(answer)
        return answer

    def _add_related_drafts(self, model: RecordDraft) -> StartedRecords:
        started = StartedRecords(model)
        missing = _list_missing_records(model)
        datasets = list(model.components.get("datasets", {}).get("datasets", ()))
        for folder, id in missing[:MAX_RELATED_RECORDS]:
            present = self._find_or_draft(started, folder, id)
            if folder == "datasets" and present and present not in datasets:
                datasets.append(present)
        _note_lookup_limit(model, len(missing))
        if datasets:
            model.state_datasets(datasets[:MAX_DATASETS])
        return started

    def _find_or_draft(self, started: StartedRecords, folder: RecordFolder, id: str) -> str | None:
        """The present id of a named record: a new draft's, or that of one under another name.

        None where the name leads nowhere.
        """
        answer = gather_repository(self.hub, folder, id, self.registry)
        if isinstance(answer, Observation):
            _note_unread_reference(started.model, f"{folder}/{id}", answer)
            return None
        present = answer.description.facts.repo
        existing = find_record_of_repository(folder, present, self.registry)
        if existing:
            return existing
        self._add_draft_once(started, answer)
        return present

    def _add_draft_once(self, started: StartedRecords, reading: RepositoryReading) -> None:
        """Add a draft, unless one was started already or a file is in its place."""
        ref = f"{reading.folder}/{reading.description.facts.repo}"
        is_written = (self.root / f"{ref}.json").exists()
        if not is_written and not started.has_draft(ref):
            started.related.append(self._draft_repository(reading))

    def _draft_repository(self, reading: RepositoryReading) -> RecordDraft:
        if reading.folder == "datasets":
            return draft_dataset(reading, self.registry, self.origin)
        return draft_model(reading, self.registry, self.origin, KnownAnswers())


def _offer_related_records(draft: RecordDraft) -> StartedRecords:
    offered = [f"{folder}/{id}" for folder, id in _list_missing_records(draft)]
    return StartedRecords(draft, offered=offered)


def _list_missing_records(draft: RecordDraft) -> list[tuple[RecordFolder, str]]:
    """What the card names and no record describes, the datasets first."""
    missing: list[tuple[RecordFolder, str]] = [("datasets", id) for id in draft.missing_datasets]
    missing += [("models", id) for id in draft.missing_models]
    return missing


def _note_lookup_limit(model: RecordDraft, missing_count: int) -> None:
    if missing_count > MAX_RELATED_RECORDS:
        model.add_note(
            f"The card names {missing_count} records that are missing; "
            f"{MAX_RELATED_RECORDS} were looked up."
        )


def _note_unread_reference(model: RecordDraft, ref: str, observation: Observation) -> None:
    reason = _explain_failure(observation)
    model.add_note(
        f"The card names {ref}, which could not be read: {reason}. It was left out of the record."
    )


def parse_repo_id(name: str) -> str:
    """The repository id in what a person typed: an id, or the address of its page.

    Raises UsageError.
    """
    id = strip_hub_address(name).strip()
    if MODEL_ID_PATTERN.fullmatch(id) or OLD_REPO_PATTERN.fullmatch(id):
        return id
    raise UsageError(
        f"{name[:100]!r} is not a Hub repository; "
        "write its id as owner/name, or the address of its page"
    )


def refuse_existing_record(folder: RecordFolder, id: str, registry: Registry, root: Path) -> None:
    """Raise UsageError where this repository has a record, whatever the case of its letters.

    And for a name that no record may have.
    """
    if not all(map(is_portable_name, id.split("/"))):
        raise UsageError(f"{id!r} holds a reserved name; {RESERVED_FIX}")
    existing = find_record_of_repository(folder, id, registry)
    name = f"{folder}/{existing or id}.json"
    if existing or (root / name).exists():
        raise UsageError(
            f"{root.name}/{name} is there already and was left as it is; "
            "correct it by hand, or see `accept`"
        )


def find_record_of_repository(folder: RecordFolder, id: str, registry: Registry) -> str | None:
    """The id of the record that describes this repository, whatever name it is called by."""
    records = registry.models if folder == "models" else registry.datasets
    for record in records.values():
        if id.lower() in _list_lower_names(record.id, record.hub):
            return record.id
    if folder == "datasets":
        return None
    model = registry.find_model(id)
    return model.id if model else None


def _list_lower_names(id: str, pins: HubPins | None) -> list[str]:
    """A record's id, and the repository that it pins, in small letters."""
    names = [id, pins.repo] if pins else [id]
    return [name.lower() for name in names]


def build_reading_error(observation: Observation) -> RegistryError:
    """Why there is no draft, and what to do."""
    name = f"{observation.target.kind}s/{observation.target.repo}"
    if observation.state in UNREADABLE_STATES:
        return RepositoryUnreadableError(f"{name} {UNREADABLE_STATES[observation.state]}")
    return HubUnreachableError(
        f"{name} could not be read ({observation.reason}) at {observation.url or 'the Hub'}; that "
        "says nothing about the repository. Try again later, or set HF_ENDPOINT or HTTPS_PROXY. "
        "Nothing was written"
    )


def _explain_failure(observation: Observation) -> str:
    if observation.state == "absent":
        return "it is not publicly reachable"
    return observation.reason
