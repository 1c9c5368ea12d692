"""Bases that nobody recorded and that the name of a model suggests."""

from audit.definitions.lineage import get_owner
from audit.records.model import Model

_FAMILY_OWNERS = {
    "llama": "meta-llama",
    "gemma": "google",
    "qwen": "qwen",
    "mistral": "mistralai",
}
"""Families whose licenses or makers' habits put their name into those of derivatives."""


def find_suggested_base(model: Model) -> str | None:
    """A word in the name of a model that names another maker's family.

    Only where neither a base nor training from scratch is on record with evidence. Licenses demand
    such names of derivatives (Llama 3.1, section 1(b)(i)), so that an unstated lineage under one of
    them is no mere open question.
    """
    if model.base_models or model.from_scratch is not None:
        return None
    name = model.id.partition("/")[2].lower()
    for word, owner in _FAMILY_OWNERS.items():
        if word in name and get_owner(model.id) != owner:
            return word
    return None
