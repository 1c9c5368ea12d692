"""Truth tables of the definitions, on a model that has everything and loses one thing at a time."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from audit.definitions import eu_ai_act, mof, open_data, osai_index, osaid, spectrum
from audit.publish.pages.phrases import LABEL_WORDS
from audit.records.dataset import DatasetTerms
from audit.records.hub_pins import HubPins
from audit.records.model import ParameterCounts, TrainingCompute, TrainingTokens
from tests.definitions.builders import (
    EVIDENCE,
    make_availability,
    make_dataset,
    make_model,
    make_registry,
    replace_component,
)

ROOT = Path(__file__).parents[2]
CODE = (
    "training-code",
    "data-preprocessing-code",
    "inference-code",
    "supporting-libraries-and-tools",
    "model-architecture",
)
NEEDED = (*CODE, "data-information", "model-parameters-final")


def judge_value(framework, subject, *others, **records):
    """The value of one definition for a model among others."""
    return framework.judge(subject, make_registry(subject, *others, **records)).value


def test_a_model_that_has_everything_conforms_everywhere():
    """All 17 components under MIT, from scratch: every definition says yes."""
    subject = replace_component(make_model(), "datasets", datasets=("maker/data",))
    values = [
        judge_value(each, subject, datasets=(make_dataset(),))
        for each in (spectrum, osaid, open_data, mof, eu_ai_act)
    ]
    assert values == ["open-source", "conforms", "conforms", "class-I", "conditions-met"]


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize(
    ("status", "value"),
    [
        ("not-released", "fails"),
        ("partial", "fails"),
        ("described", "fails"),
        ("unknown", "undetermined"),
    ],
)
def test_osaid_needs_each_element(name, status, value):
    """Only `released` counts; what is unknown leaves the verdict open and is listed as the fact that would settle it."""
    subject = replace_component(make_model(), name, status)
    verdict = osaid.judge(subject, make_registry(subject))
    assert verdict.value == value
    assert bool(verdict.missing) == (value == "undetermined")
    assert bool(verdict.to_improve) == (value == "fails")


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize(
    ("license", "value"),
    [
        ("MIT", "conforms"),
        ("NC", "conforms-if-relicensed"),
        ("NONE", "conforms-if-relicensed"),
        (None, "undetermined"),
        ("Unread", "undetermined"),
    ],
)
def test_osaid_judges_terms_apart(name, license, value):
    """Where everything is available and only terms stand against it, relicensing would be enough."""
    assert judge_value(osaid, replace_component(make_model(), name, license=license)) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "conforms-if-relicensed") for name in CODE),
        ("data-information", "conforms"),
        ("model-parameters-final", "conforms"),
    ],
)
def test_code_alone_needs_an_osi_approved_license(name, value):
    """CC-BY-4.0 is no OSI-approved license, and its terms are open: enough for data and parameters, not for code."""
    assert judge_value(osaid, replace_component(make_model(), name, license="CC-BY-4.0")) == value


@pytest.mark.parametrize(
    ("status", "license", "value", "suffices"),
    [
        ("released", "MIT", "conforms-if-relicensed", "yes"),
        ("unknown", None, "fails", "unknown"),
        ("released", None, "conforms-if-relicensed", "yes"),
        ("not-released", None, "fails", "no"),
        ("not-found", None, "fails", "no"),
    ],
)
def test_one_known_no_decides(status, license, value, suffices):
    """Weights under other terms: no conformance whatever the training code is, which only decides whether other terms would mend it."""
    weights = replace_component(make_model(), "model-parameters-final", license="NC")
    subject = replace_component(weights, "training-code", status, license)
    verdict = osaid.judge(subject, make_registry(subject))
    assert (verdict.value, verdict.relicensing_suffices) == (value, suffices)
    assert verdict.to_improve
    assert osaid.judge(make_model(), make_registry(make_model())).relicensing_suffices is None


def test_a_teacher_is_no_base():
    """What a closed teacher wrote is data: it neither fails its student nor leaves it open, unlike a base."""
    teacher = replace_component(make_model("root/base"), "training-code", "not-released")
    student = make_model("leaf/taught", bases=("root/base",), relation="distillation")
    tuned = make_model("leaf/tune", bases=("root/base",))
    assert judge_value(osaid, student, teacher) == "conforms"
    assert judge_value(osaid, student) == "conforms"
    assert judge_value(osaid, tuned, teacher) == "fails"


def test_what_does_not_apply_passes_but_a_model_has_parameters():
    """A model may have no supporting libraries of its own; one without parameters could not be open."""
    assert (
        judge_value(
            osaid,
            replace_component(
                make_model(), "supporting-libraries-and-tools", "not-applicable", None
            ),
        )
        == "conforms"
    )
    assert (
        judge_value(
            osaid, replace_component(make_model(), "model-parameters-final", "not-applicable", None)
        )
        == "fails"
    )
    assert (
        judge_value(
            spectrum,
            replace_component(make_model(), "model-parameters-final", "not-applicable", None),
        )
        == "closed"
    )


@pytest.mark.parametrize("name", ["data-information", "training-code"])
def test_a_derivative_fails_with_its_base_and_names_it(name):
    """The chain counts to its end, and the verdict says which base stands against it."""
    root = replace_component(make_model("root/base"), name, "not-released")
    middle, leaf = (
        make_model("middle/tune", bases=("root/base",)),
        make_model("leaf/tune", bases=("middle/tune",)),
    )
    verdict = osaid.judge(leaf, make_registry(leaf, middle, root))
    assert verdict.value == "fails"
    assert {step.subject for step in verdict.steps if step.answer == "no"} == {"root/base"}
    assert any("root/base" in each for each in verdict.to_improve)


@pytest.mark.parametrize("bases", [None, ("nobody/knows",)])
def test_an_unknown_lineage_never_conforms(bases):
    """Only a stated lineage, even an empty one, can conform; what fails anyway still fails."""
    subject = make_model(bases=bases)
    assert judge_value(osaid, subject) == "undetermined"
    assert (
        judge_value(osaid, replace_component(subject, "model-parameters-final", license="NC"))
        == "fails"
    )
    assert (
        judge_value(osaid, replace_component(subject, "training-code", "not-released")) == "fails"
    )


def test_a_circle_of_bases_ends():
    """Two records that name each other as base are judged, not followed for ever."""
    left, right = make_model("a/left", bases=("b/right",)), make_model("b/right", bases=("a/left",))
    assert judge_value(osaid, left, right) == "conforms"


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({}, "conforms"),
        ({"availability": make_availability("withdrawn")}, "fails"),
        ({"availability": make_availability("unknown")}, "undetermined"),
        ({"availability": make_availability(class_="public")}, "conforms"),
        ({"availability": make_availability(class_="obtainable")}, "fails"),
        ({"availability": make_availability(class_="unshareable")}, "fails"),
        ({"terms": DatasetTerms("NC", EVIDENCE)}, "conforms-if-relicensed"),
        ({"terms": None}, "undetermined"),
    ],
)
def test_open_data_asks_for_each_dataset(changes, value):
    """Every training dataset must be publicly obtainable under terms that allow sharing."""
    subject = replace_component(
        make_model(), "datasets", license=None, datasets=("maker/data", "maker/other")
    )
    assert (
        judge_value(
            open_data, subject, datasets=(make_dataset("maker/other"), make_dataset(**changes))
        )
        == value
    )
    assert judge_value(osaid, subject) == "conforms"


@pytest.mark.parametrize(
    ("license", "value"),
    [
        ("MIT", "open-weight"),
        ("Users-700M", "open-weight"),
        ("Policy", "open-weight"),
        ("NC", "restricted-weights"),
        ("MIT AND NC", "restricted-weights"),
        ("MIT OR NC", "open-weight"),
        ("NONE", "restricted-weights"),
        ("Unread", "undetermined"),
        (None, "undetermined"),
    ],
)
@pytest.mark.parametrize("gate", [False, "auto", "manual", "unknown"])
def test_spectrum_by_terms(license, value, gate):
    """Commercial use decides between open and restricted weights; a gate is told and changes nothing."""
    closed_data = replace_component(
        make_model(hub=HubPins("maker/model-1", None, gate, "mit", evidence=EVIDENCE)),
        "data-information",
        "not-released",
    )
    assert (
        judge_value(
            spectrum, replace_component(closed_data, "model-parameters-final", license=license)
        )
        == value
    )


@pytest.mark.parametrize(
    ("status", "value"),
    [
        ("not-released", "closed"),
        ("described", "closed"),
        ("partial", "closed"),
        ("unknown", "undetermined"),
    ],
)
def test_spectrum_without_weights(status, value):
    """No weights is closed; not knowing is not."""
    assert (
        judge_value(spectrum, replace_component(make_model(), "model-parameters-final", status))
        == value
    )


def test_spectrum_follows_the_chain():
    """A derivative of another maker's restricted weights is restricted, whatever its own license says; a maker's own base and a teacher bind nobody."""
    base = replace_component(make_model("root/base"), "model-parameters-final", license="NC")
    own = replace_component(make_model("maker/base"), "model-parameters-final", license="NC")
    middle = replace(make_model("maker/base", bases=("root/base",)))
    taught = make_model(bases=("root/base",), relation="distillation")
    derived = make_model(bases=("maker/base",))
    assert judge_value(spectrum, make_model(bases=("root/base",)), base) == "restricted-weights"
    assert judge_value(spectrum, derived, middle, base) == "restricted-weights"
    assert judge_value(spectrum, derived, own) == "open-source"
    assert judge_value(spectrum, taught, base) == "open-source"
    assert judge_value(spectrum, make_model(bases=("stranger/base",))) == "undetermined"
    assert judge_value(spectrum, derived) == "open-weight-or-better"


@pytest.mark.parametrize(
    ("status", "license", "value"),
    [
        ("not-released", None, "open-weight"),
        ("not-found", None, "open-weight"),
        ("released", "NC", "open-weight"),
        ("unknown", None, "open-weight-or-better"),
        ("released", None, "open-weight-or-better"),
        ("released", "MIT", "open-source"),
    ],
)
def test_open_weight_needs_a_fact(status, license, value):
    """Only what is known to be missing, or under other terms, makes open weights no more than that."""
    subject = replace_component(make_model(), "training-code", status, license)
    assert judge_value(spectrum, subject) == value


def test_every_list_of_labels_is_the_same():
    """What the label can be, what pages exist for and what a policy may name are one list."""
    policy = json.loads((ROOT / "schemas/policy.schema.json").read_text(encoding="utf-8"))
    assert tuple(policy["properties"]["labels"]["items"]["enum"]) == spectrum.LABELS
    assert tuple(LABEL_WORDS) == spectrum.LABELS


@pytest.mark.parametrize(
    ("lacking", "value", "progress"),
    [
        ((), "class-I", (6, 10, 14)),
        (("datasets",), "class-II", (6, 10, 13)),
        (("evaluation-code",), "class-III", (6, 9, 13)),
        (("evaluation-code", "datasets"), "class-III", (6, 9, 12)),
        (("model-card",), "none", (5, 9, 13)),
        (("technical-report",), "class-I", (6, 10, 13)),
        (("research-paper",), "class-II", (6, 10, 13)),
        (("technical-report", "research-paper"), "none", (5, 9, 12)),
        (
            ("supporting-libraries-and-tools", "model-metadata", "sample-model-outputs"),
            "class-I",
            (6, 10, 14),
        ),
    ],
)
def test_mof_classes(lacking, value, progress):
    """Classes are cumulative, a paper stands for a report, and progress counts what is there."""
    subject = make_model()
    for name in lacking:
        subject = replace_component(subject, name, "not-released")
    verdict = mof.judge(subject, make_registry(subject))
    assert (verdict.value, tuple(each.value for each in verdict.measures)) == (value, progress)
    assert verdict.measures[2].of == (
        13 if "technical-report" in lacking and "research-paper" not in lacking else 14
    )


def test_mof_unknown_facts():
    """An unknown fact leaves the class below standing, and is undetermined only where no class is certain."""
    assert (
        judge_value(mof, replace_component(make_model(), "evaluation-code", "unknown"))
        == "class-III"
    )
    assert (
        judge_value(mof, replace_component(make_model(), "model-card", license=None))
        == "undetermined"
    )
    assert (
        judge_value(
            mof,
            replace_component(
                replace_component(make_model(), "model-card", license=None),
                "data-card",
                "not-released",
            ),
        )
        == "none"
    )
    assert (
        judge_value(mof, replace_component(make_model(), "datasets", license="NONE")) == "class-II"
    )


def judge_index_cells(subject, *others):
    """The index's cells by name."""
    return {
        step.id: step.answer
        for step in osai_index.judge(subject, make_registry(subject, *others)).steps
    }


