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
from audit.licenses.text.identify import Identification, identify
from audit.licenses.text.known_texts import KnownTexts, known_texts, words_digest
from audit.licenses.text.normalize import normalize_text, words_of
from audit.records.model import Registry
from tests.bench.license_edits import edits

SEED = 20_261_124
RIGHT: Mapping[str, frozenset[str]] = {
    "up": frozenset({"more-open"}),
    "down": frozenset({"more-closed"}),
    "same": frozenset({"neutral"}),
    "mixed": frozenset({"unreviewed", "more-open", "more-closed"}),
}
OPPOSITE: Mapping[str, str] = {"up": "more-closed", "down": "more-open"}
SIZE_TIMED = 20_000


@dataclass(frozen=True)
class BenchText:
    """One given text."""

    id: str
    license: bool
    """Not a policy or a pointer."""
    content: bytes


@dataclass(frozen=True)
class Pair:
    """A real change of terms, and what a reader said of its direction."""

    number: int
    before: str
    after: str
    truth: str


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    count: int
    result: str


def load_texts(folder: Path) -> list[BenchText]:
    """The texts that a folder's index.json names."""
    rows: list[dict[str, Any]] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return [BenchText(row["id"], row["kind"] not in ("aup", "pointer"), (folder / row["file"]).read_bytes()) for row in rows]


def load_pairs(events: Path) -> list[Pair]:
    """The events that name both texts and a direction."""
    rows = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines() if line.strip()]
    keys = ("before_text_id", "after_text_id", "openness_direction")
    return [Pair(row["n"], *(row[key] for key in keys)) for row in rows if all(row[key] for key in keys)]


def bench(texts: Sequence[BenchText], pairs: Sequence[Pair], registry: Registry, count: int) -> list[Row]:
    """The whole table."""
    known = known_texts(registry)
    return [
        _given(texts, registry, known),
        _as_new(texts, registry, known),
        *_edited(texts, registry, known, count),
        *_directions(texts, pairs, registry, known),
        _times(texts, registry),
    ]


def truth(text: BenchText, known: KnownTexts) -> str | None:
    """The license that a reviewer recorded for exactly these bytes."""
    source = known.of(words_digest(normalize_text(text.content).split(" ")))
    return source.license if source else None


def _given(texts: Sequence[BenchText], registry: Registry, known: KnownTexts) -> Row:
    found = Counter(_judged(identify(each.content, registry), truth(each, known)) for each in texts)
    return Row("texts as given", len(texts), _counts(found))


def _as_new(texts: Sequence[BenchText], registry: Registry, known: KnownTexts) -> Row:
    """Each text as if the registry did not hold it: only other forms of the license are left, and the SPDX list."""
    found: Counter[str] = Counter()
    tried = [each for each in texts if each.license and truth(each, known)]
    for each in tried:
        found[_judged(identify(each.content, _without(each, registry)), truth(each, known))] += 1
    return Row("each license text as if it were new", len(tried), _counts(found))


def _without(text: BenchText, registry: Registry) -> Registry:
    digest = words_digest(normalize_text(text.content).split(" "))
    licenses = {id: replace(license, texts=tuple(each for each in license.texts if each.words_sha256 != digest)) for id, license in registry.licenses.items()}
    return replace(registry, licenses=licenses)


def _judged(found: Identification, license: str | None) -> str:
    if found.license:
        return f"named ({found.kind})" if found.license == license else "WRONG NAME"
    if found.kind == "exact":
        return "policy or pointer recognized"
    if found.kind == "edited":
        return "called a changed copy, nearest right" if found.nearest == license else "called a changed copy of a sibling"
    return "unknown"


def _edited(texts: Sequence[BenchText], registry: Registry, known: KnownTexts, count: int) -> list[Row]:
    """False names: a changed text with a plain name, unless the change made it a known text word for word."""
    given = [each.content.decode("utf-8", "replace") for each in texts if each.license]
    made: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for name, changed in edits(given, count, SEED):
        made[name] += 1
        found = identify(changed.encode(), registry)
        false[name] += found.license is not None and not known.of(words_digest(words_of(changed)))
    return [Row(f"edits: {name}", made[name], f"{false[name]} false names") for name in sorted(made)]


def _directions(texts: Sequence[BenchText], pairs: Sequence[Pair], registry: Registry, known: KnownTexts) -> list[Row]:
    licenses = {each.id: truth(each, known) for each in texts if each.license}
    both = [each for each in pairs if licenses.get(each.before) and licenses.get(each.after)]
    said = {each.number: compare_expressions(licenses[each.before], licenses[each.after], registry) for each in both}
    right = sum(said[each.number] in RIGHT[each.truth] for each in both)
    opposite = sum(said[each.number] == OPPOSITE.get(each.truth) for each in both)
    others = ", ".join(f"event {each.number}: {said[each.number]}, not {each.truth}" for each in both if said[each.number] not in RIGHT[each.truth])
    share = f"{right / len(both):.1%}" if both else "none"
    return [Row("directions, both texts known", len(both), f"{right} right ({share}), {opposite} opposite{f'; {others}' if others else ''}")]


def _times(texts: Sequence[BenchText], registry: Registry) -> Row:
    spent = []
    for each in texts:
        began = time.process_time()
        identify(each.content, registry)
        spent.append((time.process_time() - began) * 1000)
    twenty = [ms * SIZE_TIMED / len(each.content) for ms, each in zip(spent, texts, strict=True) if len(each.content) > SIZE_TIMED / 4]
    return Row(
        "processor time", len(spent), f"median {statistics.median(spent):.0f} ms, most {max(spent):.0f} ms; per 20 KB at most {max(twenty, default=0):.0f} ms"
    )


def _counts(found: Counter[str]) -> str:
    wrong = found.pop("WRONG NAME", 0)
    return ", ".join([f"{wrong} wrong names", *(f"{count} {name}" for name, count in sorted(found.items()))])
