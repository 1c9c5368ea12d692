"""Why verdicts move: rules, facts or upstream; only the last is drift."""

from dataclasses import replace

import pytest

from audit.analysis.record_diff import FactChange, RecordChange
from audit.analysis.verdict_diff import compare_answers
from audit.contribute.review.causes import find_rule_moves, mark_upstream_moves
from audit.drift.events import Event
from audit.drift.targets import list_watched_targets
from audit.publish.pages.history import render_event_line
from tests.definitions.builders import make_model, make_registry, replace_component
from tests.publish.conftest import build_finding

GATE_PATH = "$.hub.gated"
STATUS_PATH = "$.components.model-parameters-final.status"


def make_change(path, ref="models/maker/model-1"):
    """A branch that changes one fact of one record."""
    return RecordChange(ref, "changed", (FactChange(path, "a", "b", ()),), ())


def make_event(kind, field, status="confirmed"):
    """What the audit saw of the model."""
    finding = build_finding("models/maker/model-1", kind, field, status=status)
    return Event(finding, "run", "2026-11-28T00:00:00Z")


@pytest.mark.parametrize(
    ("path", "events", "because"),
    [
        (STATUS_PATH, [], "facts"),
        (STATUS_PATH, [make_event("weights-gone", "hub.repo")], "upstream"),
        (STATUS_PATH, [make_event("weights-gone", "hub.repo", "suspected")], "facts"),
        (GATE_PATH, [make_event("weights-gated", "hub.gated")], "upstream"),
        (GATE_PATH, [make_event("weights-gone", "hub.repo")], "facts"),
    ],
)
def test_what_the_audit_saw_is_upstream_and_all_else_are_facts(path, events, because):
    """A move is upstream's only where the branch takes over a field in which the audit confirmed a change."""
    before = make_registry(make_model())
    gone = replace_component(make_model(), "model-parameters-final", "withdrawn")
    after = make_registry(gone)
    moves = compare_answers(before, after)
    assert {move.because for move in moves.verdicts} == {"facts"}
    marked = mark_upstream_moves(moves, [make_change(path)], events, after)
    assert {move.because for move in marked.verdicts} == {because}


def test_an_untouched_record_moves_by_nobody_else():
    """An event about a model that does not lie beneath the moved one explains nothing."""
    other = make_event("weights-gone", "hub.repo")
    moved = make_model("other/model")
    before = make_registry(moved, make_model())
    after = make_registry(replace_component(moved, "training-code", "not-released"), make_model())
    marked = mark_upstream_moves(
        compare_answers(before, after), [make_change(STATUS_PATH)], [other], after
    )
    assert {move.because for move in marked.verdicts} == {"facts"}


def test_another_rule_moves_what_was_written():
    """Of the same records, what today's program says otherwise than the written file is moved by the rules; what the file lacks moves nothing."""
    registry = make_registry(make_model(), make_model("maker/new"))
    written = {"models": {"maker/model-1": {"osaid-1.0": "fails", "mof-1.0": "class-I"}}}
    (move,) = find_rule_moves(written, registry)
    assert (move.framework, move.before, move.after) == ("osaid-1.0", "fails", "conforms")
    assert move.because == "rules"
    assert find_rule_moves(None, registry) == ()


def test_a_renamed_record_is_compared_with_itself():
    """A rename hides no move, and is no new model."""
    before = make_registry(make_model("old/bird"))
    renamed = replace(make_model("acme/bird"), former_ids=("old/bird",))
    after = make_registry(replace_component(renamed, "training-code", "not-released"))
    moves = compare_answers(before, after)
    assert {move.model for move in moves.verdicts} == {"acme/bird"}
    assert compare_answers(before, make_registry(renamed)).verdicts == ()


def test_history_says_what_moved_a_label():
    """A change upstream that moves the label is named as the cause; others name none."""
    moved = build_finding(verdict_before="open-source", verdict_after="open-weight")
    event = Event(moved, "run", "2026-11-28T00:00:00Z")
    assert "; open-source → open-weight, because: upstream (" in render_event_line(event)
    same = build_finding(verdict_before="open-weight", verdict_after="open-weight")
    assert "because" not in render_event_line(replace(event, finding=same))


def test_what_a_reviewer_looked_for_is_no_drift():
    """A recorded search moves verdicts and changes nothing that the audit compares with upstream."""
    before = make_model()
    after = replace_component(before, "training-code", "not-found", None)
    registries = make_registry(before), make_registry(after)
    assert compare_answers(*registries).verdicts
    assert list_watched_targets(registries[0]) == list_watched_targets(registries[1])
