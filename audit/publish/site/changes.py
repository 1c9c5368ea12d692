"""changes/: what drifted, by month; filtered by maker, kind and direction."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.analysis.as_of import WEIGHTS_COMPONENT
from audit.core.grouping import group_pairs
from audit.core.references import split_reference
from audit.drift.events import Event
from audit.drift.finding import DIRECTION_WORDS, format_observed_value
from audit.drift.kinds import find_drift_kind
from audit.licenses.compare import Direction
from audit.publish.news import NewsEntry
from audit.publish.pages.model_facts import format_component_name
from audit.publish.pages.terms import replace_license_keys
from audit.publish.site.html import SitePage, render_page
from audit.publish.site.paths import CHANGES, find_record_page
from audit.publish.site.site_data import SiteData
from audit.publish.topics import list_topics
from audit.publish.urls import convert_to_web_url
from audit.records.registry import Registry

MAX_LISTED = 500
"""Changes on the page of all; the pages of the months hold every one."""
MONTH_LENGTH = len("2026-11")
DIRECTION_NAMES: Mapping[Direction, str] = DIRECTION_WORDS | {
    "neutral": "neither",
    "unreviewed": "not read yet",
}
"""For a heading or beside a number, where the sentence of a finding is too long."""
_PLAIN_SECTIONS = ("hub", "terms", "availability", "url")
DIRECTION_SIGNS = {"more-closed": "▼", "more-open": "▲", "neutral": "◆", "unreviewed": "?"}


@dataclass(frozen=True)
class SiteEvent:
    """One change in words."""

    id: str
    """Of its finding."""
    record: str
    page: str
    """Of the record; empty where it has none any more."""
    name: str
    """The record as people read it."""
    day: str
    """As exact as its source."""
    seen: str
    """When it was recorded, which may be long after."""
    month: str
    """A month, or the year where only that is known."""
    makers: tuple[str, ...]
    """Whose models it touches."""
    kind: str
    direction: str
    direction_words: str
    sign: str
    sentence: str
    before: str
    after: str
    label_before: str
    label_after: str
    url: str
    before_words: str
    """The value with names of licenses instead of their keys; so below."""
    after_words: str
    part: str
    """Of the record, the component or file that changed; empty where the kind says it."""


def show_event(event: Event, registry: Registry) -> SiteEvent:
    """The change in words. Its values are upstream's text."""
    news, finding = NewsEntry(event), event.finding
    before, after = map(format_observed_value, event.values)
    return SiteEvent(
        finding.id,
        finding.record,
        find_record_page(finding.record) if registry.get(finding.record) else "",
        _name_record(finding.record),
        event.day,
        event.time,
        event.day[:MONTH_LENGTH],
        tuple(_list_makers(news, registry)),
        finding.kind,
        *_describe_direction(finding.direction),
        news.sentence,
        before,
        after,
        *(news.label_change or ("", "")),
        convert_to_web_url(finding.url),
        replace_license_keys(before, registry),
        replace_license_keys(after, registry),
        _name_part(finding.field),
    )


def _name_part(field: str) -> str:
    """Two components may change alike on one day; a file is named as it is."""
    section, _, rest = field.partition(".")
    if section == "components":
        name = rest.partition(".")[0]
        return "" if name == WEIGHTS_COMPONENT else format_component_name(name)
    return "" if section in _PLAIN_SECTIONS else field


def _name_record(ref: str) -> str:
    folder, id = split_reference(ref)
    return id if folder == "models" else f"{folder.removesuffix('s')} {id}"


def _describe_direction(direction: Direction) -> tuple[str, str, str]:
    return direction, DIRECTION_NAMES[direction], DIRECTION_SIGNS[direction]


def _list_makers(news: NewsEntry, registry: Registry) -> Iterator[str]:
    for topic in sorted(list_topics(news, registry)):
        folder, owner = split_reference(topic)
        if folder == "owners":
            yield owner


def list_site_events(data: SiteData) -> list[SiteEvent]:
    """The whole history, the newest day first."""
    events = [show_event(event, data.registry) for event in data.events]
    return sorted(events, key=lambda each: (each.day, each.record, each.kind), reverse=True)


def find_month_page(month: str) -> str:
    """The page of a month, or of the changes of which only the year is known."""
    return f"changes/{month}.html"


def render_change_pages(data: SiteData, events: Sequence[SiteEvent]) -> Iterator[SitePage]:
    """The list that can be filtered, and a page for each month."""
    by_month = group_pairs((each.month, each) for each in events)
    months = [(month, len(found)) for month, found in by_month.items()]
    shown = events[:MAX_LISTED]
    yield _render_changes(CHANGES, "Changes", shown, data, months=months, total=len(events))
    for month, found in by_month.items():
        page, title = find_month_page(month), _name_month(month)
        yield _render_changes(page, title, found, data, months=months, total=len(found))


def _name_month(month: str) -> str:
    when = "in" if len(month) == MONTH_LENGTH else "sometime in"
    return f"Changes {when} {month}"


def _render_changes(
    page: str, title: str, events: Sequence[SiteEvent], data: SiteData, **values: object
) -> SitePage:
    return render_page(
        "changes.html.j2",
        page,
        data,
        "all",
        title=title,
        events=events,
        makers=sorted({maker for each in events for maker in each.makers}, key=str.casefold),
        kinds=_list_kinds(events),
        directions=DIRECTION_NAMES,
        counts=Counter(each.direction for each in events),
        **values,
    )


def _list_kinds(events: Sequence[SiteEvent]) -> list[tuple[str, str]]:
    ids = sorted({each.kind for each in events})
    return [(id, find_drift_kind(id).sentence) for id in ids]