def test_index_has_twelve_cells_and_two_former_ones():
    """A removed cell, like any cell without a fact, is unknown and never closed."""
    found = judge_index_cells(make_model())
    assert len(found) == 14
    assert found["package"] == found["api"] == "unknown"
    assert (
        osai_index.judge(make_model(), make_registry(make_model())).value
        == "1.00 over 9 of 12 cells"
    )
    assert (found["paper"], found["code"], found["hardware_architecture"]) == ("unknown",) * 3


def test_index_has_no_score_over_few_cells():
    """Below eight known cells there is no number: it would compare with nothing."""
    subject = replace_component(make_model(), "model-card", "unknown")
    assert judge_value(osai_index, subject) == "1.00 over 8 of 12 cells"
    subject = replace_component(subject, "data-card", "unknown")
    verdict = osai_index.judge(subject, make_registry(subject))
    assert verdict.value == "undetermined"
    assert verdict.measures[1].value == 7


@pytest.mark.parametrize(
    ("training", "processing", "answer"),
    [
        ("released", "released", "yes"),
        ("released", "not-found", "partly"),
        ("described", "not-released", "no"),
        ("released", "unknown", "unknown"),
        ("not-released", "unknown", "unknown"),
        ("partial", "unknown", "partly"),
        ("released", "not-applicable", "yes"),
    ],
)
def test_index_counts_the_code_of_the_data_processing(training, processing, answer):
    """The index asks for dataset processing, training and tuning: half where one part is missing, unknown where it may be."""
    subject = replace_component(make_model(), "training-code", training)
    subject = replace_component(subject, "data-preprocessing-code", processing)
    assert judge_index_cells(subject)["trainingcode"] == answer


