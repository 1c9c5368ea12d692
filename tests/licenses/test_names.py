"""A text that is a license gets its name, and every other one the description that its likeness earns."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from audit.licenses.text import identify, spdx
from audit.licenses.text.identify import (
    MAX_DIFFERING_PASSAGES,
    MAX_PASSAGE_CHARACTERS,
    MAX_POINTER_WORDS,
    Identification,
    find_plain_license,
    identify_license_text,
)
from audit.licenses.text.known_texts import index_known_texts
from audit.licenses.text.license_text import MAX_READ_BYTES
from audit.licenses.text.normalize import clean_text, split_words
from audit.licenses.text.wording_build import build_wordings
from audit.licenses.text.wordings import index_wordings
from audit.records.license import KnownText
from audit.records.registry import Registry
from tests.licenses.builders import (
    PEBBLE,
    POLICY,
    TEXT,
    make_known_text,
    make_license,
    make_license_registry,
)

NAME = "LicenseRef-pebble"
EDITED = TEXT.replace("700 million", "100 million")
FOREIGN = "Stones are carried from the river to the garden, one by one, until the wall between the two houses is as high as a child. "


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), NAME),
        (TEXT.replace("\n\n", "\r\n\r\n ").encode(), NAME),
        (TEXT.replace("(c) 2025 Pebble Labs", "(c) 2026 Somebody").encode(), NAME),
        (POLICY.encode(), None),
        (EDITED.encode(), None),
        (FOREIGN.encode(), None),
        (b"", None),
        (b"\x89PNG\x00\x01" * 40, None),
    ],
)
def test_the_plain_name(content: bytes, name: str | None):
    """`new` takes a license from it: the right name for the whole text in any form, and none for anything else."""
    assert find_plain_license(content, PEBBLE) == name


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (TEXT.encode(), Identification("exact", NAME, "license", NAME, 1.0)),
        (POLICY.encode(), Identification("exact", None, "policy", NAME, 1.0)),
        (
            b"\x89PNG\x00\x01" * 40,
            Identification("unknown", None, note="this is no plain text; convert it to text first"),
        ),
        (b" \n ", Identification("unknown", None, note="there are no words in it")),
        (b"Please log in to continue", Identification("unknown", None)),
    ],
)
def test_what_is_known_and_what_is_nothing(content: bytes, expected: Identification):
    """Word for word is at 1; where nothing can be said, the note says why."""
    assert identify_license_text(content, PEBBLE) == expected


def test_a_text_that_is_too_long_is_read_in_part_and_gets_no_name():
    """What follows could say anything; up to the limit, the name is given."""
    room = MAX_READ_BYTES - len(TEXT.encode())
    assert identify_license_text((TEXT + " " * room).encode(), PEBBLE).license == NAME

    found = identify_license_text((TEXT + " " * (room + 1)).encode(), PEBBLE)
    assert (found.kind, found.license, found.nearest, found.similarity) == (
        "edited",
        None,
        NAME,
        0.9999,
    )
    assert found.note == "only the first 256 KiB were read, so that it gets no name"
    assert find_plain_license((TEXT + " " * (room + 1)).encode(), PEBBLE) is None
    assert (
        identify_license_text((FOREIGN * (MAX_READ_BYTES // 100)).encode(), PEBBLE).note
        == found.note
    )
    assert identify_license_text(EDITED.encode(), PEBBLE).note == ""


def make_spdx_registry(root: Path, difference: int | None) -> Registry:
    """Apache-2.0 with a known text that is so many words longer than the project's own license, or with none."""
    if difference is None:
        return make_license_registry(make_license("Apache-2.0"))
    entry = make_known_text((root / "LICENSE").read_text(encoding="utf-8"))
    other = KnownText("0" * 64, "license", body_words=(entry.body_words or 0) + difference)
    return make_license_registry(make_license("Apache-2.0", other))


