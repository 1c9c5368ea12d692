"""What is written is read again: whatever an upstream or a defect of ours puts into it, a file is as the next run needs it, or as it was."""

import itertools
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.core.json_files import NotReadable
from audit.drift.finding import Finding
from audit.observations.facts import CodeFacts, HubFacts, LicenseFile, Target, Weights
from audit.publish.issues.ledger import IssueLedger, read_ledger
from audit.store.events import EventStore
from audit.store.formats import FORMATS
from audit.store.observations import TargetState, TargetStateStore
from audit.store.run_status import (
    Heartbeat,
    OwnerCost,
    UnverifiedTarget,
    build_heartbeat_path,
    read_heartbeat,
    write_heartbeat,
)
from tests.hostile.answers import junk, nasty_text

MANY = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TARGET = Target("huggingface", "model", "maker/m")
CODE = Target("github", "code", "maker/m")
BEFORE = TargetState(TARGET, "ok", None, None)

numbers = st.one_of(
    st.integers(0, 1 << 40),
    st.booleans(),
    st.sampled_from([-1, 10**30, 10**5000, 1.5, float("nan"), float("inf")]),
)
short = st.text(st.characters(categories=["L", "N", "P"]), max_size=8)
texts = st.one_of(short, short, short, nasty_text)
maybe = st.one_of(st.none(), texts)
rarely_other = lambda usual: st.one_of(usual, usual, usual, usual, usual, junk)  # noqa: E731
stamps = st.sampled_from(
    ["2026-01-01T06:00:00Z", "2026-01-01T06:00:00", "1-01-01T00:00:00Z", "x\ud800"]
)
values = st.one_of(
    maybe, st.booleans(), st.lists(texts, max_size=3).map(tuple), st.just(("x" * 3000,) * 4)
)
names = st.lists(texts, max_size=3).map(tuple) | st.integers(0, 300).map(
    lambda count: ("name",) * count
)
weights = st.builds(
    Weights,
    files=st.dictionaries(texts, texts, max_size=3)
    | st.integers(0, 300).map(lambda count: {f"{number}.bin": "a" * 64 for number in range(count)}),
    formats=names,
    total_size=numbers,
)
license_files = st.builds(
    LicenseFile,
    path=texts,
    size=numbers,
    blob_id=texts,
    sha256=maybe,
    normalized=maybe,
    body=maybe,
    body_words=numbers,
    spdx=maybe,
)
hub_facts = st.builds(
    HubFacts,
    repo=texts,
    hub_id=maybe,
    revision=maybe,
    created_at=maybe,
    gated=rarely_other(st.sampled_from([False, "auto", "manual"])),
    private=st.booleans(),
    disabled=st.booleans(),
    license_tag=st.one_of(texts, st.just(False)),
    license_name=rarely_other(maybe),
    license_link=maybe,
    base_models=names,
    datasets=names,
    weights=weights,
    license_files=st.lists(license_files, max_size=2).map(tuple),
    texts_due=names,
)
code_facts = st.builds(
    CodeFacts,
    repo=texts,
    archived=st.booleans(),
    disabled=st.booleans(),
    license=rarely_other(maybe),
)
findings = st.builds(
    Finding,
    record=st.sampled_from(["models/maker/m", "models/maker/m", "x\ud800"]),
    kind=st.sampled_from(["license-tag-changed", "license-tag-changed", "no kind"]),
    field=texts,
    before=values,
    after=values,
    direction=st.sampled_from(["neutral", "more-closed"]),
    status=st.sampled_from(["confirmed", "suspected"]),
    verdict_before=maybe,
    verdict_after=maybe,
    url=texts,
    revision=maybe,
    first_seen=st.just("2026-01-01T06:00:00Z"),
    last_counted=stamps,
    sightings=numbers,
    sightings_needed=numbers,
    affects=names,
)


