"""Text for a terminal that cites its sources by number."""

import textwrap
from collections.abc import Iterable
from itertools import chain

from audit.definitions.base import FactUsed
from audit.records.evidence import Evidence

LINE_WIDTH = 110


class NumberedSources:
    """Numbers each address once, in the order in which it is first cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._records: dict[str, str] = {}

    def cite_evidence(self, evidence: Iterable[Evidence]) -> str:
        """The numbers of these sources, as ` [1, 4]`; nothing where there is none."""
        numbers = {self._number_source(row) for row in evidence}
        cited = ", ".join(str(number) for number in sorted(numbers))
        return f" [{cited}]" if cited else ""

    def _number_source(self, row: Evidence) -> int:
        self._records.setdefault(row.url, row.record)
        return self._numbers.setdefault(row.url, len(self._numbers) + 1)

    def cite_facts(self, facts: Iterable[FactUsed]) -> str:
        """The numbers of all sources of these facts."""
        return self.cite_evidence(chain.from_iterable(fact.evidence for fact in facts))

    def list_lines(self) -> list[str]:
        """The list of sources, each with the record that cites it. Addresses are never wrapped."""
        return [
            f"  [{number}] {url}  ({self._records[url]})" for url, number in self._numbers.items()
        ]


def wrap_text(text: str, indent: str, hanging: str | None = None) -> list[str]:
    """Lines of the terminal's width. Addresses are never broken."""
    return textwrap.wrap(
        text,
        LINE_WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