@pytest.mark.parametrize(
    ("report", "paper", "preprint", "reviewed"),
    [
        ("released", "unknown", "yes", "unknown"),
        ("not-found", "released", "yes", "unknown"),
        ("not-released", "not-found", "no", "no"),
        ("not-released", "unknown", "unknown", "unknown"),
    ],
)
def test_index_counts_reports_and_papers_as_preprints(report, paper, preprint, reviewed):
    """Either fills the cell for preprints; whether a paper was reviewed, no record says."""
    subject = replace_component(make_model(), "technical-report", report)
    cells = judge_index_cells(replace_component(subject, "research-paper", paper))
    assert (cells["preprint"], cells["paper"]) == (preprint, reviewed)


@pytest.mark.parametrize(
    ("weights", "code", "data", "answer"),
    [
        ("MIT", "MIT", "MIT", "yes"),
        ("MIT", "not-released", "not-released", "yes"),
        ("NC", "not-released", "not-released", "no"),
        ("MIT", "NC", "not-released", "no"),
        ("MIT", "MIT", "NC", "partly"),
        ("MIT", "unknown", "not-released", "unknown"),
        ("MIT", "not-found", "not-released", "unknown"),
        ("not-released", "not-released", "not-released", "no"),
    ],
)
def test_index_asks_for_the_licenses_of_what_is_available(weights, code, data, answer):
    """What is withheld has no terms to ask for; what was only not found helps nobody."""
    subject = make_model()
    parts = {"model-parameters-final": weights, "training-code": code, "datasets": data}
    for name, state in parts.items():
        is_license = state in ("MIT", "NC")
        status, license = ("released", state) if is_license else (state, None)
        subject = replace_component(subject, name, status, license)
    assert judge_index_cells(subject)["licenses"] == answer


