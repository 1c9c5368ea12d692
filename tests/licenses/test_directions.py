"""What the lines of a change of terms say and what its direction says never disagree, and doubt has no direction."""

import re
from dataclasses import replace
from itertools import combinations

import pytest

from audit.licenses import terms_lines
from audit.licenses.commerce import COMMERCE_WORDS, bound_commercial_freedom
from audit.licenses.compare import compare_expressions
from audit.licenses.conditions import CONDITION_KINDS
from audit.licenses.terms import find_best_terms
from audit.licenses.terms_balance import weigh_terms
from audit.licenses.terms_lines import describe_terms_change
from audit.records.license import License, LicenseCondition
from audit.records.load import load_registry
from audit.records.registry import Registry
from tests.conftest import ROOT
from tests.licenses.builders import make_license, make_license_registry

FREEDOMS = ("no", "limited", "yes")
OPPOSITE = {"more-open": "more-closed", "more-closed": "more-open"}
FREEDOM_LINE = re.compile(r"freedom to \w+: (?P<was>\w+) → (?P<now>\w+)")
COMMERCE_LINE = re.compile(r"commerce: (?P<was>.+) → (?P<now>.+)")
CLAUSE_LINE = re.compile(r"(?P<word>new|no longer) (?P<kind>[\w-]+): ")


@pytest.fixture(scope="module")
def records() -> Registry:
    return load_registry(ROOT / "registry")


def read_signs(lines: tuple[str, ...]) -> tuple[int, set[str], set[str]]:
    """What a reader takes from the lines: how commerce moves, what is taken, what is given."""
    commerce, taken, given = 0, set[str](), set[str]()
    for line in lines:
        if match := COMMERCE_LINE.match(line):
            commerce = COMMERCE_WORDS.index(match["now"]) - COMMERCE_WORDS.index(match["was"])
        elif (match := FREEDOM_LINE.match(line)) and "unknown" not in match.groups():
            fell = FREEDOMS.index(match["now"]) < FREEDOMS.index(match["was"])
            (taken if fell else given).add(line)
        elif (match := CLAUSE_LINE.match(line)) and not is_housekeeping(match["kind"]):
            (taken if match["word"] == "new" else given).add(match["kind"])
    # Of one kind some came and some went: a reader has to look at it.
    both = taken & given
    return commerce, taken - both, given - both


def is_housekeeping(kind: str) -> bool:
    row = CONDITION_KINDS[kind]
    return row.is_housekeeping or bool(row.housekeeping_switch)


def test_lines_and_direction_never_disagree(records: Registry, monkeypatch: pytest.MonkeyPatch):
    """Over all pairs of recorded licenses: a direction stands beside a line that says so, and against one only where commerce moves that way."""
    monkeypatch.setattr(terms_lines, "MAX_TERMS_CHANGE_LINES", 1000)
    wrong = []
    for before, after in combinations(sorted(records.licenses), 2):
        direction = compare_expressions(before, after, records)
        if compare_expressions(after, before, records) != OPPOSITE.get(direction, direction):
            wrong.append((before, after, "does not turn round"))
        if direction == "unreviewed":
            continue
        commerce, taken, given = read_signs(describe_terms_change(before, after, records))
        if direction == "neutral" and (commerce or taken or given):
            wrong.append((before, after, "neutral, and something changes"))
        if direction == "more-closed" and given and commerce >= 0:
            wrong.append((before, after, f"closed, and {given} is given"))
        if direction == "more-open" and taken and commerce <= 0:
            wrong.append((before, after, f"open, and {taken} is taken"))
        if commerce and direction in OPPOSITE and (direction == "more-open") != (commerce > 0):
            wrong.append((before, after, "commerce goes the other way"))
    assert wrong == []


def make_condition(kind: str, **parameters: object) -> LicenseCondition:
    return LicenseCondition(kind, "1", f"About {kind}.", parameters)


def make_terms(id: str, *conditions: LicenseCondition, **freedoms: str) -> License:
    license = make_license(id)
    return replace(license, conditions=conditions, freedoms={**license.freedoms, **freedoms})


def compare(before: License, after: License) -> str:
    registry = make_license_registry(before, after)
    direction = compare_expressions(before.id, after.id, registry)
    assert compare_expressions(after.id, before.id, registry) == OPPOSITE.get(direction, direction)
    return direction


