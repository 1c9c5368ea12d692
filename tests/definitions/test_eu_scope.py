"""Whom the EU AI Act speaks of, and how much compute a chain of models took.

The expected values are those of docs/definitions/eu-ai-act-53-2.md: scope (17, 60 to 64), compute.
"""

import pytest

from audit.definitions import eu_ai_act
from audit.definitions.eu_scope import check_general_purpose, check_provider
from audit.definitions.lineage import trace_parameters
from audit.definitions.training_compute import (
    ComputeRange,
    estimate_compute,
    list_compute_facts,
)
from audit.records.hub_pins import HubPins
from audit.records.model import ParameterCounts, TrainingCompute, TrainingTokens
from tests.definitions.builders import (
    EVIDENCE,
    list_facts,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"
BASE = "models/root/base"
THIRD = float(2**76)
"""Of a figure that is three times as much, without any rounding."""


def check_scope(check, model, *others):
    """The step of one of the two checks of scope."""
    return check(model, trace_parameters(model, make_registry(model, *others)))


def state_compute(flop=None, at_most=None):
    """A figure or a bound with evidence."""
    return TrainingCompute(flop, EVIDENCE, at_most)


def make_unstated(size=None, active=None, tokens=None, **changes):
    """A model without a figure of its compute."""
    counts = ParameterCounts(size, active, EVIDENCE)
    return make_model(training_compute=None, training_tokens=tokens, parameters=counts, **changes)


def make_sized(size, flop):
    """A model of this size with a figure of its compute."""
    return make_model(
        parameters=ParameterCounts(size, None, EVIDENCE), training_compute=state_compute(flop)
    )


@pytest.mark.parametrize(
    ("modalities", "answer", "reason"),
    [
        (("text",), "yes", "cumulative training compute: 2e+23 FLOP"),
        (("embedding",), "no", "its outputs are of another kind (embedding)"),
        (("text", "time-series"), "no", "its outputs are of another kind (time-series)"),
        (
            ("protein", "embedding", "text"),
            "no",
            "its outputs are of another kind (embedding, protein)",
        ),
    ],
)
def test_general_purpose_generates_language_images_or_video(modalities, answer, reason):
    """Whoever puts out something of another kind is not presumed to be of general purpose."""
    step = check_scope(check_general_purpose, make_model(modalities=modalities))
    assert (step.id, step.answer, step.reason) == ("general-purpose", answer, reason)
    assert step.clause.startswith("Article 3(63), guidelines (17)")


@pytest.mark.parametrize(
    ("compute", "answer"),
    [
        (state_compute(1e23), "no"),
        (state_compute(1.01e23), "yes"),
        (state_compute(at_most=1e23), "no"),
        (state_compute(at_most=1.01e23), "unknown"),
        (None, "unknown"),
    ],
)
def test_general_purpose_takes_more_than_a_threshold(compute, answer):
    """More than 10^23 FLOP; a bound may only show that it is not reached."""
    step = check_scope(check_general_purpose, make_model(training_compute=compute))
    assert (step.id, step.answer) == ("general-purpose", answer)
    assert step.clause.startswith("Article 3(63), guidelines (17)")
    assert [fact.field for fact in step.facts] == ["training_compute"]


def test_general_purpose_counts_the_chain_without_teachers():
    """Compute is summed over bases; a teacher's is left out (annex A.1, 122)."""
    base = make_model("root/base", training_compute=state_compute(0.9e23))
    small = state_compute(0.2e23)
    derived = make_model(bases=("root/base",), training_compute=small)
    taught = make_model(bases=("root/base",), relation="distillation", training_compute=small)
    step = check_scope(check_general_purpose, derived, base)
    assert (step.answer, step.reason) == ("yes", "cumulative training compute: 1.1e+23 FLOP")
    assert [fact[0] for fact in list_facts(step)] == [MODEL, BASE]
    assert check_scope(check_general_purpose, taught, base).answer == "no"
    exact = make_model(bases=("root/base",), training_compute=state_compute(1e23))
    bounded = make_unstated(10**9, id="root/base")
    assert check_scope(check_general_purpose, exact, bounded).answer == "unknown"


@pytest.mark.parametrize(
    ("change", "original", "answer"),
    [
        (state_compute(THIRD), state_compute(3 * THIRD), "no"),
        (state_compute(1.01e23), state_compute(3e23), "yes"),
        (state_compute(at_most=1e23), state_compute(3e23), "no"),
        (state_compute(at_most=1.01e23), state_compute(3e23), "unknown"),
        (state_compute(1.01e23), state_compute(at_most=3e23), "yes"),
        (state_compute(THIRD), state_compute(at_most=3 * THIRD), "unknown"),
        (state_compute(1e23), None, "unknown"),
        (None, state_compute(3e23), "unknown"),
        (None, None, "unknown"),
    ],
)
def test_provider_takes_more_than_a_third(change, original, answer):
    """A modification of another maker's model, where both computes are known (60 to 64)."""
    base = make_model("root/base", training_compute=original)
    step = check_scope(
        check_provider, make_model(bases=("root/base",), training_compute=change), base
    )
    assert (step.id, step.answer) == ("provider", answer)
    assert step.clause.startswith("Guidelines (60) to (64)")
    assert [fact.record for fact in step.facts] == [MODEL, BASE]
    if answer == "yes" and original.flop:
        assert step.reason == "the modification took 1e+23 FLOP, what it modifies 3e+23 FLOP"


def test_own_later_work_is_the_same_model():
    """The chain of one maker counts as one (23): its own bases are part of the change."""
    root = make_model("root/base", training_compute=state_compute(3e23))
    own = make_model("Maker/base", bases=("root/base",), training_compute=state_compute(0.9e23))
    later = make_model(bases=("Maker/base",), training_compute=state_compute(0.2e23))
    step = check_scope(check_provider, later, own, root)
    assert (step.answer, [fact[0] for fact in list_facts(step)]) == (
        "yes",
        [MODEL, "models/Maker/base", BASE],
    )
    alone = make_model("Maker/base")
    assert check_scope(check_provider, later, alone) is None
    assert check_scope(check_provider, alone) is None


TOKENS = TrainingTokens(10**12, EVIDENCE)
AT_MOST = TrainingTokens(None, EVIDENCE, 10**12)


@pytest.mark.parametrize(
    ("models", "least", "most"),
    [
        ([], 0, 0),
        ([make_model(training_compute=state_compute(2e23))], 2e23, 2e23),
        ([make_model(training_compute=state_compute(at_most=2e23))], 0, 2e23),
        ([make_model(training_compute=state_compute(2e23))] * 3, 6e23, 6e23),
        ([make_unstated(10**9, None, TOKENS)], 0, 6e21),
        ([make_unstated(10**9, 10**8, TOKENS)], 6e20, 6e20),
        ([make_unstated(None, 10**8, TOKENS)], 6e20, 6e20),
        ([make_unstated(10**9, 10**8, AT_MOST)], 0, 6e20),
        ([make_unstated(10**9)], 0, 6e23),
        ([make_unstated(10**9), make_unstated(2 * 10**9)], 0, 1.2e24),
        ([make_unstated(10**9), make_model(training_compute=state_compute(2e23))], 2e23, 8e23),
        ([make_unstated(10**9), make_sized(10**9, 2e23)], 2e23, 6e23),
        ([make_sized(10**8, 2e23), make_unstated(10**9), make_sized(10**9, 3e23)], 5e23, 6e23),
        ([make_unstated(10**9), make_sized(10**9 + 1, 2e23)], 2e23, 8e23),
        ([make_unstated(10**9), make_sized(10**9, 7e23)], 7e23, 7e23),
        ([make_unstated(10**10, 10**9)], 0, 6e23),
        ([make_unstated(10**10, 10**9), make_sized(2 * 10**9, 2e23)], 2e23, 8e23),
        ([make_unstated(10**9, None, TrainingTokens(None, EVIDENCE))], 0, 6e23),
        ([make_unstated()], 0, None),
        ([make_unstated(None, None, TOKENS)], 0, None),
        ([make_unstated(), make_unstated(10**9)], 0, None),
        ([make_unstated(), make_model(training_compute=state_compute(2e23))], 2e23, None),
        ([make_unstated(bases=("root/base",), relation="quantized")], 0, 0),
        ([make_unstated(bases=("root/base", "root/other"), relation="merge")], 0, 0),
        ([make_unstated(bases=("root/base",), relation="finetune")], 0, None),
        ([make_unstated(bases=None)], 0, None),
    ],
)
def test_compute_of_a_chain(models, least, most):
    """A figure, 6 times parameters times tokens, or what 10^14 tokens bound; quantizing trains nothing.

    The bound by size covers the bases of no larger size: what those state is not added to it.
    Of a mixture of experts it counts the active parameters, where they are stated.
    """
    found = estimate_compute(models)
    assert found.least == pytest.approx(least)
    assert found.most == (None if most is None else pytest.approx(most))


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0, None, "unknown"),
        (2e23, None, "at least 2e+23 FLOP"),
        (2e23, 2e23, "2e+23 FLOP"),
        (0, 2.34e23, "at most 2.3e+23 FLOP"),
    ],
)
def test_compute_in_words(least, most, words):
    """A bound says that it is one."""
    assert str(ComputeRange(least, most)) == words


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (make_model(training_compute=state_compute(2e23)), "training_compute", "2e+23 FLOP"),
        (
            make_model(training_compute=state_compute(at_most=2e23)),
            "training_compute",
            "at most 2e+23 FLOP",
        ),
        (make_unstated(10**9, None, TOKENS), "training_tokens", "1e+12"),
        (make_unstated(10**9, None, AT_MOST), "training_tokens", "1e+12"),
        (make_unstated(10**9), "parameters", "1,000,000,000"),
    ],
)
def test_compute_cites_what_it_was_read_from(model, field, value):
    """The first of figure, tokens and size that the record states, with its evidence."""
    [fact] = list_compute_facts([model])
    assert (fact.record, fact.field, fact.value) == (MODEL, field, value)
    assert fact.evidence == EVIDENCE


