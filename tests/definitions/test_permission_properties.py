"""What holds of every answer on permissions, whatever the clauses and the question."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.definitions.permissions import judge_permission
from audit.licenses.conditions import CONDITION_KINDS, compute_clause_effect
from audit.licenses.uses import MODES, PERMISSION_ORDER, IntendedUse, rank_permission
from tests.conftest import count_examples
from tests.definitions.builders import (
    make_condition,
    make_license,
    make_model,
    make_registry,
    replace_component,
)
from tests.definitions.test_properties import LICENSES, uses

WEIGHTS = "model-parameters-final"
OWNED = {"derivative-ownership": {"owner": "licensor", "of": "outputs"}}
"""Parameters without which a clause of the kind says nothing."""
NAMES = sorted(LICENSES)


def judge_under(expression, use, *bases):
    """The answer for a model under an expression, with recorded bases of others."""
    subject = make_model(bases=tuple(base.id for base in bases))
    subject = replace_component(subject, WEIGHTS, license=expression)
    return judge_permission(subject, make_registry(subject, *bases), use)


@pytest.mark.parametrize("kind", CONDITION_KINDS)
def test_every_kind_bears_on_a_mode_or_only_informs(kind):
    """A kind has a defined effect in each mode, and one that never has any is only good to know."""
    condition = make_condition(kind, **OWNED.get(kind, {}))
    stated = IntendedUse(purposes=("commercial",), public=True, field="military")
    effects = {compute_clause_effect(condition, replace(stated, mode=mode)) for mode in MODES}
    assert effects <= {None, *PERMISSION_ORDER}
    assert effects != {None} or CONDITION_KINDS[kind].is_housekeeping


@settings(max_examples=count_examples(1))
@given(st.permutations(NAMES[:5]), uses)
def test_the_order_of_licenses_does_not_matter(names, use):
    """Licenses that apply together, and licenses to choose from, give one answer in any order."""
    for word in (" AND ", " OR "):
        answers = {judge_under(word.join(order), use).value for order in (names, sorted(names))}
        assert len(answers) == 1


@settings(max_examples=count_examples(1))
@given(st.sampled_from(NAMES), st.sampled_from(NAMES), uses)
def test_the_order_of_bases_does_not_matter(first, second, use):
    """A merge of two models of others is bound by both, and never gets more than either."""
    bases = [
        replace_component(make_model(id), WEIGHTS, license=license)
        for id, license in (("one/base", first), ("two/base", second))
    ]
    answer = judge_under("MIT", use, *bases)
    assert answer.value == judge_under("MIT", use, *reversed(bases)).value
    for license in (first, second):
        own = judge_under(license, use).value
        assert rank_permission(answer.value) <= rank_permission(own)


@settings(max_examples=count_examples(1))
@given(st.sampled_from(sorted(CONDITION_KINDS)), uses)
def test_a_clause_never_adds_a_permission(kind, use):
    """Whatever a clause says, a license with it gives no more than without it."""
    condition = make_condition(kind, **OWNED.get(kind, {}))
    subject = replace_component(make_model(), WEIGHTS, license="LAW")
    answers = [
        judge_permission(subject, make_registry(subject, licenses=(license,)), use).value
        for license in (make_license("LAW"), make_license("LAW", condition))
    ]
    assert rank_permission(answers[1]) <= rank_permission(answers[0])
