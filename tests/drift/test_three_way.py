"""Hub tag, license files and link: who contradicts whom, and what is no contradiction."""

import pytest

from audit.drift.compare.license_statements import (
    FileStatement,
    LicenseStatements,
    TagContradiction,
    find_tag_contradictions,
)

MIT, APACHE, NC = "MIT", "Apache-2.0", "CC-BY-NC-4.0"
DEEPSEEK, NEXT, LLAMA = "LicenseRef-deepseek", "LicenseRef-deepseek-2", "LicenseRef-llama-3.3"
CODE = FileStatement("LICENSE-CODE", MIT)


@pytest.mark.parametrize(
    ("sayings", "expected"),
    [
        pytest.param(
            LicenseStatements(MIT, files=(FileStatement("LICENSE", MIT),)), [], id="all agree"
        ),
        pytest.param(
            LicenseStatements(MIT, files=(FileStatement("LICENSE", None),)),
            [],
            id="an unknown text says nothing",
        ),
        pytest.param(
            LicenseStatements(None, files=(FileStatement("LICENSE", MIT),)),
            [],
            id="no tag to contradict",
        ),
        pytest.param(
            LicenseStatements(MIT, files=(FileStatement("LICENSE", NC),)),
            [("LICENSE", NC)],
            id="the file forbids commerce",
        ),
        pytest.param(
            LicenseStatements(MIT, files=(FileStatement("LICENSE", None, MIT),)),
            [("LICENSE", "a changed copy of MIT")],
            id="named like MIT, with something in it",
        ),
        pytest.param(
            LicenseStatements(MIT, files=(FileStatement("LICENSE", NC, reviewed=True),)),
            [],
            id="a reviewer pinned this very text",
        ),
        pytest.param(
            LicenseStatements(f"{APACHE} AND {MIT}", files=(FileStatement("LICENSE", MIT),)),
            [],
            id="one of two tags",
        ),
        pytest.param(
            LicenseStatements(
                DEEPSEEK,
                files=(CODE, FileStatement("LICENSE-MODEL", DEEPSEEK)),
                recorded_license=DEEPSEEK,
            ),
            [],
            id="DeepSeek-V3: code beside model",
        ),
        pytest.param(LicenseStatements(DEEPSEEK, files=(CODE,)), [], id="a file for code alone"),
        pytest.param(
            LicenseStatements(
                DEEPSEEK,
                files=(FileStatement("LICENSE", MIT), FileStatement("LICENSE-MODEL", DEEPSEEK)),
            ),
            [],
            id="the file for the model decides",
        ),
        pytest.param(
            LicenseStatements(DEEPSEEK, files=(FileStatement("LICENSE-MODEL", MIT),)),
            [("LICENSE-MODEL", MIT)],
            id="the file for the model disagrees",
        ),
        pytest.param(
            LicenseStatements(
                MIT, files=(FileStatement("LICENSE", MIT),), recorded_license=f"{MIT} AND {LLAMA}"
            ),
            [],
            id="R1-Distill-Llama: the base is judged apart",
        ),
        pytest.param(
            LicenseStatements(
                MIT, files=(FileStatement("LICENSE", LLAMA),), recorded_license=f"{MIT} AND {LLAMA}"
            ),
            [],
            id="R1-Distill-Llama: the record counts with both",
        ),
        pytest.param(
            LicenseStatements(
                NC, files=(FileStatement("LICENSE", APACHE),), code_licenses=frozenset({APACHE})
            ),
            [],
            id="VILA: the file is the code's, as recorded",
        ),
        pytest.param(
            LicenseStatements(
                NC, files=(FileStatement("LICENSE", APACHE), FileStatement("WEIGHT_LICENSE", NC))
            ),
            [],
            id="VILA: a file for the weights",
        ),
        pytest.param(
            LicenseStatements(NC, files=(FileStatement("LICENSE", APACHE),)),
            [("LICENSE", APACHE)],
            id="VILA: nothing says that the file is the code's",
        ),
        pytest.param(
            LicenseStatements(
                MIT, files=(FileStatement("LICENSE", MIT),), code_licenses=frozenset({APACHE})
            ),
            [],
            id="GLM-4.5: repository and weights differ",
        ),
        pytest.param(
            LicenseStatements(
                MIT,
                files=(
                    FileStatement("USE_POLICY.md", None, LLAMA),
                    FileStatement("THIRD-PARTY-NOTICES", APACHE),
                ),
            ),
            [],
            id="policies and notices",
        ),
        pytest.param(
            LicenseStatements(
                DEEPSEEK,
                files=(FileStatement("LICENSE", MIT), FileStatement("docs/TERMS", DEEPSEEK)),
                link="https://hub.example/x/blob/main/docs/TERMS",
            ),
            [],
            id="the card links to another file",
        ),
        pytest.param(
            LicenseStatements(
                DEEPSEEK, tag_versions=frozenset({NEXT}), files=(FileStatement("LICENSE", NEXT),)
            ),
            [],
            id="a tag that says no version",
        ),
        pytest.param(
            LicenseStatements(APACHE, linked_licenses=frozenset({LLAMA})),
            [("hub.license_link", LLAMA)],
            id="the link leads to other terms",
        ),
        pytest.param(
            LicenseStatements(DEEPSEEK, linked_licenses=frozenset({DEEPSEEK, NEXT})),
            [],
            id="a page that shows one version after another",
        ),
        pytest.param(
            LicenseStatements(APACHE, linked_licenses=frozenset({LLAMA}), recorded_license=LLAMA),
            [],
            id="a reviewer followed the link",
        ),
    ],
)
def test_who_contradicts_the_tag(sayings: LicenseStatements, expected: list):
    """Each contradiction is told once, with the place that says so; what speaks of something else is none."""
    assert [(each.field, each.stated) for each in find_tag_contradictions(sayings)] == expected


