"""`registry/summaries.json`: the rows of all models, for `search` and for programs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from audit.core.json_files import build_damaged_file_error, dump_json_line, read_machine_json
from audit.core.json_folders import find_json_files
from audit.publish.views.model_summary import ModelSummary, parse_summary, serialize_summary
from audit.records.evidence import Evidence
from audit.records.registry import Registry

SUMMARIES_FILE = "summaries.json"
MAX_SUMMARIES_BYTES = 64 << 20
_DAY = re.compile(r'"data_date": "(\d{4}-\d{2}-\d{2})"')
_HEAD_CHARACTERS = 200
"""Enough for what stands before the first row."""


def dump_summaries(summaries: Sequence[ModelSummary], data_date: str) -> str:
    """The rows as JSON with a line per model, so that a change of one is a diff of one."""
    body = ",\n".join([dump_json_line(serialize_summary(each)) for each in summaries])
    head = f'"generated_by": "nox -s catalog", "data_date": "{data_date}"'
    return f'{{{head}, "models": [\n{body}\n]}}\n'


def find_data_date(registry: Registry) -> str:
    """The newest day on which a fact of these records was read; empty where none is recorded."""
    return max((source.seen for source in _list_evidence(registry)), default="")


def _list_evidence(registry: Registry) -> Iterator[Evidence]:
    for model in registry.models.values():
        yield from model.evidence
        for component in model.components.values():
            yield from component.evidence
    for dataset in registry.datasets.values():
        yield from dataset.evidence
    for license in registry.licenses.values():
        yield from license.evidence


def read_data_date(root: Path) -> str:
    """The day that the file of rows tells, without reading the rows; empty where none is told."""
    found = _DAY.search(_read_head(root / SUMMARIES_FILE))
    return found[1] if found else ""


def _read_head(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(_HEAD_CHARACTERS)
    except (OSError, ValueError):
        return ""


def read_summaries(root: Path) -> list[ModelSummary] | None:
    """The rows as last written; None where there are none, or not one for each record.

    Raises InvalidFileError for a damaged file.
    """
    path, shown = root / SUMMARIES_FILE, f"{root.name}/{SUMMARIES_FILE}"
    if not path.is_file():
        return None
    found = _parse_rows(read_machine_json(path, shown, MAX_SUMMARIES_BYTES), shown)
    recorded = {"/".join(parts) for parts in find_json_files(root / "models")}
    return found if recorded == {f"{each.id}.json" for each in found} else None


def _parse_rows(content: object, shown: str) -> list[ModelSummary]:
    if not isinstance(content, Mapping):
        raise build_damaged_file_error(shown, "holds no object")
    try:
        return [parse_summary(row) for row in content["models"]]
    except (KeyError, TypeError) as error:
        raise build_damaged_file_error(shown, f"holds no rows of models: {error!r}") from error