def test_compute_of_which_nothing_is_stated_is_unknown():
    """The absence of a fact has no evidence."""
    [fact] = list_compute_facts([make_unstated()])
    assert (fact.record, fact.field, fact.value) == (MODEL, "training_compute", "unknown")
    assert fact.evidence == ()


def test_verdict_outside_of_the_scope_needs_nothing():
    """Where there is nothing to be exempt from, the conditions stand there and nothing is asked."""
    base = make_model("root/base", training_compute=TrainingCompute(2e23, EVIDENCE))
    small = make_model(bases=("root/base",), training_compute=TrainingCompute(1e20, EVIDENCE))
    small = replace_component(small, "model-parameters-final", "not-found", None)
    narrow = make_model(modalities=("protein",), hub=HubPins("maker/model-1"))
    found = (
        eu_ai_act.judge(small, make_registry(small, base)),
        eu_ai_act.judge(narrow, make_registry(narrow)),
    )
    assert [each.value for each in found] == [
        "not-presumed-provider",
        "not-presumed-general-purpose",
    ]
    for verdict in found:
        assert (verdict.framework, verdict.version) == (eu_ai_act.ID, eu_ai_act.VERSION)
        assert (verdict.missing, verdict.to_improve, verdict.one_step_away) == ((), (), False)
    assert [step.id for step in found[1].steps] == [
        "general-purpose",
        "parameters",
        "access",
        "architecture",
        "usage",
        "license",
        "lineage",
        "systemic-risk",
    ]
