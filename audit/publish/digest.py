"""What changed since a day for a list of models.

What goes into a mail, a chat message or a meeting.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.core.output_versions import add_schema_version
from audit.drift.events import Event
from audit.drift.finding import Finding
from audit.drift.impact import collect_underlying_records
from audit.publish.feeds.model import build_entry_id
from audit.publish.news import NewsEntry, collect_news
from audit.publish.topics import list_topics
from audit.publish.urls import RegistryAddress, convert_to_web_url
from audit.records.registry import Registry

_DIRECTION_ORDER = ("more-closed", "unreviewed", "neutral", "more-open")


@dataclass(frozen=True)
class DigestItem:
    """One event, and which of the models in the list it concerns."""

    news: NewsEntry
    models: tuple[str, ...]
    """Empty where no list was given."""


@dataclass(frozen=True)
class Digest:
    """Everything since a moment, the most important first."""

    since: str
    until: str
    models: tuple[str, ...] | None
    """The list that was asked about; None for all."""
    unrecorded: tuple[str, ...]
    """Of the list, what the registry does not hold: nothing can be said about it."""
    items: tuple[DigestItem, ...]
    datasets: tuple[str, ...] = ()
    """Datasets of the list."""
    passed: frozenset[str] = frozenset()
    """Ids of all news up to the end, of the list or not: what a cursor has behind it."""


@dataclass(frozen=True)
class DigestTime:
    """Which news are told: those of a time, or those that nobody was told yet."""

    since: str
    until: str
    told: Collection[str] | None = None
    """Ids of the news that were told, which then decide in place of `since`.

    What enters the history late has an earlier time, and is told all the same.
    """

    def select_news(self, news: Iterable[NewsEntry]) -> list[NewsEntry]:
        """The news to tell."""
        return [entry for entry in news if entry.time <= self.until and self._is_new(entry)]

    def list_passed(self, news: Iterable[NewsEntry]) -> frozenset[str]:
        """Ids of what was told, or need not be told any more.

        With those of before: a clock that was set back forgets none.
        """
        ids = (build_entry_id(entry) for entry in news if entry.time <= self.until)
        return frozenset([*(self.told or ()), *ids])

    def _is_new(self, entry: NewsEntry) -> bool:
        if self.told is None:
            return self.since <= entry.time
        return build_entry_id(entry) not in self.told


@dataclass(frozen=True)
class _DigestList:
    """What a list of names means."""

    models: tuple[str, ...]
    datasets: tuple[str, ...]
    unrecorded: tuple[str, ...]


def build_digest(
    registry: Registry,
    events: Iterable[Event],
    time: DigestTime,
    names: Sequence[str] | None = None,
) -> Digest:
    """Collect the news of a time. With a list, of its models, their bases, data and licenses.

    `names`: models in any form, and datasets as `datasets/owner/name`.
    """
    news = collect_news(events)
    passed = time.list_passed(news)
    told = time.select_news(news)
    if names is None:
        everything = _sort_items(DigestItem(entry, ()) for entry in told)
        return Digest(time.since, time.until, None, (), everything, passed=passed)
    wanted = _read_names(names, registry)
    items = _sort_items(_select_items(told, wanted, registry))
    return Digest(
        time.since,
        time.until,
        wanted.models,
        wanted.unrecorded,
        items,
        wanted.datasets,
        passed,
    )


def _read_names(names: Iterable[str], registry: Registry) -> _DigestList:
    found: dict[str, dict[str, None]] = {"models": {}, "datasets": {}, "": {}}
    for name in names:
        folder, id = _find_record(name, registry)
        found[folder][id] = None
    return _DigestList(*(tuple(found[folder]) for folder in ("models", "datasets", "")))


def _find_record(name: str, registry: Registry) -> tuple[str, str]:
    """Folder and id of today; no folder for a name that means no record."""
    folder, _, id = name.partition("/")
    if folder == "datasets" and id in registry.datasets:
        return folder, id
    model = registry.find_model(name)
    return ("models", model.id) if model else ("", name)


def _select_items(
    news: Iterable[NewsEntry], wanted: _DigestList, registry: Registry
) -> Iterator[DigestItem]:
    """The news that concern a model or a dataset of the list."""
    rests_on = {
        id: collect_underlying_records(registry.models[id], registry) for id in wanted.models
    }
    datasets = {f"datasets/{id}" for id in wanted.datasets}
    for entry in news:
        concerned = _find_concerned_models(entry, rests_on, registry)
        if concerned or entry.finding.record in datasets:
            yield DigestItem(entry, concerned)


def _sort_items(items: Iterable[DigestItem]) -> tuple[DigestItem, ...]:
    return tuple(sorted(items, key=_rank_item))


def _rank_item(item: DigestItem) -> tuple[bool, int]:
    """What began before what is over; what was taken away before what was given."""
    return item.news.is_over, _DIRECTION_ORDER.index(item.news.finding.direction)


def _find_concerned_models(
    entry: NewsEntry, rests_on: Mapping[str, frozenset[str]], registry: Registry
) -> tuple[str, ...]:
    about = _list_touched_records(entry, registry)
    return tuple(id for id, records in rests_on.items() if records & about)


def _list_touched_records(entry: NewsEntry, registry: Registry) -> frozenset[str]:
    """What the news is about; of a family or a license, all that rests on it."""
    finding = entry.finding
    if finding.record.startswith(("families/", "licenses/")):
        return list_topics(entry, registry)
    return frozenset({finding.record, *finding.affects})


def serialize_digest(found: Digest, address: RegistryAddress) -> dict[str, Any]:
    """The digest for programs: what `digest --json` prints and `webhook` posts."""
    document = {
        "since": found.since,
        "until": found.until,
        "models": None if found.models is None else list(found.models),
        "datasets": list(found.datasets),
        "unrecorded": list(found.unrecorded),
        "items": [_serialize_digest_item(item, address) for item in found.items],
    }
    return add_schema_version("digest", document)


def _serialize_digest_item(item: DigestItem, address: RegistryAddress) -> dict[str, Any]:
    return {
        "id": build_entry_id(item.news),
        **_serialize_finding(item.news.finding),
        **_serialize_change(item.news),
        "page": address.build_page_url(item.news.finding.record),
        "source": convert_to_web_url(item.news.finding.url),
        "models": list(item.models),
    }


def _serialize_finding(finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding.id,
        "record": finding.record,
        "kind": finding.kind,
        "direction": finding.direction,
        "status": finding.status,
    }


def _serialize_change(entry: NewsEntry) -> dict[str, Any]:
    """When, in words, and the values."""
    before, after = entry.change_values
    return {
        "date": entry.date,
        "time": entry.time,
        "said": entry.sentence,
        "before": before,
        "after": after,
        "label": _serialize_label_change(entry),
        "headlines": list(entry.headlines),
    }


def _serialize_label_change(entry: NewsEntry) -> dict[str, str] | None:
    if entry.label_change is None:
        return None
    before, after = entry.label_change
    return {"before": before, "after": after}
