"""May I use it for this: the clauses of a license against one intended use."""

from dataclasses import replace

import pytest

from audit.definitions.common_uses import COMMON_USES
from audit.definitions.permissions import find_permission, judge_permission
from audit.licenses.uses import IntendedUse
from audit.records.load import load_registry
from audit.records.model import TrainedFromScratch
from tests.definitions.builders import (
    EVIDENCE,
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)

BUSINESS = IntendedUse(purposes=("commercial",))


def judge_use_under_license(use, license, *conditions, **freedoms):
    """The answer for a model under one license, `LAW` when conditions are given."""
    subject = replace_component(make_model(), "model-parameters-final", license=license)
    licenses = (make_license("LAW", *conditions, **freedoms),) if conditions or freedoms else ()
    registry = make_registry(subject, licenses=licenses)
    value = judge_permission(subject, registry, use).value
    assert find_permission(subject, registry, use) == value
    return value


@pytest.mark.parametrize(
    ("use", "license", "value"),
    [
        (BUSINESS, "MIT", "allowed"),
        (IntendedUse(mode="redistribute"), "MIT", "allowed-with-obligations"),
        (BUSINESS, "NC", "forbidden"),
        (IntendedUse(), "NC", "allowed-with-obligations"),
        (BUSINESS, "NC OR MIT", "allowed"),
        (BUSINESS, "NC AND MIT", "forbidden"),
        (BUSINESS, "NONE", "needs-separate-license"),
        (BUSINESS, None, "unknown"),
        (BUSINESS, "Unread", "unknown"),
        (IntendedUse(monthly_users=700_000_000), "Users-700M", "allowed"),
        (IntendedUse(monthly_users=700_000_001), "Users-700M", "needs-separate-license"),
        (IntendedUse(), "Users-700M", "allowed-with-obligations"),
        (
            IntendedUse(monthly_users=200_000_000),
            "Users-700M AND Users-100M",
            "needs-separate-license",
        ),
        (IntendedUse(territory="DE"), "No-EU", "forbidden"),
        (IntendedUse(territory="eu"), "No-EU", "forbidden"),
        (IntendedUse(territory="US"), "No-EU", "allowed"),
        (IntendedUse(), "No-EU", "allowed-with-obligations"),
    ],
)
def test_answers(use, license, value):
    """AND takes the harshest clause, OR the mildest license; what is not stated makes a clause an obligation to heed."""
    assert judge_use_under_license(use, license) == value


