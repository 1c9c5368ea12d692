"""What people want to do with a model, and the answers that terms can give to it.

Judges nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

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
_PERMISSION_RANKS = {permission: rank for rank, permission in enumerate(PERMISSION_ORDER)}
ToldPermission = Literal[
    "allowed",
    "allowed-lineage-open",
    "allowed-with-obligations",
    "needs-separate-license",
    "forbidden",
    "unknown",
]
"""A permission as it is told of a model.

A grant beside a lineage that nobody stated is a value of its own: an unnamed base could bind.
"""
TOLD_WORDS: Mapping[str, str] = {
    "allowed": "allowed",
    "allowed-lineage-open": "allowed, lineage not stated",
    "allowed-with-obligations": "allowed with obligations",
    "needs-separate-license": "needs a separate license",
    "forbidden": "forbidden",
    "unknown": "not known",
}
"""From most to least known to be granted: the one wording of pages, lists, files and answers."""
PERMISSION_WORDS: Mapping[Permission, str] = {
    value: TOLD_WORDS[value] for value in PERMISSION_ORDER[::-1]
}
GRANTED = frozenset[Permission]({"allowed", "allowed-with-obligations"})
Purpose = Literal["commercial", "production", "research", "evaluation", "education", "personal"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
COMMERCIAL_PURPOSES = frozenset({"commercial", "production"})
Asker = Literal["company", "individual", "nonprofit", "university", "government"]
ASKERS: tuple[Asker, ...] = get_args(Asker)
Period = Literal["month", "year"]
RevenueSource = Literal["product", "company", "group"]
"""Whose revenue a number is: of one product, of the company, or with all of its affiliates."""
REVENUE_SOURCES: tuple[RevenueSource, ...] = get_args(RevenueSource)
Mode = Literal[
    "internal",
    "host",
    "embed",
    "redistribute",
    "fine-tune",
    "sell-fine-tune",
    "use-outputs",
    "train-on-outputs",
    "merge",
    "quantize",
    "remove-guardrails",
]
MODES: tuple[Mode, ...] = get_args(Mode)
GUARDRAIL_FIELD = "guardrail-removal"
"""The field of use by which licenses name what `remove-guardrails` does."""
PRODUCTION_FIELD = "production-use"
"""The field of use by which licenses name the purpose `production`."""


@dataclass(frozen=True)
class Entailment:
    """What a mode does with the model, whatever the circumstances."""

    words: str
    """What somebody does, after `you`."""
    needs_weights: bool = True
    hosts: bool = False
    modifies: bool = False
    shares: Literal["never", "if-public", "always"] = "never"
    """Whether a copy, changed or not, leaves the house."""
    is_sale: bool = False
    makes_outputs_model: bool = False
    """Whether another model is trained on what this one writes."""


MODE_ENTAILMENTS: Mapping[Mode, Entailment] = {
    "internal": Entailment("run it in your own house"),
    "host": Entailment("offer it to others as a service or an API", hosts=True),
    "embed": Entailment("pass it on inside a product", shares="always"),
    "redistribute": Entailment("pass the weights on", shares="always"),
    "fine-tune": Entailment("train it further", modifies=True, shares="if-public"),
    "sell-fine-tune": Entailment(
        "train it further and sell the result", modifies=True, shares="always", is_sale=True
    ),
    "use-outputs": Entailment("use what it made, without its weights", needs_weights=False),
    "train-on-outputs": Entailment("train other models on what it makes", makes_outputs_model=True),
    "merge": Entailment("merge it with another model", modifies=True, shares="if-public"),
    "quantize": Entailment("quantize or convert it", modifies=True, shares="if-public"),
    "remove-guardrails": Entailment(
        "remove or weaken its guardrails", modifies=True, shares="if-public"
    ),
}
"""The one table of modes: what each entails."""


@dataclass(frozen=True)
class IntendedUse:
    """One thing that somebody wants to do, with its circumstances.

    None, and an empty tuple, mean not stated: a clause that depends on it is an obligation then.
    """

    mode: Mode = "internal"
    purposes: tuple[Purpose, ...] = ()
    asker: Asker | None = None
    monthly_users: int | None = None
    """Active users in one month."""
    users_month: str | None = None
    """The month in which they were counted, as 2024-11."""
    affiliates: bool | None = None
    """Whether the numbers include affiliates."""
    revenue: int | None = None
    """Revenue in one period."""
    revenue_period: Period = "year"
    revenue_of: RevenueSource | None = None
    currency: str | None = None
    """ISO 4217 code of the revenue's currency; None is taken as the clause's own."""
    territory: str | None = None
    """Where the asker is: ISO 3166-1 alpha-2 code, or EU."""
    user_territories: tuple[str, ...] = ()
    """Where those are who are served."""
    competing: bool | None = None
    """Whether the trained model competes with the maker's, or is a general one."""
    public: bool = False
    """Whether the changed or trained model is published."""
    field: str | None = None
    """A word of the closed vocabulary (`fields_of_use`); another word is never compared."""

    @property
    def entailment(self) -> Entailment:
        """What the mode does with the model."""
        return MODE_ENTAILMENTS[self.mode]

    @property
    def is_commercial(self) -> bool:
        """Whether money is made with it: by a stated purpose, or because the mode is a sale."""
        return self.entailment.is_sale or not COMMERCIAL_PURPOSES.isdisjoint(self.purposes)

    @property
    def is_business(self) -> bool:
        """Whether it serves trade: production of an authority or a school does not."""
        is_trade = self.entailment.is_sale or "commercial" in self.purposes
        return is_trade or ("production" in self.purposes and self.asker in (None, "company"))

    @property
    def fields(self) -> tuple[str, ...]:
        """The field asked about, and those that mode and purpose mean."""
        named = [self.field] if self.field is not None else []
        if self.mode == "remove-guardrails":
            named.append(GUARDRAIL_FIELD)
        if "production" in self.purposes:
            named.append(PRODUCTION_FIELD)
        return tuple(named)

    @property
    def host(self) -> bool:
        """Whether others use it as a service, without getting a copy."""
        return self.entailment.hosts

    @property
    def redistribute(self) -> bool:
        """Whether a copy of the model, changed or not, is passed on."""
        shares = self.entailment.shares
        return shares == "always" or (shares == "if-public" and self.public)

    @property
    def fine_tune(self) -> bool:
        """Whether the model is changed: trained further, merged, quantized, stripped of guardrails."""
        return self.entailment.modifies

    @property
    def train_on_outputs(self) -> bool:
        """Whether another model is trained on what it makes."""
        return self.entailment.makes_outputs_model

    @property
    def removes_guardrails(self) -> bool:
        """Whether safeguards are taken away, as stated by the mode or by the field."""
        return self.mode == "remove-guardrails" or self.field == GUARDRAIL_FIELD

    @property
    def needs_weights(self) -> bool:
        """Whether the asker runs, changes or passes on the model itself."""
        return self.entailment.needs_weights


def tell_permission(permission: Permission, *, is_lineage_open: bool) -> ToldPermission:
    """The answer as it is told of a model: the one rule of every page, list and file."""
    return "allowed-lineage-open" if permission == "allowed" and is_lineage_open else permission


def rank_permission(permission: Permission) -> int:
    """The place of an answer in PERMISSION_ORDER: the smaller, the less is allowed."""
    return _PERMISSION_RANKS[permission]


def find_least_permission(permissions: Iterable[Permission]) -> Permission:
    """The answer of clauses that apply together; without any clause the use is allowed."""
    return min(permissions, key=rank_permission, default="allowed")