def test_a_contradiction_names_both_sides():
    """In the order of the places, with the license for its direction where exactly one is meant."""
    files = (FileStatement("TERMS", NC), FileStatement("LICENSE", None, APACHE))
    assert find_tag_contradictions(
        LicenseStatements(MIT, files=files, linked_licenses=frozenset({LLAMA}))
    ) == (
        TagContradiction("LICENSE", MIT, f"a changed copy of {APACHE}", None),
        TagContradiction("TERMS", MIT, NC, NC),
        TagContradiction("hub.license_link", MIT, LLAMA, LLAMA),
    )


@pytest.mark.parametrize(
    ("linked", "says", "license"),
    [({LLAMA}, LLAMA, LLAMA), ({NEXT, DEEPSEEK}, f"{DEEPSEEK} or {NEXT}", None)],
)
def test_a_page_of_several_licenses_names_them_all(
    linked: set[str], says: str, license: str | None
):
    """One license gives a direction, several give none."""
    assert find_tag_contradictions(LicenseStatements(MIT, linked_licenses=frozenset(linked))) == (
        TagContradiction("hub.license_link", MIT, says, license),
    )


@pytest.mark.parametrize(
    ("recorded", "edited", "told"),
    [
        (f"{MIT} AND {LLAMA}", LLAMA, False),
        (f"{MIT} AND {LLAMA}", MIT, True),
        (LLAMA, MIT, True),
        (None, LLAMA, True),
    ],
)
def test_a_changed_copy_is_settled_only_by_a_license_beside_the_tag(
    recorded: str | None, edited: str, told: bool
):
    """A reviewer who recorded the tag's license and another one has seen the other text; a changed copy of the tag's own license was seen by nobody."""
    found = find_tag_contradictions(
        LicenseStatements(
            MIT, files=(FileStatement("LICENSE", None, edited),), recorded_license=recorded
        )
    )
    assert [each.stated for each in found] == ([f"a changed copy of {edited}"] if told else [])