@pytest.mark.parametrize(
    ("use", "clause", "value"),
    [
        (
            IntendedUse(mode="train-on-outputs"),
            make_condition("output-training", effect="forbidden"),
            "forbidden",
        ),
        (IntendedUse(), make_condition("output-training", effect="forbidden"), "allowed"),
        (
            IntendedUse(field="Army"),
            make_condition("field-of-use", fields=["military"], effect="forbidden"),
            "forbidden",
        ),
        (
            IntendedUse(field="warfare"),
            make_condition("field-of-use", fields=["military"], effect="forbidden"),
            "forbidden",
        ),
        (
            IntendedUse(field="legal services"),
            make_condition("field-of-use", fields=["illegal-drugs"], effect="forbidden"),
            "allowed-with-obligations",
        ),
        (
            IntendedUse(field="military drones"),
            make_condition("field-of-use", fields=["military"], effect="forbidden"),
            "unknown",
        ),
        (
            IntendedUse(field="military"),
            make_condition("field-of-use", fields=["no such field"], effect="forbidden"),
            "unknown",
        ),
        (
            IntendedUse(purposes=("research",)),
            make_condition("research-only", effect="forbidden"),
            "allowed-with-obligations",
        ),
        (
            IntendedUse(purposes=("evaluation",)),
            make_condition("research-only", effect="forbidden"),
            "unknown",
        ),
        (
            IntendedUse(purposes=("evaluation",)),
            make_condition("research-only", effect="forbidden", permits=["research", "evaluation"]),
            "allowed-with-obligations",
        ),
        (
            IntendedUse(purposes=("personal",)),
            make_condition("research-only", effect="forbidden", permits=["research", "evaluation"]),
            "forbidden",
        ),
        (
            IntendedUse(purposes=("production",)),
            make_condition("research-only", effect="needs-license", permits=["research"]),
            "needs-separate-license",
        ),
        (
            BUSINESS,
            make_condition("registration", effect="needs-license", commercial_only=True),
            "needs-separate-license",
        ),
        (
            IntendedUse(),
            make_condition("registration", effect="needs-license", commercial_only=True),
            "allowed",
        ),
        (
            IntendedUse(revenue=2_000_000),
            make_condition(
                "revenue-threshold", amount=1_000_000, period="year", effect="needs-license"
            ),
            "needs-separate-license",
        ),
        (
            IntendedUse(revenue=2_000_000),
            make_condition(
                "revenue-threshold", amount=1_000_000, period="month", effect="needs-license"
            ),
            "unknown",
        ),
        (
            IntendedUse(revenue=1_000_000),
            make_condition(
                "revenue-threshold", amount=1_000_000, period="month", effect="needs-license"
            ),
            "allowed",
        ),
        (
            IntendedUse(revenue=900_000, revenue_period="month"),
            make_condition(
                "revenue-threshold", amount=1_000_000, period="year", effect="needs-license"
            ),
            "allowed-with-obligations",
        ),
        (
            IntendedUse(monthly_users=2_000_000),
            make_condition(
                "user-threshold",
                users=1_000_000,
                period="month",
                effect="needs-license",
                measured="at-release",
                counted_month="2024-11",
            ),
            "unknown",
        ),
        (
            IntendedUse(monthly_users=2_000_000, users_month="2024-11"),
            make_condition(
                "user-threshold",
                users=1_000_000,
                period="month",
                effect="needs-license",
                measured="at-release",
                counted_month="2024-11",
            ),
            "needs-separate-license",
        ),
        (
            IntendedUse(monthly_users=1_000, users_month="2026-01"),
            make_condition(
                "user-threshold",
                users=1_000_000,
                period="month",
                effect="needs-license",
                measured="at-release",
                counted_month="2024-11",
            ),
            "allowed-with-obligations",
        ),
        (
            IntendedUse(monthly_users=2_000_000),
            make_condition("user-threshold", users=1_000_000, period="day", effect="forbidden"),
            "unknown",
        ),
        (
            IntendedUse(mode="redistribute"),
            make_condition("redistribution", effect="forbidden", covers="sharing adapted material"),
            "allowed-with-obligations",
        ),
        (
            IntendedUse(mode="fine-tune", public=True),
            make_condition("redistribution", effect="forbidden", covers="sharing adapted material"),
            "forbidden",
        ),
        (
            IntendedUse(territory="US"),
            make_condition("territory", excluded=["EU"], effect="forbidden"),
            "allowed",
        ),
    ],
)
def test_clauses(use, clause, value):
    """Each kind of clause bears on the uses that it speaks of, and on no other."""
    assert judge_use_under_license(use, "LAW", clause) == value


def test_withheld_freedoms():
    """What a license does not grant is forbidden, what nobody has read is unknown, each for the use that needs it."""
    assert judge_use_under_license(IntendedUse(mode="fine-tune"), "LAW", modify="no") == "forbidden"
    assert (
        judge_use_under_license(IntendedUse(mode="redistribute"), "LAW", share="unknown")
        == "unknown"
    )
    assert judge_use_under_license(IntendedUse(), "LAW", modify="no", share="unknown") == "allowed"


def test_the_chain_decides_and_is_named():
    """A derivative never gets more than its base, and the deciding clause says whose it is."""
    base = replace_component(make_model("root/base"), "model-parameters-final", license="NC")
    subject = make_model(bases=("root/base",))
    found = judge_permission(subject, make_registry(subject, base), BUSINESS)
    assert found.value == "forbidden"
    assert (found.clauses[0].model, found.clauses[0].license, found.clauses[0].section) == (
        "root/base",
        "NC",
        "2",
    )
    assert found.clauses[0].evidence


def test_an_unknown_base_is_unknown_unless_it_is_the_makers_own():
    """Terms of a stranger's base without a record could forbid anything; a lineage that nobody stated is an open question."""
    for bases, value, questions in (
        (("stranger/base",), "unknown", 1),
        (("maker/base",), "allowed", 1),
        (None, "allowed", 1),
        ((), "allowed", 0),
    ):
        subject = make_model(bases=bases)
        found = judge_permission(subject, make_registry(subject), BUSINESS)
        assert (found.value, len(found.open_questions)) == (value, questions)


def test_weights_that_are_not_released():
    """Nobody can use what is not published without asking its maker; not knowing is no answer."""
    for status, value in (("not-released", "needs-separate-license"), ("unknown", "unknown")):
        subject = replace_component(make_model(), "model-parameters-final", status)
        assert judge_permission(subject, make_registry(subject), BUSINESS).value == value


