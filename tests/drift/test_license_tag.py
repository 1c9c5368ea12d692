"""The license that a card names: by tag, by name beside `other`, by link, and against the terms of somebody else's base."""

import pytest

from tests.conftest import make_model_record
from tests.drift.builders import make_declaration, make_facts
from tests.drift.comparisons import Told, compare, registry_of, tell

TAG, NAME = "hub.license_tag", "hub.license_name"
MAKER = {"license_tag": "other", "license_name": "maker-license"}
RESEARCH = {"license_tag": "other", "license_name": "maker-research"}


@pytest.mark.parametrize(
    ("recorded", "before", "now", "expected"),
    [
        pytest.param(
            {},
            {},
            {"license_tag": "cc-by-nc-4.0"},
            Told(
                "license-tag-changed",
                TAG,
                "mit",
                "cc-by-nc-4.0",
                "more-closed",
                license="CC-BY-NC-4.0",
            ),
        ),
        pytest.param(
            {},
            {},
            {"license_tag": "odd"},
            Told("license-tag-changed", TAG, "mit", "odd", "unreviewed", license=""),
            id="nobody read the new terms",
        ),
        pytest.param(
            {},
            {},
            {"license_tag": False},
            Told("license-tag-changed", TAG, "mit", "none", "unreviewed", license=""),
            id="no tag any more",
        ),
        pytest.param(
            {"license_tag": "odd", "license": None},
            {},
            {"license_tag": "odder"},
            Told("license-tag-changed", TAG, "odd", "odder", "unreviewed", license=""),
        ),
        pytest.param(
            {"license_tag": False},
            {},
            {},
            Told("license-tag-changed", TAG, "none", "mit", "neutral", license="MIT"),
            id="a first tag",
        ),
        pytest.param(
            {"license_tag": False, "license": None},
            {},
            {},
            Told("license-tag-changed", TAG, "none", "mit", "unreviewed", license="MIT"),
            id="first terms",
        ),
        pytest.param(
            {},
            {"license_tag": "apache-2.0"},
            {"license_tag": "apache-2.0"},
            Told("license-tag-changed", TAG, "mit", "apache-2.0", "neutral", license="Apache-2.0"),
            id="the record counts more than the first look",
        ),
        pytest.param(
            {"license_tag": None},
            {"license_tag": "cc-by-nc-4.0"},
            {},
            Told("license-tag-changed", TAG, "cc-by-nc-4.0", "mit", "more-open", license="MIT"),
            id="the first look counts where the record is silent",
        ),
        pytest.param(
            {},
            {},
            {"license_tag": "apache-2.0 AND mit"},
            Told(
                "license-list-changed",
                TAG,
                "mit",
                "apache-2.0 AND mit",
                "neutral",
                license="Apache-2.0 AND MIT",
            ),
            id="a list",
        ),
        pytest.param(
            {"license_tag": "apache-2.0 AND mit"},
            {},
            {},
            Told(
                "license-list-changed", TAG, "apache-2.0 AND mit", "mit", "neutral", license="MIT"
            ),
            id="a list before",
        ),
        pytest.param(
            MAKER,
            {},
            RESEARCH,
            Told(
                "license-tag-changed",
                NAME,
                "maker-license",
                "maker-research",
                "more-closed",
                license="LicenseRef-maker-nc",
            ),
        ),
        pytest.param(
            MAKER,
            {},
            {**MAKER, "license_name": "new"},
            Told("license-tag-changed", NAME, "maker-license", "new", "unreviewed", license=""),
        ),
        pytest.param(
            MAKER,
            {},
            {**MAKER, "license_name": None},
            Told("license-tag-changed", NAME, "maker-license", None, "unreviewed", license=""),
        ),
        pytest.param(MAKER, {}, MAKER, None, id="the same name"),
        pytest.param(
            {"license_tag": "other"}, {}, RESEARCH, None, id="a name where the record has none"
        ),
        pytest.param(
            {"license_name": "maker-license"},
            {},
            {"license_name": "maker-research"},
            None,
            id="a name beside a tag that says all",
        ),
        pytest.param(
            {"license_tag": None},
            MAKER,
            RESEARCH,
            Told(
                "license-tag-changed",
                NAME,
                "maker-license",
                "maker-research",
                "more-closed",
                license="LicenseRef-maker-nc",
            ),
            id="the name of the first look",
        ),
        pytest.param(
            RESEARCH,
            {},
            {},
            Told("license-tag-changed", TAG, "other", "mit", "more-open", license="MIT"),
            id="from a name to a tag",
        ),
        pytest.param(
            {},
            {},
            RESEARCH,
            Told(
                "license-tag-changed",
                TAG,
                "mit",
                "other",
                "more-closed",
                license="LicenseRef-maker-nc",
            ),
            id="from a tag to a name",
        ),
        pytest.param(
            {"license_tag": "other", "license": "CC-BY-NC-4.0"},
            {},
            {},
            Told("license-tag-changed", TAG, "other", "mit", "more-open", license="MIT"),
            id="a tag that means nothing stood for the recorded terms",
        ),
        pytest.param(
            {"license_tag": None, "license": "CC-BY-NC-4.0"},
            {"license_tag": "other"},
            {},
            Told("license-tag-changed", TAG, "other", "mit", "unreviewed", license="MIT"),
            id="a tag of the first look stood for nothing that a reviewer read",
        ),
        pytest.param(
            {"license": "CC-BY-NC-4.0"},
            {},
            {"license_tag": "apache-2.0"},
            Told("license-tag-changed", TAG, "mit", "apache-2.0", "neutral", license="Apache-2.0"),
            id="a tag that means something stands for itself",
        ),
    ],
)
def test_another_license_on_the_card(
    recorded: dict, before: dict, now: dict, expected: Told | None
):
    """A changed tag, or a changed name where the tag says no more than `other`, is told once, with what it would make of the weights' license."""
    assert tell(make_declaration(**recorded), make_facts(**before), **now) == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(
    ("recorded", "now", "expected"),
    [
        (
            {},
            {"license_tag": "cc-by-nc-4.0"},
            Told(
                "data-license-changed",
                TAG,
                "mit",
                "cc-by-nc-4.0",
                "more-closed",
                license="CC-BY-NC-4.0",
            ),
        ),
        (
            {},
            {"license_tag": "apache-2.0 AND mit"},
            Told(
                "data-license-changed",
                TAG,
                "mit",
                "apache-2.0 AND mit",
                "neutral",
                license="Apache-2.0 AND MIT",
            ),
        ),
        (
            MAKER,
            RESEARCH,
            Told(
                "data-license-changed",
                NAME,
                "maker-license",
                "maker-research",
                "more-closed",
                license="LicenseRef-maker-nc",
            ),
        ),
    ],
)
def test_another_license_of_a_dataset(recorded: dict, now: dict, expected: Told):
    """It is the data's license, whatever changed on the card."""
    assert tell(
        make_declaration(record="datasets/maker/model-1", **recorded), kind="dataset", **now
    ) == [expected]


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
        tell(make_declaration(license_tag=None, license=license), None, license_tag=now) == expected
    )


