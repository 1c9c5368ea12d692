"""The rehearsal: a scratch copy of the registry, a world where its records are true, and the script played day by day."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.drift.finding import Finding, compute_finding_id
from audit.records.load import load_registry
from audit.records.model import Registry
from audit.runs.collect import Upstreams
from audit.runs.report import RunReport
from audit.runs.run import RunOptions, run_audit
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter
from tests.fakes.changes import apply_operation, build_license_text
from tests.fakes.faults import FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.seeding import build_synthetic_license_text
from tests.fakes.world import UpstreamWorld, build_world
from tests.rehearsal.expectations import Expectations
from tests.rehearsal.newsroom import PublishedDay, RehearsalPublisher
from tests.rehearsal.scenario import Scenario, ScriptedDay

FIRST_RUN = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
MODEL_COUNT = 120
"""Models that play."""
CLIENT_TIMEOUT_SECONDS = 1.0
"""Seconds that the rehearsal's client waits for an answer on a day with held ones, which are held for longer."""
UNHURRIED = 30.0
"""Seconds that it waits on any other day: on a busy machine no answer that comes is missed."""


@dataclass(frozen=True)
class DayResult:
    """One played day."""

    day: ScriptedDay
    moment: datetime
    report: RunReport
    missed_findings: tuple[str, ...]
    """Findings that had to change on this day and did not."""
    unexpected_findings: tuple[str, ...]
    """Findings that changed and had no reason to."""
    published: PublishedDay
    """What reached people."""

    @property
    def passed(self) -> bool:
        """Whether the audit saw what happened, and nothing else, and told it once."""
        return (
            not self.missed_findings and not self.unexpected_findings and not self.published.faults
        )


def rehearse_scenario(root: Path, scenario: Scenario) -> Iterator[DayResult]:
    """Play the script on a scratch copy of the registry at `root`; nothing under `root` is written."""
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        scratch = Path(folder) / "registry"
        prepare_registry_copy(root, scratch, scenario)
        registry = load_registry(scratch)
        world = build_world(registry, FIRST_RUN.date())
        world.fault_injector.hold_seconds = CLIENT_TIMEOUT_SECONDS * 3
        with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
            newsroom = RehearsalPublisher(scratch, world, github.endpoint, UNHURRIED)
            yield from _play_days(
                scratch, registry, world, scenario, hub.endpoint, github.endpoint, newsroom
            )


def _play_days(
    scratch: Path,
    registry: Registry,
    world: UpstreamWorld,
    scenario: Scenario,
    hub: str,
    github: str,
    newsroom: RehearsalPublisher,
) -> Iterator[DayResult]:
    expectations = Expectations()
    for index, day in enumerate(scenario.days):
        moment = FIRST_RUN + timedelta(days=index)
        world.day = moment.date()
        for happening in day.scripted_changes:
            for change in happening.operations:
                apply_operation(change, world)
            for ref, patch in happening.record_patches.items():
                _edit_record(scratch / f"{ref}.json", patch)
            expectations.add_change(happening)
        if any(each.record_patches for each in day.scripted_changes):
            registry = load_registry(scratch)
        _set_faults(world, day)
        counter = RequestCounter()
        patience = CLIENT_TIMEOUT_SECONDS if world.fault_injector.holds_answers else UNHURRIED
        upstreams = Upstreams(
            sources=(
                HubSource(hub, None, counter, timeout=patience, sleep=lambda _: None, pause=0.01),
                GithubSource(
                    github, None, counter, timeout=patience, sleep=lambda _: None, pause=0.01
                ),
            ),
            counter=counter,
        )
        report = run_audit(registry, upstreams, RunOptions(scratch, moment))
        today = expectations.advance_one_run() if day.weather == "fair" else {}
        yield _judge_day(
            day, moment, report, today, newsroom.publish_day(registry, moment, expectations)
        )


def _judge_day(
    day: ScriptedDay,
    moment: datetime,
    report: RunReport,
    expected: Mapping[str, str],
    told: PublishedDay,
) -> DayResult:
    seen = {each.id: each for each in report.changed_findings}
    missed = tuple(
        f"{id} should be {status}"
        for id, status in expected.items()
        if id not in seen or seen[id].status != status
    )
    invented = tuple(
        _describe_finding(each)
        for each in report.changed_findings
        if expected.get(each.id) != each.status or not _has_expected_direction(each, day)
    )
    return DayResult(day, moment, report, missed, invented, told)


def _has_expected_direction(finding: Finding, day: ScriptedDay) -> bool:
    wanted = {
        compute_finding_id(each.record, each.kind, each.field): each.direction
        for happening in day.scripted_changes
        for each in happening.expected_findings
    }
    return wanted.get(finding.id, finding.direction) == finding.direction