@pytest.mark.parametrize("use", [BUSINESS, IntendedUse(), IntendedUse(mode="redistribute")])
def test_clause_of_an_unknown_kind_is_never_allowed(use):
    """A clause that this program has no rule for may say anything, so the answer is unknown."""
    assert judge_use_under_license(use, "LAW", make_condition("moon-landing")) == "unknown"


MULTIMODAL_BAN = make_condition(
    "territory", excluded=["EU"], effect="forbidden", modalities="multimodal"
)


@pytest.mark.parametrize(
    ("modalities", "value"),
    [
        (("text",), "allowed"),
        (("text", "code"), "allowed"),
        (("text", "image"), "forbidden"),
        (("audio",), "forbidden"),
        ((), "unknown"),
    ],
)
def test_text_and_code_are_one_modality(modalities: tuple[str, ...], value: str):
    """A ban on multimodal models binds none of text; of unknown modalities the answer is unknown."""
    subject = replace(
        replace_component(make_model(), "model-parameters-final", license="LAW"),
        modalities=modalities,
    )
    registry = make_registry(subject, licenses=(make_license("LAW", MULTIMODAL_BAN),))
    assert judge_permission(subject, registry, IntendedUse(territory="DE")).value == value


@pytest.mark.parametrize(
    ("base", "relation", "value"),
    [
        ("other/base", "finetune", "forbidden"),
        ("maker/base", "finetune", "allowed"),
        ("other/base", "distillation", "allowed"),
    ],
)
def test_whose_base_binds(base: str, relation: str, value: str):
    """Another maker's base does; a maker may give more in a derivative of its own; a teacher is no base."""
    subject = make_model(bases=(base,), relation=relation)
    licensor = replace_component(make_model(base), "model-parameters-final", license="NC")
    assert judge_permission(subject, make_registry(subject, licensor), BUSINESS).value == value


def test_what_a_maker_built_on_still_binds():
    """A base of the same maker passes on what it was itself made from."""
    subject = make_model(bases=("maker/middle",))
    middle = make_model("maker/middle", bases=("other/base",))
    first = replace_component(make_model("other/base"), "model-parameters-final", license="NC")
    answer = judge_permission(subject, make_registry(subject, middle, first), BUSINESS)
    assert answer.value == "forbidden"


@pytest.mark.parametrize(
    ("name", "bases", "value"),
    [
        ("maker/SuperLlama-7B", None, "unknown"),
        ("meta-llama/Llama-9", None, "allowed"),
        ("maker/SuperLlama-7B", (), "unknown"),
        ("maker/plain-7b", None, "allowed"),
    ],
)
def test_a_name_of_another_family_without_a_lineage_is_unknown(name: str, bases, value: str):
    """Licenses demand such names of derivatives, so that silence about the base is not enough.

    An empty list of bases without evidence of training from scratch is silence, too.
    """
    subject = make_model(name, bases=bases)
    assert judge_permission(subject, make_registry(subject), BUSINESS).value == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("marketing", "allowed-with-obligations"),
        ("credit scoring", "unknown"),
        ("hiring", "allowed-with-obligations"),
        ("military", "forbidden"),
    ],
)
def test_a_field_that_a_policy_may_name_is_not_allowed_unread(field: str, value: str):
    """Beside a use policy, a field that no recorded clause names is unknown unless it is ordinary work.

    A clause that names the field and sets a duty only was read: its answer stands.
    """
    answer = judge_use_under_license(
        IntendedUse(field=field),
        "LAW",
        make_condition("acceptable-use-policy", form="inline"),
        make_condition("field-of-use", fields=["military"], effect="forbidden"),
        make_condition("field-of-use", fields=["employment-decisions"], effect="obligation"),
    )
    assert answer == value


def test_a_name_of_another_family_is_free_when_trained_from_scratch():
    """Evidence that there is no base answers what the name asks."""
    subject = make_model("maker/SuperLlama-7B", from_scratch=TrainedFromScratch(EVIDENCE))
    assert judge_permission(subject, make_registry(subject), BUSINESS).value == "allowed"


def test_a_value_alone_is_that_of_the_whole_answer(root):
    """Pages ask for the value without its clauses: for models of every lineage and every state of weights it is the same."""
    registry = load_registry(root / "registry")
    seen = set()
    for number, model in enumerate(registry.models.values()):
        use = COMMON_USES[number % len(COMMON_USES)].use
        answer = judge_permission(model, registry, use)
        assert find_permission(model, registry, use) == answer.value, (model.id, use)
        seen.add((model.weights.status, answer.value, len(answer.clauses), use))
    assert {value for _, value, _, _ in seen} >= {"allowed", "forbidden", "unknown"}
