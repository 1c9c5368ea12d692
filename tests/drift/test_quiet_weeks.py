"""Weeks in which nothing happens: files renamed, texts reformatted, lists reordered, entries of the card written in another way."""

import random
import textwrap
from collections.abc import Callable
from dataclasses import replace

import pytest

from audit.drift.compare.generations import compare_generations
from audit.drift.compare.revisions import compare_revisions
from audit.observations.facts import HubFacts, LicenseFile
from audit.observations.makers import MakerFacts
from audit.observations.revisions import RevisionFacts
from tests.conftest import make_model_record
from tests.drift.builders import make_declaration, make_facts, make_observation
from tests.drift.comparisons import compare_observation, make_registry
from tests.drift.license_files import (
    OTHER_TEXT,
    PEBBLE,
    PEBBLES,
    POLICY,
    TEXT,
    keep_texts,
    make_license_file,
)
from tests.drift.test_generations import LINE, make_later

WEEKS = 200
REGISTRY = make_registry(
    make_model_record(id="new/base", hub={"repo": "new/base"}, former_ids=["old/base"]),
    make_model_record(id="maker/model"),
    licenses=PEBBLES,
)
NAMES = {
    TEXT: ("LICENSE", "License.md", "LICENCE.txt", "legal/LICENSE", "license"),
    POLICY: ("USE_POLICY.md", "Use Policy.txt", "docs/use_policy", "USAGE_POLICY"),
    OTHER_TEXT: ("NOTICE", "Notice.txt", "NOTICE.md"),
}
FORMS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: "\n\n".join(textwrap.fill(part, 47) for part in text.split("\n\n")),
    lambda text: f"```\n{text}```\n",
    lambda text: text.replace("'", "’").replace("\n\n", "\n\n\n"),
    lambda text: f"\ufeff{text}",
)
LINKS = ("LICENSE", "./LICENSE", "https://huggingface.co/maker/model-1/blob/main/LICENSE")


def disturb(chance: random.Random) -> tuple[HubFacts, dict[str, bytes]]:
    """The same repository as somebody else would have written it, and its texts."""
    texts = {text: chance.choice(FORMS)(text) for text in NAMES}
    files = [make_license_file(form, chance.choice(NAMES[text])) for text, form in texts.items()]
    if chance.random() < 0.3:
        files.append(replace(files[0], path="COPYING"))
    chance.shuffle(files)
    bases = [chance.choice(("old/base", "new/base", "New/Base")), "another/base"]
    chance.shuffle(bases)
    facts = make_facts(
        license_tag=chance.choice(("other", "Other", "OTHER ")),
        license_name=chance.choice(("maker-license", "Maker License", "maker_license")),
        license_link=chance.choice(LINKS),
        license_files=tuple(files),
        base_models=tuple(bases),
    )
    return facts, keep_texts(*texts.values())


@pytest.mark.parametrize("is_pinned", [False, True])
@pytest.mark.parametrize("are_kept", [False, True])
def test_two_hundred_quiet_weeks_have_no_finding(is_pinned: bool, are_kept: bool):
    """Each week against the first look, with and without a record that pins the text, and whether or not texts were kept."""
    chance = random.Random(20_261_128)
    first, kept = disturb(chance)
    pins = tuple((file.path, file.sha256 or "") for file in first.license_files)
    declared = make_declaration(
        license_tag="other",
        license_name="maker-license",
        license=PEBBLE,
        license_files=pins if is_pinned else (),
    )
    found = []
    for week in range(WEEKS):
        facts, texts = disturb(chance)
        found += [
            (week, each)
            for each in compare_observation(
                declared,
                first,
                make_observation(facts),
                registry=REGISTRY,
                texts=kept | texts if are_kept else None,
            )
        ]
    assert found == []


def test_files_that_nobody_could_read_may_move_too():
    """Behind a gate a file is told by its blob alone."""
    unread = [LicenseFile(path, 9, blob * 40) for path, blob in (("LICENSE", "a"), ("NOTICE", "b"))]
    moved = [LicenseFile(path, 9, blob * 40) for path, blob in (("x/NOTICE", "b"), ("TERMS", "a"))]
    first = make_facts(license_tag=False, license_files=tuple(unread))
    look = make_observation(make_facts(license_tag=False, license_files=tuple(moved)))
    assert compare_observation(make_declaration(license_tag=None), first, look) == []


def test_two_hundred_quiet_weeks_of_branches_and_lists_have_no_finding():
    """Branches that come, and later repositories that are copies, parts, under the same terms or under none that are stated."""
    chance = random.Random(20_261_129)
    names = {f"step{number}": f"{number:040x}" for number in range(9)}
    declared = make_declaration(revisions=("step{0..8..1}",))
    before = RevisionFacts("maker/model-1", 10, 0, "0" * 64, names)
    quiet = ["{}-GGUF", "{}-dataset", "{}-lora", "Other-{}", "{}-vl"]
    found: list[object] = []
    for week in range(WEEKS):
        shuffled = dict(chance.sample(sorted(names.items()), len(names)))
        now = replace(before, branches=10 + week, digest=f"{week:064x}", named=shuffled)
        found += compare_revisions(declared, before, now)
        later = [
            make_later(chance.choice(quiet).format(f"Stone-{week}-{n}b"), "cc-by-nc-4.0")
            for n in range(9)
        ]
        later.append(
            make_later(f"Stone-{week + 3}-7B", chance.choice(["mit", "MIT", False, "other"]))
        )
        chance.shuffle(later)
        maker = MakerFacts("maker/models", "2026-01-01T00:00:00.000Z", tuple(later))
        found += compare_generations("families/stone-2", maker, LINE)
    assert found == []
