"""What the card says of terms in prose, held against what its tag and its license files say."""

import re
from collections.abc import Iterable
from dataclasses import replace

from audit.contribute.new.license import StatedTerms
from audit.definitions.common_uses import COMMON_USES, build_model_under_license
from audit.definitions.permissions import judge_permission
from audit.drift.compare.stated_licenses import is_license_of_name, list_named_licenses
from audit.licenses.text.prose import cut_quote
from audit.licenses.uses import GRANTED
from audit.records.registry import Registry

MAX_QUOTED = 3
_NO_COMMERCE = re.compile(
    r"non-?commercial|not (?:be )?(?:used )?commercial|research (?:purposes )?only|禁止商用|非商业",
    re.IGNORECASE,
)
_CODE = re.compile(r"\bcode\b|\brepositor|\bsoftware\b|代码", re.IGNORECASE)
_WEIGHTS = re.compile(r"\bweights?\b|\bmodels?\b|\bcheckpoints?\b|模型", re.IGNORECASE)
"""A sentence about code alone says nothing of the weights."""


def settle_with_prose(
    terms: StatedTerms, sentences: Iterable[str], registry: Registry
) -> StatedTerms:
    """The terms, but for a license that a sentence of the card contradicts: a person settles it.

    A sentence may speak of the code or of another model; that is not for a program to decide.
    """
    license = terms.license
    if license is None:
        return terms
    telling = [each for each in sentences if _contradicts(each, license, registry)]
    if not telling:
        return terms
    quotes = " ".join(f"“{cut_quote(sentence)}”" for sentence in telling[:MAX_QUOTED])
    asks = f"The tag or a file says {license}, and the card says: {quotes} Which have the weights?"
    return replace(terms, license=None, open_question=asks)


def _contradicts(sentence: str, license: str, registry: Registry) -> bool:
    """Whether it names another license, or forbids the commerce that this one allows."""
    if _CODE.search(sentence) and not _WEIGHTS.search(sentence):
        return False
    named = list(list_named_licenses(sentence))
    if any(not is_license_of_name(license, each.prefix) for each in named):
        return True
    return bool(_NO_COMMERCE.search(sentence)) and _allows_commerce(license, registry)


def _allows_commerce(license: str, registry: Registry) -> bool:
    """Whether the license by itself grants the most common of the common uses."""
    held = registry.licenses.get(license)
    if held is None:
        return True  # of an expression, a person is asked
    model = build_model_under_license(held)
    return judge_permission(model, registry, COMMON_USES[0].use).value in GRANTED
