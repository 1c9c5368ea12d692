"""The chain of models: who belongs to it, whose terms bind, and what its step says."""

import pytest

from audit.definitions.lineage import (
    build_lineage_steps,
    find_binding_bases,
    find_foreign_bases,
    find_licensors,
    get_owner,
    is_freer_than_base,
    list_foreign_unrecorded_bases,
    trace_lineage,
    trace_parameters,
)
from audit.records.model import BaseModelLink, TrainedFromScratch
from tests.definitions.builders import EVIDENCE, make_model, make_registry, replace_component

MODEL = "models/maker/model-1"


def list_ids(models):
    """The ids of models in their order."""
    return [each.id for each in models]


def link_model(id, **relations):
    """A model with bases of several relations: `a__b` stands for `a/b`."""
    links = tuple(
        BaseModelLink(name.replace("__", "/"), relation, EVIDENCE)
        for name, relation in relations.items()
    )
    return make_model(id, base_models=links)


CHAIN = (
    link_model("maker/model-1", a__one="finetune", b__teacher="distillation", x__gone="merge"),
    link_model("a/one", c__two="quantized", d__three="merge"),
    link_model("b/teacher", e__four="finetune"),
    link_model("c/two", x__gone="adapter", y__lost="finetune"),
    make_model("d/three", bases=None),
    make_model("e/four", bases=None),
)


def test_chain_of_parameters_leaves_teachers_out():
    """All bases and theirs, nearest first; what a teacher wrote is data, and its chain is none of it."""
    found = trace_parameters(CHAIN[0], make_registry(*CHAIN))
    assert list_ids(found.ancestors) == ["a/one", "c/two", "d/three"]
    assert list_ids(found.unstated_models) == ["d/three"]
    unrecorded = [(holder.id, link.id, link.relation) for holder, link in found.unrecorded_bases]
    assert unrecorded == [
        ("maker/model-1", "x/gone", "merge"),
        ("c/two", "y/lost", "finetune"),
    ]


def test_chain_of_models_holds_teachers():
    """All relations count where the whole lineage is asked for."""
    found = trace_lineage(CHAIN[0], make_registry(*CHAIN))
    expected = ["a/one", "b/teacher", "c/two", "d/three", "e/four"]
    assert list_ids(found.ancestors) == expected
    assert list_ids(found.unstated_models) == ["d/three", "e/four"]


def test_circle_is_walked_once():
    """Models that name each other end the chain; an unstated lineage is the model's own, too."""
    first = make_model("a/one", bases=("b/two",))
    second = make_model("b/two", bases=("a/one",))
    found = trace_lineage(first, make_registry(first, second))
    assert list_ids(found.ancestors) == ["b/two"]
    assert list_ids(find_licensors(first, found)) == ["b/two"]
    outside = make_model(bases=("a/one",))
    found = trace_lineage(outside, make_registry(outside, first, second))
    assert list_ids(find_licensors(outside, found)) == ["a/one", "b/two"]
    unstated = make_model(bases=None)
    found = trace_parameters(unstated, make_registry(unstated))
    assert (found.ancestors, list_ids(found.unstated_models)) == ((), ["maker/model-1"])


@pytest.mark.parametrize(
    ("status", "binds"),
    [
        ("released", True),
        ("partial", True),
        ("withdrawn", True),
        ("not-found", True),
        ("unknown", True),
        ("not-released", False),
        ("described", False),
        ("not-applicable", False),
    ],
)
def test_weights_that_nobody_ever_had_bind_nobody(status, binds):
    """Weights of which nobody knows whether they were published may bind."""
    base = replace_component(make_model("root/base"), "model-parameters-final", status)
    model = make_model(bases=("root/base",))
    lineage = trace_parameters(model, make_registry(model, base))
    assert list_ids(find_binding_bases(lineage)) == ["root/base"] * binds
    assert list_ids(find_licensors(model, lineage)) == ["root/base"] * binds


@pytest.mark.parametrize(
    ("middle", "relation", "licensors"),
    [
        ("maker/middle", "finetune", ["root/base"]),
        ("Maker/middle", "finetune", ["root/base"]),
        ("root/middle", "finetune", ["root/middle"]),
        ("other/middle", "finetune", ["other/middle", "root/base"]),
        ("other/middle", "distillation", []),
    ],
)
def test_terms_of_other_makers_bind(middle, relation, licensors):
    """A maker's own base is covered by its grant; what that base was made from still binds."""
    model = make_model(bases=(middle,), relation=relation)
    between = make_model(middle, bases=("root/base",))
    registry = make_registry(model, between, make_model("root/base"))
    assert list_ids(find_licensors(model, trace_lineage(model, registry))) == licensors


def test_base_of_two_derivatives_binds_by_either():
    """A base that its own maker and another one derived from binds by the other."""
    model = make_model(bases=("root/middle", "other/middle"))
    others = [make_model(f"{maker}/middle", bases=("root/base",)) for maker in ("root", "other")]
    registry = make_registry(model, *others, make_model("root/base"))
    found = find_licensors(model, trace_parameters(model, registry))
    assert list_ids(found) == ["root/middle", "other/middle", "root/base"]


