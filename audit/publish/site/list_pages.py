"""Makers, families and labels: plain lists of models, which need no script."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from audit.licenses.uses import TOLD_WORDS
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.site.html import SitePage, render_page
from audit.publish.site.paths import find_family_page, find_label_page, find_maker_page
from audit.publish.site.report_forms import list_forms
from audit.publish.site.site_data import SiteData
from audit.publish.views.model_summary import ModelSummary, format_parameters
from audit.records.component import COMPONENTS
from audit.records.model import Family


@dataclass(frozen=True)
class GroupRow:
    """One maker or family in the list of all."""

    name: str
    page: str
    models: int
    labels: tuple[tuple[str, int], ...]
    licenses: tuple[tuple[str, int], ...]
    sizes: str
    newest: str
    maker: str


def summarize_group(name: str, page: str, rows: Sequence[ModelSummary]) -> GroupRow:
    """What the models of a maker or a family have in common, counted."""
    licenses = Counter(row.license_name or "no weights" for row in rows)
    return GroupRow(
        name,
        page,
        len(rows),
        tuple(_count_labels(rows)),
        tuple(licenses.most_common()),
        format_size_range(rows),
        max((row.released for row in rows), default=""),
        ", ".join(sorted({row.developer for row in rows})),
    )


def _count_labels(rows: Sequence[ModelSummary]) -> Iterator[tuple[str, int]]:
    """In the order of the labels, those that occur."""
    counts = Counter(row.label for row in rows)
    for label in LABEL_WORDS:
        if counts[label]:
            yield label, counts[label]


def format_size_range(rows: Sequence[ModelSummary]) -> str:
    """From the smallest to the largest; empty where no size is known."""
    sizes = sorted(row.likely_parameters for row in rows if row.likely_parameters)
    if not sizes:
        return ""
    ends = dict.fromkeys((format_parameters(sizes[0]), format_parameters(sizes[-1])))
    return " – ".join(ends)


def render_maker_pages(data: SiteData) -> Iterator[SitePage]:
    """A page for each maker, and the list of them."""
    groups = []
    for owner, rows in data.rows_by_owner.items():
        page = find_maker_page(owner)
        groups.append(summarize_group(owner, page, rows))
        families = _name_families(rows, data)
        yield _render_group(
            data,
            page,
            rows,
            title=owner,
            topic=f"owners/{owner}",
            asked=f"?maker={owner}",
            families=families,
        )
    yield _render_list(data, "makers/index.html", "Makers", groups)


def _name_families(rows: Sequence[ModelSummary], data: SiteData) -> list[tuple[str, str]]:
    ids = sorted({row.family for row in rows if row.family})
    return [(id, data.registry.families[id].name) for id in ids]


def render_family_pages(data: SiteData) -> Iterator[SitePage]:
    """A page for each family with its members, and the list of them."""
    groups = []
    for family in sorted(data.registry.families.values(), key=_rank_family):
        rows, page = data.rows_by_family.get(family.id, ()), find_family_page(family.id)
        groups.append(summarize_group(family.name, page, rows))
        compared = f"family:{family.id}"
        yield _render_group(
            data,
            page,
            rows,
            title=family.name,
            topic=family.ref,
            compared=compared,
            forms=list_forms(family.ref, data.address),
        )
    yield _render_list(data, "families/index.html", "Families", groups)


def _rank_family(family: Family) -> str:
    return family.name.casefold()


def _render_group(
    data: SiteData, page: str, rows: Sequence[ModelSummary], title: str, **more: Any
) -> SitePage:
    values = {"families": (), "asked": "", "compared": "", "forms": ()} | more
    return render_page(
        "group.html.j2",
        page,
        data,
        title=title,
        group=summarize_group(title, page, rows),
        rows=rows,
        words=TOLD_WORDS,
        components=COMPONENTS,
        models=[data.registry.models[row.id] for row in rows],
        **values,
    )


def _render_list(data: SiteData, page: str, title: str, groups: Sequence[GroupRow]) -> SitePage:
    return render_page("groups.html.j2", page, data, title=title, groups=groups)


def render_label_pages(data: SiteData) -> Iterator[SitePage]:
    """The models of each label, the newest first."""
    for label, meaning in LABEL_WORDS.items():
        yield render_page(
            "label.html.j2",
            find_label_page(label),
            data,
            label=label,
            meaning=meaning,
            labels=LABEL_WORDS,
            rows=data.rows_by_label.get(label, ()),
            words=TOLD_WORDS,
        )
