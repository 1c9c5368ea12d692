"""The checks that all definitions share: whether a component is there, and under which terms."""

from dataclasses import replace

import pytest

from audit.definitions.rules import (
    COMPONENT_WORDS,
    ComponentRule,
    apply_availability_rule,
    apply_rule,
    get_component_facts,
    judge_availability,
)
from audit.records.component import Component
from audit.records.evidence import PlaceLookedIn
from tests.definitions.builders import (
    EVIDENCE,
    list_facts,
    make_model,
    make_registry,
    replace_component,
)

MODEL = "models/maker/model-1"
PLACES = (
    PlaceLookedIn("hub", "https://example.org/a", "2026-11-20"),
    PlaceLookedIn("github", "https://example.org/b", "2026-11-24"),
    PlaceLookedIn("paper", "https://example.org/c", "2026-11-22"),
)


def apply(demand, model, name="training-code", subject="", id="rule"):
    """One rule, applied to a component of the model."""
    rule = ComponentRule(id, "a clause", name, demand)
    return apply_rule(rule, model, make_registry(model), subject)


@pytest.mark.parametrize(
    ("status", "answer", "words", "needs"),
    [
        ("released", "yes", "released", ""),
        ("partial", "no", "released in part only", "release {}"),
        ("described", "no", "described, not published", "release {}"),
        ("withdrawn", "no", "withdrawn", "release {}"),
        ("not-released", "no", "not released", "release {}"),
        ("not-found", "no", "not found", "release {} (not found)"),
        (
            "unknown",
            "unknown",
            "not known to be released or withheld",
            "establish whether {} is released",
        ),
        ("not-applicable", "not-applicable", "something that this model does not have", ""),
    ],
)
@pytest.mark.parametrize("subject", ["", "root/base"])
def test_only_released_is_available(subject, status, answer, words, needs):
    """What is described or partly public cannot be used; what a model does not have does not count."""
    model = replace_component(make_model(), "training-code", status)
    step = apply("available", model, subject=subject)
    thing = f"the training code of {subject}" if subject else "the training code"
    assert (step.id, step.clause, step.aspect) == ("rule", "a clause", "available")
    assert (step.answer, step.subject) == (answer, subject)
    assert (step.reason, step.needs) == (f"{thing}: {words}", needs.format(thing))
    assert list_facts(step) == [(MODEL, "training-code", words)]
    assert judge_availability(model, "training-code") == answer
    assert apply_availability_rule("rule", "a clause", model, "training-code", subject) == step
    assert apply_availability_rule("rule", "a clause", model, "training-code").subject == ""


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("model-parameters-final", "are"),
        ("datasets", "are"),
        ("supporting-libraries-and-tools", "are"),
        ("evaluation-data", "is"),
        ("model-card", "is"),
    ],
)
def test_unknown_components_in_good_english(name, verb):
    """What has to be established is a sentence: several things are released, one is."""
    step = apply("available", replace_component(make_model(), name, "unknown"), name)
    assert step.needs == f"establish whether {COMPONENT_WORDS[name]} {verb} released"


@pytest.mark.parametrize(
    ("sufficient", "answer", "words", "needs"),
    [
        ("yes", "yes", "sufficient", ""),
        ("no", "no", "not sufficient", "complete the data information"),
        (
            "unknown",
            "unknown",
            "not judged yet",
            "establish whether the data information is sufficient",
        ),
    ],
)
@pytest.mark.parametrize("reason", [None, "every source listed."])
def test_data_information_is_judged_by_its_sufficiency(reason, sufficient, answer, words, needs):
    """It is no component: enough of it, or not, and the reviewer's reason stands beside the answer."""
    model = make_model()
    information = replace(model.data_information, sufficient=sufficient, reason=reason)
    step = apply("available", replace(model, data_information=information), "data-information")
    shown = f"{words}: every source listed" if reason else words
    assert (step.answer, step.needs) == (answer, needs)
    assert step.reason == f"the data information: {shown}"
    assert list_facts(step) == [(MODEL, "data-information", shown)]


@pytest.mark.parametrize("origin", ["", "families/maker/family"])
def test_facts_name_the_record_that_states_them(origin):
    """A family's, where it was inherited; the model's own where no record states it."""
    model = make_model()
    unseen = Component("model-card", "unknown", "MIT", evidence=EVIDENCE, origin=origin)
    information = replace(model.data_information, origin=origin)
    model = replace(
        model,
        components={**model.components, "model-card": unseen},
        data_information=information,
    )
    for name in ("model-card", "data-information"):
        part = get_component_facts(model, name)
        assert (part.name, part.record, part.license) == (name, origin or MODEL, "MIT")
        assert part.evidence == EVIDENCE
        assert part.fact.record == part.record


