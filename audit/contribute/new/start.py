"""Starts records: reads what is asked for and what it rests on, and refuses to replace anything."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from audit.contribute.new.dataset_draft import draft_dataset
from audit.contribute.new.draft import RecordDraft, RecordFolder
from audit.contribute.new.hub_evidence import EvidenceOrigin
from audit.contribute.new.model_draft import MAX_DATASETS, MODEL_ID_PATTERN, draft_model
from audit.contribute.new.read_hub import RepositoryReading, gather_repository
from audit.core.errors import RegistryError, UsageError
from audit.observations.facts import Observation
from audit.records.model import HubPins, Registry
from audit.sources.huggingface.api import HubApi

MAX_RELATED_RECORDS = 30
"""Datasets and bases looked up for one record. A card may name thousands; the registry grows by what people look at."""
HUB_ADDRESS_PATTERN = re.compile(
    r"https://(?:www\.)?huggingface\.co/(?P<id>[^/?#]+/[^/?#]+)(?:[/?#].*)?"
)


class RepositoryNotReadable(RegistryError):
    """The Hub gave no facts, so that nothing was written."""


class HubNotReachable(RegistryError):
    """The Hub could not be asked; that says nothing about the repository."""

    exit_status = 3


@dataclass(frozen=True)
class KnownAnswers:
    """What the caller knows already."""

    developer: str | None = None
    family: str | None = None


@dataclass
class StartedRecords:
    """Drafts in the order in which they are written: what others point to comes first."""

    model: RecordDraft
    related: list[RecordDraft] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    """Records that are missing and were not asked for: `datasets/…` and `models/…`."""

    @property
    def drafts(self) -> list[RecordDraft]:
        """All of them."""
        return [*self.related, self.model]


def parse_repo_id(word: str) -> str:
    """The repository id in what a person typed: an id, or the address of its page. Raises UsageError."""
    match = HUB_ADDRESS_PATTERN.fullmatch(word.strip())
    found = match["id"] if match else word.strip()
    # Old repositories have no owner in their name; the Hub answers with the present one.
    if MODEL_ID_PATTERN.fullmatch(found) or (
        re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", found)
        and ".." not in found
        and "--" not in found
    ):
        return found
    raise UsageError(
        f"{word[:100]!r} is no Hub repository; write its id as owner/name, or the address of its page"
    )


def start_model(
    hub: HubApi,
    word: str,
    registry: Registry,
    root: Path,
    reader: EvidenceOrigin,
    answers: KnownAnswers,
    *,
    related: bool = False,
) -> StartedRecords:
    """Drafts for a model and, with `related`, for the datasets and bases that the registry does not hold. Writes nothing."""
    asked = parse_repo_id(word)
    refuse_existing_record("models", asked, registry, root)
    if answers.family and answers.family not in registry.families:
        raise UsageError(
            f"--family {answers.family!r} is not in {root.name}/families; leave it out, or add the family first"
        )
    reading = require_reading(hub, "models", asked, registry)
    draft = draft_model(reading, registry, reader, answers.developer, answers.family)
    refuse_existing_record("models", draft.id, registry, root)
    started = StartedRecords(draft)
    if related:
        _add_related_drafts(started, hub, registry, root, reader)
    else:
        started.offered = [
            *(f"datasets/{each}" for each in draft.missing_datasets),
            *(f"models/{each}" for each in draft.missing_models),
        ]
    return started


def refuse_existing_record(folder: RecordFolder, id: str, registry: Registry, root: Path) -> None:
    """Raise UsageError where a record speaks of this repository already, whatever the case of its letters."""
    existing = find_record_of_repository(folder, id, registry)
    path = root / folder / f"{existing or id}.json"
    if existing or path.exists():
        raise UsageError(
            f"{root.name}/{folder}/{existing or id}.json is there already and was left as it is; correct it by hand, or see `accept`"
        )


def find_record_of_repository(folder: RecordFolder, id: str, registry: Registry) -> str | None:
    """The id of the record that speaks of this repository."""
    records = registry.models if folder == "models" else registry.datasets
    for record in records.values():
        pins: HubPins | None = record.hub
        if id.lower() in (record.id.lower(), pins.repo.lower() if pins else ""):
            return record.id
    return None


def require_reading(
    hub: HubApi, folder: RecordFolder, repo: str, registry: Registry
) -> RepositoryReading:
    """What the Hub says of a repository. Raises NotReadable, NotReadableNow."""
    answer = gather_repository(hub, folder, repo, registry)
    if isinstance(answer, RepositoryReading):
        return answer
    raise build_reading_error(answer)


def build_reading_error(sighting: Observation) -> RegistryError:
    """Why there is no draft, and what to do."""
    name = f"{sighting.target.kind}s/{sighting.target.repo}"
    if sighting.state == "absent":
        return RepositoryNotReadable(
            f"{name} is not publicly reachable on the Hub: missing or private, the Hub does not say which; "
            "check the id. A model that is offered as a service only: new --closed vendor/name"
        )
    if sighting.state == "disabled":
        return RepositoryNotReadable(
            f"{name} is disabled by the Hub and shows no facts; nothing was written"
        )
    if sighting.state == "gated":
        return RepositoryNotReadable(
            f"{name} hides even its metadata behind a gate; nothing was written"
        )
    return HubNotReachable(
        f"{name} could not be read ({sighting.reason}); that says nothing about the repository, try again later. Nothing was written"
    )


def _add_related_drafts(
    started: StartedRecords, hub: HubApi, registry: Registry, root: Path, reader: EvidenceOrigin
) -> None:
    model = started.model
    cited = list(model.record["components"].get("datasets", {}).get("datasets", ()))
    wanted: list[tuple[RecordFolder, str]] = [("datasets", each) for each in model.missing_datasets]
    wanted += [("models", each) for each in model.missing_models]
    for folder, id in wanted[:MAX_RELATED_RECORDS]:
        found = _draft_related(started, hub, folder, id, registry, root, reader)
        if folder == "datasets" and found and found not in cited:
            cited.append(found)
    if len(wanted) > MAX_RELATED_RECORDS:
        model.notes.append(
            f"The card names {len(wanted)} records that are missing; {MAX_RELATED_RECORDS} were looked up."
        )
    if cited:
        model.record["components"]["datasets"] = {
            "status": "unknown",
            "datasets": cited[:MAX_DATASETS],
            "evidence": ["card"],
        }


def _draft_related(
    started: StartedRecords,
    hub: HubApi,
    folder: RecordFolder,
    id: str,
    registry: Registry,
    root: Path,
    reader: EvidenceOrigin,
) -> str | None:
    """The id under which a named record stands now: a new draft, or one that is there under another name. None where it leads nowhere."""
    answer = gather_repository(hub, folder, id, registry)
    if isinstance(answer, Observation):
        started.model.notes.append(
            f"The card names {folder}/{id}, which could not be read: {_explain_failure(answer)}. It was left out of the record."
        )
        return None
    present = answer.description.facts.repo
    existing = find_record_of_repository(folder, present, registry)
    drafted = any(each.ref.lower() == f"{folder}/{present}".lower() for each in started.related)
    if existing or drafted or (root / folder / f"{present}.json").exists():
        return existing or present
    started.related.append(
        draft_dataset(answer, registry, reader)
        if folder == "datasets"
        else draft_model(answer, registry, reader)
    )
    return present


def _explain_failure(sighting: Observation) -> str:
    return "it is not publicly reachable" if sighting.state == "absent" else sighting.reason