@pytest.mark.parametrize(
    ("difference", "named"), [(None, True), (0, True), (3, True), (40, False), (-40, False)]
)
def test_a_text_of_the_spdx_list(
    root: Path, difference: int | None, named: bool, monkeypatch: pytest.MonkeyPatch
):
    """One that is like a pattern of the list is named, unless the whole license has another length by the registry."""
    monkeypatch.setattr(spdx, "load_spdx_wordings", lambda: index_wordings(()))
    content = (root / "LICENSE").read_bytes()
    found = identify_license_text(content, make_spdx_registry(root, difference))

    expected = Identification("spdx", "Apache-2.0", nearest="Apache-2.0", similarity=1.0)
    assert found == (expected if named else Identification("unknown", None, within=("Apache-2.0",)))
    assert find_plain_license(content, make_spdx_registry(root, difference)) == (
        "Apache-2.0" if named else None
    )


def test_a_license_inside_of_another_text_is_named_as_within(root: Path):
    """A clause more, and the text is not that license any more."""
    content = (root / "LICENSE").read_text(
        encoding="utf-8"
    ) + "\nBanks ask the makers first, whatever stands above.\n"
    found = identify_license_text(
        content.encode(), make_license_registry(make_license("Apache-2.0"))
    )
    assert (found.license, found.within) == (None, ("Apache-2.0",))


@pytest.mark.parametrize(
    "content",
    [
        EDITED,
        TEXT.replace("thirty days", "three days"),
        TEXT + FOREIGN,
        TEXT[: len(TEXT) // 2],
        TEXT + FOREIGN * 30,
    ],
)
def test_likeness_is_that_of_the_fingerprints(content: str):
    """Rounded to four digits, and never 1 for what is not the same."""
    known_ones = index_known_texts(PEBBLE)
    nearest = known_ones.find_nearest(
        known_ones.select_shingles_by_window(split_words(clean_text(content.encode())))
    )
    found = identify_license_text(content.encode(), PEBBLE)

    assert nearest
    assert (found.nearest, found.similarity) == (NAME, min(0.9999, round(nearest.similarity, 4)))
    assert found.contained == (round(nearest.contained, 4) if found.kind == "edited" else 0.0)


def test_a_little_in_common_is_no_copy():
    """Below half likeness, and without most of the license in it, a text stays unknown; the nearest one is told, and no passages."""
    paragraph = TEXT[TEXT.index("2. Naming") : TEXT.index("3. Outputs")]
    found = identify_license_text((FOREIGN * 8 + paragraph).encode(), PEBBLE)

    assert 0 < found.similarity < 0.5
    assert found == Identification("unknown", None, nearest=NAME, similarity=found.similarity)


def test_a_license_with_much_around_it_is_a_changed_copy():
    """However much was added: all of the license stands in it."""
    found = identify_license_text((TEXT + FOREIGN * 30).encode(), PEBBLE)
    assert (found.kind, found.license, found.document, found.nearest) == (
        "edited",
        None,
        "license",
        NAME,
    )
    assert found.similarity < 0.5 < 0.8 <= found.contained


def test_a_changed_policy_is_a_policy():
    """A changed copy is of the kind that its model is."""
    found = identify_license_text(
        (POLICY + POLICY + TEXT[:40]).encode(),
        make_license_registry(make_license(NAME, make_known_text(POLICY, "policy"))),
    )
    assert (found.kind, found.document) == ("edited", "policy")


CUT = TEXT[TEXT.index("2. Naming") : TEXT.index("4. Ending")]


@pytest.mark.parametrize(
    ("content", "missing", "about"),
    [
        pytest.param(TEXT.replace(CUT, ""), len(CUT.split()), 15, id="two paragraphs"),
        pytest.param(
            TEXT.replace(CUT, " ".join(CUT.split()[5:])),
            17,
            2,
            id="just enough to tell, and counted with the words around",
        ),
        pytest.param(TEXT.replace(CUT, " ".join(CUT.split()[3:])), 0, 0, id="too few to tell"),
        pytest.param(TEXT.replace(CUT, FOREIGN * 2), 0, 0, id="replaced by about as many"),
        pytest.param(EDITED, 0, 0, id="another number"),
        pytest.param(TEXT + FOREIGN, 0, 0, id="nothing missing, and more of it"),
    ],
)
def test_words_that_are_missing_are_counted(content: str, missing: int, about: int):
    """About as many as were cut; words that were replaced, or so few that nobody can tell, are not missing."""
    assert abs(identify_license_text(content.encode(), PEBBLE).missing_words - missing) <= about


def write_clauses(count: int) -> str:
    """A text of many clauses, none like another."""
    return "\n".join(
        f"{FOREIGN.replace('river', f'river{number}')} garden{number} child{number} houses{number} until{number}."
        for number in range(count)
    )


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        (1, 1),
        (MAX_DIFFERING_PASSAGES, MAX_DIFFERING_PASSAGES),
        (MAX_DIFFERING_PASSAGES + 1, MAX_DIFFERING_PASSAGES + 1),
        (MAX_DIFFERING_PASSAGES + 3, MAX_DIFFERING_PASSAGES + 1),
    ],
)
def test_passages_are_shown_up_to_a_number(changed: int, shown: int):
    """Twelve, and how many more there are."""
    text = write_clauses(30)
    one = make_license_registry(make_license("LicenseRef-wall", make_known_text(text)))
    edited = text
    for number in range(changed):
        edited = edited.replace(f"garden{2 * number} ", f"garden{2 * number} paradise{number} ")
    found = identify_license_text(edited.encode(), one)

    assert (found.kind, len(found.passages)) == ("edited", shown)
    assert all(
        f"paradise{number}" in passage
        for number, passage in enumerate(found.passages[: min(changed, MAX_DIFFERING_PASSAGES)])
    )
    if changed > MAX_DIFFERING_PASSAGES:
        assert found.passages[-1] == f"… and {changed - MAX_DIFFERING_PASSAGES} more passages"


