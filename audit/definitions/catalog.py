"""All definitions, in the order in which people meet them."""

from dataclasses import dataclass

from audit.definitions import eu_ai_act, mof, open_data, osai_index, osaid, spectrum
from audit.definitions.base import JudgeFunction, Verdict
from audit.records.model import Model, Registry


@dataclass(frozen=True)
class Framework:
    """One definition of openness, published elsewhere or, for our own, in docs/definitions."""

    id: str
    version: str
    name: str
    source: str
    """Where the definition is published."""
    judge: JudgeFunction
    positive_values: frozenset[str]
    """Values that say yes; empty for a definition that only scores."""


FRAMEWORKS: tuple[Framework, ...] = (
    Framework(
        spectrum.FRAMEWORK,
        spectrum.VERSION,
        "The plain label",
        "docs/definitions/spectrum.md",
        spectrum.judge,
        frozenset({"open-source"}),
    ),
    Framework(
        osaid.FRAMEWORK,
        osaid.VERSION,
        "Open Source AI Definition",
        "https://opensource.org/ai/open-source-ai-definition",
        osaid.judge,
        frozenset({"conforms"}),
    ),
    Framework(
        open_data.FRAMEWORK,
        open_data.VERSION,
        "OSAID and open data",
        "https://opensource.org/ai/open-source-ai-definition",
        open_data.judge,
        frozenset({"conforms"}),
    ),
    Framework(
        mof.FRAMEWORK,
        mof.VERSION,
        "Model Openness Framework",
        "https://arxiv.org/abs/2403.13784",
        mof.judge,
        frozenset({"class-I", "class-II", "class-III"}),
    ),
    Framework(
        osai_index.FRAMEWORK,
        osai_index.VERSION,
        "European Open Source AI Index",
        "https://osai-index.eu/",
        osai_index.judge,
        frozenset(),
    ),
    Framework(
        eu_ai_act.FRAMEWORK,
        eu_ai_act.VERSION,
        "EU AI Act, open-source exemption",
        "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
        eu_ai_act.judge,
        frozenset({"conditions-met"}),
    ),
)


def judge_by_all_frameworks(model: Model, registry: Registry) -> tuple[Verdict, ...]:
    """The verdict of every definition, in their order. Raises BadExpression for a license that the registry does not hold."""
    return tuple(framework.judge(model, registry) for framework in FRAMEWORKS)
