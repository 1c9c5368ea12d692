"""What changed since a day for a list of models: what goes into a mail, a chat message or a meeting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.core.output_versions import add_schema_version
from audit.drift.events import Event
from audit.drift.impact import collect_underlying_records
from audit.publish.feeds.model import build_entry_id
from audit.publish.news import NewsEntry, collect_news
from audit.publish.topics import list_topics
from audit.publish.urls import RegistryAddress, convert_to_web_url
from audit.records.model import Registry

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
    found = [each for each in collect_news(events) if since <= each.time <= until]
    known = tuple(dict.fromkeys(each for each in models or () if each in registry.models))
    rests_on = {id: collect_underlying_records(registry.models[id], registry) for id in known}
    items = [DigestItem(each, _find_concerned_models(each, rests_on, registry)) for each in found]
    if models is not None:
        items = [each for each in items if each.models]
    return Digest(
        since,
        until,
        None if models is None else known,
        tuple(dict.fromkeys(each for each in models or () if each not in registry.models)),
        tuple(
            sorted(
                items,
                key=lambda each: (
                    each.news.is_over,
                    _DIRECTION_ORDER.index(each.news.finding.direction),
                ),
            )
        ),
    )


def _find_concerned_models(
    each: NewsEntry, rests_on: Mapping[str, frozenset[str]], registry: Registry
) -> tuple[str, ...]:
    record = each.finding.record
    about = (
        list_topics(each, registry)
        if record.startswith(("families/", "licenses/"))
        else {record, *each.finding.affects}
    )
    return tuple(id for id, records in rests_on.items() if records & about)


def serialize_digest(found: Digest, address: RegistryAddress) -> dict[str, Any]:
    """The digest for programs: what `digest --json` prints and `webhook` posts."""
    document = {
        "since": found.since,
        "until": found.until,
        "models": None if found.models is None else list(found.models),
        "unrecorded": list(found.unrecorded),
        "items": [_serialize_digest_item(each, address) for each in found.items],
    }
    return add_schema_version("digest", document)


def _serialize_digest_item(item: DigestItem, address: RegistryAddress) -> dict[str, Any]:
    entry, finding = item.news, item.news.finding
    before, after = entry.change_values
    return {
        "id": build_entry_id(entry),
        "finding": finding.id,
        "record": finding.record,
        "kind": finding.kind,
        "direction": finding.direction,
        "status": finding.status,
        "date": entry.date,
        "time": entry.time,
        "said": entry.sentence,
        "before": before,
        "after": after,
        "label": {"before": entry.label_change[0], "after": entry.label_change[1]}
        if entry.label_change
        else None,
        "headlines": list(entry.headlines),
        "page": address.build_page_url(finding.record),
        "source": convert_to_web_url(finding.url),
        "models": list(item.models),
    }