@pytest.fixture
def small(monkeypatch, tmp_path: Path):
    """A registry whose files may have 8 kB, so that a list of some hundred is too long."""
    for name, stored_format in list(FORMATS.items()):
        monkeypatch.setitem(FORMATS, name, replace(stored_format, max_bytes=8_000))
    runs = itertools.count()
    return SimpleNamespace(root=lambda: tmp_path / str(next(runs)) / "registry")


@MANY
@given(target=st.sampled_from([TARGET, CODE]), data=st.data())
def test_an_observation_is_read_as_it_was_written_or_the_old_one_stands(small, target, data):
    """Half characters, huge numbers, long lists, a yes in place of a size: whatever is written, the next run reads the very same."""
    store = TargetStateStore(small.root())
    before = TargetState(target, "ok", None, None)
    store.write_state(before)
    facts = st.one_of(st.none(), hub_facts if target == TARGET else code_facts)
    after = TargetState(
        target,
        "ok",
        data.draw(facts),
        data.draw(facts),
        tuple(data.draw(st.lists(findings, max_size=2))),
    )
    try:
        store.write_state(after)
    except NotReadable:
        after = before
    assert TargetStateStore(store.root.parent).load_states() == {target: after}


@MANY
@given(
    found=st.lists(findings, min_size=1, max_size=3),
    stamp=st.sampled_from(["2026-01-02T06:00:00Z", "2026-01-02T06:00:00Z", "1-01-01T00:00:00Z"]),
)
def test_events_are_read_as_they_were_written_or_none_is(small, found, stamp):
    """The same for the history; what was in it stays, and each event's own size is told before."""
    store = EventStore(small.root())
    first = Finding(
        "models/maker/m",
        "weights-gated",
        "hub.gated",
        False,
        "auto",
        "more-closed",
        "confirmed",
        None,
        None,
        "u",
        None,
        stamp,
        stamp,
        1,
        1,
    )
    store.append_findings("r", "2026-01-01T06:00:00Z", [first]) if stamp.startswith(
        "2026"
    ) else None
    before = store.load_events()
    try:
        added = store.append_findings(stamp, stamp, found)
    except NotReadable:
        added = 0
    after = EventStore(store.root.parent).load_events()
    assert (after[: len(before)], len(after)) == (before, len(before) + added)


@MANY
@given(
    unseen=st.dictionaries(
        texts,
        st.builds(UnverifiedTarget, attempts=numbers, since=stamps | texts, reason=texts),
        max_size=3,
    ),
    many=st.integers(0, 200),
)
def test_a_heartbeat_is_read_as_it_was_written_or_the_old_one_stands(small, unseen, many):
    """The same for the one file that every run writes."""
    root = small.root()
    start, end = "2026-01-01T06:00:00Z", "2026-01-01T06:05:00Z"
    before = Heartbeat("r", start, end, "complete", None)
    write_heartbeat(root, before)
    after = Heartbeat(
        "r",
        start,
        end,
        "complete",
        None,
        unseen,
        {f"huggingface/model/{number}": OwnerCost(2, 1, 0) for number in range(many)},
    )
    try:
        write_heartbeat(root, after)
    except NotReadable:
        after = before
    assert read_heartbeat(root) == after
    assert [path.name for path in build_heartbeat_path(root).parent.iterdir()] == ["heartbeat.json"]


@pytest.mark.parametrize(("login", "issues"), [("x\ud800", 1), ("bot", 5_000), ("bot", 10)])
def test_a_ledger_is_read_as_it_was_written_or_the_old_one_stands(small, login: str, issues: int):
    """The same for what publishing remembers."""
    root = small.root()
    ledger = IssueLedger(root / "alerts" / "ledger.json", "ledger.json", "p")
    ledger.save_ledger()
    ledger.account, ledger.issues = login, {f"{number:012x}": number for number in range(issues)}
    saved = (login, issues) == ("bot", 10)
    if saved:
        ledger.save_ledger()
    else:
        with pytest.raises(NotReadable):
            ledger.save_ledger()
    assert (read_ledger(root, "p").account, len(read_ledger(root, "p").issues)) == (
        (login, issues) if saved else (None, 0)
    )
