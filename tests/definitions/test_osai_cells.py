"""Each cell of the European Open Source AI Index: the fact, the answer, its words and what it needs.

The expected values are those of docs/definitions/osai-index.md.
"""

import pytest

from audit.definitions.osai_index_cells import judge_cells
from audit.records.hub_pins import HubPins
from tests.definitions.builders import (
    EVIDENCE,
    list_facts,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"


def find_cell(cell, model, *others):
    """One cell of a model among others, which is named as its clause, too."""
    found = {}
    for step in judge_cells(model, make_registry(model, *others)):
        assert step.clause == step.id
        found[step.id] = step
    return found[cell]


def gate_model(gate, id="maker/model-1"):
    """A model on the Hub with a gate of this kind."""
    return make_model(id, hub=HubPins(id, None, gate, "mit", evidence=EVIDENCE))


@pytest.mark.parametrize(
    ("cell", "name", "words"),
    [
        ("datasources_endmodel", "datasets", "the training datasets"),
        ("weights_endmodel", "model-parameters-final", "the weights"),
        ("modelcard", "model-card", "the model card"),
        ("datasheet", "data-card", "the data card"),
    ],
)
@pytest.mark.parametrize(
    ("status", "answer", "verb"),
    [
        ("released", "yes", ""),
        ("partial", "partly", "complete "),
        ("described", "no", "release "),
        ("withdrawn", "no", "release "),
        ("not-released", "no", "release "),
        ("not-found", "no", "release "),
        ("unknown", "unknown", "establish the state of "),
    ],
)
def test_cell_of_one_component(cell, name, words, status, answer, verb):
    """Open, half open or closed as the component is; of documents a description is half of one."""
    step = find_cell(cell, replace_component(make_model(), name, status))
    if status == "described" and name.endswith("card"):
        answer, verb = "partly", "complete "
    assert (step.answer, step.needs) == (answer, f"{verb}{words}" if verb else "")
    assert step.reason.startswith(f"{words}: ")
    assert [fact[:2] for fact in list_facts(step)] == [(MODEL, name)]


@pytest.mark.parametrize(
    ("gate", "answer", "words", "needs"),
    [
        (False, "yes", "", ""),
        ("auto", "partly", ", behind a gate (auto)", "remove the gate"),
        ("manual", "partly", ", behind a gate (manual)", "remove the gate"),
        ("gated", "partly", ", behind a gate (gated)", "remove the gate"),
        (
            "unknown",
            "unknown",
            "; whether a gate stands before them is unknown",
            "look whether the download is gated",
        ),
    ],
)
def test_weights_behind_a_gate_are_partly_shared(gate, answer, words, needs):
    """A gate that nobody saw leaves the cell unknown; the cell of the base mirrors it."""
    step = find_cell("weights_endmodel", gate_model(gate))
    assert (step.answer, step.needs) == (answer, needs)
    assert step.reason == f"the weights: released{words}"
    facts = [(MODEL, "model-parameters-final", "released"), (MODEL, "hub.gated", gate)]
    assert list_facts(step) == facts[: 2 if gate else 1]
    mirrored = find_cell("weights_basemodel", gate_model(gate))
    assert mirrored.answer == answer
    assert mirrored.reason == f"no base model, so as the model itself; {step.reason}"
    withheld = replace_component(gate_model(gate), "model-parameters-final", "not-released")
    assert find_cell("weights_endmodel", withheld).answer == "no"


def test_weights_outside_of_the_hub_have_no_gate():
    """A model without a repository on the Hub is shared as its record says."""
    assert find_cell("weights_endmodel", make_model(hub=None)).answer == "yes"


@pytest.mark.parametrize(
    ("first", "second", "answer", "chosen"),
    [
        ("released", "partial", "partly", "root/second"),
        ("partial", "unknown", "unknown", "root/second"),
        ("unknown", "not-released", "no", "root/second"),
        ("not-released", "unknown", "no", "root/first"),
        ("released", "released", "yes", "root/first"),
        ("not-applicable", "released", "yes", "root/second"),
    ],
)
@pytest.mark.parametrize("own", ["not-released", "released"])
def test_cells_of_bases_show_the_worst_of_them(own, first, second, answer, chosen):
    """Of all bases, whatever the model itself is; the step names the base that decides."""
    bases = [
        replace_component(make_model(id), "datasets", status)
        for id, status in (("root/first", first), ("root/second", second))
    ]
    model = replace_component(make_model(bases=("root/first", "root/second")), "datasets", own)
    step = find_cell("datasources_basemodel", model, *bases)
    assert (step.answer, step.subject) == (answer, chosen)
    assert step.reason.startswith(f"base {chosen}: the training datasets: ")
    verbs = {"no": "release", "partly": "complete", "unknown": "establish the state of"}
    needed = f"{verbs[answer]} the training datasets of {chosen}" if answer in verbs else ""
    assert step.needs == needed


@pytest.mark.parametrize("cell", ["datasources_basemodel", "weights_basemodel"])
def test_cells_of_bases_need_the_whole_lineage(cell):
    """Where the chain breaks off, its cells are unknown; a teacher is no base."""
    base = make_model("root/base", bases=None)
    unstated = find_cell(cell, make_model(bases=("root/base", "root/absent")), base)
    names = "root/base, root/absent"
    assert (unstated.answer, unstated.facts) == ("unknown", ())
    assert unstated.reason == f"the lineage of {names} is not recorded"
    assert unstated.needs == f"record the lineage of {names}"
    own = find_cell(cell, make_model(bases=None))
    assert own.needs == "record the lineage of maker/model-1"
    taught = make_model(bases=("root/absent",), relation="distillation")
    assert find_cell(cell, taught).reason.startswith("no base model, so as the model itself; ")


@pytest.mark.parametrize(
    ("training", "processing", "answer"),
    [
        ("released", "released", "yes"),
        ("released", "not-applicable", "yes"),
        ("not-applicable", "released", "yes"),
        ("not-applicable", "not-applicable", "not-applicable"),
        ("released", "not-found", "partly"),
        ("described", "released", "partly"),
        ("partial", "unknown", "partly"),
        ("partial", "partial", "partly"),
        ("not-found", "partial", "partly"),
        ("described", "not-released", "no"),
        ("not-applicable", "withdrawn", "no"),
        ("released", "unknown", "unknown"),
        ("unknown", "not-found", "unknown"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_training_code_includes_that_of_the_data_processing(training, processing, answer):
    """Half where one of the two is missing, unknown where it may be."""
    model = replace_component(make_model(), "training-code", training)
    step = find_cell(
        "trainingcode", replace_component(model, "data-preprocessing-code", processing)
    )
    verbs = {"no": "release", "partly": "complete", "unknown": "establish the state of"}
    needed = f"{verbs[answer]} the training code" if answer in verbs else ""
    assert (step.answer, step.needs) == (answer, needed)
    assert [fact[:2] for fact in list_facts(step)] == [
        (MODEL, "training-code"),
        (MODEL, "data-preprocessing-code"),
    ]
    if (training, processing) == ("released", "not-found"):
        assert step.reason == (
            "the training code: released, the data preprocessing code: not found"
        )


@pytest.mark.parametrize("status", ["released", "partial", "unknown", "not-found", "withdrawn"])
def test_code_of_the_architecture_says_nothing_of_the_hardware(status):
    """How the hardware and the code are documented no record says: unknown, and nothing to ask for."""
    model = replace_component(make_model(), "model-architecture", status)
    step = find_cell("hardware_architecture", model)
    words = "no recorded fact says: on which hardware and how it was trained"
    assert (step.answer, step.reason, step.needs) == ("unknown", words, "")
    assert [fact[:2] for fact in list_facts(step)] == [(MODEL, "model-architecture")]
    code = find_cell("code", model)
    words = "no recorded fact says: how well the code is documented"
    assert (code.answer, code.reason, code.needs, code.facts) == ("unknown", words, "", ())


def test_withheld_architecture_is_closed():
    """Unless the architecture is withheld, which is known."""
    model = replace_component(make_model(), "model-architecture", "not-released")
    step = find_cell("hardware_architecture", model)
    words = "the model architecture as code"
    assert (step.answer, step.needs) == ("no", f"release {words}")
    assert step.reason == f"{words}: not released"
    assert list_facts(step) == [(MODEL, "model-architecture", "not released")]


@pytest.mark.parametrize(
    ("report", "paper", "answer", "needs"),
    [
        ("released", "not-released", "yes", ""),
        ("not-released", "released", "yes", ""),
        ("partial", "unknown", "partly", "complete the technical report"),
        ("not-released", "described", "partly", "complete the research paper"),
        ("not-released", "unknown", "unknown", "establish the state of the research paper"),
        ("not-released", "not-found", "no", "release the technical report"),
        ("not-applicable", "not-found", "no", "release the research paper"),
        ("not-applicable", "not-applicable", "not-applicable", ""),
    ],
)
def test_preprint_is_the_better_of_report_and_paper(report, paper, answer, needs):
    """An unknown document may be better than a missing one."""
    model = replace_component(make_model(), "technical-report", report)
    step = find_cell("preprint", replace_component(model, "research-paper", paper))
    assert (step.answer, step.needs) == (answer, needs)
    assert [fact[0] for fact in list_facts(step)] == [MODEL]
