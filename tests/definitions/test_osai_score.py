"""The score of the European Open Source AI Index, and its cells for papers and licenses.

The expected values are those of docs/definitions/osai-index.md.
"""

import pytest

from audit.definitions import osai_index
from audit.definitions.osai_index_licenses import judge_licenses_cell
from tests.definitions.builders import (
    find_step,
    list_facts,
    make_dataset,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"
CELLS = [
    "datasources_basemodel",
    "datasources_endmodel",
    "weights_basemodel",
    "weights_endmodel",
    "trainingcode",
    "code",
    "hardware_architecture",
    "preprint",
    "paper",
    "modelcard",
    "datasheet",
    "licenses",
]


def judge(model, *others):
    """The verdict on a model among others."""
    return osai_index.judge(model, make_registry(model, *others))


@pytest.mark.parametrize(
    ("status", "answer", "needs"),
    [
        ("released", "unknown", ""),
        ("partial", "unknown", ""),
        ("unknown", "unknown", ""),
        ("described", "no", "release the research paper"),
        ("not-found", "no", "release the research paper"),
        ("not-applicable", "not-applicable", ""),
    ],
)
def test_paper_asks_for_peer_review(status, answer, needs):
    """Which no record holds: the cell is known only where there is no paper."""
    step = find_step(
        judge(replace_component(make_model(), "research-paper", status)).steps, "paper"
    )
    assert (step.answer, step.needs) == (answer, needs)
    assert [fact[:2] for fact in list_facts(step)] == [(MODEL, "research-paper")]
    if answer == "unknown":
        assert step.reason == "no recorded fact says: whether the paper was reviewed by peers"


@pytest.mark.parametrize(
    ("changed", "value", "points", "known"),
    [
        ({}, "1.00 over 9 of 12 cells", 9, 9),
        ({"model-card": "partial"}, "0.94 over 9 of 12 cells", 8.5, 9),
        ({"model-card": "not-found"}, "0.89 over 9 of 12 cells", 8, 9),
        ({"model-card": "unknown"}, "1.00 over 8 of 12 cells", 8, 8),
        ({"model-card": "not-applicable"}, "1.00 over 8 of 12 cells", 8, 8),
        ({"model-card": "unknown", "data-card": "unknown"}, "undetermined", 7, 7),
        ({"research-paper": "not-found"}, "0.90 over 10 of 12 cells", 9, 10),
    ],
)
def test_score_is_the_mean_of_the_known_cells(changed, value, points, known):
    """Open 1, half open 0.5, closed 0; unknown cells do not count, and below eight there is no score."""
    model = make_model()
    for name, status in changed.items():
        model = replace_component(model, name, status)
    verdict = judge(model)
    assert (verdict.framework, verdict.version) == (osai_index.ID, osai_index.VERSION)
    assert verdict.value == value
    assert [(each.name, each.value, each.of) for each in verdict.measures] == [
        ("points, 12 cells", points, 12),
        ("known, 12 cells", known, 12),
        ("points, 14 cells", points, 14),
        ("known, 14 cells", known, 14),
    ]


def test_score_names_what_is_missing_and_what_would_raise_it():
    """What is closed or half open can be raised; what is unknown can be established."""
    model = replace_component(make_model(), "model-card", "partial")
    model = replace_component(model, "data-card", "not-found")
    verdict = judge(replace_component(model, "technical-report", "unknown"))
    assert verdict.to_improve == ("complete the model card", "release the data card")
    assert verdict.missing == ()
    unsure = judge(replace_component(model, "data-card", "unknown"))
    assert unsure.missing == ("establish the state of the data card",)
    assert unsure.to_improve == ("complete the model card",)


def test_former_cells_are_unknown():
    """Two cells were removed on 2026-03-13: they stand last, and absent is not closed."""
    steps = judge(make_model()).steps
    assert [step.id for step in steps] == [*CELLS, "package", "api"]
    for step in steps[12:]:
        words = f"no recorded fact says: {step.id} (a cell until 2026-03-13)"
        assert (step.clause, step.answer, step.reason) == (step.id, "unknown", words)
        assert (step.facts, step.needs) == ((), "")


PARTS = ("model-parameters-final", "training-code", "datasets")
OPEN = "put weights, training code and data under open licenses"
ESTABLISH = "establish the licenses of weights, training code and training data"


def build_parts(*states):
    """A model with weights, training code and data in these states: a license, `half`, or a status."""
    model = make_model()
    for name, state in zip(PARTS, states, strict=True):
        licenses = {"MIT": "MIT", "half": "MIT", "NC": "NC", "Unread": "Unread", "unsaid": None}
        status = {"half": "partial"}.get(state, "released") if state in licenses else state
        model = replace_component(model, name, status, licenses.get(state))
    return model


@pytest.mark.parametrize(
    ("states", "answer", "count"),
    [
        (("MIT", "MIT", "MIT"), "yes", 3),
        (("MIT", "MIT", "not-released"), "yes", 2),
        (("MIT", "withdrawn", "described"), "yes", 1),
        (("MIT", "not-applicable", "not-released"), "yes", 1),
        (("half", "half", "NC"), "partly", 2),
        (("MIT", "half", "MIT"), "partly", 3),
        (("MIT", "MIT", "NC"), "partly", 2),
        (("half", "not-released", "not-released"), "no", 1),
        (("MIT", "NC", "not-released"), "no", 1),
        (("MIT", "NC", "NC"), "no", 1),
        (("NC", "unknown", "unsaid"), "unknown", 0),
        (("NC", "NC", "unknown"), "no", 0),
        (("MIT", "NC", "unknown"), "unknown", 1),
        (("MIT", "MIT", "unsaid"), "unknown", 2),
        (("MIT", "MIT", "Unread"), "unknown", 2),
        (("MIT", "unknown", "not-released"), "unknown", 1),
        (("MIT", "not-found", "not-released"), "unknown", 1),
        (("half", "half", "unknown"), "unknown", 2),
        (("not-released", "not-released", "not-released"), "no", 0),
    ],
)
def test_licenses_of_what_is_available(states, answer, count):
    """Open when all that is available is; half open with two of three; what was not found helps nobody."""
    model = build_parts(*states)
    step = judge_licenses_cell("licenses", model, make_registry(model))
    assert (step.id, step.clause, step.aspect) == ("licenses", "licenses", "terms")
    assert step.answer == answer
    assert step.reason == (
        f"{count} of weights, training code and training data are known to be under open licenses"
    )
    assert step.needs == {"yes": "", "unknown": ESTABLISH}.get(answer, OPEN)
    assert [fact[:2] for fact in list_facts(step)] == [(MODEL, f"{name}.license") for name in PARTS]


@pytest.mark.parametrize(
    ("licenses", "answer", "shown"),
    [
        (("MIT", "Apache-2.0"), "yes", "(Apache-2.0) AND (MIT)"),
        (("MIT", "NC"), "partly", "(MIT) AND (NC)"),
        (("MIT", None), "unknown", "unknown"),
        (("MIT", "NONE"), "partly", "NONE"),
    ],
)
def test_licenses_of_data_are_those_of_all_datasets(licenses, answer, shown):
    """The training data stands under the licenses of all its datasets together, not under its own."""
    datasets = tuple(make_dataset(f"maker/{count}", each) for count, each in enumerate(licenses))
    names = tuple(each.id for each in datasets)
    model = replace_component(make_model(), "datasets", license="NC", datasets=names)
    step = judge_licenses_cell("licenses", model, make_registry(model, datasets=datasets))
    assert step.answer == answer
    assert list_facts(step)[2] == (MODEL, "datasets.license", shown)
    own = list_facts(step)[0]
    assert own == (MODEL, "model-parameters-final.license", "MIT")
