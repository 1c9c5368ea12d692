"""Whether a card whose sentences about terms changed gives more or less: by records, never by words.

Certain only where the sentences that came name one license for the weights and add nothing, and
where it is known what held before: by the sentences that went, or by the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from audit.drift.compare.stated_licenses import (
    NamedLicense,
    find_license_of_weights,
    is_about_code_alone,
)
from audit.licenses.compare import Direction, compare_expressions
from audit.observations.facts import Statement
from audit.records.registry import Registry

Statements = Sequence[Statement]


@dataclass(frozen=True)
class TermsChange:
    """From which terms to which; nothing certain where a side is empty."""

    before: tuple[str, ...] = ()
    """The licenses that the old name can mean: expressions."""
    after: tuple[str, ...] = ()

    def find_direction(self, registry: Registry) -> Direction:
        """The direction that every reading of the names gives."""
        found = {compare_expressions(*pair, registry) for pair in product(self.before, self.after)}
        return found.pop() if len(found) == 1 else "unreviewed"

    @property
    def only_pair(self) -> tuple[str | None, str | None]:
        """The two licenses where each name means one."""
        is_single = len(self.before) == len(self.after) == 1
        return (self.before[0], self.after[0]) if is_single else (None, None)


@dataclass(frozen=True)
class CardReader:
    """Reads what cards of one record state for its weights."""

    registry: Registry
    recorded: str | None
    """The license of the weights by the record; None where it is of no model."""
    is_code_repository: bool
    """Whether `this repository` means code: on the Hub it means the weights."""

    def find_terms_change(self, old: Statements, new: Statements) -> TermsChange:
        """What the whole card stated before, and states now."""
        come = [each for each in new if each not in old]
        after = self._list_names(new)
        if len(after) != 1 or after != self._list_names(come) or not self._are_plain(come):
            return TermsChange()
        held = self._find_terms_before(old, [each for each in old if each not in new])
        return TermsChange(held, tuple(after[0].list_ids(self.registry)))

    def _find_terms_before(self, old: Statements, gone: Statements) -> tuple[str, ...]:
        before = self._list_names(old)
        if not before:
            return (self.recorded,) if self.recorded else ()
        is_certain = len(before) == 1 and self._are_plain(gone)
        return tuple(before[0].list_ids(self.registry)) if is_certain else ()

    def _list_names(self, statements: Statements) -> list[NamedLicense]:
        """The licenses that sentences state for the weights, each once."""
        found = (find_license_of_weights(each, self.registry) for each in statements)
        return list(dict.fromkeys(name for name in found if name))

    def _are_plain(self, statements: Statements) -> bool:
        """Whether the sentences say nothing of the weights' terms but a license's name."""
        return all(
            is_about_code_alone(each, is_code_repository=self.is_code_repository)
            or find_license_of_weights(each, self.registry)
            for each in statements
        )
