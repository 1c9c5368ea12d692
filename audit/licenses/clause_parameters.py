"""The forms that parameters of clauses may have, and whether a value has its form."""

from collections.abc import Mapping

ParameterForm = type | frozenset[str]
"""The type of a parameter's value, or the words that it may be."""
EFFECTS = frozenset({"needs-license", "forbidden", "obligation", "royalty"})
EFFECT_AND_REACH: Mapping[str, ParameterForm] = {"effect": EFFECTS, "covers": str}


def has_form(value: object, form: ParameterForm | None) -> bool:
    """Whether the value is of the form; never where there is none, as of an unknown parameter."""
    if form is None:
        return False
    if isinstance(form, frozenset):
        return value in form if isinstance(value, str) else False
    if form is list:
        return isinstance(value, list | tuple)
    if form is float:
        return isinstance(value, int | float)
    # In Python a switch is a number too, and no clause means one by it.
    return isinstance(value, form) and (form is bool or not isinstance(value, bool))