NAME = {"display": "Pebble", "trigger": "a product"}
LARGE = make_condition("user-threshold", users=1000, period="month", effect="obligation")
ASK_WHEN_LARGE = make_condition(
    "user-threshold", users=1000, period="month", effect="needs-license"
)
NAMED_WHEN_LARGE = make_condition("naming", only_above_thresholds=True, **NAME)
NAMED = make_condition("naming", **NAME)
NO_COMMERCE = make_condition("non-commercial", effect="forbidden")
REGISTER = make_condition("registration", effect="needs-license")
HAND_ON = make_condition("redistribution", effect="obligation", covers="copies")
NO_HOSTING = make_condition("hosted-service", effect="forbidden")
FREE = make_terms("A")


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        pytest.param(
            (LARGE, NAMED_WHEN_LARGE), (NAMED,), "more-closed", id="a duty spreads from some to all"
        ),
        pytest.param(
            (NAMED_WHEN_LARGE,), (NAMED,), "more-closed", id="the same without the threshold itself"
        ),
        pytest.param((LARGE, NAMED_WHEN_LARGE), (), "more-open", id="the duty goes as well"),
        pytest.param((LARGE, NAMED_WHEN_LARGE), (LARGE,), "more-open", id="only the duty goes"),
        pytest.param((ASK_WHEN_LARGE,), (), "more-open", id="a threshold goes, and nothing comes"),
        pytest.param(
            (ASK_WHEN_LARGE,), (NO_COMMERCE,), "more-closed", id="a ban takes the threshold's place"
        ),
        pytest.param(
            (ASK_WHEN_LARGE,), (REGISTER,), "more-closed", id="a registration of everybody does"
        ),
        pytest.param((ASK_WHEN_LARGE,), (NO_HOSTING,), "unreviewed", id="another limit: a person"),
        pytest.param(
            (make_condition("naming", display="P", trigger="a large product"),),
            (make_condition("naming", display="P"),),
            "more-closed",
            id="a trigger goes, so that the duty is everybody's",
        ),
        pytest.param(
            (make_condition("naming", display="P", trigger="a sale"),),
            (make_condition("naming", display="P", trigger="a show"),),
            "unreviewed",
            id="another trigger",
        ),
        pytest.param(
            (make_condition("naming", display="Built with Pebble"),),
            (make_condition("naming", display="Pebble"),),
            "neutral",
            id="another name is no other duty",
        ),
        pytest.param(
            (make_condition("naming", display="Pebble"),),
            (make_condition("naming", display="Pebble", prefix="Pebble"),),
            "more-closed",
            id="a name to take beside the one to show",
        ),
        pytest.param(
            (make_condition("naming", display="P", modalities="multimodal"),),
            (make_condition("naming", display="P"),),
            "more-closed",
            id="for all models",
        ),
        pytest.param(
            (make_condition("share-alike"),),
            (make_condition("share-alike", also_when_hosting=True),),
            "more-closed",
            id="for services too",
        ),
        pytest.param(
            (make_condition("share-alike", scope="whole work"),),
            (make_condition("share-alike", scope="file"), HAND_ON),
            "unreviewed",
            id="a duty to share has another reach: nothing beside it is certain",
        ),
        pytest.param(
            (make_condition("share-alike", scope="whole work"),),
            (make_condition("share-alike", scope="file"), NO_COMMERCE),
            "more-closed",
            id="but commerce counts for more",
        ),
        pytest.param((NO_COMMERCE,), (make_condition("notice"),), "more-open", id="housekeeping"),
    ],
)
def test_who_is_reached_decides(
    old: tuple[LicenseCondition, ...], new: tuple[LicenseCondition, ...], direction: str
):
    """A duty that spreads is harsher; a threshold that goes is milder only if nothing wider takes its place."""
    assert compare(make_terms("A", *old), make_terms("B", *new)) == direction


def test_a_threshold_that_nobody_needs_any_more_is_not_told_as_gone():
    """The line says that everybody has the duty now."""
    old, new = make_terms("A", LARGE, NAMED_WHEN_LARGE), make_terms("B", NAMED)
    lines = describe_terms_change("A", "B", make_license_registry(old, new))
    assert lines == (
        "naming, only_above_thresholds: yes → not stated (section 1)",
        "for everybody now, without user-threshold: About user-threshold. (section 1)",
    )
    assert describe_terms_change("B", "A", make_license_registry(old, new))[1] == (
        "only with user-threshold: About user-threshold. (section 1)"
    )


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (FREE, make_terms("B", use="limited", study="unknown"), "more-closed"),
        (FREE, make_terms("B", NO_COMMERCE, use="unknown"), "more-closed"),
        (FREE, make_terms("B", use="unknown", share="unknown"), "unreviewed"),
        (make_terms("A", NAMED), make_terms("B", study="unknown"), "unreviewed"),
        (make_terms("A", study="unknown"), make_terms("B", NAMED), "unreviewed"),
        (make_terms("A", NAMED), make_terms("B", use="limited", study="unknown"), "more-closed"),
        (make_terms("A", use="no"), make_terms("B", use="limited", study="unknown"), "unreviewed"),
        (make_terms("A", use="unknown"), make_terms("B", NO_COMMERCE), "unreviewed"),
        (
            make_terms("A", NO_COMMERCE, use="limited", share="unknown"),
            make_terms("B", use="yes", share="yes"),
            "more-open",
        ),
        (
            make_terms("A", NAMED, share="limited"),
            make_terms("B", NO_COMMERCE, use="limited", study="unknown"),
            "more-closed",
        ),
    ],
)
def test_what_is_certain_stands_though_some_is_unread(old: License, new: License, direction: str):
    """An unread part hides a direction only where it could turn it round."""
    assert compare(old, new) == direction


def test_commerce_of_what_was_not_read_is_bounded():
    """From below by nothing, from above by the clauses that were read."""
    registry = make_license_registry(
        make_terms("A", NO_COMMERCE, use="unknown"), make_terms("B", share="unknown"), FREE_READ
    )
    bounds = [bound_commercial_freedom(find_best_terms(id, registry)) for id in ("A", "B", "C")]
    assert bounds == [(0, 1), (0, 6), (6, 6)]


FREE_READ = make_terms("C")


def test_what_is_given_and_taken_is_named():
    """Each freedom and kind of clause on its side; what is neither more nor less on none."""
    registry = make_license_registry(
        make_terms("A", make_condition("acceptable-use-policy", url="https://a.example"), NAMED),
        make_terms(
            "B",
            make_condition("acceptable-use-policy", url="https://b.example"),
            NO_COMMERCE,
            share="no",
        ),
    )
    balance = weigh_terms(find_best_terms("A", registry), find_best_terms("B", registry))
    assert balance.closings == {"non-commercial", "freedom to share"}
    assert balance.openings == {"naming"}
    assert balance.undecided == {"acceptable-use-policy"}
    assert not balance.takes_only
    assert not balance.gives_only
    assert not balance.is_even
