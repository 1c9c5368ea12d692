"""All generated pages of a registry: what they should say, and whether the files say it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from audit.analysis.other_indexes import OtherIndex
from audit.core.json_files import remove_leftovers, write_text_atomic
from audit.publish.pages.catalog import render_catalogue_page
from audit.publish.pages.comparison import render_comparison_page
from audit.publish.pages.context import EventData, JudgedRegistry, judge_registry
from audit.publish.pages.dataset import render_dataset_pages
from audit.publish.pages.label import render_label_pages
from audit.publish.pages.license import render_license_pages
from audit.publish.pages.owner import render_owner_pages
from audit.publish.pages.verdicts import VERDICTS_FILE, collect_verdict_values, dump_verdicts
from audit.records.model import Registry


def render_registry_pages(
    registry: Registry, events: Iterable[EventData] = (), indexes: Sequence[OtherIndex] = ()
) -> dict[str, str]:
    """Every page by its path below the registry. Raises BadExpression."""
    return render_judged_pages(judge_registry(registry, events), indexes)


def render_judged_pages(
    judged: JudgedRegistry, indexes: Sequence[OtherIndex] = ()
) -> dict[str, str]:
    """Every page of a registry that is judged already, and the verdicts as one file for programs."""
    return {
        "README.md": render_catalogue_page(judged),
        **render_label_pages(judged),
        **render_license_pages(judged),
        **render_dataset_pages(judged),
        **render_owner_pages(judged),
        "indexes/README.md": render_comparison_page(indexes, judged),
        VERDICTS_FILE: dump_verdicts(collect_verdict_values(judged)),
    }


def find_stale_pages(root: Path, wanted: dict[str, str]) -> list[str]:
    """Pages that are missing, differ, or belong to an owner that is gone."""
    stale = [
        path
        for path, text in wanted.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]
    return sorted(stale + _find_orphans(root, wanted))


def write_pages(root: Path, wanted: dict[str, str]) -> list[str]:
    """Write the pages that are stale and say which. Pages of owners that are gone are removed."""
    written = find_stale_pages(root, wanted)
    for path in written:
        if path in wanted:
            write_text_atomic(root / path, wanted[path])
        else:
            (root / path).unlink()
    for names in (".md", VERDICTS_FILE):
        remove_leftovers(root, names)
    return written


def _find_orphans(root: Path, wanted: dict[str, str]) -> list[str]:
    patterns = ("models/*/README.md", "datasets/*/README.md", "licenses/*.md", "labels/*.md")
    generated = [path for pattern in patterns for path in root.glob(pattern)]
    found = {str(path.relative_to(root).as_posix()) for path in generated}
    return sorted(found - set(wanted))
