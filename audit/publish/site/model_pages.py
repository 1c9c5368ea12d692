"""models/<owner>/<name>.html: the answer first, then what to do, what is missing, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from audit.analysis.explanation import DefinitionDisagreement
from audit.definitions.base import Step, Verdict
from audit.definitions.catalog import DEFINITIONS, LABEL_DEFINITION
from audit.definitions.mof import DEFINITION as MOF
from audit.licenses.uses import PERMISSION_WORDS
from audit.publish.pages.phrases import LABEL_WORDS
from audit.publish.pages.terms import find_expression_name, replace_license_keys
from audit.publish.site.badges import find_badge
from audit.publish.site.html import (
    SitePage,
    find_way_up,
    open_site_environment,
    render_page,
)
from audit.publish.site.linked_data import describe_model
from audit.publish.site.model_view import ModelView
from audit.publish.site.paths import find_model_page
from audit.publish.site.report_forms import list_forms
from audit.publish.site.site_data import SiteData
from audit.publish.urls import build_hub_url
from audit.records.model import Model
from audit.records.registry import Registry

QUESTIONS = {
    "learned-from": "See what it learned from?",
    "rebuild": "Rebuild it?",
    "commercial": "Use it commercially?",
    "safety": "Audit it for safety?",
}
_SECTIONS = {
    "ship": "Ship it",
    "missing": "What is missing",
    "verdicts": "Verdicts",
    "facts": "Facts",
    "data": "Training data",
    "lineage": "Made from",
    "history": "History",
    "others": "Other indexes",
    "sources": "Sources",
    "take": "Files",
    "wrong": "Something wrong?",
}


def render_model_page(
    view: ModelView, data: SiteData, downloads: Sequence[tuple[str, str, str]]
) -> SitePage:
    """The page of one model. `downloads`: words, address and type of each file to take along."""
    path = find_model_page(view.model.id)
    return render_page(
        "model.html.j2",
        path,
        data,
        view.model.ref,
        linked=describe_model(view, data.registry, find_way_up(path)),
        view=view,
        downloads=downloads,
        definitions=_name_definitions(),
        questions=QUESTIONS,
        names=_LicenseNames(data.registry),
        **_collect_answers(view),
        **_collect_surroundings(view.model, data),
    )


def _collect_answers(view: ModelView) -> dict[str, Any]:
    sources = view.sources
    return {
        "model": view.model,
        "row": view.row,
        "said": view.explanation,
        "permission": view.permission,
        "sources": sources,
        "numbers": {source: place for place, source in enumerate(sources, 1)},
        "next_classes": list(_list_next_classes(view)),
        "sections": _list_sections(view),
        "parting": [each for each in view.explanation.disagreements if _is_between_others(each)],
        "permission_words": PERMISSION_WORDS,
        "label_meaning": LABEL_WORDS[view.row.label],
    }


def _is_between_others(found: DefinitionDisagreement) -> bool:
    """The label follows from the other definitions: it parts from none of them by itself."""
    return LABEL_DEFINITION.id not in (found.positive, found.negative)


def _collect_surroundings(model: Model, data: SiteData) -> dict[str, Any]:
    registry = data.registry
    named = model.components["datasets"].datasets
    return {
        "registry": registry,
        "family": registry.families.get(model.family or ""),
        "hub": build_hub_url(model.hub.repo) if model.hub else "",
        "datasets": [registry.datasets.get(id) or id for id in named],
        "forms": list_forms(model.ref, data.address),
        "badge": find_badge(model.id),
    }


def _list_next_classes(view: ModelView) -> Iterator[tuple[str, Verdict]]:
    """The label, and the class by the definition that grades; each in words."""
    for verdict in view.explanation.verdicts:
        if verdict.framework == LABEL_DEFINITION.id:
            yield f"The label is {verdict.value}", verdict
        elif verdict.framework == MOF.id:
            yield f"{MOF.name}: {verdict.value.replace('-', ' ')}", verdict


def _list_sections(view: ModelView) -> list[tuple[str, str]]:
    """Words and anchor of each part of the page that it has."""
    has_data = bool(view.model.components["datasets"].datasets)
    absent = {"data": not has_data, "others": not view.others}
    return [(words, anchor) for anchor, words in _SECTIONS.items() if not absent.get(anchor)]


class _LicenseNames:
    """Names instead of keys, for the template."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def name(self, expression: str) -> str:
        """An expression with names."""
        return replace_license_keys(expression, self._registry)

    def name_terms(self, expression: str) -> str:
        """The terms of a component."""
        return find_expression_name(expression, self._registry) if expression else ""

    def show_steps(self, steps: Iterable[Step]) -> Markup:
        """The items of a list. A few thousand are all that stand on the pages, again and again."""
        return Markup("".join(map(self._show_step, steps)))

    def _show_step(self, step: Step) -> Markup:
        return _render_step(
            self._registry, step.answer, step.id, step.subject, step.reason, step.clause
        )


@lru_cache(maxsize=1 << 14)
def _render_step(
    registry: Registry, answer: str, id: str, subject: str, reason: str, clause: str
) -> Markup:
    macros = vars(open_site_environment().get_template("parts.html.j2").module)
    said = replace_license_keys(reason, registry)
    return Markup(macros["step_item"](answer, id, subject, said, clause))


def _name_definitions() -> Mapping[str, Any]:
    """Those that have a verdict of their own beside the label."""
    return {each.id: each for each in DEFINITIONS if each is not LABEL_DEFINITION}
