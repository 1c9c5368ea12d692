"""What the audit remembers between runs.

One file per target, the last good answer, never touched when nothing changed.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from audit.core.atomic_files import remove_leftovers, write_text_atomic
from audit.core.collector import hold_collector
from audit.core.digests import digest_files, digest_text
from audit.core.errors import UsageError
from audit.core.json_files import build_damaged_file_error
from audit.core.json_folders import find_json_files
from audit.core.lazy_mapping import LazyMapping
from audit.drift.finding import Finding
from audit.drift.finding_json import parse_finding, serialize_finding
from audit.drift.renames import follow_renamed_finding
from audit.observations.facts import (
    FORMAT_1_FOLDERS,
    TARGET_KINDS,
    CardProse,
    CodeFacts,
    DataContents,
    HubFacts,
    LicenseFile,
    ObservationState,
    PageFacts,
    Statement,
    Target,
    TargetFacts,
    Weights,
    find_target_folder,
    read_target,
)
from audit.observations.license_files import Facts
from audit.observations.makers import LaterRepository, MakerFacts
from audit.observations.revisions import RevisionFacts
from audit.records.registry import Registry
from audit.store.formats import (
    parse_checked_text,
    parse_stored_text,
    read_stored_text,
    render_stored_text,
)

REPO_PATTERN = re.compile(r"(?!\.)[\w.-]+/(?!\.)[\w.-]+", re.ASCII)
HOST_PATTERN = re.compile(r"[a-z][a-z0-9-]{1,39}", re.ASCII)
StoredTexts = Mapping[str, str]
"""By the paths of their files below the folder of the observations."""
_LISTS_OF_NAMES = ("base_models", "datasets")


@dataclass(frozen=True)
class TargetState:
    """What is known of a target from its last verified answers."""

    target: Target
    state: ObservationState
    facts: TargetFacts | None
    """Of the last answer that carried any."""
    baseline: TargetFacts | None
    """Of the first answer: what unpinned facts are compared with."""
    findings: tuple[Finding, ...] = ()
    """The open ones, of every record that declares this target."""


def _require_plain_names(target: Target) -> None:
    """Raises UsageError for a name that would lead to another folder."""
    if not HOST_PATTERN.fullmatch(target.host) or target.kind not in TARGET_KINDS:
        raise UsageError(f"{target.key!r}: not a host and a kind; correct the record")
    if not REPO_PATTERN.fullmatch(target.repo):
        raise UsageError(
            f"{target.host}/{target.kind}/{target.repo!r} is not an owner/name; "
            "correct the record that names it"
        )


def _is_later_host(name: str) -> bool:
    return name not in FORMAT_1_FOLDERS and HOST_PATTERN.fullmatch(name) is not None


def _name_file(target: Target) -> str:
    """The path of a target's file. Raises UsageError for a name that would lead elsewhere."""
    _require_plain_names(target)
    return f"{find_target_folder(target)}/{target.repo}.json"


def _read_name(name: str) -> Target:
    """The target of a file, by the path that `_name_file` gave it."""
    folder, owner, file = name.rsplit("/", 2)
    host, kind = FORMAT_1_FOLDERS.get(folder) or folder.split("/")
    return read_target(
        {"host": host, "kind": kind, "repo": f"{owner}/{file.removesuffix('.json')}"}
    )


