"""Labels around a finding: a loss, or a release, says what becomes of every model that it touches."""

from pathlib import Path

import pytest

from audit.definitions import spectrum
from audit.drift.finding import Difference, LabelChange
from audit.drift.impact import describe_impact, find_affected_records
from audit.drift.labels import LabelEffects, find_label_effects
from audit.drift.searched_places import parse_github_repository
from audit.observations.facts import Target
from audit.records.load import load_registry
from audit.records.model import Model
from audit.records.registry import Registry
from tests.conftest import make_model_record
from tests.drift.builders import make_finding
from tests.drift.comparisons import make_registry

HUB_MODEL = Target("huggingface", "model", "maker/model-1")


@pytest.fixture(scope="module")
def registry(root: Path) -> Registry:
    return load_registry(root / "registry")


@pytest.fixture(scope="module")
def open_source(registry: Registry) -> list[Model]:
    """Models whose label rests on data and code as well."""
    found = [
        model
        for model in registry.models.values()
        if spectrum.judge(model, registry).value == "open-source"
    ]
    assert found
    return found


def find_effects(
    record: str, difference: Difference, target: Target, registry: Registry
) -> LabelEffects:
    affected = find_affected_records(record, registry)
    return find_label_effects(record, affected, difference, target, registry)


def test_a_lost_dataset_takes_the_label_of_what_was_trained_on_it(
    registry: Registry, open_source: list[Model]
):
    """None to none would hide that an open-source model cannot be rebuilt any more."""
    model = next(each for each in open_source if each.components["datasets"].datasets)
    record = f"datasets/{model.components['datasets'].datasets[0]}"
    gone = Difference("data-gone", "hub.repo", "reachable", "gone", "more-closed")
    effects = find_effects(record, gone, Target("huggingface", "dataset", "a/b"), registry)
    assert effects.own is None
    change = next(each for each in effects.others if each.record == model.ref)
    assert change.before == "open-source" != change.after


def test_lost_code_takes_the_label_of_the_models_whose_components_lie_there(
    registry: Registry, open_source: list[Model]
):
    """By the record that states them, be it the model's own or its family's."""
    model, component = next(
        (model, component)
        for model in open_source
        for component in [model.components["training-code"]]
        if parse_github_repository(component.url)
    )
    target = Target("github", "code", parse_github_repository(component.url) or "")
    gone = Difference("code-gone", "url", "reachable", "gone", "more-closed")
    effects = find_effects(component.origin, gone, target, registry)
    changes = [*effects.others, *([effects.own] if effects.own else [])]
    change = next(each for each in changes if each.record == model.ref)
    assert change.before == "open-source" != change.after
    elsewhere = Target("github", "code", "nobody/nothing")
    assert find_effects(component.origin, gone, elsewhere, registry).others == ()


@pytest.mark.parametrize(
    ("license", "label"),
    [("Apache-2.0", "open-weight-or-better"), (None, "undetermined")],
)
def test_released_weights_have_the_label_of_the_terms_they_come_with(
    license: str | None, label: str
):
    """Closed no more; where nobody knows the terms, the label is undetermined and not closed."""
    record = make_model_record()
    record["components"]["model-parameters-final"] = {
        "status": "not-released",
        "evidence": ["card"],
    }
    there = Difference(
        "weights-released",
        "hub.repo",
        "not released",
        "reachable",
        "more-open",
        weights_license=license,
        is_release=True,
    )
    effects = find_effects("models/maker/model-1", there, HUB_MODEL, make_registry(record))
    assert effects.own == LabelChange("models/maker/model-1", "closed", label)


def test_people_read_which_labels_change(registry: Registry):
    """The models whose label goes are named; of the others it is said that theirs stay."""
    finding = make_finding(
        record="datasets/maker/data",
        kind="data-gone",
        affects=("models/maker/a", "models/maker/b", "models/maker/c"),
        label_changes=(LabelChange("models/maker/a", "open-source", "open-weight"),),
    )
    lines = describe_impact(finding, registry)
    assert "The plain label of maker/a goes from **open-source** to **open-weight**." in lines
    assert "The plain label of 2 other models that it touches stays as it is." in lines