def test_bases_without_a_record_of_other_makers():
    """A maker's own base is covered by the maker's grant, whatever the case of its name."""
    model = make_model(bases=("Maker/gone", "other/gone", "root/base"))
    base = make_model("root/base", bases=("root/gone",))
    registry = make_registry(model, base)
    found = list_foreign_unrecorded_bases(trace_parameters(model, registry))
    assert [(holder.id, link.id) for holder, link in found] == [("maker/model-1", "other/gone")]
    assert list_ids(find_foreign_bases(model, registry)) == ["root/base"]
    assert list_ids(find_foreign_bases(make_model(bases=None), registry)) == []
    own = make_model("root/other", bases=("maker/gone", "root/base"))
    assert list_ids(find_foreign_bases(own, registry)) == []


@pytest.mark.parametrize(
    ("id", "owner"), [("Maker/Model/x", "maker"), ("Alone", "alone"), ("a/b", "a")]
)
def test_owner_of_a_model(id, owner):
    """The first part of the name, whatever the case."""
    assert get_owner(id) == owner


@pytest.mark.parametrize(
    ("status", "base_license", "license", "is_freer"),
    [
        ("released", "NC", "MIT", True),
        ("partial", "NC", "MIT", True),
        ("not-released", "NC", "MIT", False),
        ("unknown", "NC", "MIT", False),
        ("released", "MIT", "NC", False),
        ("released", "MIT", "MIT", False),
        ("released", "NONE", "MIT", False),
        ("released", "NC", "NONE", False),
        ("released", "NC", None, False),
        ("released", "Unread", "MIT", False),
    ],
)
def test_derivative_that_gives_what_its_base_withholds(status, base_license, license, is_freer):
    """Only of published bases, and only where both declare terms that somebody has read."""
    base = replace_component(
        make_model("root/base"), "model-parameters-final", status, base_license
    )
    model = replace_component(make_model(), "model-parameters-final", license=license)
    assert is_freer_than_base(model, base, make_registry()) is is_freer


def build_steps(model, *others):
    """What the steps about the chain say, and their facts."""
    lineage = trace_parameters(model, make_registry(model, *others))
    steps = build_lineage_steps(model, lineage, "a clause")
    assert {(step.id, step.clause, step.aspect) for step in steps} == {
        ("lineage", "a clause", "available")
    }
    return steps


def describe(step):
    """Answer, reason, subject and need of a step, and its facts without their evidence."""
    facts = [(fact.record, fact.field, fact.value) for fact in step.facts]
    return step.answer, step.reason, step.subject, step.needs, facts


def test_lineage_of_a_model_trained_from_scratch():
    """An empty list says so; its evidence is where that was read."""
    [step] = build_steps(make_model(from_scratch=TrainedFromScratch(EVIDENCE)))
    fact = (MODEL, "base_models", "none")
    assert describe(step) == ("not-applicable", "trained from scratch", "", "", [fact])
    assert step.facts[0].evidence == EVIDENCE
    [step] = build_steps(make_model())
    assert step.facts[0].evidence == ()


def test_lineage_that_is_known_names_its_bases():
    """Each base is judged below; the evidence is that of the model's own links."""
    middle = make_model("a/one", bases=("b/two",))
    [step] = build_steps(make_model(bases=("a/one",)), middle, make_model("b/two"))
    names = "a/one, b/two"
    fact = (MODEL, "base_models", names)
    assert describe(step) == ("yes", f"derived from {names}, judged below", "", "", [fact])
    assert step.facts[0].evidence == EVIDENCE


def test_lineage_of_teachers_alone():
    """A model that names teachers alone contains no parameters of theirs: known, recorded or not."""
    [step] = build_steps(make_model(bases=("a/one", "b/two"), relation="distillation"))
    reason = "taught by a/one, b/two, of which it contains no parameters"
    facts = [(MODEL, "base_models", f"{id} (distillation)") for id in ("a/one", "b/two")]
    assert describe(step) == ("yes", reason, "", "", facts)
    assert [fact.evidence for fact in step.facts] == [EVIDENCE] * 2


def test_lineage_that_is_not_known_says_where_it_breaks_off():
    """First the models whose lineage nobody verified, then the bases without a record."""
    base = make_model("a/one", bases=None)
    unstated, unrecorded = build_steps(make_model(bases=("a/one", "b/two")), base)
    needs = "establish the base models of {} (an empty list when it was trained from scratch)"
    reason = "nobody verified whether {} was derived from another model"
    fact = ("models/a/one", "base_models", "not stated")
    assert describe(unstated) == (
        "unknown",
        reason.format("a/one"),
        "a/one",
        needs.format("a/one"),
        [fact],
    )
    assert describe(unrecorded) == (
        "unknown",
        "maker/model-1 was derived from b/two (finetune), which the registry does not hold",
        "b/two",
        "add a record of b/two",
        [(MODEL, "base_models", "b/two (finetune)")],
    )
    assert unrecorded.facts[0].evidence == EVIDENCE
    [own] = build_steps(make_model(bases=None))
    assert describe(own)[:4] == (
        "unknown",
        reason.format("maker/model-1"),
        "",
        needs.format("maker/model-1"),
    )
