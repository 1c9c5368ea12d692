"""Plays one real event through the whole audit: loopback hosts, a baseline, the change, three days of looks.

The list of events was made first (events.json), from the facts alone: what each must be told as, and in
which direction. License texts are the real ones where they are kept beside the repository; cards, prose
and files of data are stand-ins of the documented form. Nothing is asked of a live host.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from audit.drift.finding import Finding
from audit.licenses.hub_tags import find_license_of_tag
from audit.licenses.text.identify import identify_license_text
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.runs.collect import Upstreams
from audit.runs.run import RunOptions, run_audit
from audit.sources.base import Source
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.pages.source import PagesSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.conftest import (
    ROOT,
    make_dataset_record,
    make_license_record,
    make_model_record,
    write_records,
)
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.page_server import build_page, serve_pages
from tests.fakes.repositories import GithubRepo, HubFile, HubRepo
from tests.fakes.world import UpstreamWorld
from tests.played.generations import play_next_generation

EVENTS = Path(__file__).parent / "events.json"
TEXTS = Path(os.environ.get("OMR_SHARED", ROOT.parent / "shared")) / "licence-texts"
"""The real texts, beside the repository or where OMR_SHARED says."""
START = datetime(2026, 1, 1, 6, tzinfo=UTC)
FIRST_LOOKS = 2
"""Days before the change: a text that is due is read on the second."""
LOOKS = 4
"""Days after the change: a loss that an anonymous reader sees needs three."""
MODEL, DATASET, CODE = "maker/model", "maker/data", "maker/code"
PAGE = "https://maker.example.com/terms"
PATIENCE = Patience(timeout=30, sleep=lambda seconds: None, pause=0.001)
Event = Mapping[str, Any]


@dataclass(frozen=True)
class PlayedEvent:
    """An event, what was told of it, and how good that is."""

    event: Event
    told: tuple[Finding, ...]
    result: str
    """`right`, `left to a person`, `wrong`, `opposite`, `false` or `missed`."""


def read_events(name: str = "events.json") -> list[Event]:
    """The list, as it was made before anything was played."""
    rows: list[Event] = json.loads((EVENTS.parent / name).read_text(encoding="utf-8"))["events"]
    return rows


def is_playable(event: Event) -> bool:
    """Whether it stood where the audit looks."""
    return bool(event["play"] != "none")


def play_event(event: Event, folder: Path) -> PlayedEvent:
    """Play it in a folder of its own."""
    if event["play"] == "generation":
        told = tuple(play_next_generation(event, folder))
    else:
        told = tuple(_Stage(event, folder).play())
    return PlayedEvent(event, told, judge_told(event["expected"], told))


def judge_told(expected: Mapping[str, Any], told: tuple[Finding, ...]) -> str:
    """How good what was told is. The worst of all findings counts."""
    kinds, direction = expected["kinds"], expected["direction"]
    if not told:
        return "missed" if kinds else "right"
    if not kinds:
        return "false"
    main = [finding for finding in told if finding.kind in kinds]
    if not main:
        return "wrong"
    directions = {finding.direction for finding in main}
    if directions == {"unreviewed"}:
        return "left to a person"
    if direction is None or directions == {direction}:
        return "right"
    opposite = {"more-open": "more-closed", "more-closed": "more-open"}.get(direction)
    if opposite in directions:
        return "opposite"
    return "right" if direction in directions else "wrong"


@lru_cache(maxsize=1)
def _load_whole_registry() -> Registry:
    """The project's own records, by which a reviewer would have named a text."""
    return load_registry(ROOT / "registry")


def read_text(text_id: str | None) -> str | None:
    """A real text of the list; None where the event has none."""
    return None if text_id is None else (TEXTS / f"{text_id}.txt").read_text(encoding="utf-8")