class TargetStateStore:
    """The folder `registry/observations`."""

    def __init__(self, root: Path) -> None:
        self.root = root / "observations"
        self.display_path = f"{root.name}/observations"
        self._digests: dict[str, bytes] = {}
        """Of the files, by their paths below the folder."""
        self._text: dict[Target, tuple[TargetState, str]] = {}
        """What `text_of` made last, for `write` is asked for the same next."""

    def build_path(self, target: Target) -> Path:
        """The file of a target. Raises UsageError for a name that would lead elsewhere."""
        return self.root / _name_file(target)

    def load_states(self, registry: Registry | None = None) -> dict[Target, TargetState]:
        """Every stored observation, with `registry` under the names that its records have today.

        Raises InvalidFileError for a damaged one: a lost state is never taken for a first one.
        """
        with hold_collector():
            return self.parse_states(self.read_texts(), registry)

    def read_texts(self) -> StoredTexts:
        """The files as they stand on disk, by their paths below the folder.

        Raises InvalidFileError for what is no text.
        """
        self._digests = {}
        folder, texts = str(self.root), {}
        for name in self._list_names():
            text = read_stored_text("observation", f"{folder}/{name}", self._show(name))
            texts[name] = text
            self._digests[name] = digest_text(text)
        return texts

    def parse_states(
        self, texts: StoredTexts, registry: Registry | None = None
    ) -> dict[Target, TargetState]:
        """What the texts say, as `load_states` gives it. Raises what it raises."""
        found = {}
        with hold_collector():
            for name, text in texts.items():
                state = self._parse_state(name, text)
                found[state.target] = follow_renamed_state(state, registry) if registry else state
        return found

    def open_checked_states(
        self, texts: StoredTexts, adapt: Callable[[TargetState], TargetState]
    ) -> Mapping[Target, TargetState]:
        """The states of texts that were read and checked before, each parsed when it is asked for.

        `adapt`: what is done to each.
        """

        def parse(name: str) -> TargetState:
            content = parse_checked_text("observation", texts[name], self._show(name))
            return adapt(parse_target_state(content))

        return LazyMapping({_read_name(name): name for name in texts}, parse)

    def _list_names(self) -> Iterator[str]:
        for folder in self._list_target_folders():
            for parts in find_json_files(self.root / folder):
                yield "/".join((folder, *parts))

    def _show(self, name: str) -> str:
        return f"{self.display_path}/{name}"

    def compute_digest(self) -> str:
        """Of all files, as they were read and as they were written since."""
        return digest_files(self._digests)

    def load_findings(self, registry: Registry | None = None) -> list[Finding]:
        """Every finding that the audit has open. Raises InvalidFileError."""
        states = self.load_states(registry).values()
        return [finding for state in states for finding in state.findings]

    def _list_target_folders(self) -> list[str]:
        """Folders that may hold targets: those of format 1, and `host/kind` of every other host."""
        hosts = sorted(path.name for path in self.root.glob("*"))
        later = product(filter(_is_later_host, hosts), TARGET_KINDS)
        return [*FORMAT_1_FOLDERS, *("/".join(parts) for parts in later)]

    def _parse_state(self, name: str, text: str) -> TargetState:
        """What the file of one target says. `name`: its path below the folder."""
        shown = self._show(name)
        observation = parse_target_state(parse_stored_text("observation", text, shown).content)
        if _name_file(observation.target) != name:
            raise build_damaged_file_error(shown, f"it speaks of {observation.target.key}")
        return observation

    def text_of(self, observation: TargetState) -> str:
        """The file of one target, which `load` is sure to read. Raises NotReadable."""
        known, text = self._text.get(observation.target, (None, ""))
        if known is not observation:
            text = self._render_state(observation)
            self._text[observation.target] = observation, text
        return text

    def _render_state(self, observation: TargetState) -> str:
        target = observation.target
        shown = f"{self.display_path}/{find_target_folder(target)}/{target.repo}.json"
        return render_stored_text("observation", serialize_target_state(observation), shown)

    def write_state(self, observation: TargetState) -> None:
        """Replace the file of one target.

        Raises NotReadable, and what write_atomic raises; then the old file stands.
        """
        name, text = _name_file(observation.target), self.text_of(observation)
        write_text_atomic(self.root / name, text)
        self._digests[name] = digest_text(text)
        self._text.pop(observation.target, None)

    def remove_leftovers(self) -> None:
        """Delete temporary files that a killed run left behind."""
        remove_leftovers(self.root)


def follow_renamed_state(state: TargetState, registry: Registry) -> TargetState:
    """The state with its findings under the names that their records have today."""
    findings = tuple(follow_renamed_finding(finding, registry) for finding in state.findings)
    return state if findings == state.findings else replace(state, findings=findings)


def serialize_target_state(observation: TargetState) -> dict[str, Any]:
    """The form of schemas/observation.schema.json."""
    return {
        "target": asdict(observation.target),
        "state": observation.state,
        "facts": _serialize_facts(observation.facts),
        "baseline": _serialize_facts(observation.baseline),
        "findings": list(map(serialize_finding, observation.findings)),
    }


def _serialize_facts(facts: TargetFacts | None) -> dict[str, Any] | None:
    if facts is None:
        return None
    row = asdict(facts)
    if isinstance(facts, RevisionFacts | MakerFacts):
        return row
    for file in row["license_files"]:
        # Written only where it is so: older files, which lack it, stay as they are.
        if not file["is_word_for_word"]:
            del file["is_word_for_word"]
    if row.get("telling_paths", ()) is None:
        del row["telling_paths"]
    return row


def parse_target_state(data: Mapping[str, Any]) -> TargetState:
    """The observation that was written. Raises KeyError or TypeError for another form."""
    target = Target(**data["target"])
    facts = _parse_facts(target, data["facts"])
    baseline = facts
    if data["baseline"] != data["facts"]:
        baseline = _parse_facts(target, data["baseline"])
    findings = tuple(map(parse_finding, data["findings"]))
    return TargetState(target, data["state"], facts, baseline, findings)


