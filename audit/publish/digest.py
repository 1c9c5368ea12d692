"""What changed since a day for a list of models: what goes into a mail, a chat message or a meeting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.drift.impact import concerns
from audit.publish.address import Address
from audit.publish.feeds.model import entry_id
from audit.publish.news import News, news
from audit.publish.topics import topics
from audit.publish.urls import for_people
from audit.records.model import Registry

_ORDER = ("more-closed", "unreviewed", "neutral", "more-open")


@dataclass(frozen=True)
class Item:
    """One event, and which of the models in the list it concerns."""

    news: News
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
    items: tuple[Item, ...]


def digest(registry: Registry, events: Iterable[Mapping[str, Any]], since: str, until: str, models: Sequence[str] | None = None) -> Digest:
    """Collect the news of a time. With a list, of its models, their bases, data and licenses."""
    found = [each for each in news(events) if since <= each.time <= until]
    known = tuple(dict.fromkeys(each for each in models or () if each in registry.models))
    rests_on = {id: concerns(registry.models[id], registry) for id in known}
    items = [Item(each, _concerned(each, rests_on, registry)) for each in found]
    if models is not None:
        items = [each for each in items if each.models]
    return Digest(
        since,
        until,
        None if models is None else known,
        tuple(dict.fromkeys(each for each in models or () if each not in registry.models)),
        tuple(sorted(items, key=lambda each: (each.news.over, _ORDER.index(each.news.finding.direction)))),
    )


def _concerned(each: News, rests_on: Mapping[str, frozenset[str]], registry: Registry) -> tuple[str, ...]:
    record = each.finding.record
    about = topics(each, registry) if record.startswith(("families/", "licenses/")) else {record, *each.finding.affects}
    return tuple(id for id, records in rests_on.items() if records & about)


def as_json(found: Digest, address: Address) -> dict[str, Any]:
    """The digest for programs: what `digest --json` prints and `webhook` posts."""
    return {
        "since": found.since,
        "until": found.until,
        "models": None if found.models is None else list(found.models),
        "unrecorded": list(found.unrecorded),
        "items": [_item(each, address) for each in found.items],
    }


def _item(item: Item, address: Address) -> dict[str, Any]:
    entry, finding = item.news, item.news.finding
    before, after = entry.change
    return {
        "id": entry_id(entry),
        "finding": finding.id,
        "record": finding.record,
        "kind": finding.kind,
        "direction": finding.direction,
        "status": finding.status,
        "date": entry.date,
        "time": entry.time,
        "said": entry.said,
        "before": before,
        "after": after,
        "label": {"before": entry.label[0], "after": entry.label[1]} if entry.label else None,
        "headlines": list(entry.headlines),
        "page": address.page(finding.record),
        "source": for_people(finding.url),
        "models": list(item.models),
    }
