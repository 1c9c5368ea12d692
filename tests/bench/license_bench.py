"""How well license texts are told apart: over given texts, over each as if it were new, over generated edits, over real changes."""

import json
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from audit.licenses.compare import compare_expressions
from audit.licenses.text.identify import Identification, identify_license_text
from audit.licenses.text.known_texts import KnownTextIndex, index_known_texts
from audit.licenses.text.license_text import compute_words_digest
from audit.licenses.text.normalize import normalize_text, split_words
from audit.records.registry import Registry
from tests.bench.bench_row import BenchRow
from tests.bench.license_edits import generate_edits

EDIT_SEED = 20_261_124
RIGHT_DIRECTIONS: Mapping[str, frozenset[str]] = {
    "up": frozenset({"more-open"}),
    "down": frozenset({"more-closed"}),
    "same": frozenset({"neutral"}),
    "mixed": frozenset({"unreviewed", "more-open", "more-closed"}),
}
OPPOSITE_DIRECTIONS: Mapping[str, str] = {"up": "more-closed", "down": "more-open"}
TIMED_SIZE_BYTES = 20_000


@dataclass(frozen=True)
class BenchText:
    """One given text."""

    id: str
    is_license: bool
    """Not a policy or a pointer."""
    content: bytes


@dataclass(frozen=True)
class TermsChangePair:
    """A real change of terms, and what a reader said of its direction."""

    event_number: int
    before_text_id: str
    after_text_id: str
    openness_direction: str


def load_bench_texts(folder: Path) -> list[BenchText]:
    """The texts that a folder's index.json names."""
    rows: list[dict[str, Any]] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [
        BenchText(
            row["id"], row["kind"] not in ("aup", "pointer"), (folder / row["file"]).read_bytes()
        )
        for row in rows
    ]


def load_terms_change_pairs(events: Path) -> list[TermsChangePair]:
    """The events that name both texts and a direction."""
    rows = [
        json.loads(line) for line in events.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    keys = ("before_text_id", "after_text_id", "openness_direction")
    return [
        TermsChangePair(row["n"], *(row[key] for key in keys))
        for row in rows
        if all(row[key] for key in keys)
    ]


def measure_license_identification(
    texts: Sequence[BenchText], pairs: Sequence[TermsChangePair], registry: Registry, count: int
) -> list[BenchRow]:
    """The whole table."""
    known = index_known_texts(registry)
    return [
        _measure_given_texts(texts, registry, known),
        _measure_texts_as_new(texts, registry, known),
        *_measure_edits(texts, registry, known, count),
        *_measure_directions(texts, pairs, registry, known),
        _measure_times(texts, registry),
    ]


def find_recorded_license(text: BenchText, known: KnownTextIndex) -> str | None:
    """The license that a reviewer recorded for exactly these bytes."""
    source = known.find_by_digest(compute_words_digest(normalize_text(text.content).split(" ")))
    return source.license if source else None


def _measure_given_texts(
    texts: Sequence[BenchText], registry: Registry, known: KnownTextIndex
) -> BenchRow:
    found = Counter(
        _judge_identification(
            identify_license_text(each.content, registry), find_recorded_license(each, known)
        )
        for each in texts
    )
    return BenchRow("texts as given", len(texts), _format_counts(found))


def _measure_texts_as_new(
    texts: Sequence[BenchText], registry: Registry, known: KnownTextIndex
) -> BenchRow:
    """Each text as if the registry did not hold it: only other forms of the license are left, and the SPDX list."""
    found: Counter[str] = Counter()
    tried = [each for each in texts if each.is_license and find_recorded_license(each, known)]
    for each in tried:
        found[
            _judge_identification(
                identify_license_text(each.content, _remove_text(each, registry)),
                find_recorded_license(each, known),
            )
        ] += 1
    return BenchRow("each license text as if it were new", len(tried), _format_counts(found))


def _remove_text(text: BenchText, registry: Registry) -> Registry:
    digest = compute_words_digest(normalize_text(text.content).split(" "))
    licenses = {
        id: replace(
            license, texts=tuple(each for each in license.texts if each.words_sha256 != digest)
        )
        for id, license in registry.licenses.items()
    }
    return replace(registry, licenses=licenses)


def _judge_identification(found: Identification, license: str | None) -> str:
    if found.license:
        return f"named ({found.kind})" if found.license == license else "WRONG NAME"
    if found.kind == "exact":
        return "policy or pointer recognized"
    if found.kind == "edited":
        return (
            "called a changed copy, nearest right"
            if found.nearest == license
            else "called a changed copy of a sibling"
        )
    return "unknown"


def _measure_edits(
    texts: Sequence[BenchText], registry: Registry, known: KnownTextIndex, count: int
) -> list[BenchRow]:
    """False names: a changed text with a plain name, unless the change made it a known text word for word."""
    given = [each.content.decode("utf-8", "replace") for each in texts if each.is_license]
    made: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for name, changed in generate_edits(given, count, EDIT_SEED):
        made[name] += 1
        found = identify_license_text(changed.encode(), registry)
        false[name] += found.license is not None and not known.find_by_digest(
            compute_words_digest(split_words(changed))
        )
    return [
        BenchRow(f"edits: {name}", made[name], f"{false[name]} false names")
        for name in sorted(made)
    ]


def _measure_directions(
    texts: Sequence[BenchText],
    pairs: Sequence[TermsChangePair],
    registry: Registry,
    known: KnownTextIndex,
) -> list[BenchRow]:
    licenses = {each.id: find_recorded_license(each, known) for each in texts if each.is_license}
    both = [
        each
        for each in pairs
        if licenses.get(each.before_text_id) and licenses.get(each.after_text_id)
    ]
    said = {
        each.event_number: compare_expressions(
            licenses[each.before_text_id], licenses[each.after_text_id], registry
        )
        for each in both
    }
    right = sum(
        said[each.event_number] in RIGHT_DIRECTIONS[each.openness_direction] for each in both
    )
    opposite = sum(
        said[each.event_number] == OPPOSITE_DIRECTIONS.get(each.openness_direction) for each in both
    )
    others = ", ".join(
        f"event {each.event_number}: {said[each.event_number]}, not {each.openness_direction}"
        for each in both
        if said[each.event_number] not in RIGHT_DIRECTIONS[each.openness_direction]
    )
    share = f"{right / len(both):.1%}" if both else "none"
    return [
        BenchRow(
            "directions, both texts known",
            len(both),
            f"{right} right ({share}), {opposite} opposite{f'; {others}' if others else ''}",
        )
    ]


def _measure_times(texts: Sequence[BenchText], registry: Registry) -> BenchRow:
    spent = []
    for each in texts:
        began = time.process_time()
        identify_license_text(each.content, registry)
        spent.append((time.process_time() - began) * 1000)
    twenty = [
        ms * TIMED_SIZE_BYTES / len(each.content)
        for ms, each in zip(spent, texts, strict=True)
        if len(each.content) > TIMED_SIZE_BYTES / 4
    ]
    return BenchRow(
        "processor time",
        len(spent),
        f"median {statistics.median(spent):.0f} ms, most {max(spent):.0f} ms; per 20 KB at most {max(twenty, default=0):.0f} ms",
    )


def _format_counts(found: Counter[str]) -> str:
    wrong = found.pop("WRONG NAME", 0)
    return ", ".join(
        [f"{wrong} wrong names", *(f"{count} {name}" for name, count in sorted(found.items()))]
    )