@pytest.mark.parametrize(
    ("recorded", "before", "now", "was"),
    [
        ("https://a.example", None, "https://b.example", "https://a.example"),
        ("https://a.example", "https://b.example", "https://b.example", "https://a.example"),
        (None, "https://a.example", "https://b.example", "https://a.example"),
        ("https://a.example", "https://b.example", "https://a.example", None),
        (None, "https://a.example", "https://a.example", None),
        (None, None, "https://b.example", None),
        ("https://a.example", None, None, None),
        (None, "no look", "https://b.example", None),
    ],
)
def test_the_link_to_the_license(
    recorded: str | None, before: str | None, now: str | None, was: str | None
):
    """A link that leads elsewhere than the record's, or the first look's, is told with both; one that is gone or new says nothing."""
    first = None if before == "no look" else make_facts(license_link=before)
    expected = (
        [Told("license-tag-changed", "hub.license_link", was, now, "unreviewed")] if was else []
    )
    assert tell(make_declaration(license_link=recorded), first, license_link=now) == expected


def derived(license: str, base: str, **changes) -> dict:
    """A model's record that names a base."""
    weights = {
        "model-parameters-final": {"status": "released", "license": license, "evidence": ["card"]}
    }
    return make_model_record(
        base_models=[{"id": base, "relation": "finetune", "evidence": ["card"]}],
        components=weights,
        **changes,
    )


def base(id: str, license: str, status: str = "released") -> dict:
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
            [derived("MIT", "other/base"), base("other/base", "CC-BY-NC-4.0")],
            "model",
            "models/maker/model-1",
            [FREER],
            id="MIT on terms without commerce",
        ),
        pytest.param(
            [derived("CC-BY-NC-4.0", "other/base"), base("other/base", "MIT")],
            "model",
            "models/maker/model-1",
            [],
            id="stricter than its base",
        ),
        pytest.param(
            [derived("MIT", "other/base"), base("other/base", "MIT")],
            "model",
            "models/maker/model-1",
            [],
            id="as its base",
        ),
        pytest.param(
            [derived("MIT", "maker/base"), base("maker/base", "CC-BY-NC-4.0")],
            "model",
            "models/maker/model-1",
            [],
            id="a maker's own base",
        ),
        pytest.param(
            [derived("MIT", "other/base")],
            "model",
            "models/maker/model-1",
            [],
            id="a base that the registry does not hold",
        ),
        pytest.param(
            [derived("MIT", "other/base"), base("other/base", "CC-BY-NC-4.0", "withheld")],
            "model",
            "models/maker/model-1",
            [],
            id="withheld weights bind nobody",
        ),
        pytest.param(
            [derived("MIT", "other/base"), base("other/base", "CC-BY-NC-4.0")],
            "dataset",
            "datasets/maker/model-1",
            [],
            id="a dataset of the same name",
        ),
        pytest.param(
            [derived("MIT", "other/base"), base("other/base", "CC-BY-NC-4.0")],
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
    known = registry_of(*models)
    assert tell(make_declaration(record=record), None, kind=kind, registry=known) == expected
    assert tell(make_declaration(record=record), kind=kind, registry=known) == expected


def test_every_freer_base_is_told():
    """One difference for each base that binds."""
    row = derived("MIT", "other/base")
    row["base_models"] += [{"id": "third/base", "relation": "merge", "evidence": ["card"]}]
    known = registry_of(row, base("other/base", "MIT"), base("third/base", "CC-BY-NC-4.0"))
    assert [each.field for each in compare(make_declaration(), registry=known)] == [
        "base_models.third/base"
    ]
