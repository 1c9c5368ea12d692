"""The recorded licenses against a table of answers that was written from their clauses."""

from dataclasses import replace

import pytest

from audit.definitions.permissions import judge_permission
from audit.licenses.uses import IntendedUse
from audit.records.load import load_registry
from tests.definitions.builders import make_model, replace_component

ANSWERS = {
    "A": "allowed",
    "O": "allowed-with-obligations",
    "L": "needs-separate-license",
    "F": "forbidden",
    "?": "unknown",
}
SMALL = IntendedUse(
    purposes=("commercial",),
    monthly_users=0,
    affiliates=True,
    revenue=0,
    revenue_of="group",
    territory="US",
)
USES = {
    "commercial": SMALL,
    "a million users": replace(SMALL, monthly_users=1_000_000),
    "exactly 100 million users": replace(SMALL, monthly_users=100_000_000),
    "a billion users": replace(SMALL, monthly_users=1_000_000_000),
    "a billion of revenue": replace(SMALL, revenue=1_000_000_000),
    "a company in the EU, multimodal model": replace(SMALL, territory="DE"),
    "outputs train another model": replace(SMALL, purposes=(), mode="train-on-outputs"),
    "sharing a fine-tune": replace(SMALL, purposes=(), mode="fine-tune", public=True),
}
"""One column each. What a threshold says above 100 million begins at the next user.

The number of users is of no stated month, so that a count taken once, before a release, is open.
"""
TABLE = """
AGPL-3.0-only                                        A A A A A A A O
Apache-2.0                                           A A A A A A A O
BSD-2-Clause                                         A A A A A A A O
BSD-3-Clause                                         A A A A A A A O
CC-BY-3.0                                            A A A A A A A O
CC-BY-4.0                                            A A A A A A A O
CC-BY-NC-4.0                                         F F F F F F O O
CC-BY-NC-ND-4.0                                      F F F F F F O F
CC-BY-NC-SA-4.0                                      F F F F F F O O
CC-BY-SA-3.0                                         A A A A A A A O
CC-BY-SA-4.0                                         A A A A A A A O
CC0-1.0                                              A A A A A A A A
CDLA-Permissive-1.0                                  O O O O O O O O
CDLA-Permissive-2.0                                  A A A A A A A O
GPL-2.0-only                                         A A A A A A A O
GPL-3.0-only                                         A A A A A A A O
GPL-3.0-or-later                                     A A A A A A A O
LGPL-3.0-only                                        A A A A A A A O
LicenseRef-CreativeML-OpenRAIL-M                     O O O O O O O O
LicenseRef-CreativeML-OpenRAIL-PP-M                  O O O O O O O O
LicenseRef-apple-corenet                             A A A A A A A O
LicenseRef-baichuan2-community                       L L L L L L O ?
LicenseRef-chatglm-6b                                O O O O O O O O
LicenseRef-chatglm2-6b                               O O O O O O O O
LicenseRef-cohere-cc-by-nc-aup                       F F F F F F O O
LicenseRef-databricks-open-model                     O O O ? O O F O
LicenseRef-exaone-1.1-nc                             L L L L L L F O
LicenseRef-exaone-1.2-nc                             L L L L L L ? O
LicenseRef-falcon-180b                               O O O O O O O O
LicenseRef-falcon-3                                  O O O O O O O O
LicenseRef-flux-1-dev-nc-1.1.1                       L L L L L L ? O
LicenseRef-glm-130b                                  F F F F F F O O
LicenseRef-glm-4                                     O O O O O O O O
LicenseRef-gpt2-modified-mit                         A A A A A A A O
LicenseRef-internlm-weights-2023                     L L L L L L A ?
LicenseRef-llama-3                                   O O O ? O O F O
LicenseRef-microsoft-research                        F F F F F F O F
LicenseRef-minimax-m2-modified-mit                   A A A O O A A O
LicenseRef-minimax-m2.5-modified-mit                 O O O O O O O O
LicenseRef-minimax-model                             O O O O O O O O
LicenseRef-mistral-mnpl-0.1                          L L L L L L O O
LicenseRef-mistral-modified-mit                      A A A A ? A A O
LicenseRef-mistral-mrl-0.1                           L L L L L L O O
LicenseRef-nvidia-ai-foundation                      O O O O O O F L
LicenseRef-opt-175b                                  F F F F F F O O
LicenseRef-qwen-research                             L L L L L L O O
LicenseRef-scancode-bigcode-open-rail-m-v1           O O O O O O O O
LicenseRef-scancode-bigscience-open-rail-m           O O O O O O O O
LicenseRef-scancode-bigscience-rail-1.0              O O O O O O O O
LicenseRef-scancode-deepseek-la-1.0                  O O O O O O O O
LicenseRef-scancode-falcon-2-11b-1.0                 O O O O O O O O
LicenseRef-scancode-flux-1-nc                        L L L L L L ? O
LicenseRef-scancode-gemma-tou-2024-04-01             O O O O O O O O
LicenseRef-scancode-gemma-tou-2025-03-24             O O O O O O O O
LicenseRef-scancode-llama-2-license-2023             O O O ? O O F O
LicenseRef-scancode-llama-3.1-license-2024           O O O ? O O O O
LicenseRef-scancode-llama-3.2-license-2024           O O O ? O F O O
LicenseRef-scancode-llama-3.3-license-2024           O O O ? O F O O
LicenseRef-scancode-llama-4-cla-2025                 O O O ? O F O O
LicenseRef-scancode-llama-license-2023               F F F F F F O O
LicenseRef-scancode-moonshot-ai-modified-mit-2025    A A A O O A A O
LicenseRef-scancode-nvidia-open-model-2025-04-28     O O O O O O O O
LicenseRef-scancode-qwen-2024                        O O O L O O O O
LicenseRef-scancode-stability-ai-community-2024      O O O O L O ? O
LicenseRef-scancode-stability-ai-nc-2023-12-06       L L L L L L O O
LicenseRef-scancode-tongyi-qianwen-2023              O O O L O O F O
LicenseRef-tencent-hunyuan-a13b                      O O O ? O F F O
LicenseRef-tencent-hunyuan-large                     O O O ? O F F O
LicenseRef-tongyi-qianwen-research                   L L L L L L F O
LicenseRef-xai-community                             O O O O O O ? O
LicenseRef-yi-1.0                                    L L L L L L O O
LicenseRef-yi-2.0                                    L L L L L L O O
LicenseRef-yi-2.1                                    L L L L L L O O
MIT                                                  A A A A A A A O
MPL-2.0                                              A A A A A A A O
ODC-By-1.0                                           A A A A A A A O
OpenMDW-1.0                                          A A A A A A A O
PDDL-1.0                                             A A A A A A A A
"""
NAMES = {
    "LicenseRef-llama-3": ("Built with Meta Llama 3", "Llama 3"),
    "LicenseRef-scancode-llama-3.1-license-2024": ("Built with Llama", "Llama"),
    "LicenseRef-scancode-llama-4-cla-2025": ("Built with Llama", "Llama"),
    "LicenseRef-scancode-qwen-2024": ("Built with Qwen, or Improved using Qwen",),
    "LicenseRef-scancode-stability-ai-community-2024": ("Powered by Stability AI",),
    "LicenseRef-xai-community": ("Powered by xAI",),
    "LicenseRef-scancode-llama-2-license-2023": (),
    "MIT": (),
}
ROWS = [(line.split()[0], tuple(line.split()[1:])) for line in TABLE.strip().splitlines()]