def _describe_finding(finding: Finding) -> str:
    return f"{finding.status} {finding.record} {finding.kind} {finding.field}: {finding.before} -> {finding.after} [{finding.direction}]"


def _set_faults(world: UpstreamWorld, day: ScriptedDay) -> None:
    world.fault_injector.clear_rules()
    if day.weather == "unreachable":
        world.fault_injector.add_rule(FaultRule("unreachable"))
    elif day.weather == "disturbed":
        for rule in DISTURBED_RULES:
            world.fault_injector.add_rule(rule)


DISTURBED_RULES = (
    FaultRule("html", "hub", r"/resolve"),
    FaultRule("503", "hub", r"^/api/models$"),
    FaultRule("429", "hub", r"^/api/datasets"),
    FaultRule("truncated", "hub", r"^/api/models/[a-m]"),
    FaultRule("bad-json", "hub", r"^/api/models/[n-z]"),
    FaultRule("timeout", "hub", r"^/api/models/[A-H]", times=4),
    FaultRule("503", "hub"),
    FaultRule("reset", "github", r"/[a-m]", times=20),
    FaultRule("503", "github"),
)
"""A bad day: a login page where texts should be, overload, limits, half answers and silence. The first match strikes."""


def prepare_registry_copy(root: Path, scratch: Path, scenario: Scenario) -> None:
    """Copy the records, take those that the script changes back to before, and let licenses know the synthetic texts."""
    for path in select_records(root, scenario):
        target = scratch / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for ref, patch in scenario.rewind_patches.items():
        _edit_record(scratch / f"{ref}.json", patch)
    for path in (scratch / "models").rglob("*.json"):
        # Pinned digests are those of real texts; the rehearsal's texts are its own.
        _edit_record(
            path,
            {"hub": {"license_files": None}}
            if "license_files" in path.read_text(encoding="utf-8")
            else {},
        )
    editions = [
        change
        for each in scenario.scripted_changes
        for change in each.operations
        if change["op"] == "license-text"
    ]
    for path in (scratch / "licenses").glob("*.json"):
        texts = [build_synthetic_license_text(path.stem)] + [
            build_license_text({**each, "rewrapped": False})
            for each in editions
            if each["license"] == path.name.removesuffix(".json")
        ]
        texts[0] = build_synthetic_license_text(path.name.removesuffix(".json"))
        key = sorted(json.loads(path.read_text(encoding="utf-8"))["evidence"])[0]
        rows = {hashlib.sha256(text.encode()).hexdigest(): len(text.encode()) for text in texts}
        _edit_record(
            path,
            {
                "texts": [
                    {"sha256": digest, "bytes": size, "evidence": [key]}
                    for digest, size in rows.items()
                ]
            },
        )


def select_records(root: Path, scenario: Scenario) -> list[Path]:
    """The records that play: those of the script with their bases, then others up to CAST models; all datasets, families and licenses.

    A rehearsal of a few seconds needs a hundred models, not all. Of the others only those without a base of somebody
    else play: a conflict that lies in the records themselves is no drift of the script's days.
    """
    paths = {
        path: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((root / "models").rglob("*.json"))
    }
    by_ref = {f"models/{data['id']}": path for path, data in paths.items()}
    named = {ref for ref in scenario.touched_records if ref in by_ref}
    waiting = list(named)
    while waiting:
        for base in paths[by_ref[waiting.pop()]].get("base_models", ()):
            if (ref := f"models/{base['id']}") in by_ref and ref not in named:
                named.add(ref)
                waiting.append(ref)
    plain = [
        ref
        for ref, path in by_ref.items()
        if ref not in named and not paths[path].get("base_models")
    ]
    step = max(1, len(plain) // max(1, MODEL_COUNT - len(named)))
    chosen = [
        by_ref[ref]
        for ref in sorted(named | set(plain[::step][: max(0, MODEL_COUNT - len(named))]))
    ]
    return chosen + [
        path
        for folder in ("families", "datasets", "licenses")
        for path in sorted((root / folder).rglob("*.json"))
    ]


def _edit_record(path: Path, patch: Mapping[str, Any]) -> None:
    data = apply_merge_patch(json.loads(path.read_text(encoding="utf-8")), patch)
    if "hub" in data and "evidence" not in data["hub"]:
        # A pin needs evidence; in the scratch copy any source of the record will do.
        data["hub"]["evidence"] = sorted(data["evidence"])[:1]
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")


def apply_merge_patch(value: Any, patch: Any) -> Any:
    """JSON merge patch, RFC 7396: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(value) if isinstance(value, Mapping) else {}
    for key, inner in patch.items():
        if inner is None:
            result.pop(key, None)
        else:
            result[key] = apply_merge_patch(result.get(key), inner)
    return result
