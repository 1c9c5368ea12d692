"""The steps of the plain label: each fact, what it answers, and what would lead to a better one.

The expected values are those of docs/definitions/spectrum.md.
"""

import pytest

from audit.definitions import spectrum
from audit.definitions.spectrum import judge_commercial_use
from audit.records.hub_pins import HubPins
from tests.definitions.builders import (
    EVIDENCE,
    find_step,
    list_facts,
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"
TERMS = "The terms allow commercial use, and use outside research"
USERS = {"users": 700, "period": "month"}


def judge(model, *others):
    """The verdict on a model among others."""
    verdict = spectrum.judge(model, make_registry(model, *others))
    assert (verdict.framework, verdict.version) == (spectrum.ID, spectrum.VERSION)
    return verdict


@pytest.mark.parametrize(
    ("status", "value", "answer", "words", "needs"),
    [
        ("partial", "closed", "no", "released in part only", "release the weights"),
        ("described", "closed", "no", "described, not published", "release the weights"),
        ("withdrawn", "closed", "no", "withdrawn since 2026-03", "release the weights"),
        ("not-released", "closed", "no", "not released", "release the weights"),
        ("not-found", "closed", "no", "not found", "release the weights (not found)"),
        ("not-applicable", "closed", "no", "not released", "release the weights"),
        (
            "unknown",
            "undetermined",
            "unknown",
            "not known to be released or withheld",
            "establish whether the weights are released",
        ),
    ],
)
def test_weights_that_nobody_can_download_end_the_evaluation(status, value, answer, words, needs):
    """The first step that decides ends it; a withdrawn model is closed, and the step says since when."""
    model = replace_component(make_model(), "model-parameters-final", status, since="2026-03")
    verdict = judge(model)
    [step] = verdict.steps
    assert verdict.value == value
    assert (step.id, step.answer, step.needs) == ("weights", answer, needs)
    assert step.reason == f"the weights: {words}"
    assert step.clause == "Anybody can download the weights"
    assert list_facts(step) == [(MODEL, "model-parameters-final", words)]
    is_no = answer == "no"
    assert (verdict.missing, verdict.to_improve) == (((), (needs,)) if is_no else ((needs,), ()))
    assert verdict.one_step_away is is_no


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        (False, ""),
        ("unknown", ""),
        ("auto", ", behind a gate that opens automatically"),
        ("manual", ", behind a gate that a person opens"),
        ("gated", ", behind a gate"),
    ],
)
def test_gate_does_not_change_the_label(gate, words):
    """The weights can still be obtained; the step mentions the gate, and where it was seen."""
    hub = HubPins("maker/model-1", None, gate, "mit", evidence=EVIDENCE)
    verdict = judge(make_model(hub=hub))
    step = find_step(verdict.steps, "weights")
    assert (verdict.value, step.answer) == ("open-source", "yes")
    assert step.reason == f"the weights: released{words}"
    facts = [(MODEL, "model-parameters-final", "released"), (MODEL, "hub.gated", gate)]
    assert list_facts(step) == facts[: 2 if words else 1]
    closed = replace_component(make_model(hub=hub), "model-parameters-final", "not-released")
    assert judge(closed).steps[0].reason == "the weights: not released"
    assert judge(make_model(hub=None)).value == "open-source"


UNDETERMINED = "undetermined"
RESTRICTED = "restricted-weights"


@pytest.mark.parametrize("of_base", [False, True])
@pytest.mark.parametrize(
    ("license", "answer", "words", "needs"),
    [
        ("MIT", "yes", "MIT allows it", ""),
        ("Users-700M", "yes", "Users-700M allows it", ""),
        ("No-EU", "yes", "No-EU allows it", ""),
        ("NC", "no", "NC does not allow it", "put {} under terms that allow commercial use"),
        (
            "NONE",
            "no",
            "published without a license, so nothing is granted",
            "put {} under terms that allow commercial use",
        ),
        ("Unread", "unknown", "what Unread grants is unknown", "establish what Unread grants"),
        (None, "unknown", "license unknown", "establish the license of {}"),
    ],
)
def test_terms_of_the_model_and_of_each_base(of_base, license, answer, words, needs):
    """A limit on the largest users or a territory leaves weights open; no commercial use does not."""
    model = make_model(bases=("root/base",)) if of_base else make_model()
    base = make_model("root/base")
    changed = replace_component(
        base if of_base else model, "model-parameters-final", license=license
    )
    verdict = judge(model, changed) if of_base else judge(changed)
    subject = "root/base" if of_base else ""
    step = find_step(verdict.steps, "terms", subject)
    thing = f"the weights of its base {subject}" if of_base else "the weights"
    needed = needs.format(thing)
    assert (step.answer, step.reason, step.needs) == (answer, f"{thing}: {words}", needed)
    assert (step.clause, step.aspect) == (TERMS, "terms")
    record = "models/root/base" if of_base else MODEL
    facts = list_facts(step)
    assert facts[0] == (record, "model-parameters-final.license", license or "unknown")
    named = [f"licenses/{license}"] if license not in (None, "NONE") else []
    assert [fact[0] for fact in facts[1:]] == named
    if answer == "no":
        assert (verdict.value, verdict.one_step_away) == (RESTRICTED, True)
        assert (verdict.missing, verdict.to_improve) == ((), (needed,))
    if answer == "unknown":
        assert (verdict.value, verdict.one_step_away) == (UNDETERMINED, False)
        assert (verdict.missing, verdict.to_improve) == ((needed,), ())
    assert ("osaid" in [each.id for each in verdict.steps]) is (answer == "yes")