@pytest.fixture(scope="module")
def licenses(root):
    """The license records."""
    return load_registry(root / "registry")


def judge_license_use(id, use, registry, modalities=("text", "image")):
    """What a model trained from scratch, under this license alone, lets one do; multimodal by default."""
    subject = replace(
        replace_component(make_model(), "model-parameters-final", license=id),
        modalities=modalities,
        base_models=(),
    )
    return judge_permission(subject, replace(registry, models={subject.id: subject}), use)


@pytest.mark.parametrize(("id", "expected"), ROWS, ids=[id for id, _ in ROWS])
def test_a_license_allows_what_its_clauses_say(id, expected, licenses):
    """Commerce, user and revenue thresholds, territory, outputs and sharing come out as the text has them."""
    found = {name: judge_license_use(id, use, licenses).value for name, use in USES.items()}
    assert found == {name: ANSWERS[letter] for name, letter in zip(USES, expected, strict=True)}


def test_a_name_for_multimodal_models_is_no_duty_of_a_text_model(licenses):
    """NVIDIA calls every multimodal model under its license Cosmos; a text model shows no phrase."""
    id = "LicenseRef-scancode-nvidia-open-model-2025-04-28"
    found = {}
    for modalities in (("text", "code"), ("text", "video"), ()):
        clauses = judge_license_use(id, SMALL, licenses, modalities).clauses
        found[modalities] = "naming" in {each.kind for each in clauses}
    assert found == {("text", "code"): False, ("text", "video"): True, (): True}


@pytest.mark.parametrize(("id", "words"), NAMES.items())
def test_a_license_says_which_name_must_be_shown(id, words, licenses):
    """A naming rule is an obligation that carries its very words."""
    clauses = judge_license_use(id, SMALL, licenses).clauses
    found = tuple(
        str(each.parameters.get("display") or each.parameters.get("prefix"))
        for each in clauses
        if each.kind == "naming"
    )
    assert found == words


def test_every_condition_cites_its_section_and_source(licenses):
    """No clause stands without the number of its section and an address where it was read; and there are at least 70 licenses."""
    assert len(licenses.licenses) >= 70
    assert len(ROWS) >= 40
    for license in licenses.licenses.values():
        for condition in license.conditions:
            assert condition.section, license.id
            assert condition.evidence, license.id
