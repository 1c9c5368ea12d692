"""Which licenses are free and open for the EU AI Act's exemption, from what the guidelines name (76 to 84)."""

import pytest

from audit.definitions.eu_license import check_license, judge_exemption_license
from tests.definitions.builders import (
    list_facts,
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

USERS = {"users": 700, "period": "month"}
EU = {"excluded": ["EU"]}
MODEL = "models/maker/model-1"


@pytest.mark.parametrize(
    ("kind", "parameters", "answer"),
    [
        ("non-commercial", {}, "no"),
        ("non-commercial", {"effect": "forbidden"}, "no"),
        ("non-commercial", {"effect": "needs-license"}, "no"),
        ("research-only", {}, "no"),
        ("user-threshold", {**USERS, "effect": "needs-license"}, "no"),
        ("user-threshold", {**USERS, "effect": "obligation"}, "unknown"),
        ("territory", {**EU, "effect": "forbidden"}, "no"),
        ("registration", {"effect": "forbidden"}, "no"),
        ("registration", {"effect": "needs-license"}, "no"),
        ("registration", {"effect": "obligation"}, "unknown"),
        ("registration", {}, "no"),
        ("redistribution", {}, "no"),
        ("hosted-service", {}, "no"),
        ("redistribution", {"effect": "forbidden"}, "no"),
        ("redistribution", {"effect": "needs-license"}, "no"),
        ("hosted-service", {"effect": "forbidden"}, "no"),
        ("acceptable-use-policy", {"form": "inline"}, "unknown"),
        ("no-such-kind", {}, "unknown"),
        ("notice", {}, "yes"),
        ("attribution", {}, "yes"),
        ("share-alike", {}, "yes"),
    ],
)
def test_clause_of_a_license(kind, parameters, answer):
    """Named as incompatible: no; a policy of use, or what is not understood: unknown (84); duties: yes."""
    license = make_license("Own", make_condition(kind, **parameters))
    registry = make_registry(licenses=(license,))
    assert judge_exemption_license("Own", registry) == answer


@pytest.mark.parametrize("freedom", ["use", "share", "modify"])
@pytest.mark.parametrize(
    ("granted", "answer"), [("yes", "yes"), ("no", "no"), ("unknown", "unknown")]
)
def test_every_freedom_is_needed(freedom, granted, answer):
    """Access, use, modification and distribution: what is refused is no, what nobody read unknown."""
    license = make_license("Own", make_condition("notice"), **{freedom: granted})
    assert judge_exemption_license("Own", make_registry(licenses=(license,))) == answer


LICENSE = "Article 53(2): a free and open-source license"
NOT_ALLOWED = "excludes or limits users or uses as the guidelines do not allow (83)"
LEFT_OPEN = "is not known to be free and open: a policy of use may be one for safety (84)"


@pytest.mark.parametrize("subject", ["", "root/base"])
@pytest.mark.parametrize(
    ("license", "answer", "words", "needs", "ids"),
    [
        ("MIT", "yes", "is free and open", "", ["MIT"]),
        ("NC", "no", NOT_ALLOWED, "put {} under a free and open license", ["NC"]),
        ("NONE", "no", NOT_ALLOWED, "put {} under a free and open license", []),
        (
            "Policy",
            "unknown",
            LEFT_OPEN,
            "weigh whether Policy restricts more than safety asks for",
            ["Policy"],
        ),
        (None, "unknown", LEFT_OPEN, "establish the license of {}", []),
        ("NC OR MIT", "yes", "is free and open", "", ["NC", "MIT"]),
    ],
)
def test_step_about_the_license(subject, license, answer, words, needs, ids):
    """The model's own license or a base's: the answer, why, and who would have to do what."""
    model = replace_component(make_model(), "model-parameters-final", license=license)
    step = check_license(model, make_registry(model), subject)
    thing = "the weights of root/base" if subject else "the weights"
    shown = license or "unknown"
    assert (step.id, step.answer, step.subject, step.aspect) == (
        "license",
        answer,
        subject,
        "terms",
    )
    assert step.clause.startswith(LICENSE)
    assert step.reason == f"{thing}: the license ({shown}) {words}"
    assert step.needs == needs.format(thing)
    records = [(MODEL, "model-parameters-final.license", shown)]
    found = list_facts(step)
    assert found[:1] == records
    assert sorted(fact[0] for fact in found[1:]) == sorted(f"licenses/{id}" for id in ids)