def test_base_of_another_maker_without_a_record():
    """It leaves the label undetermined, and its record would settle it; a maker's own does not."""
    verdict = judge(make_model(bases=("root/base", "maker/base")))
    steps = [(step.id, step.subject) for step in verdict.steps]
    assert steps == [("weights", ""), ("terms", ""), ("terms", "root/base")]
    step = verdict.steps[2]
    assert (step.answer, step.clause, step.aspect) == ("unknown", TERMS, "terms")
    words = "the terms of its base root/base are unknown: the registry does not hold it"
    assert (step.reason, step.needs) == (words, "add a record of root/base")
    assert list_facts(step) == [(MODEL, "base_models", "root/base (finetune)")]
    assert (verdict.value, verdict.missing) == (UNDETERMINED, ("add a record of root/base",))
    unclear = replace_component(
        make_model(bases=("root/base",)), "model-parameters-final", "unknown"
    )
    assert len(judge(unclear).steps) == 1


def test_known_restriction_decides_whatever_else_is_unknown():
    """One known no among the terms makes weights restricted; what is unknown beside it is named."""
    model = replace_component(
        make_model(bases=("root/base",)), "model-parameters-final", license="NC"
    )
    verdict = judge(model)
    assert (verdict.value, verdict.one_step_away) == (RESTRICTED, False)
    assert verdict.missing == ("add a record of root/base",)
    assert verdict.to_improve == ("put the weights under terms that allow commercial use",)


@pytest.mark.parametrize(
    ("kind", "parameters", "answer"),
    [
        ("non-commercial", {}, "no"),
        ("non-commercial", {"effect": "forbidden"}, "no"),
        ("non-commercial", {"effect": "needs-license"}, "no"),
        ("non-commercial", {"effect": "obligation"}, "yes"),
        ("research-only", {}, "no"),
        ("registration", {}, "no"),
        ("registration", {"effect": "forbidden"}, "no"),
        ("registration", {"effect": "needs-license"}, "no"),
        ("registration", {"effect": "obligation"}, "yes"),
        ("user-threshold", {**USERS, "effect": "needs-license"}, "yes"),
        ("territory", {"excluded": ["EU"], "effect": "forbidden"}, "yes"),
        ("acceptable-use-policy", {"form": "inline"}, "yes"),
        ("notice", {}, "yes"),
        ("no-such-kind", {}, "unknown"),
    ],
)
def test_clauses_that_withhold_commercial_use(kind, parameters, answer):
    """From everybody, or without asking the maker first; a clause that is not understood leaves it open."""
    license = make_license("Own", make_condition(kind, **parameters), use="limited")
    assert judge_commercial_use("Own", make_registry(licenses=(license,))) == answer


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("NC OR MIT", "yes"),
        ("NC AND MIT", "no"),
        ("NC OR Unread", "unknown"),
        ("NC AND Unread", "no"),
        ("Unread OR MIT", "yes"),
        ("Unread AND MIT", "unknown"),
        ("NoUse", "no"),
        ("NONE", "no"),
    ],
)
def test_whoever_may_choose_takes_the_freest_terms(expression, answer):
    """Some alternative is enough, and all terms of it count."""
    registry = make_registry(licenses=(make_license("NoUse", use="no"),))
    assert judge_commercial_use(expression, registry) == answer


@pytest.mark.parametrize(
    ("status", "license", "value", "said", "answer"),
    [
        ("released", "MIT", "open-source", "conforms", "yes"),
        ("not-released", None, "open-weight", "fails", "no"),
        ("released", "NC", "open-weight", "conforms-if-relicensed", "no"),
        ("unknown", None, "open-weight-or-better", "undetermined", "unknown"),
    ],
)
def test_last_step_asks_the_definition(status, license, value, said, answer):
    """What the label needs is what osaid-1.0 needs; unknown is better than known to be missing."""
    verdict = judge(replace_component(make_model(), "training-code", status, license))
    step = verdict.steps[-1]
    assert (verdict.value, step.id, step.answer, step.aspect) == (value, "osaid", answer, "terms")
    assert step.reason == f"osaid-1.0 says {said}"
    assert step.clause == "The Open Source AI Definition 1.0 says that the model conforms"
    is_open = answer == "unknown"
    assert step.needs == ("establish what osaid-1.0 waits for" if is_open else "")
    improve = {
        "fails": ("release the training code",),
        "conforms-if-relicensed": ("put the training code under an OSI-approved license",),
    }
    assert verdict.to_improve == improve.get(said, ())
    assert bool(verdict.missing) is is_open
    assert verdict.one_step_away is (answer == "no")
