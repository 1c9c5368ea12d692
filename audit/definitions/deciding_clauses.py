"""What stands behind an answer on permissions: one clause, and what it makes of the use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.licenses.uses import Permission, rank_permission
from audit.records.evidence import Evidence
from audit.records.license import License, LicenseCondition


@dataclass(frozen=True)
class DecidingClause:
    """A clause that bears on the intended use, and what it makes of it."""

    model: str
    """The model, or the base, whose license it is."""
    license: str
    section: str
    kind: str
    summary: str
    effect: Permission
    evidence: tuple[Evidence, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)
    """The clause's numbers and words, such as `users` or `display`."""

    def rank(self) -> int:
        """The place of its effect among the answers: the harshest is the smallest."""
        return rank_permission(self.effect)

    def name_model(self, id: str) -> "DecidingClause":
        """The clause as that of a model under the license."""
        return DecidingClause(
            id,
            self.license,
            self.section,
            self.kind,
            self.summary,
            self.effect,
            self.evidence,
            self.parameters,
        )


def build_condition_clause(
    license: License, condition: LicenseCondition, effect: Permission
) -> DecidingClause:
    """A clause of a license, of whatever model."""
    return DecidingClause(
        "",
        license.id,
        condition.section,
        condition.kind,
        condition.summary,
        effect,
        condition.evidence,
        condition.parameters,
    )


def build_freedom_clause(
    license: License, freedom: str, words: str, effect: Permission
) -> DecidingClause:
    """A freedom that a license withholds, or that nobody has read."""
    kind = f"freedom to {freedom}"
    return DecidingClause("", license.id, "", kind, words, effect, license.evidence)


def build_lineage_clause(
    id: str, words: str, evidence: tuple[Evidence, ...] = ()
) -> DecidingClause:
    """What stays unknown about a base."""
    return DecidingClause(id, "unknown", "", "lineage", words, "unknown", evidence)