def test_index_cells():
    """Gates make weights partly shared, bases fill the base cells, and an unknown lineage leaves them unknown."""
    gated = make_model(
        "root/base", hub=HubPins("root/base", None, "manual", "mit", evidence=EVIDENCE)
    )
    tuned = judge_index_cells(make_model(bases=("root/base",)), gated)
    assert (tuned["weights_basemodel"], tuned["weights_endmodel"]) == ("partly", "yes")
    assert judge_index_cells(make_model(bases=None))["datasources_basemodel"] == "unknown"
    assert (
        judge_index_cells(replace_component(make_model(), "datasets", "partial"))[
            "datasources_basemodel"
        ]
        == "partly"
    )
    assert (
        judge_index_cells(replace_component(make_model(), "datasets", license="NC"))["licenses"]
        == "partly"
    )
    assert (
        judge_index_cells(
            replace_component(
                replace_component(make_model(), "datasets", license="NC"),
                "training-code",
                "not-released",
            )
        )["licenses"]
        == "no"
    )


@pytest.mark.parametrize(
    ("changed", "value"),
    [
        ({"training_compute": TrainingCompute(2e25)}, "conditions-not-met"),
        ({"training_compute": TrainingCompute(1e25)}, "conditions-met"),
        ({"training_compute": TrainingCompute(1e23)}, "not-presumed-general-purpose"),
        ({"training_compute": TrainingCompute(at_most=1e23)}, "not-presumed-general-purpose"),
        ({"training_compute": TrainingCompute(at_most=2e23)}, "conditions-met"),
        ({"training_compute": TrainingCompute(at_most=2e25)}, "undetermined"),
        ({"training_compute": None}, "undetermined"),
        ({"training_compute": None, "parameters": ParameterCounts(16 * 10**9)}, "conditions-met"),
        ({"training_compute": None, "parameters": ParameterCounts(17 * 10**9)}, "undetermined"),
        (
            {"training_compute": None, "parameters": ParameterCounts(10**8)},
            "not-presumed-general-purpose",
        ),
        ({"modalities": ("text", "embedding")}, "not-presumed-general-purpose"),
        ({"hub": HubPins("maker/model-1", None, "manual", "mit")}, "undetermined"),
        ({"hub": HubPins("maker/model-1", None, "auto", "mit")}, "undetermined"),
        ({"hub": HubPins("maker/model-1", None, "gated", "mit")}, "undetermined"),
        ({"hub": HubPins("maker/model-1", None, "unknown", None)}, "undetermined"),
    ],
)
def test_eu_conditions(changed, value):
    """Systemic risk loses the exemption and little compute needs none; a bound shows only that a threshold is not reached; what a gate is for is not known."""
    assert judge_value(eu_ai_act, make_model(**changed)) == value


