"""One model in one row: what people filter, sort and compare by.

Importing this module loads no rules, so that a search answers at once.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from audit.core.references import get_owner

UNKNOWN = "unknown"
MILLION, BILLION = 10**6, 10**9
COMMERCIAL_GRANTS = ("allowed", "allowed-lineage-open", "allowed-with-obligations")
GATE_VALUES = ("none", "auto", "manual", "gated", UNKNOWN, "no-repository")
DATA_VALUES = (
    "released",
    "partial",
    "described",
    "withdrawn",
    "not-released",
    "not-found",
    "not-applicable",
    UNKNOWN,
)
"""Status of the training data, from most to least."""
BY_NAME = "≈"
"""Before a size that nobody counted."""
BY_NAME_NOTE = f"{BY_NAME} is a size that stands in the name; nobody counted."
_SIZE_IN_NAME = re.compile(
    r"(?<![a-z0-9.])(?P<number>\d{1,4}(?:\.\d{1,2})?)(?P<unit>[bm])(?![a-z0-9])"
)
_UNITS = {"b": BILLION, "m": MILLION}


@dataclass(frozen=True)
class ModelSummary:
    """What one row shows. Words of closed vocabularies, with `unknown` as a word of its own."""

    id: str
    name: str
    developer: str
    family: str
    """Empty for a model that belongs to none."""
    label: str
    commercial: str
    license: str
    """Expression of the weights' license; `NONE`, `unknown`, or empty where there are no weights."""
    license_name: str
    parameters: int | None
    active_parameters: int | None
    modalities: tuple[str, ...]
    data: str
    """Status of the training data."""
    gate: str
    released: str
    """As exact as its source; empty where nobody recorded it."""
    changed: str
    """When something upstream last changed, as exact as its source; empty for never."""
    depth: str
    other_names: tuple[str, ...]
    verdicts: Mapping[str, str]
    """Value by definition."""

    @property
    def owner(self) -> str:
        """Whose repository it is."""
        return get_owner(self.id)

    @property
    def year(self) -> str:
        """Of the release; `unknown` where nobody recorded it."""
        return self.released[:4] or UNKNOWN

    @property
    def size_in_name(self) -> int | None:
        """Parameters that the name states, for a model that nobody counted; shown as `≈7 B`."""
        return read_size_in_name(self.id.partition("/")[2])

    @property
    def likely_parameters(self) -> int | None:
        """The count, else the size in the name."""
        return self.parameters or self.size_in_name


SUMMARY_FIELDS: Sequence[str] = tuple(each.name for each in fields(ModelSummary))


def read_size_in_name(name: str) -> int | None:
    """The first size in a name such as `Qwen3-0.6B`; None where there is none.

    `8x7B` states no total, and a size of active parameters (`A3B`) comes after the total.
    """
    found = _SIZE_IN_NAME.search(name.lower().replace("_", "-"))
    if found is None:
        return None
    return round(float(found["number"]) * _UNITS[found["unit"]])


def format_parameters(total: int | None) -> str:
    """In billions or millions, to three digits; nothing where nobody counted."""
    if total is None:
        return ""
    if total < BILLION:
        return f"{total / MILLION:.3g} M"
    billions = total / BILLION
    return f"{billions:.3g} B" if billions < 1000 else f"{billions:,.0f} B"


def format_summary_size(summary: ModelSummary) -> str:
    """The count, else the size in the name with its mark."""
    return format_likely_size(summary.id, summary.parameters)


def format_likely_size(id: str, parameters: int | None) -> str:
    """The same of any model: pages, lists and scripts say one size."""
    if parameters is not None:
        return format_parameters(parameters)
    named = read_size_in_name(id.partition("/")[2])
    return f"{BY_NAME}{format_parameters(named)}" if named else ""


def serialize_summary(summary: ModelSummary) -> dict[str, Any]:
    """As JSON; `parameters` are null where nobody counted."""
    return vars(summary) | {
        "modalities": list(summary.modalities),
        "other_names": list(summary.other_names),
        "verdicts": dict(summary.verdicts),
    }


def parse_summary(row: Mapping[str, Any]) -> ModelSummary:
    """From JSON that `serialize_summary` wrote. Raises KeyError, TypeError for anything else."""
    values = {name: row[name] for name in SUMMARY_FIELDS}
    for name, value in values.items():
        if not _IS_OF_KIND.get(name, _is_text)(value):
            raise TypeError(f"{name} is of another kind")
    values["modalities"] = tuple(row["modalities"])
    values["other_names"] = tuple(row["other_names"])
    return ModelSummary(**values)


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_count(value: object) -> bool:
    return value is None or (type(value) is int and value >= 0)


def _is_list_of_text(value: object) -> bool:
    return type(value) is list and all(map(_is_text, value))


def _maps_to_text(value: object) -> bool:
    return type(value) is dict and all(map(_is_text, value.values()))


_IS_OF_KIND: Mapping[str, Callable[[object], bool]] = {
    "parameters": _is_count,
    "active_parameters": _is_count,
    "modalities": _is_list_of_text,
    "other_names": _is_list_of_text,
    "verdicts": _maps_to_text,
}
"""What a value of a row must be, where it is not text."""
