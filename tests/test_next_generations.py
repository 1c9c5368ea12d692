"""A maker's next generation in runs: from lists that are read anyway, told once, and never where nothing new came."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.drift.impact import describe_impact
from audit.projects.policy import ProjectPolicy, find_policy_violations
from audit.publish.feeds.model import build_feeds
from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore
from tests.conftest import (
    WriteRegistry,
    make_license_record,
    make_model_record,
    write_records,
)
from tests.drift.comparisons import NO_COMMERCE
from tests.fakes.faults import FaultRule
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubRepo
from tests.fakes.world import UpstreamWorld, build_world

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
FAMILY = {
    "$schema": "../../schemas/family.schema.json",
    "id": "stone-2",
    "name": "Stone 2",
    "developer": "Maker",
    "components": {"technical-report": {"status": "unknown"}},
    "evidence": {},
}
MODELS = ("maker/Stone-2-7B", "maker/Stone-2-70B")
NC = "cc-by-nc-4.0"
LATER = "2026-02-01T00:00:00.000Z"


@dataclass
class Maker:
    """A maker with two models of one generation, and its Hub."""

    root: Path
    world: UpstreamWorld
    hub: LoopbackHub
    hours: int = 0

    def audit(self, *, sweep: bool = False) -> RunReport:
        """One run, a day after the last."""
        counter = RequestCounter()
        source = HubSource(self.hub.endpoint, None, counter, Patience(sleep=[].append, pause=0.001))
        now = START + timedelta(hours=self.hours)
        self.hours += 24
        options = RunOptions(self.root, now, sweep=sweep)
        return run_audit(load_registry(self.root), Upstreams((source,), counter), options)

    def publish(self, name: str, license: str | None = NC, created: str = LATER) -> HubRepo:
        """A new repository of the maker."""
        card = {"license": license} if license else {}
        return self.world.add_hub_repo(HubRepo("models", name, card=card, created_at=created))

    def settle(self) -> None:
        """The first looks, until the maker's list was seen."""
        for _ in range(2):
            assert list_told(self.audit()) == []


@pytest.fixture
def maker(write_registry: WriteRegistry) -> Iterator[Maker]:
    rows = [make_model_record(id, family="stone-2") for id in MODELS]
    root = write_registry(
        ("licenses", make_license_record()),
        ("licenses", make_license_record("CC-BY-NC-4.0", **NO_COMMERCE)),
        ("families", FAMILY),
        *(("models", row) for row in rows),
    )
    world = build_world(load_registry(root))
    with LoopbackHub(world) as hub:
        yield Maker(root, world, hub)


def list_told(report: RunReport) -> list[tuple[str, str, str, str]]:
    return [(each.record, each.kind, each.field, each.direction) for each in report.findings]


NEWS = [("families/stone-2", "generation-terms", "Stone-3 under CC-BY-NC-4.0", "more-closed")]


@pytest.mark.parametrize("sweep", [False, True])
def test_another_license_of_the_next_generation_is_told_once(maker: Maker, sweep: bool):
    """The next list is asked for cards, so that nothing more is requested; labels stay, and the feeds of all carry it."""
    maker.settle()
    maker.publish("maker/Stone-3-7B")
    before = sum(maker.audit(sweep=sweep).requests.values())
    report = maker.audit(sweep=sweep)
    assert list_told(report) == NEWS
    assert sum(report.requests.values()) == before
    (finding,) = report.findings
    assert (finding.status, finding.label_changes) == ("confirmed", ())
    assert finding.text_diff is not None
    assert finding.text_diff.note == "Seen first in maker/Stone-3-7B."
    maker.publish("maker/Stone-3-70B", created="2026-02-02T00:00:00.000Z")
    later = [maker.audit(sweep=sweep) for _ in range(4)]
    assert [list_told(each) for each in later] == [NEWS] * 4
    assert [each.changed_findings for each in later] == [()] * 4
    registry = load_registry(maker.root)
    feeds = build_feeds(registry, EventStore(maker.root).load_events(registry))
    names = {feed.name for feed in feeds if feed.entries}
    assert {"all", "families/stone-2", "owners/maker", "models/maker/Stone-2-7B"} <= names
    assert "more-closed" not in names  # of what people have, nothing was taken away
    assert describe_impact(finding, registry)[0] == "They are more closed."
    policy = ProjectPolicy(allows_drift=False)
    model = registry.models[MODELS[0]]
    violations = find_policy_violations(model, "open-weight", [finding], policy, registry)
    assert not [each for each in violations if "drift" in each]


