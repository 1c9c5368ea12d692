"""`as_of`: what changed since is put back, and what cannot be known for the day stays unknown."""

import json
from dataclasses import replace

import pytest

from audit.analysis.as_of import restore_registry_as_of
from audit.cli.main import main
from audit.definitions import spectrum
from audit.drift.events import Event
from audit.records.model import ReleaseDate
from tests.conftest import make_license_record, make_model_record
from tests.definitions.builders import (
    EVIDENCE,
    make_availability,
    make_dataset,
    make_model,
    make_registry,
    replace_component,
)
from tests.publish.conftest import build_finding

LICENSE = "components.model-parameters-final.license"


def make_event(kind, field, before, after, date, status="confirmed", record="models/maker/model-1"):
    """One line of the history."""
    day = (date + "-01-01")[:10] if len(date) == 4 else (date + "-01")[:10]
    finding = build_finding(record, kind, field, before, after, status=status)
    return Event(finding, "history", f"{day}T00:00:00Z", date)


TWICE = [
    make_event("license-changed", LICENSE, "NC", "Users-700M", "2024-03-01"),
    make_event("license-changed", LICENSE, "Users-700M", "MIT", "2025-03-01"),
]
VAGUE = [make_event("license-changed", LICENSE, "NC", "MIT", "2024-03")]
GATE = [
    make_event("weights-gated", "hub.gated", False, "auto", "2024-03-01"),
    make_event("weights-gated", "hub.gated", False, "auto", "2024-06-01", "reverted"),
]
GONE = [make_event("weights-gone", "hub.repo", "reachable", "not publicly reachable", "2024-03-01")]
SUSPECTED = [make_event("license-changed", LICENSE, "NC", "MIT", "2024-03-01", "suspected")]


@pytest.mark.parametrize(
    ("events", "day", "license"),
    [
        (TWICE, "2024-02-29", "NC"),
        (TWICE, "2024-03-01", "Users-700M"),
        (TWICE, "2025-02-28", "Users-700M"),
        (TWICE, "2025-03-01", "MIT"),
        (VAGUE, "2024-02-29", "NC"),
        (VAGUE, "2024-03-15", None),
        (VAGUE, "2024-04-01", "MIT"),
        (SUSPECTED, "2024-02-01", "MIT"),
    ],
)
def test_terms_on_a_day(events, day, license):
    """The license is the one before the first later change; a date that contains the day says nothing; a suspicion never counted."""
    subject = replace_component(make_model(), "model-parameters-final", "released", "MIT")
    past = restore_registry_as_of(make_registry(subject), events, day)
    assert past.registry.models[subject.id].weights.license == license
    assert bool(past.restored_facts) == (license != "MIT")


@pytest.mark.parametrize(
    ("day", "gated"), [("2024-02-01", False), ("2024-04-01", "auto"), ("2024-07-01", False)]
)
def test_a_change_that_was_undone(day, gated):
    """Between a change and its return the changed value stood."""
    subject = replace(make_model(), hub=replace(make_model().hub, gated=False))
    assert (
        restore_registry_as_of(make_registry(subject), GATE, day)
        .registry.models[subject.id]
        .hub.gated
        == gated
    )


def test_withdrawn_weights_were_there_before():
    """The label of a withdrawn model was another one before the withdrawal."""
    subject = replace_component(
        make_model(), "model-parameters-final", "not-released", "Users-700M"
    )
    past = restore_registry_as_of(make_registry(subject), GONE, "2024-01-01").registry
    assert spectrum.judge(subject, make_registry(subject)).value == "closed"
    assert spectrum.judge(past.models[subject.id], past).value == "open-weight"


@pytest.mark.parametrize(
    ("day", "status"),
    [("2024-02-01", "not-released"), ("2024-03-09", "unknown"), ("2024-04-01", "released")],
)
def test_before_its_release_a_model_was_closed(day, status):
    """A release date is a change too, as exact as its source."""
    subject = replace(make_model(), released=ReleaseDate("2024-03", EVIDENCE))
    assert (
        restore_registry_as_of(make_registry(subject), [], day)
        .registry.models[subject.id]
        .weights.status
        == status
    )


def test_data_comes_back():
    """A dataset's withdrawal and terms are put back in its own record."""
    records = make_registry(
        make_model(), datasets=(make_dataset(availability=make_availability("withdrawn")),)
    )
    events = [
        make_event(
            "data-withdrawn",
            "availability.status",
            "released",
            "withdrawn",
            "2023-07",
            record="datasets/maker/data",
        )
    ]
    assert (
        restore_registry_as_of(records, events, "2023-06-30").registry.datasets["maker/data"].status
        == "released"
    )
    assert (
        restore_registry_as_of(records, events, "2023-07-30").registry.datasets["maker/data"].status
        == "unknown"
    )


def test_a_model_that_was_not_there_is_said_so(write_registry, capsys):
    """Before its release there is no verdict to give; the program says so too."""
    root = write_registry(
        ("licenses", make_license_record()),
        ("models", make_model_record(released={"date": "2025-03-24", "evidence": ["card"]})),
    )
    arguments = ["explain", "maker/model-1", "--registry", str(root), "--as-of", "2025-03-23"]

    assert main(arguments) == 0
    assert "was not there on 2025-03-23: it was released 2025-03-24" in capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["released_by_then"] is False
