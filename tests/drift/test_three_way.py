"""Hub tag, license files and link: who contradicts whom, and what is no contradiction."""

import pytest

from audit.drift.compare.license_conflicts import Disagreement, FileSays, Sayings, disagreements

MIT, APACHE, NC = "MIT", "Apache-2.0", "CC-BY-NC-4.0"
DEEPSEEK, NEXT, LLAMA = "LicenseRef-deepseek", "LicenseRef-deepseek-2", "LicenseRef-llama-3.3"
CODE = FileSays("LICENSE-CODE", MIT)


@pytest.mark.parametrize(
    ("sayings", "expected"),
    [
        pytest.param(Sayings(MIT, files=(FileSays("LICENSE", MIT),)), [], id="all agree"),
        pytest.param(Sayings(MIT, files=(FileSays("LICENSE", None),)), [], id="an unknown text says nothing"),
        pytest.param(Sayings(None, files=(FileSays("LICENSE", MIT),)), [], id="no tag to contradict"),
        pytest.param(Sayings(MIT, files=(FileSays("LICENSE", NC),)), [("LICENSE", NC)], id="the file forbids commerce"),
        pytest.param(Sayings(MIT, files=(FileSays("LICENSE", None, MIT),)), [("LICENSE", "a changed copy of MIT")], id="named like MIT, with something in it"),
        pytest.param(Sayings(MIT, files=(FileSays("LICENSE", NC, reviewed=True),)), [], id="a reviewer pinned this very text"),
        pytest.param(Sayings(f"{APACHE} AND {MIT}", files=(FileSays("LICENSE", MIT),)), [], id="one of two tags"),
        pytest.param(
            Sayings(DEEPSEEK, files=(CODE, FileSays("LICENSE-MODEL", DEEPSEEK)), recorded=DEEPSEEK),
            [],
            id="DeepSeek-V3: code beside model",
        ),
        pytest.param(Sayings(DEEPSEEK, files=(CODE,)), [], id="a file for code alone"),
        pytest.param(Sayings(DEEPSEEK, files=(FileSays("LICENSE", MIT), FileSays("LICENSE-MODEL", DEEPSEEK))), [], id="the file for the model decides"),
        pytest.param(Sayings(DEEPSEEK, files=(FileSays("LICENSE-MODEL", MIT),)), [("LICENSE-MODEL", MIT)], id="the file for the model disagrees"),
        pytest.param(Sayings(MIT, files=(FileSays("LICENSE", MIT),), recorded=f"{MIT} AND {LLAMA}"), [], id="R1-Distill-Llama: the base is judged apart"),
        pytest.param(Sayings(MIT, files=(FileSays("LICENSE", LLAMA),), recorded=f"{MIT} AND {LLAMA}"), [], id="R1-Distill-Llama: the record counts with both"),
        pytest.param(Sayings(NC, files=(FileSays("LICENSE", APACHE),), code=frozenset({APACHE})), [], id="VILA: the file is the code's, as recorded"),
        pytest.param(Sayings(NC, files=(FileSays("LICENSE", APACHE), FileSays("WEIGHT_LICENSE", NC))), [], id="VILA: a file for the weights"),
        pytest.param(Sayings(NC, files=(FileSays("LICENSE", APACHE),)), [("LICENSE", APACHE)], id="VILA: nothing says that the file is the code's"),
        pytest.param(Sayings(MIT, files=(FileSays("LICENSE", MIT),), code=frozenset({APACHE})), [], id="GLM-4.5: repository and weights differ"),
        pytest.param(Sayings(MIT, files=(FileSays("USE_POLICY.md", None, LLAMA), FileSays("THIRD-PARTY-NOTICES", APACHE))), [], id="policies and notices"),
        pytest.param(
            Sayings(DEEPSEEK, files=(FileSays("LICENSE", MIT), FileSays("docs/TERMS", DEEPSEEK)), link="https://hub.example/x/blob/main/docs/TERMS"),
            [],
            id="the card links to another file",
        ),
        pytest.param(Sayings(DEEPSEEK, versions=frozenset({NEXT}), files=(FileSays("LICENSE", NEXT),)), [], id="a tag that says no version"),
        pytest.param(Sayings(APACHE, linked=frozenset({LLAMA})), [("hub.license_link", LLAMA)], id="the link leads to other terms"),
        pytest.param(Sayings(DEEPSEEK, linked=frozenset({DEEPSEEK, NEXT})), [], id="a page that shows one version after another"),
        pytest.param(Sayings(APACHE, linked=frozenset({LLAMA}), recorded=LLAMA), [], id="a reviewer followed the link"),
    ],
)
def test_who_contradicts_the_tag(sayings: Sayings, expected: list):
    """Each contradiction is told once, with the place that says so; what speaks of something else is none."""
    assert [(each.field, each.says) for each in disagreements(sayings)] == expected


def test_a_contradiction_names_both_sides():
    """In the order of the places, with the license for its direction where exactly one is meant."""
    files = (FileSays("TERMS", NC), FileSays("LICENSE", None, APACHE))
    assert disagreements(Sayings(MIT, files=files, linked=frozenset({LLAMA}))) == (
        Disagreement("LICENSE", MIT, f"a changed copy of {APACHE}", None),
        Disagreement("TERMS", MIT, NC, NC),
        Disagreement("hub.license_link", MIT, LLAMA, LLAMA),
    )


@pytest.mark.parametrize(("linked", "says", "license"), [({LLAMA}, LLAMA, LLAMA), ({NEXT, DEEPSEEK}, f"{DEEPSEEK} or {NEXT}", None)])
def test_a_page_of_several_licenses_names_them_all(linked: set[str], says: str, license: str | None):
    """One license gives a direction, several give none."""
    assert disagreements(Sayings(MIT, linked=frozenset(linked))) == (Disagreement("hub.license_link", MIT, says, license),)


@pytest.mark.parametrize(
    ("recorded", "edited", "told"),
    [(f"{MIT} AND {LLAMA}", LLAMA, False), (f"{MIT} AND {LLAMA}", MIT, True), (LLAMA, MIT, True), (None, LLAMA, True)],
)
def test_a_changed_copy_is_settled_only_by_a_license_beside_the_tag(recorded: str | None, edited: str, told: bool):
    """A reviewer who recorded the tag's license and another one has seen the other text; a changed copy of the tag's own license was seen by nobody."""
    found = disagreements(Sayings(MIT, files=(FileSays("LICENSE", None, edited),), recorded=recorded))
    assert [each.says for each in found] == ([f"a changed copy of {edited}"] if told else [])