def test_a_long_passage_is_cut_and_counted():
    """At its 360th character, with its whole length; one that just fits is shown whole."""
    added = " ".join(f"word{number}" for number in range(100))
    (long,) = identify_license_text((TEXT + added).encode(), PEBBLE).passages
    head, _, tail = long.partition("…")
    assert (len(head), tail) == (
        MAX_PASSAGE_CHARACTERS,
        f" ({int(tail[2:].split()[0])} characters)",
    )
    assert int(tail[2:].split()[0]) > len(added)

    few = " ".join(f"word{number}" for number in range(25))
    (fits,) = identify_license_text((TEXT + few).encode(), PEBBLE).passages
    room = MAX_PASSAGE_CHARACTERS - len(fits)
    (exact,) = identify_license_text((TEXT + few + "x" * room).encode(), PEBBLE).passages
    assert len(exact) == MAX_PASSAGE_CHARACTERS
    assert "…" not in exact


def test_a_record_without_its_length_counts_nothing_as_missing():
    """Where nobody counted the words of the known text, none can be missing."""
    bare = replace(make_known_text(TEXT), words=None)
    cut = TEXT.replace(TEXT[TEXT.index("2. Naming") : TEXT.index("4. Ending")], "")
    assert (
        identify_license_text(
            cut.encode(), make_license_registry(make_license(NAME, bare))
        ).missing_words
        == 0
    )


@pytest.mark.parametrize(
    ("content", "points_to"),
    [
        ("See https://www.apache.org/licenses/LICENSE-2.0 for the terms.\n", ("Apache-2.0",)),
        ("https://creativecommons.org/licenses/by-nc/4.0/\n", ("CC-BY-NC-4.0",)),
    ],
)
def test_a_pointer_is_called_a_pointer(content: str, points_to: tuple[str, ...]):
    """An address is no text of a license, so that nothing is said to stand in it."""
    found = identify_license_text(content.encode(), PEBBLE)

    assert (found.kind, found.license, found.document) == ("unknown", None, "pointer")
    assert (found.nearest, found.points_to, found.within) == (points_to[0], points_to, ())