@pytest.mark.parametrize(
    ("tokens", "active", "value"),
    [
        (TrainingTokens(10**12), None, "conditions-met"),
        (TrainingTokens(10**14), None, "undetermined"),
        (TrainingTokens(10**14), 10**11, "conditions-not-met"),
        (TrainingTokens(at_most=10**14), 10**11, "undetermined"),
        (TrainingTokens(10**14), 10**9, "conditions-met"),
    ],
)
def test_compute_from_parameters_and_tokens(tokens, active, value):
    """Six times parameters times tokens: a figure where the active parameters are stated, else a bound that shows no excess."""
    subject = make_model(
        training_compute=None,
        training_tokens=tokens,
        parameters=ParameterCounts(10**11, active),
    )
    assert judge_value(eu_ai_act, subject) == value


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"training_compute": TrainingCompute(6e22)}, "not-presumed-provider"),
        ({"training_compute": TrainingCompute(at_most=6e22)}, "not-presumed-provider"),
        ({"training_compute": TrainingCompute(7e22)}, "conditions-met"),
        ({"training_compute": TrainingCompute(at_most=7e22)}, "conditions-met"),
        ({"training_compute": None, "relation": "quantized"}, "not-presumed-provider"),
        ({"training_compute": None}, "undetermined"),
    ],
)
def test_eu_one_third_rule(changes, value):
    """Who modifies another's model is presumed a provider above a third of its compute; a maker's own later work is the same model."""
    base = make_model("root/base", training_compute=TrainingCompute(2e23))
    assert judge_value(eu_ai_act, make_model(bases=("root/base",), **changes), base) == value
    own = make_model("maker/base", training_compute=TrainingCompute(2e23))
    later = make_model(bases=("maker/base",), training_compute=TrainingCompute(1e20))
    assert judge_value(eu_ai_act, later, own) == "conditions-met"


