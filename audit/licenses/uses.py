"""What people want to do with a model, and the answers that terms can give to it.

Judges nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Permission = Literal[
    "allowed", "allowed-with-obligations", "needs-separate-license", "forbidden", "unknown"
]
PERMISSION_ORDER: tuple[Permission, ...] = (
    "forbidden",
    "needs-separate-license",
    "unknown",
    "allowed-with-obligations",
    "allowed",
)
"""From least to most: of terms that apply together the least counts, of alternatives the most.

What is known to bind decides before what is not known: terms that nobody has read cannot lift a
ban.
"""
PERMISSION_WORDS: dict[Permission, str] = {
    "allowed": "allowed",
    "allowed-with-obligations": "allowed with obligations",
    "needs-separate-license": "needs a separate license",
    "forbidden": "forbidden",
    "unknown": "not known",
}
GRANTED = frozenset[Permission]({"allowed", "allowed-with-obligations"})
Purpose = Literal["commercial", "production", "research", "evaluation", "education", "personal"]
PURPOSES: tuple[Purpose, ...] = (
    "commercial",
    "production",
    "research",
    "evaluation",
    "education",
    "personal",
)
COMMERCIAL_PURPOSES = frozenset({"commercial", "production"})


@dataclass(frozen=True)
class IntendedUse:
    """What somebody wants to do.

    None means not stated: a clause that depends on it is then listed as an obligation.
    """

    commercial: bool = False
    purpose: Purpose | None = None
    host: bool = False
    """The model is offered to others as a service, without passing it on."""
    monthly_users: int | None = None
    """Active users in one month."""
    users_month: str | None = None
    """The month in which they were counted, as 2024-11."""
    revenue: int | None = None
    """Revenue of the company in one period, in the currency of the clause."""
    revenue_period: Literal["month", "year"] = "year"
    territory: str | None = None
    """ISO 3166-1 alpha-2 code, or EU."""
    redistribute: bool = False
    fine_tune: bool = False
    train_on_outputs: bool = False
    field: str | None = None
    """A word of the closed vocabulary (`fields_of_use`); another word is never compared."""

    @property
    def is_commercial(self) -> bool:
        """Whether money is made with it, as stated by the flag or the purpose."""
        return self.commercial or self.purpose in COMMERCIAL_PURPOSES


def rank_permission(permission: Permission) -> int:
    """The place of an answer in PERMISSION_ORDER: the smaller, the less is allowed."""
    return PERMISSION_ORDER.index(permission)


def find_least_permission(permissions: Iterable[Permission]) -> Permission:
    """The answer of clauses that apply together; without any clause the use is allowed."""
    return min(permissions, key=rank_permission, default="allowed")
