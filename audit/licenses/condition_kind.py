"""What the program knows about one kind of license clause: the columns of the table of kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from audit.licenses import clause_strictness as strictness
from audit.licenses.clause_effects import UseRule
from audit.licenses.clause_parameters import ANY_CLAUSE, ParameterForm
from audit.records.license import LicenseCondition

Tolerance = Literal["never", "as-duty", "always"]
"""Whether open terms may carry a clause; `as-duty` only where its effect is a mere duty."""
Stage = Literal["before-use", "repository", "product", "contracts", "running", "end", "none"]
"""When one has to think of a clause; `none` for what is only good to know."""


@dataclass(frozen=True)
class ConditionKind:
    """One kind of clause."""

    id: str
    judge_use: UseRule
    """What the clause makes of one use."""
    stage: Stage
    """When it is heeded, unless the clause itself says otherwise in its parameter `stage`."""
    is_no_stricter: strictness.StrictnessRule = strictness.has_same_reach
    """How two clauses of the kind compare, beyond the harshness of their effects."""
    own_parameters: Mapping[str, ParameterForm] | None = None
    """Those beside the parameters that a clause of any kind may have."""
    tolerance: Tolerance = "never"
    """Whether licenses under the Open Source Definition carry it (opensource.org/osd)."""
    is_housekeeping: bool = False
    """Nearly every open license has it in its own words: MIT for Apache-2.0 closes nothing."""
    housekeeping_switch: str = ""
    """Parameter that makes a clause of the kind housekeeping too: it binds only who chooses so."""
    is_threshold: bool = False
    """Whether other clauses of the license may apply only above it."""
    is_duty_on_sharing: bool = False
    """A duty on what one shares, which is milder than a ban on sharing it."""
    withheld_use: str = ""
    """The large class of uses that it withholds from everybody, in words; empty for other kinds."""
    is_registration: bool = False
    """Whether use is granted on request."""

    @property
    def title(self) -> str:
        """The kind in plain words."""
        return self.id.replace("-", " ")

    def is_weightless(self, condition: LicenseCondition) -> bool:
        """Whether the clause neither opens nor closes terms, as a whole kind or by its switch."""
        return self.is_housekeeping or condition.parameters.get(self.housekeeping_switch) is True

    @cached_property
    def parameters(self) -> Mapping[str, ParameterForm]:
        """The form of each parameter that a clause of this kind may have."""
        return {**ANY_CLAUSE, **(self.own_parameters or {})}
