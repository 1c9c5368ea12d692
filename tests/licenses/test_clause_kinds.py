"""What clauses on indemnity, safeguards, ownership, notices and the like make of a use, and when they are heeded."""

import pytest

from audit.licenses.clause_parameters import STAGES
from audit.licenses.compare import compare_expressions
from audit.licenses.conditions import CONDITION_KINDS, compute_clause_effect, find_stage
from audit.licenses.terms import evaluate_openness
from audit.licenses.uses import MODES, IntendedUse
from audit.records.citations import find_evidence_problems
from audit.records.schema import load_schemas
from tests.definitions.builders import make_condition, make_license, make_registry

OWN = IntendedUse()
HOSTED = IntendedUse(mode="host")
SHARED = IntendedUse(mode="redistribute")
TUNED = IntendedUse(mode="fine-tune")
UNGUARDED = IntendedUse(mode="remove-guardrails")
DUTY = "allowed-with-obligations"
OWNED = make_condition("derivative-ownership", owner="licensor", of="derivatives")
KEPT = make_condition("guardrails", duty="keep", effect="forbidden")
ASKED = make_condition("ai-disclosure", effect="request")
DEMANDED = make_condition("ai-disclosure", effect="obligation")
PROVIDED = make_condition("guardrails", duty="provide", effect="obligation")
COPY = make_condition("redistribution", effect="obligation", also_when_hosting=True)
NOTICE = make_condition("notice", notice_text="Made with Pebble.", notice_file="Notice")
IN_TRADE = make_condition("hosted-service", effect="needs-license", commercial_only=True)
BY_COMPANIES = make_condition("hosted-service", effect="needs-license", companies_only=True)
CAMPUS = IntendedUse(mode="host", asker="university", purposes=("research",))
LABORATORY = IntendedUse(mode="host", asker="company", purposes=("research",))
SHOP = IntendedUse(mode="host", asker="company", purposes=("commercial",))
SALE_OF_OUTPUTS = IntendedUse(mode="use-outputs", purposes=("commercial",))
SILENT_ON_OUTPUTS = make_condition("non-commercial", effect="forbidden", outputs_unstated=True)
CASES = [
    (make_condition("indemnity"), OWN, DUTY),
    (make_condition("indemnity", only_with_own_warranty=True), SHARED, None),
    (make_condition("export"), OWN, DUTY),
    (make_condition("export"), HOSTED, DUTY),
    (make_condition("export"), SHARED, DUTY),
    (OWNED, OWN, None),
    (OWNED, TUNED, DUTY),
    (make_condition("derivative-ownership", owner="licensee", of="derivatives"), TUNED, None),
    (make_condition("derivative-ownership", owner="licensor", of="outputs"), OWN, DUTY),
    (KEPT, OWN, DUTY),
    (KEPT, UNGUARDED, "forbidden"),
    (PROVIDED, OWN, DUTY),
    (make_condition("guardrails", duty="keep"), UNGUARDED, "unknown"),
    (make_condition("ai-disclosure"), OWN, None),
    (make_condition("ai-disclosure"), HOSTED, DUTY),
    (ASKED, HOSTED, None),
    (COPY, OWN, None),
    (COPY, HOSTED, DUTY),
    (make_condition("redistribution", effect="obligation"), HOSTED, None),
    (NOTICE, HOSTED, None),
    (NOTICE, SHARED, DUTY),
    (make_condition("attribution", also_when_hosting=True), HOSTED, DUTY),
    (make_condition("attribution"), OWN, None),
    (make_condition("attribution", stage="running"), OWN, DUTY),
    (IN_TRADE, CAMPUS, DUTY),
    (IN_TRADE, SHOP, "needs-separate-license"),
    (IN_TRADE, LABORATORY, DUTY),
    (BY_COMPANIES, CAMPUS, DUTY),
    (BY_COMPANIES, LABORATORY, "needs-separate-license"),
    (make_condition("redistribution", effect="forbidden", commercial_only=True), SHARED, DUTY),
    (SILENT_ON_OUTPUTS, SALE_OF_OUTPUTS, "unknown"),
    (SILENT_ON_OUTPUTS, SHOP, "forbidden"),
]
SILENT = ("governing-law", "deletion", "integrated-product", "contact", "no-warranty")
OPEN_WITH_IT = (*SILENT, "indemnity", "export")
"""Kinds that open terms may carry: EPL-2.0 has an indemnity, and is approved."""