@pytest.mark.parametrize(
    ("status", "changes", "words"),
    [
        ("withdrawn", {"since": "2026-03"}, "withdrawn since 2026-03"),
        ("withdrawn", {}, "withdrawn"),
        ("released", {"since": "2026-03"}, "released"),
        ("not-found", {"looked_in": PLACES}, "not found by 2026-11-24 in 3 places"),
        ("unknown", {"looked_in": PLACES}, "not known to be released or withheld"),
        ("withdrawn", {"looked_in": PLACES}, "withdrawn"),
        ("not-found", {"since": "2026-03"}, "not found"),
    ],
)
def test_state_says_since_when_and_how_it_is_known(status, changes, words):
    """Since when it is withdrawn; by which day and in how many places it was looked for in vain."""
    model = replace_component(make_model(), "training-code", status, **changes)
    assert get_component_facts(model, "training-code").state_words == words
    if words.startswith("not found by"):
        needs = f"release the training code ({words})"
        assert apply("available", model).needs == needs


def test_a_model_without_parameters_is_no_open_model():
    """Weights that do not apply are not released; any other component that does not apply is none."""
    model = replace_component(make_model(), "model-parameters-final", "not-applicable")
    part = get_component_facts(model, "model-parameters-final")
    assert (part.status, part.state_words) == ("not-released", "not released")


@pytest.mark.parametrize("subject", ["", "root/base"])
@pytest.mark.parametrize(
    ("demand", "demanded", "license", "answer", "found", "needs"),
    [
        ("open-terms", "open terms", "MIT", "yes", "MIT meets it", ""),
        ("open-terms", "open terms", "NC", "no", "NC does not", "put {} under open terms"),
        (
            "open-terms",
            "open terms",
            "NONE",
            "no",
            "published without a license",
            "put {} under open terms",
        ),
        (
            "open-terms",
            "open terms",
            None,
            "unknown",
            "license unknown",
            "establish the license of {}",
        ),
        (
            "open-terms",
            "open terms",
            "Unread",
            "unknown",
            "what Unread grants is unknown",
            "establish what Unread grants",
        ),
        (
            "osi-approved",
            "an OSI-approved license",
            "CC-BY-4.0",
            "no",
            "CC-BY-4.0 does not",
            "put {} under an OSI-approved license",
        ),
        ("open-terms", "open terms", "CC-BY-4.0", "yes", "CC-BY-4.0 meets it", ""),
        (
            "sharing",
            "terms that allow sharing",
            "NC",
            "no",
            "NC does not",
            "put {} under terms that allow sharing",
        ),
    ],
)
def test_terms_meet_a_demand(subject, demand, demanded, license, answer, found, needs):
    """The license of what is there, what is asked of it, and the licenses' own records as facts."""
    model = replace_component(make_model(), "training-code", license=license)
    step = apply(demand, model, subject=subject)
    thing = f"the training code of {subject}" if subject else "the training code"
    assert (step.id, step.clause, step.aspect) == ("rule", "a clause", "terms")
    assert (step.answer, step.subject, step.needs) == (answer, subject, needs.format(thing))
    assert step.reason == f"{thing}: {demanded} needed; {found}"
    declared = (MODEL, "training-code.license", license or "unknown")
    named = [f"licenses/{license}"] if license not in (None, "NONE") else []
    facts = list_facts(step)
    assert (facts[0], [fact[0] for fact in facts[1:]]) == (declared, named)


@pytest.mark.parametrize("subject", ["", "root/base"])
@pytest.mark.parametrize(
    ("status", "has_terms"),
    [
        ("released", True),
        ("unknown", True),
        ("not-found", False),
        ("partial", False),
        ("withdrawn", False),
        ("not-applicable", False),
    ],
)
def test_what_is_not_there_has_no_terms(subject, status, has_terms):
    """Its terms do not apply, so that only its absence counts; what may be there has some."""
    model = replace_component(make_model(), "training-code", status, "NC")
    step = apply("open-terms", model, subject=subject)
    assert (step.id, step.clause, step.aspect) == ("rule", "a clause", "terms")
    assert (step.answer, step.subject) == ("no" if has_terms else "not-applicable", subject)
    if not has_terms:
        thing = f"the training code of {subject}" if subject else "the training code"
        words = f"{thing}: not available, so there are no terms to judge"
        assert (step.reason, step.facts, step.needs) == (words, (), "")
