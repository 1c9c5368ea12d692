"""License files below the top folder: which are seen, how they are read, and what an older look says of them."""

from dataclasses import replace

import pytest

from audit.observations.facts import HubFacts, LicenseFile
from audit.observations.license_files import fill_fetched_text
from audit.sources.huggingface.files import (
    MAX_LICENSE_FILES,
    ListedFile,
    list_license_files,
    may_carry_terms,
)
from audit.store.observations import add_fetched_digests
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import compare_observation

BELOW = LicenseFile("7b/LICENSE", 9, "c" * 40)
TOP = LicenseFile("LICENSE", 9, "b" * 40)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("LICENSE", True),
        ("7b/LICENSE.txt", True),
        ("policies/legal/USE_POLICY.md", True),
        ("src/license.py", False),
        ("third_party/zlib/LICENSE", False),
        ("a/Vendor/LICENSE", False),
        ("license/readme.md", False),
    ],
)
def test_which_paths_carry_terms(path: str, expected: bool):
    """By the name of the file, in any folder but those for the code of others."""
    assert may_carry_terms(path) == expected


def test_of_a_collection_the_topmost_are_kept():
    """Hundreds of equal files would be hundreds of lines."""
    listed = [ListedFile(f"{number:03}/LICENSE", 9, "c" * 40) for number in range(90)]
    files = list_license_files([*listed, ListedFile("LICENSE", 9, "b" * 40)])
    assert len(files) == MAX_LICENSE_FILES
    assert [file.path for file in files[:2]] == ["000/LICENSE", "001/LICENSE"]
    assert files[-1].path == "LICENSE"


def test_one_text_is_read_for_all_files_of_its_blob():
    """They are not asked for one by one."""
    files = (BELOW, replace(BELOW, path="70b/LICENSE"), TOP)
    facts = make_facts(license_files=files, texts_due=("7b/LICENSE", "70b/LICENSE", "LICENSE"))
    filled = fill_fetched_text(facts, "7b/LICENSE", b"Stones are for everybody.")
    assert filled.texts_due == ("LICENSE",)
    assert [bool(file.sha256) for file in filled.license_files] == [True, True, False]


@pytest.mark.parametrize("telling_paths", [None, ()])
def test_an_older_look_that_saw_no_folders_makes_no_drift(telling_paths: tuple[()] | None):
    """What was there all along is no file that came; what came since is."""
    first = make_facts(license_tag=False, license_files=(TOP,), telling_paths=telling_paths)
    now = make_facts(license_tag=False, license_files=(BELOW, TOP), telling_paths=())
    declared = make_declaration(license_tag=None, license=None)
    found = compare_observation(declared, first, make_observation(now))
    completed = add_fetched_digests(first, now)
    assert isinstance(completed, HubFacts)
    if telling_paths is None:
        assert found == []
        assert completed.license_files == (BELOW, TOP)
        assert compare_observation(declared, completed, make_observation(now)) == []
    else:
        assert [(each.kind, each.field) for each in found] == [("license-file-added", "7b/LICENSE")]
        assert completed.license_files == (TOP,)