def test_a_long_text_with_an_address_is_no_pointer():
    """It says more than which license applies."""
    found = identify_license_text(
        (FOREIGN * 20 + "https://www.apache.org/licenses/LICENSE-2.0").encode(), PEBBLE
    )

    assert (found.document, found.points_to, found.within) == ("license", ("Apache-2.0",), ())


def test_one_text_of_several_ids_gets_the_name_that_has_a_record(monkeypatch: pytest.MonkeyPatch):
    """The others are told beside it; without a record it is the first."""
    content = "Everybody may look at the gravel and tell others of it, as long as they like.\n"
    wordings = index_wordings(
        build_wordings(["Gravel-2.0-only", "Gravel-2.0-or-later"], (), content)
    )
    monkeypatch.setattr(spdx, "load_spdx_wordings", lambda: wordings)
    later = make_license_registry(make_license("Gravel-2.0-or-later"))

    for registry, id, other in (
        (later, "Gravel-2.0-or-later", "Gravel-2.0-only"),
        (PEBBLE, "Gravel-2.0-only", "Gravel-2.0-or-later"),
    ):
        assert identify_license_text(content.encode(), registry) == Identification(
            "spdx", id, nearest=id, similarity=1.0, same_text=(other,)
        )


def test_bytes_that_a_record_holds_are_known():
    """By the digest of the bytes alone, where no fingerprint was computed."""
    only_bytes = KnownText(hashlib.sha256(FOREIGN.encode()).hexdigest())
    held = make_license_registry(make_license("LicenseRef-foreign", only_bytes))

    assert identify_license_text(FOREIGN.encode(), held).license == "LicenseRef-foreign"
    assert identify_license_text(f"{FOREIGN} ".encode(), held).license is None


def test_a_pointer_is_like_no_text():
    """Its likeness is 0, and one word more than the most is no pointer."""
    address = "https://www.apache.org/licenses/LICENSE-2.0"
    room = MAX_POINTER_WORDS - len(split_words(address))
    found = identify_license_text(f"{address} {'stone ' * room}".encode(), PEBBLE)
    assert (found.document, found.similarity) == ("pointer", 0.0)
    assert isinstance(found.similarity, float)
    quoting = f"{address} {' '.join(TEXT.split()[20:60])}"
    assert identify_license_text(quoting.encode(), PEBBLE).similarity == 0.0
    longer = identify_license_text(f"{address} {'stone ' * (room + 1)}".encode(), PEBBLE)
    assert longer.document == "license"


def test_likeness_of_just_enough_is_enough(monkeypatch: pytest.MonkeyPatch):
    """At the very share from which a text is a changed copy it is one, as a whole or as a part."""
    known = index_known_texts(PEBBLE)
    words = split_words(clean_text(EDITED.encode()))
    nearest = known.find_nearest(known.select_shingles_by_window(words))
    assert nearest
    for name, value in (
        ("MIN_EDITED_SIMILARITY", nearest.similarity),
        ("MIN_CONTAINED_SHARE", nearest.contained),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(identify, "MIN_EDITED_SIMILARITY", 2.0)
            patch.setattr(identify, "MIN_CONTAINED_SHARE", 2.0)
            assert identify_license_text(EDITED.encode(), PEBBLE).kind == "unknown"
            patch.setattr(identify, name, value)
            assert identify_license_text(EDITED.encode(), PEBBLE).kind == "edited"


def test_missing_words_are_told_from_more_than_two_windows():
    """Fewer are within the error of the estimate."""
    cut = TEXT.replace(TEXT[TEXT.index("2. Naming") : TEXT.index("3. Outputs")], "").encode()
    (text, policy) = PEBBLE.licenses[NAME].texts
    told = {}
    for words in range(1, 150):
        longer = replace(PEBBLE.licenses[NAME], texts=(replace(text, words=words), policy))
        told[words] = identify_license_text(cut, make_license_registry(longer)).missing_words
    assert set(told.values()) >= {0, 2 * text.window + 1}
    assert min(each for each in told.values() if each) == 2 * text.window + 1
