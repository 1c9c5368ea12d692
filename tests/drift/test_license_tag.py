"""The license that a card names: by tag, and by name beside `other`."""

import pytest

from tests.drift.builders import make_declaration, make_facts
from tests.drift.comparisons import Told, summarize_changes

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
    assert summarize_changes(make_declaration(**recorded), make_facts(**before), **now) == (
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
    assert summarize_changes(
        make_declaration(record="datasets/maker/model-1", **recorded), kind="dataset", **now
    ) == [expected]
