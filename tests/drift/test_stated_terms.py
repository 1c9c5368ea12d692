"""A tag against the recorded terms, a link that leads elsewhere, and terms freer than those of somebody else's base."""

import pytest

from tests.conftest import make_model_record
from tests.drift.builders import make_declaration, make_facts
from tests.drift.comparisons import Told, compare_observation, make_registry, summarize_changes

TAG = "hub.license_tag"


@pytest.mark.parametrize(
    ("license", "now", "expected"),
    [
        (
            "MIT",
            "cc-by-nc-4.0",
            [
                Told(
                    "license-conflict",
                    TAG,
                    "MIT",
                    "CC-BY-NC-4.0",
                    "more-closed",
                    license="CC-BY-NC-4.0",
                )
            ],
        ),
        (
            "CC-BY-NC-4.0",
            "mit",
            [Told("license-conflict", TAG, "CC-BY-NC-4.0", "MIT", "more-open", license="MIT")],
        ),
        ("(Apache-2.0 OR MIT)", "mit", []),
        ("(MIT OR Apache-2.0)", "mit", []),
        ("MIT", "odd", []),
        (None, "mit", []),
    ],
)
def test_a_tag_that_contradicts_the_record_at_first_sight(
    license: str | None, now: str, expected: list[Told]
):
    """Where the record names no tag, a first look is held against the terms; a tag that nobody can read contradicts nothing."""
    assert (
        summarize_changes(
            make_declaration(license_tag=None, license=license), None, license_tag=now
        )
        == expected
    )


@pytest.mark.parametrize(
    ("recorded", "before", "now", "was"),
    [
        ("https://a.example", None, "https://b.example", "https://a.example"),
        ("https://a.example", "https://b.example", "https://b.example", "https://a.example"),
        (None, "https://a.example", "https://b.example", "https://a.example"),
        ("https://a.example", "https://b.example", "https://a.example", None),
        (None, "https://a.example", "https://a.example", None),
        (None, None, "https://b.example", "nothing"),
        (None, "https://a.example", None, "https://a.example"),
        ("https://a.example", "https://a.example", None, "https://a.example"),
        ("https://a.example", None, None, None),
        (None, "LICENSE", "./LICENSE", None),
        (None, "LICENSE", "https://huggingface.co/maker/model-1/blob/main/LICENSE", None),
        (None, "https://huggingface.co/maker/model-1/resolve/main/LICENSE", "LICENSE", None),
        (None, "https://a.example/terms/", "http://www.A.example/terms", None),
        (None, "LICENSE", "https://huggingface.co/other/model/blob/main/LICENSE", "LICENSE"),
        (None, "https://a.example/?v=1", "https://a.example/?v=2", "https://a.example/?v=1"),
        (None, "no look", "https://b.example", None),
    ],
)
def test_the_link_to_the_license(
    recorded: str | None, before: str | None, now: str | None, was: str | None
):
    """One that leads elsewhere than the record's or the first look's, that came or went; in another form it is the same."""
    first = None if before == "no look" else make_facts(license_link=before)
    told = None if was == "nothing" else was
    expected = (
        [Told("license-tag-changed", "hub.license_link", told, now, "unreviewed")] if was else []
    )
    assert (
        summarize_changes(make_declaration(license_link=recorded), first, license_link=now)
        == expected
    )


def make_derivative(license: str, base: str, **changes) -> dict:
    """A model's record that names a base."""
    weights = {
        "model-parameters-final": {"status": "released", "license": license, "evidence": ["card"]}
    }
    return make_model_record(
        base_models=[{"id": base, "relation": "finetune", "evidence": ["card"]}],
        components=weights,
        **changes,
    )


def make_base(id: str, license: str, status: str = "released") -> dict:
    """The record of a base."""
    return make_model_record(
        id,
        components={
            "model-parameters-final": {"status": status, "license": license, "evidence": ["card"]}
        },
    )


FREER = Told("license-conflict", "base_models.other/base", "CC-BY-NC-4.0", "MIT", "unreviewed")


@pytest.mark.parametrize(
    ("models", "kind", "record", "expected"),
    [
        pytest.param(
            [make_derivative("MIT", "other/base"), make_base("other/base", "CC-BY-NC-4.0")],
            "model",
            "models/maker/model-1",
            [FREER],
            id="MIT on terms without commerce",
        ),
        pytest.param(
            [make_derivative("CC-BY-NC-4.0", "other/base"), make_base("other/base", "MIT")],
            "model",
            "models/maker/model-1",
            [],
            id="stricter than its base",
        ),
        pytest.param(
            [make_derivative("MIT", "other/base"), make_base("other/base", "MIT")],
            "model",
            "models/maker/model-1",
            [],
            id="as its base",
        ),
        pytest.param(
            [make_derivative("MIT", "maker/base"), make_base("maker/base", "CC-BY-NC-4.0")],
            "model",
            "models/maker/model-1",
            [],
            id="a maker's own base",
        ),
        pytest.param(
            [make_derivative("MIT", "other/base")],
            "model",
            "models/maker/model-1",
            [],
            id="a base that the registry does not hold",
        ),
        pytest.param(
            [
                make_derivative("MIT", "other/base"),
                make_base("other/base", "CC-BY-NC-4.0", "withheld"),
            ],
            "model",
            "models/maker/model-1",
            [],
            id="withheld weights bind nobody",
        ),
        pytest.param(
            [make_derivative("MIT", "other/base"), make_base("other/base", "CC-BY-NC-4.0")],
            "dataset",
            "datasets/maker/model-1",
            [],
            id="a dataset of the same name",
        ),
        pytest.param(
            [make_derivative("MIT", "other/base"), make_base("other/base", "CC-BY-NC-4.0")],
            "dataset",
            "models/maker/model-1",
            [],
            id="a look at the model's dataset",
        ),
        pytest.param([], "model", "models/maker/model-1", [], id="no record of it"),
    ],
)
def test_terms_freer_than_those_of_the_base(models: list, kind, record: str, expected: list[Told]):
    """What a derivative gives away that somebody else's base withholds is told at every look, with the licenses of both."""
    known = make_registry(*models)
    assert (
        summarize_changes(make_declaration(record=record), None, kind=kind, registry=known)
        == expected
    )
    assert summarize_changes(make_declaration(record=record), kind=kind, registry=known) == expected


def test_every_freer_base_is_told():
    """One difference for each base that binds."""
    row = make_derivative("MIT", "other/base")
    row["base_models"] += [{"id": "third/base", "relation": "merge", "evidence": ["card"]}]
    known = make_registry(
        row, make_base("other/base", "MIT"), make_base("third/base", "CC-BY-NC-4.0")
    )
    assert [each.field for each in compare_observation(make_declaration(), registry=known)] == [
        "base_models.third/base"
    ]