@pytest.mark.parametrize(
    ("card", "report", "value"),
    [
        ("released", "not-found", "conditions-met"),
        ("not-found", "released", "undetermined"),
        ("unknown", "not-found", "undetermined"),
        ("not-found", "not-found", "conditions-not-met"),
    ],
)
def test_eu_usage_needs_a_card(card, report, value):
    """What a report alone says of usage nobody knows; without any document there is none."""
    subject = replace_component(make_model(), "model-card", card)
    for name in ("technical-report", "research-paper"):
        subject = replace_component(subject, name, report)
    assert judge_value(eu_ai_act, subject) == value


def test_eu_leaves_policies_of_use_to_a_lawyer():
    """A policy of use may be one for safety, which the guidelines allow; the terms of a maker's own base and of a teacher bind nobody."""
    policy = replace_component(make_model("root/base"), "model-parameters-final", license="Policy")
    closed = replace_component(make_model("root/base"), "model-parameters-final", license="NC")
    own = replace_component(make_model("maker/base"), "model-parameters-final", license="NC")
    assert judge_value(eu_ai_act, policy) == "undetermined"
    assert judge_value(eu_ai_act, make_model(bases=("root/base",)), policy) == "undetermined"
    assert judge_value(eu_ai_act, make_model(bases=("maker/base",)), own) == "conditions-met"
    taught = make_model(bases=("root/base",), relation="distillation")
    assert judge_value(eu_ai_act, taught, closed) == "conditions-met"


@pytest.mark.parametrize("license", ["NC", "Users-700M", "No-EU", "NONE"])
def test_eu_license_must_be_free_and_open(license):
    """A limit on users, territory or commerce is no free and open license, on the model or on another maker's base."""
    limited = replace_component(make_model("root/base"), "model-parameters-final", license=license)
    assert judge_value(eu_ai_act, limited) == "conditions-not-met"
    assert judge_value(eu_ai_act, make_model(bases=("root/base",)), limited) == "conditions-not-met"


def test_eu_counts_compute_over_the_chain():
    """The presumption of systemic risk counts cumulative compute."""
    base = make_model("root/base", training_compute=TrainingCompute(0.7e25))
    assert (
        judge_value(
            eu_ai_act,
            make_model(bases=("root/base",), training_compute=TrainingCompute(0.7e25)),
            base,
        )
        == "conditions-not-met"
    )


def test_every_step_cites_its_facts():
    """A step that answers yes or no names at least one fact with evidence."""
    subject = replace(replace_component(make_model(), "training-code", "not-released"))
    for step in osaid.judge(subject, make_registry(subject)).steps:
        if step.answer in ("yes", "no"):
            assert any(fact.evidence for fact in step.facts), step