def test_cards_are_asked_for_only_where_something_new_came(maker: Maker):
    """A list with cards is ten times as long."""
    maker.settle()
    maker.hub.clear_log()
    maker.audit()
    assert not any("cardData" in each.query for each in maker.hub.log)
    maker.publish("maker/Stone-3-7B")
    for _ in range(2):
        maker.audit()
    assert sum("cardData" in each.query for each in maker.hub.log) == 1
    maker.hub.clear_log()
    maker.audit()
    assert not any("cardData" in each.query for each in maker.hub.log)


def test_a_record_of_the_new_model_settles_it(maker: Maker):
    """Its own record watches it from then on; nothing is said to be over."""
    maker.settle()
    maker.publish("maker/Stone-3-7B")
    for _ in range(2):
        maker.audit()
    row = make_model_record("maker/Stone-3-7B")
    row["hub"]["license_tag"] = NC
    row["components"]["model-parameters-final"]["license"] = "CC-BY-NC-4.0"
    write_records(maker.root, [("models", row)])
    maker.publish("maker/Stone-3-9B", "mit")
    report = maker.audit()
    assert [(each.kind, each.status) for each in report.changed_findings] == [
        ("generation-terms", "accepted")
    ]


def rename_old_into_line(maker: Maker) -> None:
    maker.world.rename_hub_repo("models", "maker/Old-1", "maker/Stone-3-7B")


def show_what_was_cut(maker: Maker) -> None:
    maker.hub.set_page_cap(1_000)


def reorder_list(maker: Maker) -> None:
    maker.world.get_hub_repo("models", "maker/Old-1").likes = 10_000


def publish_copy(maker: Maker) -> None:
    maker.publish("maker/Stone-3-7B-GGUF")


def publish_without_license(maker: Maker) -> None:
    maker.publish("maker/Stone-3-7B", None)


def publish_same_terms(maker: Maker) -> None:
    maker.publish("maker/Stone-3-7B", "mit")


def publish_elsewhere(maker: Maker) -> None:
    maker.publish("stranger/Stone-3-7B")


def break_list(maker: Maker) -> None:
    maker.publish("maker/Stone-3-7B")
    maker.world.fault_injector.add_rule(FaultRule("503", "hub", "^/api/models$"))


def list_old_again(maker: Maker) -> None:
    maker.world.hide_hub_repo("models", "maker/Stone-4-7B", private=False)


@pytest.mark.parametrize(
    "change",
    [
        rename_old_into_line,
        show_what_was_cut,
        reorder_list,
        publish_copy,
        publish_without_license,
        publish_same_terms,
        publish_elsewhere,
        break_list,
        list_old_again,
    ],
)
def test_what_is_not_certainly_new_and_other_is_never_told(
    maker: Maker, change: Callable[[Maker], None]
):
    """Renames, other orders, lists that were cut, copies, licenses that nobody stated: no news of any."""
    maker.publish("maker/Old-1", created="2023-01-01T00:00:00.000Z")
    maker.publish("maker/Stone-4-7B", created="2023-01-01T00:00:00.000Z").likes = 1
    if change is list_old_again:
        maker.world.hide_hub_repo("models", "maker/Stone-4-7B")
    if change is show_what_was_cut:
        maker.hub.set_page_cap(3)
    maker.settle()
    change(maker)
    assert [list_told(maker.audit()) for _ in range(5)] == [[]] * 5


def test_a_license_that_comes_later_is_told_then(maker: Maker):
    """Makers upload first and describe then: unknown is not for ever."""
    maker.settle()
    maker.publish("maker/Stone-3-7B", None)
    assert [list_told(maker.audit()) for _ in range(3)] == [[]] * 3
    maker.world.set_card("models", "maker/Stone-3-7B", {"license": NC})
    assert list_told(maker.audit()) == NEWS
