"""Each condition of the EU AI Act's exemption: the fact, the answer, its words and what it needs.

The expected values are those of docs/definitions/eu-ai-act-53-2.md.
"""

import pytest

from audit.definitions import eu_ai_act
from audit.records.hub_pins import HubPins
from audit.records.model import ParameterCounts, TrainingCompute
from tests.definitions.builders import (
    EVIDENCE,
    find_step,
    list_facts,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"
CONDITIONS = ["parameters", "access", "architecture", "usage", "license", "lineage"]
COMPUTE = "cumulative training compute: "
GATE_NEEDS = "establish that nothing but a check of who asks stands before the download"


def judge(model, *others):
    """The verdict on a model among others."""
    return eu_ai_act.judge(model, make_registry(model, *others))


def gate_model(gate):
    """A model on the Hub with a gate of this kind."""
    return make_model(hub=HubPins("maker/model-1", None, gate, "mit", evidence=EVIDENCE))


@pytest.mark.parametrize(
    ("status", "answer", "reason", "needs"),
    [
        ("released", "yes", "the weights: released", ""),
        ("partial", "no", "the weights: released in part only", "release the weights"),
        ("withdrawn", "no", "the weights: withdrawn", "release the weights"),
        ("not-applicable", "no", "the weights: not released", "release the weights"),
        ("not-found", "no", "the weights: not found", "release the weights (not found)"),
        (
            "unknown",
            "unknown",
            "the weights: not known to be released or withheld",
            "establish whether the weights are released",
        ),
    ],
)
def test_parameters_are_public(status, answer, reason, needs):
    """Only weights that are released are made publicly available."""
    verdict = judge(replace_component(make_model(), "model-parameters-final", status))
    step = find_step(verdict.steps, "parameters")
    assert (step.answer, step.reason, step.needs) == (answer, reason, needs)
    assert step.clause.startswith("Article 53(2): parameters, architecture and usage information")
    assert [fact[:2] for fact in list_facts(step)] == [(MODEL, "model-parameters-final")]


@pytest.mark.parametrize(
    ("gate", "answer", "reason", "needs"),
    [
        (False, "yes", "anybody can obtain the files", ""),
        (
            "auto",
            "unknown",
            "a gate opens automatically; what its form collects, and for what, is not recorded",
            GATE_NEEDS,
        ),
        (
            "manual",
            "unknown",
            "a person opens the gate; whether only to verify users is not recorded",
            GATE_NEEDS,
        ),
        (
            "gated",
            "unknown",
            "behind a gate; how it opens, and what it collects, is not recorded",
            GATE_NEEDS,
        ),
        (
            "unknown",
            "unknown",
            "whether a gate stands before the files is unknown",
            "look whether the download is gated, and how",
        ),
    ],
)
def test_every_gate_leaves_access_open(gate, answer, reason, needs):
    """A gate may only verify users (79) or collect data for a price (87): no record says which."""
    verdict = judge(gate_model(gate))
    step = find_step(verdict.steps, "access")
    assert (step.answer, step.reason, step.needs) == (answer, reason, needs)
    assert list_facts(step) == [(MODEL, "hub.gated", str(gate).lower())]
    assert step.clause.startswith("Article 53(2): parameters")
    assert verdict.missing == ((needs,) if needs else ())
    assert verdict.value == ("undetermined" if needs else "conditions-met")


def test_no_gate_applies_outside_of_the_hub():
    """A model that is not on the Hub has no gate of it, and may meet all conditions."""
    verdict = judge(make_model(hub=None))
    step = find_step(verdict.steps, "access")
    assert (step.answer, step.facts) == ("not-applicable", ())
    assert step.reason == "not on the Hub, so no gate of it applies"
    assert step.clause.startswith("Article 53(2): parameters")
    assert verdict.value == "conditions-met"


@pytest.mark.parametrize(
    ("status", "answer", "needs"),
    [
        ("released", "yes", ""),
        ("partial", "yes", ""),
        ("described", "yes", ""),
        ("withdrawn", "no", "publish information on the architecture"),
        ("not-released", "no", "publish information on the architecture"),
        ("not-found", "no", "publish information on the architecture"),
        ("not-applicable", "no", "publish information on the architecture"),
        ("unknown", "unknown", "establish whether the architecture is documented"),
    ],
)
def test_a_description_of_the_architecture_is_enough(status, answer, needs):
    """The Act asks for information on the architecture, not for its code."""
    verdict = judge(replace_component(make_model(), "model-architecture", status))
    step = find_step(verdict.steps, "architecture")
    assert (step.answer, step.needs) == (answer, needs)
    assert step.reason.startswith("information on the architecture: ")
    assert [fact[:2] for fact in list_facts(step)] == [(MODEL, "model-architecture")]
    assert step.clause.startswith("Article 53(2): parameters")
    assert verdict.to_improve == ((needs,) if answer == "no" else ())
    assert verdict.one_step_away is (answer == "no")


ESTABLISH_CARD = "establish whether a model card is published"
PUBLISH_USAGE = "publish information on usage"
NONE_FOUND = (
    "information on usage: the model card not found, the technical report not found, "
    "the research paper not found"
)


@pytest.mark.parametrize(
    ("card", "report", "paper", "answer", "needs"),
    [
        ("released", "not-found", "not-found", "yes", ""),
        ("released", "unknown", "released", "yes", ""),
        ("unknown", "not-found", "not-found", "unknown", ESTABLISH_CARD),
        ("not-found", "released", "not-found", "unknown", ESTABLISH_CARD),
        ("not-found", "not-found", "released", "unknown", ESTABLISH_CARD),
        ("not-found", "unknown", "not-found", "unknown", ESTABLISH_CARD),
        ("not-found", "not-found", "unknown", "unknown", ESTABLISH_CARD),
        ("not-found", "not-found", "not-found", "no", PUBLISH_USAGE),
        ("partial", "described", "withdrawn", "no", PUBLISH_USAGE),
    ],
)
def test_usage_is_what_a_card_says(card, report, paper, answer, needs):
    """A card says what is asked for (91, 92); what a report alone says of usage is not recorded."""
    subject = replace_component(make_model(), "model-card", card)
    subject = replace_component(subject, "technical-report", report)
    step = find_step(judge(replace_component(subject, "research-paper", paper)).steps, "usage")
    assert (step.answer, step.needs) == (answer, needs)
    shown = [fact[1] for fact in list_facts(step)]
    assert shown == ["model-card", "technical-report", "research-paper"][: 1 if not needs else 3]
    assert step.clause.startswith("Article 53(2): parameters")
    if (card, report, paper) == ("not-found",) * 3:
        assert step.reason == NONE_FOUND
    if card == "released":
        assert step.reason == "information on usage: the model card released"


ESTABLISH_COMPUTE = "establish the training compute, or that it is at most 10^25 FLOP"


@pytest.mark.parametrize(
    ("compute", "size", "answer", "shown", "needs"),
    [
        (TrainingCompute(1e25, EVIDENCE), None, "yes", "1e+25 FLOP", ""),
        (
            TrainingCompute(1.1e25, EVIDENCE),
            None,
            "no",
            "1.1e+25 FLOP",
            "nothing: training compute does not change",
        ),
        (
            TrainingCompute(None, EVIDENCE, 1.1e25),
            None,
            "unknown",
            "at most 1.1e+25 FLOP",
            ESTABLISH_COMPUTE,
        ),
        (TrainingCompute(None, EVIDENCE, 1e25), None, "yes", "at most 1e+25 FLOP", ""),
        (None, 16_600_000_000, "yes", "at most 1e+25 FLOP", ""),
        (None, 16_700_000_000, "unknown", "at most 1e+25 FLOP", ESTABLISH_COMPUTE),
    ],
)
def test_systemic_risk_is_presumed_above_a_threshold(compute, size, answer, shown, needs):
    """Above 10^25 FLOP the exemption is lost, and compute once spent cannot be taken back."""
    counts = ParameterCounts(size, None, EVIDENCE)
    verdict = judge(make_model(training_compute=compute, parameters=counts))
    step = find_step(verdict.steps, "systemic-risk")
    assert (step.answer, step.reason, step.needs) == (answer, f"{COMPUTE}{shown}", needs)
    assert step.clause.startswith("Article 53(2), last sentence, and Article 51(2)")
    assert list_facts(step)[0][0] == MODEL
    assert verdict.one_step_away is False
    assert verdict.to_improve == ((needs,) if answer == "no" else ())


def test_one_step_away_is_a_change_that_somebody_can_make():
    """One unmet condition and nothing unknown: but not beside an unknown fact."""
    subject = replace_component(make_model(), "model-card", "not-found")
    for name in ("technical-report", "research-paper"):
        subject = replace_component(subject, name, "not-found")
    assert judge(subject).one_step_away is True
    unsure = replace_component(subject, "model-architecture", "unknown")
    verdict = judge(unsure)
    assert (verdict.value, verdict.one_step_away) == ("conditions-not-met", False)
    assert verdict.missing == ("establish whether the architecture is documented",)
    assert verdict.to_improve == (PUBLISH_USAGE,)


def test_steps_stand_in_the_order_of_the_page():
    """Scope first; then what is public; then the terms of the model and of each base; compute last."""
    base = make_model("root/base", training_compute=TrainingCompute(2e23, EVIDENCE))
    verdict = judge(make_model(bases=("root/base",)), base)
    assert [(step.id, step.subject) for step in verdict.steps] == [
        ("general-purpose", ""),
        ("provider", ""),
        *((id, "") for id in CONDITIONS),
        ("license", "root/base"),
        ("systemic-risk", ""),
    ]
    assert (verdict.framework, verdict.version) == (eu_ai_act.ID, eu_ai_act.VERSION)
    lineage = find_step(verdict.steps, "lineage")
    assert lineage.clause.startswith("Article 53(2): a free and open-source license")
    risk = find_step(verdict.steps, "systemic-risk")
    assert risk.reason == f"{COMPUTE}4e+23 FLOP"
    assert [fact[0] for fact in list_facts(risk)] == [MODEL, "models/root/base"]