@pytest.mark.parametrize(("condition", "use", "expected"), CASES)
def test_a_clause_bears_on_the_uses_that_it_names(condition, use, expected):
    """A duty binds who does what it speaks of, and nobody else; an effect that is not stated is unknown."""
    assert compute_clause_effect(condition, use) == expected


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", SILENT)
def test_what_is_only_good_to_know_decides_nothing(kind, mode):
    """Law, forum, the end and whom to ask change no answer."""
    use = IntendedUse(mode=mode, purposes=("commercial",), public=True)
    assert compute_clause_effect(make_condition(kind), use) is None


@pytest.mark.parametrize("kind", CONDITION_KINDS)
def test_every_kind_has_a_stage_that_a_clause_can_override(kind):
    """The list of duties is by stage, and a text may ask for one at another time."""
    assert CONDITION_KINDS[kind].stage in STAGES
    assert find_stage(make_condition(kind)) == CONDITION_KINDS[kind].stage
    assert find_stage(make_condition(kind, stage="end")) == "end"
    assert set(load_schemas()["license.schema.json"]["$defs"]["stage"]["enum"]) == STAGES


def test_a_clause_that_is_not_understood_is_heeded_first():
    """Nobody overlooks what the program cannot place."""
    assert find_stage(make_condition("moon-landing")) == "before-use"


@pytest.mark.parametrize("kind", OPEN_WITH_IT)
def test_open_terms_may_carry_it(kind):
    """An indemnity, law or contact closes no terms; safeguards and ownership of derivatives do."""
    records = make_registry(licenses=(make_license("New", make_condition(kind)),))
    assert evaluate_openness("New", records) == "yes"


@pytest.mark.parametrize("condition", [KEPT, PROVIDED, OWNED, make_condition("ai-disclosure")])
def test_open_terms_may_not_carry_it(condition):
    """A limit on changes or on use for any purpose."""
    records = make_registry(licenses=(make_license("New", condition),))
    assert evaluate_openness("New", records) == "no"


@pytest.mark.parametrize(
    ("condition", "direction"),
    [
        (make_condition("indemnity"), "more-closed"),
        (make_condition("indemnity", only_with_own_warranty=True), "neutral"),
        (PROVIDED, "more-closed"),
        (make_condition("export"), "neutral"),
        (make_condition("governing-law", law="France"), "neutral"),
        (make_condition("contact", address="https://example.org"), "neutral"),
    ],
)
def test_a_new_burden_closes_and_housekeeping_does_not(condition, direction):
    """Answering for others' claims is a burden, unless one promised it; the law of France is none."""
    licenses = (make_license("Old"), make_license("New", condition))
    assert compare_expressions("Old", "New", make_registry(licenses=licenses)) == direction


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ((), (ASKED,), "more-closed"),
        ((ASKED,), (DEMANDED,), "more-closed"),
        ((DEMANDED,), (ASKED,), "more-open"),
        ((ASKED,), (), "more-open"),
    ],
)
def test_a_request_is_less_than_a_duty_and_more_than_nothing(old, new, direction):
    """What a text asks for without making it a condition binds nobody, and still it was not there before."""
    licenses = (make_license("Old", *old), make_license("New", *new))
    assert compare_expressions("Old", "New", make_registry(licenses=licenses)) == direction


def test_open_terms_may_ask_without_a_condition():
    """A request limits no freedom, so that it closes no terms."""
    records = make_registry(licenses=(make_license("New", ASKED),))
    assert evaluate_openness("New", records) == "yes"


def test_an_exception_that_is_lost_closes():
    """The same ban without its exception is harsher."""
    ban = {"effect": "forbidden", "covers": "all"}
    old = make_license("Old", make_condition("hosted-service", **ban, **{"except": "schools"}))
    new = make_license("New", make_condition("hosted-service", **ban))
    assert compare_expressions("Old", "New", make_registry(licenses=(old, new))) == "more-closed"


def make_clause(**words):
    return {"kind": "notice", "parameters": words, "evidence": ["text"]}


def test_a_prescribed_notice_is_kept_whole_up_to_eighty_words():
    """A longer one is kept as its digest, and a quote ends at 25 words."""
    data = {"evidence": {"text": {}}, "conditions": [make_clause(notice_text="word " * 80)]}
    assert list(find_evidence_problems(data, "x")) == []
    data["conditions"] = [make_clause(notice_text="word " * 81), {"quote": "word " * 26}]
    paths = [each.path for each in find_evidence_problems(data, "x")]
    expected = ["$.conditions[0].parameters.notice_text", "$.conditions[1].quote"]
    assert [path for path in paths if "conditions" in path] == expected
