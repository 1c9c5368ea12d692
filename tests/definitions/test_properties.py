"""What must hold for every model, whatever its facts."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.definitions import osai_index
from audit.definitions.catalog import DEFINITIONS, judge_by_all_definitions
from audit.definitions.permissions import judge_permission
from audit.definitions.questions import answer_four_questions
from audit.definitions.rules import DATA_INFORMATION
from audit.licenses.uses import MODES, PERMISSION_ORDER, IntendedUse
from audit.records.component import COMPONENTS
from audit.records.model import TrainingCompute
from tests.conftest import count_examples
from tests.definitions.builders import (
    LICENSES,
    make_dataset,
    make_model,
    make_registry,
    replace_component,
)

RANK = {
    "closed": 0,
    "fails": 0,
    "none": 0,
    "undetermined": 0.5,
    "conditions-not-met": 0,
    "restricted-weights": 1,
    "conforms-if-relicensed": 1,
    "class-III": 1,
    "open-weight": 2,
    "open-weight-or-better": 2.5,
    "class-II": 2,
    "conforms": 3,
    "open-source": 3,
    "class-I": 3,
    "conditions-met": 3,
    # Nobody owes what only a provider of a general-purpose model owes.
    "not-presumed-general-purpose": 3,
    "not-presumed-provider": 3,
}
GRANTED = ("allowed", "allowed-with-obligations")
NAMES = (*COMPONENTS, DATA_INFORMATION)
licenses = st.sampled_from(
    [*sorted(LICENSES), "NONE", None, "MIT OR NC", "Apache-2.0 AND CC-BY-4.0"]
)
statuses = st.sampled_from(
    ["released"] * 6
    + [
        "partial",
        "described",
        "withdrawn",
        "not-released",
        "not-found",
        "unknown",
        "not-applicable",
    ]
)
uses = st.builds(
    IntendedUse,
    mode=st.sampled_from(MODES),
    purposes=st.sampled_from([(), ("commercial",), ("research",)]),
    monthly_users=st.sampled_from([None, 1, 200_000_000, 800_000_000]),
    revenue=st.sampled_from([None, 1, 10**9]),
    territory=st.sampled_from([None, "DE", "US"]),
    public=st.booleans(),
    field=st.sampled_from([None, "legal", "military"]),
)


@st.composite
def draw_models(draw, id="maker/model-1", bases=()):
    """A model that has most things, with a few facts drawn at random."""
    built = replace_component(
        make_model(
            id,
            bases=bases,
            training_compute=draw(
                st.sampled_from([None, TrainingCompute(2e23), TrainingCompute(3e25)])
            ),
        ),
        "datasets",
        datasets=("maker/data",),
    )
    for name in draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True)):
        built = replace_component(built, name, draw(statuses), draw(licenses))
    gate = draw(st.sampled_from([False, "auto", "manual", "unknown"]))
    return replace(built, hub=replace(built.hub, gated=gate))


def rank_verdicts(subject, records):
    """How good each verdict is; for the score, the points that are certain."""
    found = {
        each.framework: RANK.get(each.value, 0)
        for each in judge_by_all_definitions(subject, records)
    }
    found["osai-index"] = osai_index.judge(subject, records).measures[0].value
    return found


def find_better_verdicts(mine, theirs):
    """Where one is judged better than the other: terms that stand against it for certain are no better than terms unread."""
    unread = RANK["undetermined"], RANK["conforms-if-relicensed"]
    return {
        each
        for each in theirs
        if mine[each] > theirs[each]
        and (each == "osai-index" or (theirs[each], mine[each]) != unread)
    }


def forget_fact(subject, name, part):
    """The model with one known fact forgotten."""
    if part == "flop":
        return replace(subject, training_compute=None)
    if part == "gate":
        return replace(subject, hub=replace(subject.hub, gated="unknown"))
    if name == DATA_INFORMATION:
        held = subject.data_information
        changed = (
            replace(held, license=None)
            if part == "license"
            else replace(held, sufficient="unknown")
        )
        return replace(subject, data_information=changed)
    held = subject.components[name]
    changed = (
        replace(held, license=None)
        if part == "license"
        else replace(held, status="unknown", license=None)
    )
    return replace(subject, components={**subject.components, name: changed})


@settings(max_examples=count_examples(2))
@given(
    draw_models(),
    st.sampled_from(NAMES),
    st.sampled_from(["status", "license", "flop", "gate"]),
    uses,
)
def test_forgetting_a_fact_never_improves_anything(subject, name, part, use):
    """Unknown is never read as yes: no verdict, score, question or permission gets better when a fact is forgotten."""
    records = make_registry(subject, datasets=(make_dataset(),))
    forgotten = forget_fact(subject, name, part)
    before, after = rank_verdicts(subject, records), rank_verdicts(forgotten, records)
    assert all(
        after[each] <= max(before[each], RANK["undetermined"])
        for each in before
        if each != "osai-index"
    )
    assert after["osai-index"] <= before["osai-index"]
    for was, now in zip(
        answer_four_questions(subject, records),
        answer_four_questions(forgotten, records),
        strict=True,
    ):
        assert now.answer != "yes" or was.answer == "yes", now
    assert (
        judge_permission(forgotten, records, use).value not in GRANTED
        or judge_permission(subject, records, use).value in GRANTED
    )


@settings(max_examples=count_examples(1))
@given(draw_models(), st.sampled_from(sorted(LICENSES)), uses)
def test_a_restriction_never_adds_a_permission(subject, further, use):
    """Weights under a further license allow nothing that they did not allow before."""
    own = subject.weights.license
    if own in (None, "NONE"):
        return
    records = make_registry(subject, datasets=(make_dataset(),))
    stricter = replace_component(
        subject, "model-parameters-final", subject.weights.status, f"({own}) AND {further}"
    )
    assert PERMISSION_ORDER.index(
        judge_permission(stricter, records, use).value
    ) <= PERMISSION_ORDER.index(judge_permission(subject, records, use).value)
    before, after = rank_verdicts(subject, records), rank_verdicts(stricter, records)
    assert not find_better_verdicts(after, before)


@settings(max_examples=count_examples(1))
@given(draw_models("root/base"), draw_models("leaf/tune", bases=("root/base",)), uses)
def test_a_derivative_never_gets_more_than_its_base(base, leaf, use):
    """With a published base, no permission and no verdict on data, code or terms is better than the base's own."""
    records = make_registry(base, leaf, datasets=(make_dataset(),))
    if base.weights.status in ("released", "partial", "unknown"):
        assert PERMISSION_ORDER.index(
            judge_permission(leaf, records, use).value
        ) <= PERMISSION_ORDER.index(judge_permission(base, records, use).value)
    if base.weights.status == "released":
        mine, theirs = rank_verdicts(leaf, records), rank_verdicts(base, records)
        assert not find_better_verdicts(
            mine, {each: theirs[each] for each in ("spectrum", "osaid-1.0", "open-data")}
        )


@settings(max_examples=count_examples(1))
@given(draw_models())
def test_an_open_verdict_leaves_nothing_open(subject):
    """What conforms has no unknown fact, and what does not says what is missing or what would have to change."""
    records = make_registry(subject, datasets=(make_dataset(),))
    for framework, verdict in zip(
        DEFINITIONS, judge_by_all_definitions(subject, records), strict=True
    ):
        if verdict.framework in ("osaid-1.0", "open-data", "eu-ai-act-53-2"):
            settled = framework.positive_values | framework.neutral_values
            assert (verdict.value in settled) == (not verdict.missing and not verdict.to_improve)
