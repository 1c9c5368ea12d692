"""Facts that cannot both be true are refused, and the message names both."""

from dataclasses import replace

import pytest

from audit.analysis.consistency import contradictions
from audit.records.model import Dated, Evidence
from tests.definitions.builders import EVIDENCE, LICENSES, a_license, condition, dataset, having, model, registry

BASE = having(model("meta/base"), "model-parameters-final", "released", "Users-700M")
ELSEWHERE = (Evidence("page", "https://huggingface.co/meta/base", "2026-11-24", "primary"),)


def weights(subject, **changes):
    """The model with other facts about its weights."""
    component = replace(subject.weights, **changes)
    return replace(subject, components={**subject.components, component.name: component})


def contradictory():
    """One case for each kind of contradiction: records, and the words that both sides must be named with."""
    subject = model()
    tagged = replace(subject, hub=replace(subject.hub, license_tag="apache-2.0"))
    apache = replace(LICENSES["Apache-2.0"], hub_tags=("apache-2.0",))
    pinned = replace(dataset(), hub=replace(subject.hub, repo="maker/data", license_tag=None))
    early = replace(subject, released=Dated("2027-01", EVIDENCE))
    before_base = replace(model(bases=("meta/base",)), released=Dated("2020-05", EVIDENCE))
    closed_data = replace(dataset(), license="NC", access="open")
    return {
        "open terms on unreleased weights": ((weights(subject, status="not-released", license="MIT"),), {}, ("MIT", "not released")),
        "data under closed terms marked open": ((subject,), {"datasets": (closed_data,)}, ("open", "NC")),
        "withdrawn data marked public": ((subject,), {"datasets": (replace(dataset(), status="withdrawn", access="public"),)}, ("withdrawn", "public")),
        "released data of which a part was withdrawn": (
            (having(subject, "datasets", datasets=("maker/data",)),),
            {"datasets": (replace(dataset(), status="withdrawn", access="unknown"),)},
            ("released", "withdrawn"),
        ),
        "a tag that means another license": ((tagged,), {"licenses": (apache,)}, ("apache-2.0", "MIT")),
        "a derivative freer than its base": ((model(bases=("meta/base",)), BASE), {}, ("MIT", "Users-700M", "meta/base")),
        "another model's page as the source": ((weights(subject, evidence=ELSEWHERE), BASE), {}, ("meta/base", "maker/model-1")),
        "released after its source was read": ((early,), {}, ("2027-01", "2026-11-24")),
        "released before its base": ((before_base, replace(BASE, released=Dated("2021", EVIDENCE))), {}, ("2020-05", "2021")),
        "non-commercial terms marked free": (
            (subject,),
            {"licenses": (a_license("Odd", condition("non-commercial", effect="forbidden")),)},
            ("commercial", "free"),
        ),
        "one dataset repository in two records": ((subject,), {"datasets": (pinned, replace(pinned, id="maker/twin"))}, ("maker/data", "too")),
    }


@pytest.mark.parametrize("name", contradictory())
def test_each_contradiction_names_both_sides(name):
    """Every kind is found, and its message carries both facts."""
    models, more, words = contradictory()[name]
    found = [str(each) for each in contradictions(_registry(models, more), "registry")]
    assert any(all(word in each for word in words) for each in found), found


def _registry(models, more):
    return registry(*models, datasets=more.get("datasets", ()), licenses=more.get("licenses", ()))


def test_consistent_records_are_left_alone():
    """A derivative of its own maker's base, a base's page as the source for a base, and a recorded dispute are no contradiction."""
    own = model("meta/tune", bases=("meta/base",))
    cited = weights(having(model("maker/tune", bases=("meta/base",)), "model-parameters-final", "released", "Users-700M"), evidence=ELSEWHERE)
    assert contradictions(registry(BASE, own, cited, datasets=(dataset(),)), "registry") == []
