"""What people want to do with a model, and the answers that terms can give to it. Judges nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Permission = Literal[
    "allowed", "allowed-with-obligations", "needs-separate-license", "forbidden", "unknown"
]
PERMISSION_ORDER: tuple[Permission, ...] = (
    "forbidden",
    "unknown",
    "needs-separate-license",
    "allowed-with-obligations",
    "allowed",
)
"""From least to most: of terms that apply together the least counts, of alternatives the most."""
PERMISSION_WORDS: dict[Permission, str] = {
    "allowed": "allowed",
    "allowed-with-obligations": "allowed with obligations",
    "needs-separate-license": "needs a separate license",
    "forbidden": "forbidden",
    "unknown": "not known",
}


@dataclass(frozen=True)
class IntendedUse:
    """What somebody wants to do.

    None means not stated: a clause that depends on it is then listed as an obligation.
    """

    commercial: bool = False
    monthly_users: int | None = None
    """Active users per month."""
    revenue: int | None = None
    """Yearly revenue of the company, in the currency of the clause."""
    territory: str | None = None
    """ISO 3166-1 alpha-2 code, or EU."""
    redistribute: bool = False
    fine_tune: bool = False
    train_on_outputs: bool = False
    field: str | None = None
    """Plain words, for example military, research, hosted service."""


def rank_permission(permission: Permission) -> int:
    """The place of an answer in PERMISSION_ORDER: the smaller, the less is allowed."""
    return PERMISSION_ORDER.index(permission)


def find_least_permission(permissions: Iterable[Permission]) -> Permission:
    """The answer of clauses that apply together; without any clause the use is allowed."""
    return min(permissions, key=rank_permission, default="allowed")
