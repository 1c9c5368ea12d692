"""What a reader types, `7B text commercial`, as a filter."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from audit.core.errors import UsageError
from audit.publish.views.facets import OR_BETTER, ModelFilter, SizeRange
from audit.publish.views.model_summary import COMMERCIAL_GRANTS
from audit.records.model_names import strip_hub_address

SIZE_WORD = re.compile(
    r"(?P<sign><=|>=|<|>|~)?(?P<from>\d+(?:\.\d+)?)(?P<first_unit>[kmbt])?"
    r"(?:-(?P<to>\d+(?:\.\d+)?)(?P<unit>[kmbt]))?",
    re.IGNORECASE,
)
UNITS = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
ABOUT_FROM, ABOUT_TO = 0.85, 1.3
"""`7B` is a class and no count: its models have from 6 to 9 billion parameters."""
YEAR_WORD = re.compile(r"20[12]\d")
MODALITIES = ("text", "code", "image", "audio", "video", "embedding", "time-series", "protein")
VALUES_BY_WORD: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "commercial": ("commercial", COMMERCIAL_GRANTS),
    "non-commercial": ("commercial", ("needs-separate-license", "forbidden")),
    "open-source": ("label", ("open-source",)),
    "open-weight": ("label", OR_BETTER["open-weight"]),
    "open-weights": ("label", OR_BETTER["open-weight"]),
    "closed": ("label", ("closed",)),
    "undetermined": ("label", ("undetermined",)),
    "ungated": ("gate", ("none",)),
    "gated": ("gate", ("auto", "manual", "gated")),
    "open-data": ("data", ("released",)),
    "reviewed": ("depth", ("reviewed",)),
    **{word: ("modality", (word,)) for word in MODALITIES},
}


@dataclass
class _FilterParts:
    words: list[str] = field(default_factory=list)
    values: dict[str, frozenset[str]] = field(default_factory=dict)
    size: SizeRange | None = None

    def narrow(self, facet: str, admitted: Iterable[str]) -> None:
        """Add values of a facet: a second word of the same facet admits more."""
        self.values[facet] = self.values.get(facet, frozenset()) | frozenset(admitted)


def parse_query(query: str) -> ModelFilter:
    """A filter from words. A word that is no size, year or value of a facet is looked for as text.

    Raises UsageError for a second size, and for an address of the Hub that is no model's.
    """
    parts = _FilterParts()
    for word in query.casefold().split():
        _take_word(word, parts)
    return ModelFilter(tuple(parts.words), parts.values, size=parts.size)


def _take_word(word: str, parts: _FilterParts) -> None:
    size = parse_size(word)
    if size is not None:
        if parts.size is not None:
            raise UsageError(f"{word}: a second size; write a range such as 7-13B")
        parts.size = size
    elif word in VALUES_BY_WORD:
        parts.narrow(*VALUES_BY_WORD[word])
    elif YEAR_WORD.fullmatch(word):
        parts.narrow("year", (word,))
    else:
        parts.words.append(strip_hub_address(word))


def parse_size(word: str) -> SizeRange | None:
    """`7B` (about), `7-13B`, `<3B`, `>=70B`; None for what is no size."""
    found = SIZE_WORD.fullmatch(word)
    if found is None or not (found["first_unit"] or found["unit"]):
        return None
    first_unit = UNITS[(found["first_unit"] or found["unit"]).lower()]
    first = float(found["from"]) * first_unit
    if found["to"]:
        last = float(found["to"]) * UNITS[found["unit"].lower()]
        return SizeRange(ABOUT_FROM * first, ABOUT_TO * last)
    return _RANGE_BY_SIGN[found["sign"] or "~"](first)


_RANGE_BY_SIGN: Mapping[str, Callable[[float], SizeRange]] = {
    "~": lambda size: SizeRange(ABOUT_FROM * size, ABOUT_TO * size),
    "<": lambda size: SizeRange(below=size),
    "<=": lambda size: SizeRange(below=size + 1),
    ">": lambda size: SizeRange(at_least=size + 1),
    ">=": lambda size: SizeRange(at_least=size),
}
