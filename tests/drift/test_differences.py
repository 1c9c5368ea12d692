"""What is drift and what is not: a truth table over declaration, baseline and sighting."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.drift.compare.inputs import TargetComparison
from audit.drift.compare.target import compare_target
from audit.observations.facts import CodeFacts, LicenseFile, Observation, Target, Weights
from audit.records.build import RecordBuilder
from audit.records.registry import Registry
from tests.conftest import make_license_record
from tests.drift.builders import DECLARED, FACTS, make_declaration, make_facts, make_observation

NON_COMMERCIAL = make_license_record(
    "CC-BY-NC-4.0",
    hub_tags=["cc-by-nc-4.0"],
    osi_approved=False,
    freedoms={"use": "limited", "study": "yes", "modify": "yes", "share": "limited"},
    conditions=[
        {"kind": "non-commercial", "section": "2", "summary": "No commerce.", "evidence": ["card"]}
    ],
)
LICENSES = [make_license_record(), make_license_record("Apache-2.0"), NON_COMMERCIAL]
REGISTRY = Registry({}, {}, {}, {row["id"]: RecordBuilder().build_license(row) for row in LICENSES})


def list_differences(view: TargetComparison) -> list[tuple[str, str, str]]:
    return [(each.kind, each.field, each.direction) for each in compare_target(view, REGISTRY)]


def compare_changed_facts(baseline=FACTS, declaration=DECLARED, **changes):
    return list_differences(
        TargetComparison("model", declaration, baseline, make_observation(make_facts(**changes)))
    )


TEXT = FACTS.license_files[0]
PICKLE = Weights({"pytorch_model.bin": "p" * 64}, ("pickle",), 100)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"revision": "2" * 40}, []),
        ({"gated": "manual"}, [("weights-gated", "hub.gated", "more-closed")]),
        ({"gated": "auto"}, [("weights-gated", "hub.gated", "more-closed")]),
        (
            {"license_tag": "cc-by-nc-4.0"},
            [("license-tag-changed", "hub.license_tag", "more-closed")],
        ),
        (
            {"license_tag": "never-heard-of"},
            [("license-tag-changed", "hub.license_tag", "unreviewed")],
        ),
        ({"license_tag": False}, [("license-tag-changed", "hub.license_tag", "unreviewed")]),
        (
            {"license_tag": "apache-2.0 AND mit"},
            [("license-list-changed", "hub.license_tag", "neutral")],
        ),
        (
            {"hub_id": "d" * 24, "license_tag": "apache-2.0"},
            [("identity-changed", "hub.repo", "unreviewed")],
        ),
        ({"repo": "maker/renamed"}, [("repo-moved", "hub.repo", "neutral")]),
        ({"license_files": ()}, [("license-file-removed", "LICENSE", "unreviewed")]),
        (
            {"license_files": (TEXT, LicenseFile("USE_POLICY.md", 1, "e" * 40))},
            [("license-file-added", "USE_POLICY.md", "unreviewed")],
        ),
        (
            {
                "license_files": (
                    replace(TEXT, blob_id="e" * 40, sha256="f" * 64, normalized="m" * 64),
                )
            },
            [("license-text-changed", "LICENSE", "unreviewed")],
        ),
        ({"license_files": (replace(TEXT, blob_id="e" * 40, sha256="f" * 64),)}, []),
        (
            {
                "license_files": (replace(TEXT, blob_id="e" * 40, sha256=None, normalized=None),),
                "texts_due": ("LICENSE",),
            },
            [],
        ),
        ({"base_models": ("x/y",)}, [("base-model-changed", "base_models", "unreviewed")]),
        ({"datasets": ("x/y",)}, [("data-list-changed", "datasets", "neutral")]),
        ({"weights": Weights({"renamed.safetensors": "w" * 64}, ("safetensors",), 100)}, []),
        ({"weights": Weights({}, (), 0)}, [("weights-gone", "weights.files", "more-closed")]),
        (
            {"weights": Weights({"model.safetensors": "x" * 64}, ("safetensors",), 100)},
            [("weights-replaced", "weights.files", "neutral")],
        ),
        (
            {"weights": PICKLE},
            [
                ("weights-only-pickle", "weights.formats", "neutral"),
                ("weights-replaced", "weights.files", "neutral"),
            ],
        ),
    ],
)
def test_what_changed_since_the_baseline(changes: dict, expected: list):
    """Each change is named once, with its direction; a new revision, a rename of files or another wrapping is no drift."""
    assert compare_changed_facts(**changes) == expected


@pytest.mark.parametrize(
    ("declaration", "changes", "expected"),
    [
        (make_declaration(gated="manual"), {"gated": "manual"}, []),
        (make_declaration(gated="gated"), {"gated": "auto"}, []),
        (make_declaration(gated=None), {"gated": "manual"}, []),
        (
            make_declaration(gated="auto"),
            {"gated": "manual"},
            [("gate-changed", "hub.gated", "more-closed")],
        ),
        (make_declaration(gated="manual"), {}, [("weights-ungated", "hub.gated", "more-open")]),
        (
            make_declaration(license_tag=None),
            {"license_tag": "cc-by-nc-4.0"},
            [("license-conflict", "hub.license_tag", "more-closed")],
        ),
        (make_declaration(license_tag=None, license="CC-BY-NC-4.0 AND MIT"), {}, []),
        (make_declaration(license_tag=None), {"license_tag": "never-heard-of"}, []),
        (
            make_declaration(license_files=(("LICENSE", "d" * 64),)),
            {},
            [("license-text-changed", "LICENSE", "unreviewed")],
        ),
        (make_declaration(expected=False), {}, [("weights-released", "hub.repo", "more-open")]),
    ],
)
def test_first_sight_reports_only_what_contradicts_the_record(
    declaration, changes: dict, expected: list
):
    """Without a baseline nothing has changed; what contradicts a pin or the recorded terms is reported at once."""
    assert compare_changed_facts(None, declaration, **changes) == expected


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        ("absent", "repo-not-found", [("weights-gone", 2)]),
        ("absent", "not-publicly-reachable", [("weights-gone", 3)]),
        ("disabled", "disabled", [("repo-disabled", 2)]),
        ("unverifiable", "timeout", []),
    ],
)
def test_a_loss_needs_several_looks_and_an_outage_is_none(state, reason: str, expected: list):
    """Could not see is never read as gone; and gone needs two looks, three where the Hub cannot tell missing from private."""
    found = compare_target(
        TargetComparison("model", DECLARED, FACTS, make_observation(None, state, reason)), REGISTRY
    )

    assert [(each.kind, each.sightings_needed) for each in found] == expected
    assert all(each.is_loss for each in found)


@pytest.mark.parametrize(
    ("expected", "baseline", "facts", "kinds"),
    [
        (False, None, None, []),
        (False, None, FACTS, ["weights-released"]),
        (False, None, replace(FACTS, weights=Weights()), []),
        (None, None, None, []),
        (None, None, FACTS, []),
        (None, FACTS, None, ["weights-gone"]),
    ],
)
def test_only_what_was_known_can_be_lost_or_released(expected, baseline, facts, kinds: list[str]):
    """What a record calls withdrawn is not gone again, and an empty page releases nothing; what nobody knew is lost only after it was seen."""
    look = make_observation(facts) if facts else make_observation(None, "absent", "repo-not-found")
    found = compare_target(
        TargetComparison("model", make_declaration(expected=expected), baseline, look), REGISTRY
    )
    assert [each.kind for each in found] == kinds


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (CodeFacts("o/r", False, False, "MIT"), CodeFacts("o/r", False, False, "MIT"), []),
        (
            CodeFacts("o/r", False, False, "MIT"),
            CodeFacts("o/r", True, False, "MIT"),
            ["code-archived"],
        ),
        (CodeFacts("o/r", False, False, "MIT"), CodeFacts("o/r", False, False, None), []),
        (
            CodeFacts("o/r", False, False, "MIT"),
            CodeFacts("o/r", False, False, "CC-BY-NC-4.0"),
            ["code-license-changed"],
        ),
        (
            CodeFacts("o/r", False, False, "MIT"),
            CodeFacts("o2/r", False, False, "MIT"),
            ["repo-moved"],
        ),
        (None, CodeFacts("o/r", True, False, "MIT"), []),
    ],
)
def test_code(before, after, expected: list):
    """Archived, moved and relicensed code is drift; a license that GitHub cannot name is not."""
    look = Observation(
        Target("github", "code", "o/r"), "ok", "https://api.example/repos/o/r", 200, "ok", after
    )

    assert [
        each.kind
        for each in compare_target(TargetComparison("code", DECLARED, before, look), REGISTRY)
    ] == expected


GATES = st.sampled_from([False, "auto", "manual"])
TAGS = st.sampled_from(["mit", "apache-2.0", "cc-by-nc-4.0", "odd", False])
ANY_FACTS = st.builds(
    lambda gated, tag, base, name: make_facts(
        gated=gated, license_tag=tag, base_models=base, datasets=(name,)
    ),
    GATES,
    TAGS,
    st.sampled_from([(), ("a/b",)]),
    st.text(max_size=3),
)


@given(ANY_FACTS)
def test_nothing_differs_from_itself(any_facts):
    """drift(x, x) is empty, whatever x is, when the record pins nothing."""
    unpinned = make_declaration(gated=None, license_tag=None)

    assert (
        compare_target(
            TargetComparison("model", unpinned, any_facts, make_observation(any_facts)), REGISTRY
        )
        == []
    )


@given(ANY_FACTS, ANY_FACTS)
def test_every_difference_has_two_sides(before, after):
    """A difference always names two values that are not the same, and each (kind, field) stands once."""
    found = compare_target(
        TargetComparison(
            "model",
            make_declaration(gated=None, license_tag=None),
            before,
            make_observation(after),
        ),
        REGISTRY,
    )

    assert all(each.before != each.after for each in found)
    assert len({(each.kind, each.field) for each in found}) == len(found)
