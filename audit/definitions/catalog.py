"""All definitions, in the order in which people meet them.

A new one is its module and a line here.
"""

from audit.definitions import eu_ai_act, mof, open_data, osai_index, osaid, spectrum
from audit.definitions.base import Definition, Verdict
from audit.records.model import Model
from audit.records.registry import Registry

LABEL_DEFINITION = spectrum.DEFINITION
"""The one whose verdict is the plain label of the catalog."""
DEFINITIONS: tuple[Definition, ...] = (
    LABEL_DEFINITION,
    osaid.DEFINITION,
    open_data.DEFINITION,
    mof.DEFINITION,
    osai_index.DEFINITION,
    eu_ai_act.DEFINITION,
)
_BY_ID = {definition.id: definition for definition in DEFINITIONS}


def find_definition(id: str) -> Definition:
    """The definition with this id, as a verdict names it. Raises KeyError for an unknown one."""
    return _BY_ID[id]


def judge_by_all_definitions(model: Model, registry: Registry) -> tuple[Verdict, ...]:
    """The verdict of every definition, in their order.

    Raises InvalidExpressionError for a license that the registry does not hold.
    """
    return tuple(definition.judge(model, registry) for definition in DEFINITIONS)
