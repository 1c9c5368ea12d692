"""The uses that people ask about first, and what a change of license does to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from audit.definitions.permissions import find_permission, find_told_permissions
from audit.licenses.uses import (
    PERMISSION_WORDS,
    TOLD_WORDS,
    IntendedUse,
    Permission,
    ToldPermission,
)
from audit.records.component import COMPONENTS, Component, DataInformation
from audit.records.license import License
from audit.records.model import Model, TrainedFromScratch
from audit.records.registry import Registry

BEFORE_AND_NOW = ("before", "now")
"""How two licenses of which one took the other's place are told apart."""


@dataclass(frozen=True)
class CommonUse:
    """One use with its words for each kind of sentence."""

    use: IntendedUse
    noun: str
    """`commercial use`: a cell of a table."""
    infinitive: str
    """`use it commercially`: after `May you`."""
    gerund: str
    """`Using it commercially`: the beginning of a sentence."""
    is_on_pages: bool = True
    """Whether a page has room for it."""


COMMON_USES = (
    CommonUse(
        IntendedUse(purposes=("commercial",)),
        "commercial use",
        "use it commercially",
        "Using it commercially",
    ),
    CommonUse(
        IntendedUse(purposes=("commercial",), monthly_users=1_000_000_000),
        "commercial use with 1,000,000,000 monthly users",
        "use it commercially with a thousand million users a month",
        "Using it commercially with more than a thousand million users a month",
        is_on_pages=False,
    ),
    CommonUse(
        IntendedUse(mode="host", purposes=("commercial",)),
        "hosting it as a service",
        "host it as a commercial service",
        "Hosting it as a commercial service",
    ),
    CommonUse(IntendedUse(mode="fine-tune"), "fine-tuning", "fine-tune it", "Training it further"),
    CommonUse(IntendedUse(mode="redistribute"), "passing the weights on", "share it", "Sharing it"),
    CommonUse(
        IntendedUse(mode="train-on-outputs"),
        "training other models on outputs",
        "train other models on its outputs",
        "Training other models on what it writes",
    ),
)
_ON_PAGES = tuple(common for common in COMMON_USES if common.is_on_pages)


@dataclass(frozen=True)
class CommonAnswer:
    """What the terms make of one common use."""

    noun: str
    value: ToldPermission
    words: str
    """The value as people read it."""


def answer_common_uses(model: Model, registry: Registry) -> Iterator[CommonAnswer]:
    """The answers that pages and explanations list, in the order of the uses.

    Raises InvalidExpressionError for a license that the registry does not hold.
    """
    answers = find_told_permissions(model, registry, [common.use for common in _ON_PAGES])
    for common, told in zip(_ON_PAGES, answers, strict=True):
        yield CommonAnswer(common.noun, told, TOLD_WORDS[told])


def format_common_answers(answers: Iterable[CommonAnswer], mark: str = "") -> str:
    """The answers on one line, uses with the same answer together; `mark` sets an answer off."""
    by_words: dict[str, list[str]] = {}
    for answer in answers:
        by_words.setdefault(answer.words, []).append(answer.noun)
    return " · ".join(f"{', '.join(uses)}: {mark}{words}{mark}" for words, uses in by_words.items())


def describe_changed_uses(
    model: Model,
    before: str,
    after: str,
    registry: Registry,
    sides: tuple[str, str] = BEFORE_AND_NOW,
) -> Iterator[str]:
    """One sentence per use whose answer differs between two licenses of the weights.

    `sides`: what the two are to each other. Raises InvalidExpressionError for a license that the
    registry does not hold.
    """
    old, new = _replace_license(model, before), _replace_license(model, after)
    for common in COMMON_USES:
        was = find_permission(old, registry, common.use)
        now = find_permission(new, registry, common.use)
        if was != now:
            yield _format_change(common, was, now, sides)


def _format_change(
    common: CommonUse, was: Permission, now: Permission, sides: tuple[str, str]
) -> str:
    first, second = sides
    return f"{common.gerund}: {PERMISSION_WORDS[was]} {first}, {PERMISSION_WORDS[now]} {second}."


def build_model_under_license(license: License) -> Model:
    """A model without a base, under this license alone: what the license allows by itself."""
    components = {name: Component(name) for name in COMPONENTS}
    weights = Component("model-parameters-final", "released", license.id)
    components[weights.name] = weights
    return Model(
        id=f"any/{license.id}",
        name=license.name,
        developer="",
        family=None,
        modalities=(),
        released=None,
        hub=None,
        base_models=(),
        from_scratch=TrainedFromScratch(()),
        components=components,
        data_information=DataInformation(),
        claims=(),
        evidence=(),
    )


def _replace_license(model: Model, license: str) -> Model:
    weights = replace(model.weights, license=license)
    return replace(model, components={**model.components, weights.name: weights})