@dataclass
class _Stage:
    event: Event
    folder: Path
    world: UpstreamWorld = field(default_factory=UpstreamWorld)
    page: dict[str, str] = field(default_factory=dict)

    def play(self) -> Iterator[Finding]:
        """The findings about the records that a subscriber of this model is told."""
        root = self.folder / "registry"
        records = self._write_registry(root)
        self._build_world()
        change: Callable[[], None] = getattr(self, f"_play_{self.event['play'].replace('-', '_')}")
        told: dict[str, Finding] = {}
        registry = load_registry(root)
        with (
            LoopbackHub(self.world) as hub,
            LoopbackGithub(self.world) as github,
            serve_pages(self.page) as pages,
        ):
            for day in range(FIRST_LOOKS + LOOKS):
                self.world.day = START + timedelta(days=day)
                if day == FIRST_LOOKS:
                    change()
                for finding in _run_day(
                    registry, root, day, (hub.endpoint, github.endpoint, pages)
                ):
                    if finding.record in records and self._counts(day):
                        told[finding.id] = finding
        yield from told.values()

    def _counts(self, day: int) -> bool:
        """What is told before the change is no news of it, unless first sight was to tell."""
        return day >= FIRST_LOOKS or bool(self.event.get("first_sight"))

    def _write_registry(self, root: Path) -> set[str]:
        known = [
            ("licenses", json.loads(path.read_text(encoding="utf-8")))
            for path in sorted((ROOT / "registry" / "licenses").glob("*.json"))
        ]
        write_records(root, known)
        licenses = _load_whole_registry()
        maker = make_license_record("LicenseRef-played", hub_tags=[], url=PAGE, osi_approved=False)
        records = [("licenses", maker), *self._build_records(licenses)]
        write_records(root, records)
        return {f"{folder}/{record['id']}" for folder, record in records}

    def _build_records(self, licenses: Registry) -> Iterator[tuple[str, dict[str, Any]]]:
        card = self._first_card
        license = self._find_license(licenses, card)
        model = make_model_record(MODEL)
        weights: dict[str, Any] = {"status": "released", "evidence": ["card"]}
        if license:
            weights["license"] = license
        if self.event["play"] == "release":
            weights = {"status": "not-released", "evidence": ["card"]}
        model["hub"] = self._build_pins(MODEL, card)
        model["components"]["model-parameters-final"] = weights
        model["components"]["inference-code"] = {
            "status": "released",
            "url": f"https://github.com/{CODE}",
            "evidence": ["card"],
        }
        yield "models", model
        dataset = make_dataset_record(DATASET)
        if self.event.get("kind") == "datasets":
            dataset["hub"] = self._build_pins(DATASET, card)
            dataset["terms"] = {"license": license or "MIT", "evidence": ["card"]}
        yield "datasets", dataset
        # Others of the same hosts, so that a loss is believed.
        for number in range(3):
            yield "models", make_model_record(f"other/m-{number}")

    @property
    def _first_card(self) -> dict[str, Any]:
        cards = self.event.get("cards")
        if cards:
            return dict(cards[0])
        return {"license": self.event.get("tagged", "other")}

    def _build_pins(self, repo: str, card: Mapping[str, Any]) -> dict[str, Any]:
        pins = {"repo": repo, "gated": self.event.get("gates", [False])[0], "evidence": ["card"]}
        names = {
            "license_tag": "license",
            "license_name": "license_name",
            "license_link": "license_link",
        }
        return pins | {pin: card[name] for pin, name in names.items() if name in card}

    def _find_license(self, registry: Registry, card: Mapping[str, Any]) -> str | None:
        """What a reviewer would have recorded: the text's license, else the card's."""
        if "license" in self.event:
            return str(self.event["license"])
        text = read_text(self.event.get("recorded_text") or self.event.get("texts", [None])[0])
        if text is not None and self.event["play"] != "page":
            found = identify_license_text(text.encode(), registry)
            if found.kind in ("exact", "spdx"):
                return found.nearest or None
        return find_license_of_tag(card.get("license"), card.get("license_name"), registry)

    def _build_world(self) -> None:
        for number in range(3):
            self._add_model(f"other/m-{number}", {"license": "mit"})
        self.world.add_github_repo(GithubRepo("other/code", files={"README.md": b"# x"}))
        self.world.add_github_repo(GithubRepo(CODE, files={"README.md": b"# Code", "a.py": b"1"}))
        is_data = self.event.get("kind") == "datasets"
        card = self._first_card
        if self.event["play"] != "release":
            self._add_model(MODEL, {"license": "mit"} if is_data else card)
            self.world.set_gate("models", MODEL, self.event.get("gates", [False])[0])
        data = {f"data/{number}.parquet": number for number in range(3)}
        files = {path: HubFile.create_large(path, 100, f"data {n}") for path, n in data.items()}
        dataset_card = card if is_data else {"license": "mit"}
        self.world.add_hub_repo(HubRepo("datasets", DATASET, files=files, card=dataset_card))
        self._place_first_texts()

    def _add_model(self, repo: str, card: Mapping[str, Any]) -> None:
        weights = HubFile.create_large("model.safetensors", 1_000, repo)
        readme = HubFile.create_text("README.md", self.event.get("prose", "# A model\n"))
        files = {file.path: file for file in (weights, readme)}
        self.world.add_hub_repo(HubRepo("models", repo, files=files, card=dict(card)))

    def _place_first_texts(self) -> None:
        play, texts = self.event["play"], self.event.get("texts", [None, None])
        if play == "page":
            self.page["/maker.example.com/terms"] = build_page(read_text(texts[0]) or "")
        elif play in ("hub-text", "github-text"):
            self._put_text(texts[0])
        if play == "github-text":
            self.world.relicense_github_repo(CODE, self.event["names"][0])
        if play == "prose":
            self._put_sentence(self.event["sentences"][0])

    def _put_text(self, text_id: str | None) -> None:
        text, path = read_text(text_id), self.event["path"]
        if text is None:
            return
        if self.event["play"] == "hub-text":
            self.world.put_file("models", MODEL, HubFile.create_text(path, text))
        else:
            self.world.push_github_file(CODE, path, text)

    def _put_sentence(self, sentence: str) -> None:
        text = f"# A model\n\nIt is good.\n\n{sentence}\n"
        if self.event["where"] == "github":
            self.world.push_github_file(CODE, "README.md", text)
        else:
            self.world.put_file("models", MODEL, HubFile.create_text("README.md", text))

    # What happens

    def _play_nothing(self) -> None:
        """What others write elsewhere changes no repository."""

    def _play_hub_text(self) -> None:
        self._put_text(self.event["texts"][1])
        if "cards" in self.event:
            self._play_hub_card()

    def _play_github_text(self) -> None:
        self._put_text(self.event["texts"][1])
        self.world.relicense_github_repo(CODE, self.event["names"][1])

    def _play_hub_card(self) -> None:
        kind = self.event.get("kind", "models")
        repo = DATASET if kind == "datasets" else MODEL
        readme = self.world.get_hub_repo(kind, repo).files.get("README.md")
        self.world.set_card(kind, repo, self.event["cards"][1])
        if readme:
            self.world.put_file(kind, repo, readme)

    def _play_prose(self) -> None:
        self._put_sentence(self.event["sentences"][1])

    def _play_page(self) -> None:
        self.page["/maker.example.com/terms"] = build_page(read_text(self.event["texts"][1]) or "")

    def _play_gate(self) -> None:
        self.world.set_gate("models", MODEL, self.event["gates"][1])

    def _play_remove_model(self) -> None:
        self.world.remove_hub_repo("models", MODEL)

    def _play_remove_dataset(self) -> None:
        self.world.remove_hub_repo("datasets", DATASET)

    def _play_block_dataset(self) -> None:
        self.world.disable_hub_repo("datasets", DATASET)

    def _play_rename(self) -> None:
        self.world.rename_hub_repo("models", MODEL, "newmaker/model")

    def _play_release(self) -> None:
        self._add_model(MODEL, self._first_card)

    def _play_data(self) -> None:
        path = "data/1.parquet"
        self.world.put_file("datasets", DATASET, HubFile.create_large(path, 90, "redacted"))


def _run_day(
    registry: Registry, root: Path, day: int, endpoints: tuple[str, str, str]
) -> Iterator[Finding]:
    """The findings that a run confirmed."""
    counter = RequestCounter()
    kinds: tuple[type[Source], ...] = (HubSource, GithubSource, PagesSource)
    sources = tuple(
        kind(endpoint, None, counter, PATIENCE)  # type: ignore[call-arg]
        for kind, endpoint in zip(kinds, endpoints, strict=True)
    )
    options = RunOptions(root, START + timedelta(days=day))
    report = run_audit(registry, Upstreams(sources, counter), options)
    yield from (each for each in report.changed_findings if each.status == "confirmed")
