"""What the audit remembers between runs: one file per target, the last good answer, never touched when nothing changed."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from audit.core.errors import UsageError
from audit.core.json_files import NotReadable, damaged, json_files, read_written, readable, remove_leftovers, write_atomic
from audit.core.memory import without_collection
from audit.drift.finding import Finding
from audit.drift.finding_json import finding_from_json, finding_to_json
from audit.observations.facts import CodeFacts, HubFacts, LicenseFile, State, Target, Weights
from audit.records.schema import quick, schema_problems

ADDRESS = re.compile(r"(?!\.)[\w.-]+/(?!\.)[\w.-]+", re.ASCII)
MAX_BYTES = 8 << 20
"""A repository of ten thousand weight files still fits."""

Facts = HubFacts | CodeFacts


@dataclass(frozen=True)
class Observation:
    """What is known of a target from its last verified answers."""

    target: Target
    state: State
    facts: Facts | None
    """Of the last answer that carried any."""
    baseline: Facts | None
    """Of the first answer: what unpinned facts are compared with."""
    findings: tuple[Finding, ...] = ()
    """The open ones, of every record that declares this target."""


class StateStore:
    """The folder `registry/observations`."""

    def __init__(self, root: Path) -> None:
        self.root = root / "observations"
        self.shown = f"{root.name}/observations"
        self._text: dict[Target, tuple[Observation, str]] = {}
        """What `text_of` made last, for `write` is asked for the same next."""

    def path(self, target: Target) -> Path:
        """The file of a target. Raises UsageError for an address that would lead elsewhere."""
        if not ADDRESS.fullmatch(target.address):
            raise UsageError(f"{target.kind}/{target.address!r} is no owner/name; mend the record that names it")
        return self.root / target.kind / f"{target.address}.json"

    def load(self) -> dict[Target, Observation]:
        """Every stored observation. Raises BadFile for a damaged one: a lost state is never taken for a first sight."""
        found = {}
        with without_collection():
            for kind in ("models", "datasets", "code"):
                for parts in json_files(self.root / kind):
                    observation = self._read((kind, *parts))
                    found[observation.target] = observation
        return found

    def _read(self, parts: tuple[str, ...]) -> Observation:
        shown = "/".join((self.shown, *parts))
        path = self.root.joinpath(*parts)
        data = read_written(path, shown, MAX_BYTES)
        if not quick("observation").is_valid(data):
            raise damaged(shown, str(next(iter(schema_problems("observation", data, shown)), "not an observation")))
        observation = observation_from_json(data)
        if self.path(observation.target) != path:
            raise damaged(shown, f"it speaks of {observation.target.kind}/{observation.target.address}")
        return observation

    def text_of(self, observation: Observation) -> str:
        """The file of one target, which `load` is sure to read. Raises NotReadable."""
        known, text = self._text.get(observation.target, (None, ""))
        if known is observation:
            return text
        shown = f"{self.shown}/{observation.target.kind}/{observation.target.address}.json"
        text, data = readable(observation_to_json(observation), shown, MAX_BYTES)
        if not quick("observation").is_valid(data):
            problem = next(iter(schema_problems("observation", data, shown)), None)
            raise NotReadable(shown, "unreadable", f"{problem.path}: {problem.message}" if problem else "not an observation")
        self._text[observation.target] = observation, text
        return text

    def write(self, observation: Observation) -> None:
        """Replace the file of one target. Raises NotReadable, and what write_atomic raises; then the old file stands."""
        path = self.path(observation.target)
        write_atomic(path, self.text_of(observation))
        self._text.pop(observation.target, None)

    def remove_leftovers(self) -> None:
        """Delete temporary files that a killed run left behind."""
        remove_leftovers(self.root)


def observation_to_json(observation: Observation) -> dict[str, Any]:
    """The form of schemas/observation.schema.json."""
    return {
        "target": asdict(observation.target),
        "state": observation.state,
        "facts": asdict(observation.facts) if observation.facts else None,
        "baseline": asdict(observation.baseline) if observation.baseline else None,
        "findings": [finding_to_json(each) for each in observation.findings],
    }


def observation_from_json(data: Mapping[str, Any]) -> Observation:
    """The observation that was written. Raises KeyError or TypeError for another form."""
    target = Target(data["target"]["kind"], data["target"]["address"])
    facts = _facts(target, data["facts"])
    return Observation(
        target=target,
        state=data["state"],
        facts=facts,
        baseline=facts if data["baseline"] == data["facts"] else _facts(target, data["baseline"]),
        findings=tuple(finding_from_json(each) for each in data["findings"]),
    )


def _facts(target: Target, row: Any) -> Facts | None:
    if row is None:
        return None
    if target.kind == "code":
        return CodeFacts(**row)
    weights = row["weights"]
    return HubFacts(
        **{
            **row,
            "base_models": tuple(row["base_models"]),
            "datasets": tuple(row["datasets"]),
            "texts_due": tuple(row["texts_due"]),
            "weights": Weights(weights["files"], tuple(weights["formats"]), weights["total_size"]),
            "license_files": tuple(LicenseFile(**each) for each in row["license_files"]),
        }
    )


def with_texts(baseline: Facts | None, facts: Facts | None) -> Facts | None:
    """The baseline, its license files completed by digests that a later run fetched for the same blob."""
    if not isinstance(baseline, HubFacts) or not isinstance(facts, HubFacts):
        return baseline
    fetched = {each.blob_id: each for each in facts.license_files if each.sha256}
    files = tuple(
        replace(fetched[each.blob_id], path=each.path) if each.sha256 is None and each.blob_id in fetched else each for each in baseline.license_files
    )
    return replace(baseline, license_files=files)
