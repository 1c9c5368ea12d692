"""All generated pages of a registry: what they should say, and whether the files say it.

Another page, or another file for programs, is one row of `PAGE_GROUPS` and the module that
renders it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import partial
from itertools import chain
from pathlib import Path

from audit.analysis.other_indexes import OtherIndex
from audit.core.second_process import make_beside
from audit.drift.events import Event
from audit.publish.generated_files import find_stale_files, write_generated_files
from audit.publish.pages.catalog import render_catalog_page
from audit.publish.pages.comparison import render_comparison_page
from audit.publish.pages.context import JudgedRegistry, judge_registry
from audit.publish.pages.dataset import render_dataset_pages
from audit.publish.pages.label import render_label_pages
from audit.publish.pages.license import render_license_pages
from audit.publish.pages.model_page import render_model_pages
from audit.publish.pages.owner import render_owner_pages
from audit.publish.pages.verdicts import VERDICTS_FILE, render_verdicts_file
from audit.publish.views.build_summary import build_summaries
from audit.publish.views.summary_file import SUMMARIES_FILE, dump_summaries, find_data_date
from audit.records.registry import Registry

_FEW = 100
"""Models that are not worth a second process."""


def render_summaries_file(judged: JudgedRegistry) -> dict[str, str]:
    """The rows of all models as one file, by its path below the registry."""
    day = find_data_date(judged.registry)
    return {SUMMARIES_FILE: dump_summaries(build_summaries(judged), day)}


@dataclass(frozen=True)
class PageGroup:
    """Generated files of one kind."""

    patterns: tuple[str, ...]
    """Globs below the registry.

    `save` commits what matches; what is not rendered any more is removed.
    """
    render: Callable[[JudgedRegistry], Mapping[str, str]]
    """Text by path below the registry."""
    is_half: bool = False
    """As much work as all others together: done on a second core where there is one."""


PAGE_GROUPS = (
    PageGroup(("README.md",), render_catalog_page),
    PageGroup(("labels/*.md", "labels/*/*.md"), render_label_pages),
    PageGroup(("licenses/*.md",), render_license_pages),
    PageGroup(("datasets/README.md", "datasets/*/README.md"), render_dataset_pages),
    PageGroup(("models/*/README.md",), render_owner_pages),
    PageGroup(("models/*/*.md",), render_model_pages, is_half=True),
    PageGroup(("indexes/README.md",), render_comparison_page),
    PageGroup((VERDICTS_FILE,), render_verdicts_file),
    PageGroup((SUMMARIES_FILE,), render_summaries_file),
)
PAGE_PATTERNS = tuple(pattern for group in PAGE_GROUPS for pattern in group.patterns)
_PAGE_PATH = re.compile("|".join(map(translate, PAGE_PATTERNS)))


def is_page_path(path: str) -> bool:
    """Whether a path below the registry is that of a generated page."""
    return _PAGE_PATH.match(path) is not None


def render_registry_pages(
    registry: Registry, events: Iterable[Event] = (), indexes: Sequence[OtherIndex] = ()
) -> dict[str, str]:
    """Judge a registry and render every page, by path below the registry. Raises BadExpression."""
    return render_judged_pages(judge_registry(registry, events, indexes))


def render_judged_pages(judged: JudgedRegistry) -> dict[str, str]:
    """Every page of a registry that is judged already."""
    work = partial(_render_half, judged)
    with make_beside(work, is_worth=len(judged.registry.models) >= _FEW) as half:
        return _join_pages(judged, half)


def _render_half(judged: JudgedRegistry) -> Iterable[tuple[str, str]]:
    halves = (group.render(judged).items() for group in PAGE_GROUPS if group.is_half)
    return chain.from_iterable(halves)


def _join_pages(judged: JudgedRegistry, half: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The other pages, rendered while the half may be made beside, and then the half."""
    pages: dict[str, str] = {}
    for group in PAGE_GROUPS:
        if not group.is_half:
            pages |= group.render(judged)
    pages.update(half)
    return pages


def find_stale_pages(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Pages that are missing, differ, or belong to an owner that is gone."""
    return find_stale_files(root, wanted, PAGE_PATTERNS)


def write_pages(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Write the pages that are stale and say which. Pages of owners that are gone are removed."""
    return write_generated_files(root, wanted, PAGE_PATTERNS)
