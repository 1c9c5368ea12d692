"""What changed since a day for a list of models.

What goes into a mail, a chat message or a meeting.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import filterfalse
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


def build_digest(
    registry: Registry,
    events: Iterable[Event],
    since: str,
    until: str,
    models: Sequence[str] | None = None,
) -> Digest:
    """Collect the news of a time. With a list, of its models, their bases, data and licenses."""
    news = [entry for entry in collect_news(events) if since <= entry.time <= until]
    if models is None:
        everything = _sort_items(DigestItem(entry, ()) for entry in news)
        return Digest(since, until, None, (), everything)
    wanted = dict.fromkeys(_find_present_id(name, registry) for name in models)
    known = tuple(filter(registry.models.__contains__, wanted))
    unrecorded = tuple(filterfalse(registry.models.__contains__, wanted))
    items = _sort_items(_select_items(news, known, registry))
    return Digest(since, until, known, unrecorded, items)


def _find_present_id(name: str, registry: Registry) -> str:
    """The id of the model that a name means; a name that means none stays as it is."""
    model = registry.find_model(name)
    return model.id if model else name


def _select_items(
    news: Iterable[NewsEntry], models: Sequence[str], registry: Registry
) -> Iterator[DigestItem]:
    """The news that concern one of these models."""
    rests_on = {id: collect_underlying_records(registry.models[id], registry) for id in models}
    for entry in news:
        if concerned := _find_concerned_models(entry, rests_on, registry):
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