def _parse_facts(target: Target, row: Any) -> TargetFacts | None:
    if row is None:
        return None
    if target.kind == "revisions":
        return RevisionFacts(**{**row, "tagged": tuple(row["tagged"])})
    if target.kind == "maker":
        later = tuple(LaterRepository(**each) for each in row["later"])
        return MakerFacts(row["repo"], row["since"], later)
    files = tuple(LicenseFile(**file) for file in row["license_files"])
    if target.kind == "terms":
        return PageFacts(**{**row, "license_files": files})
    card, telling = _parse_card(row.get("card")), row.get("telling_paths")
    common = {
        **row,
        "license_files": files,
        "texts_due": tuple(row["texts_due"]),
        "card": card,
        "telling_paths": None if telling is None else tuple(telling),
    }
    if target.kind == "code":
        return CodeFacts(**common)
    return HubFacts(**{**common, **_parse_hub_parts(row)})


def _parse_hub_parts(row: Any) -> dict[str, Any]:
    """What only a repository of the Hub has; the later parts are missing in older files."""
    prompt, contents = row.get("gate_prompt"), row.get("contents")
    return {
        **{name: tuple(row[name]) for name in _LISTS_OF_NAMES},
        "weights": _parse_weights(row["weights"]),
        "gate_prompt": Statement(**prompt) if prompt else None,
        "contents": (
            DataContents(**{**contents, "sample": tuple(contents["sample"])}) if contents else None
        ),
    }


def _parse_card(row: Any) -> CardProse | None:
    if row is None:
        return None
    return CardProse(
        **{**row, "statements": tuple(Statement(**each) for each in row["statements"])}
    )


def _parse_weights(row: Any) -> Weights:
    return Weights(row["files"], tuple(row["formats"]), row["total_size"])


def add_fetched_digests(
    baseline: TargetFacts | None, facts: TargetFacts | None
) -> TargetFacts | None:
    """The baseline, its license files completed.

    By digests that a later run fetched for the same blob.
    """
    if isinstance(baseline, CodeFacts) and isinstance(facts, CodeFacts):
        return _complete_paths(_complete_code_baseline(baseline, facts), facts)
    if isinstance(baseline, RevisionFacts) and isinstance(facts, RevisionFacts):
        # What a record names since then is compared with its first sight.
        return replace(baseline, named={**facts.named, **baseline.named})
    if not isinstance(baseline, HubFacts) or not isinstance(facts, HubFacts):
        return baseline
    known = _complete_files(_add_files_in_folders(baseline, facts), facts)
    return _complete_paths(_complete_hub_baseline(known, facts), facts)


def _add_files_in_folders(baseline: HubFacts, facts: HubFacts) -> HubFacts:
    """Of an older version of the audit, the baseline lacks files below the top folder."""
    if baseline.lists_folders or not facts.lists_folders:
        return baseline
    below = [file for file in facts.license_files if "/" in file.path]
    files = sorted((*baseline.license_files, *below), key=lambda file: file.path)
    return replace(baseline, license_files=tuple(files))


def _complete_hub_baseline(baseline: HubFacts, facts: HubFacts) -> HubFacts:
    """As with code: what an older version of the audit, or a failed look, left out."""
    if baseline.card is None:
        baseline = replace(baseline, gate_prompt=facts.gate_prompt)
    return replace(
        _complete_card(baseline, facts),
        contents=baseline.contents or facts.contents,
        small_files=baseline.small_files or facts.small_files,
    )


def _complete_card(baseline: Facts, facts: Facts) -> Facts:
    """The first README that was read is what later ones are compared with."""
    if facts.card is None or (baseline.card is not None and baseline.card.read_blob):
        return baseline
    return replace(baseline, card=facts.card)


def _complete_paths(baseline: Facts, facts: Facts) -> Facts:
    """Of an older version of the audit, the baseline lacks the names that nobody listed then."""
    if baseline.telling_paths is not None:
        return baseline
    return replace(baseline, telling_paths=facts.telling_paths)


def _complete_code_baseline(baseline: CodeFacts, facts: CodeFacts) -> CodeFacts:
    """Of an older version of the audit, the baseline lacks what nobody looked at then."""
    if baseline.repository_id is None:
        baseline = replace(baseline, repository_id=facts.repository_id, created_at=facts.created_at)
    if not baseline.has_listed_files:
        return replace(
            baseline,
            pushed_at=facts.pushed_at,
            license_files=facts.license_files,
            card=facts.card,
        )
    return _complete_card(_complete_files(baseline, facts), facts)


def _complete_files(baseline: Facts, facts: Facts) -> Facts:
    fetched = {file.blob_id: file for file in facts.license_files if file.sha256}
    files = tuple(_complete_file(file, fetched) for file in baseline.license_files)
    return replace(baseline, license_files=files)


def _complete_file(file: LicenseFile, fetched: Mapping[str, LicenseFile]) -> LicenseFile:
    if file.sha256 is None and file.blob_id in fetched:
        return replace(fetched[file.blob_id], path=file.path)
    return file
