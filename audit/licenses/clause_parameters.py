"""Parameters of clauses: the forms that they may have, and how the common ones are read."""

from collections.abc import Mapping

from audit.licenses.uses import Permission
from audit.records.license import LicenseCondition

ParameterForm = type | frozenset[str]
"""The type of a parameter's value, or the words that it may be."""
EFFECTS = frozenset({"needs-license", "forbidden", "obligation", "royalty"})
REQUEST = "request"
"""The effect of what a text asks for without making it a condition."""
EFFECT_AND_REACH: Mapping[str, ParameterForm] = {"effect": EFFECTS, "covers": str}
WITHIN_TRADE: Mapping[str, ParameterForm] = {"commercial_only": bool, "companies_only": bool}
"""Whether the clause reaches nothing but commercial use, or nothing but what companies do."""
STAGES = frozenset({"before-use", "repository", "product", "contracts", "running", "end", "none"})
ANY_CLAUSE: Mapping[str, ParameterForm] = {"stage": STAGES, "except": str}
"""When the clause is heeded, where its text says otherwise than its kind; what it leaves free."""
PLACED: Mapping[str, ParameterForm] = {
    "place": str,
    "notice_file": str,
    "also_when_hosting": bool,
}
"""Where something has to stand, in which file, and whether a service counts as passing it on."""
SHIPPED: Mapping[str, ParameterForm] = {
    **PLACED,
    "notice_text": str,
    "notice_sha256": str,
    "phrase": str,
}
"""Words that the text prescribes: a notice whole, or the digest of a long one, and a phrase."""
_PERMISSION_BY_EFFECT: Mapping[object, Permission] = {
    "needs-license": "needs-separate-license",
    "forbidden": "forbidden",
    "obligation": "allowed-with-obligations",
    "royalty": "allowed-with-obligations",
}


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


def read_stated_effect(condition: LicenseCondition, default: Permission = "unknown") -> Permission:
    """What the clause says follows; the default where it states no effect."""
    return _PERMISSION_BY_EFFECT.get(condition.parameters.get("effect"), default)


def list_words(condition: LicenseCondition, name: str) -> list[str]:
    """The words of a parameter that is a list; none where it is not stated."""
    words = condition.parameters.get(name)
    return [str(word) for word in words] if isinstance(words, list | tuple) else []
