"""How well a finder's answer agrees with the labels of a project."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tests.bench.watched_set import Label


@dataclass(frozen=True, order=True)
class Found:
    """One name at one place, as a finder tells it."""

    file: str
    line: int
    name: str
    id: str
    """The id that it means, in small letters; the name where it means none."""
    kind: str
    use: str = ""

    @property
    def names(self) -> frozenset[str]:
        """What a label may call it."""
        return frozenset({self.name.lower(), self.id.lower()})


@dataclass
class Score:
    """Counts over one project, or over all."""

    recorded: int = 0
    """Labels of recorded ids."""
    recorded_found: int = 0
    labels: int = 0
    labels_found: int = 0
    told: int = 0
    """What the finder told."""
    told_right: int = 0
    missed: list[Label] = field(default_factory=list)
    invented: list[Found] = field(default_factory=list)
    uses: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a use as labeled was told as which."""
    by_part: dict[str, list[int]] = field(default_factory=dict)
    """Of recorded ids, found and all, by kind of place and by use."""

    @property
    def recall(self) -> float:
        """Of recorded ids."""
        return self.recorded_found / self.recorded if self.recorded else 1.0

    @property
    def precision(self) -> float:
        """Of everything that was told."""
        return self.told_right / self.told if self.told else 1.0

    def add(self, other: "Score") -> None:
        """Take another project's counts in."""
        for name in ("recorded", "recorded_found", "labels", "labels_found", "told", "told_right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.missed += other.missed
        self.invented += other.invented
        self.uses += other.uses
        for part, (found, count) in other.by_part.items():
            _count_part(self, part, found, count)


def score_project(
    found: Sequence[Found],
    labels: Sequence[Label],
    is_recorded: Callable[[Label], bool],
    *,
    by_line: bool,
) -> Score:
    """Compare what was found with what was labeled, by line or by file alone."""
    mentions = [label for label in labels if label.is_mention and not label.is_optional]
    score = Score()
    places = _collect_places(found, by_line=by_line)
    for label in mentions:
        use = _find_use(label, places, by_line=by_line)
        _score_label(score, label, use, is_recorded=is_recorded(label))
    labeled = _collect_labeled(mentions, by_line=by_line)
    open_places = _collect_labeled([each for each in labels if each.is_optional], by_line=by_line)
    for each in found:
        if not _lies_in(each, open_places - labeled, by_line=by_line):
            _score_found(score, each, labeled, by_line=by_line)
    return score


Place = tuple[str, int, str, bool]
"""File, line, name, and whether it is a name of another service."""


def _collect_places(found: Iterable[Found], *, by_line: bool) -> dict[Place, str]:
    places: dict[Place, str] = {}
    for each in found:
        for name in each.names:
            line = each.line if by_line else 0
            places.setdefault((each.file, line, name, each.kind == "elsewhere"), each.use)
    return places


def _collect_labeled(labels: Iterable[Label], *, by_line: bool) -> set[Place]:
    labeled = set()
    for label in labels:
        for name in label.names:
            line = label.line if by_line else 0
            labeled.add((label.file, line, name, label.kind == "elsewhere"))
    return labeled


def _find_use(label: Label, places: dict[Place, str], *, by_line: bool) -> str | None:
    """How a label's mention was told; None where it was not."""
    line = label.line if by_line else 0
    for name in sorted(label.names):
        use = places.get((label.file, line, name, label.kind == "elsewhere"))
        if use is not None:
            return use
    return None


def _score_label(score: Score, label: Label, use: str | None, *, is_recorded: bool) -> None:
    score.labels += 1
    score.labels_found += use is not None
    if use is not None:
        score.uses[label.use, use] += 1
    if not is_recorded:
        return
    score.recorded += 1
    score.recorded_found += use is not None
    for part in (f"in {label.where}", f"use: {label.use}", f"kind: {label.kind}"):
        _count_part(score, part, int(use is not None), 1)
    if use is None:
        score.missed.append(label)


def _count_part(score: Score, part: str, found: int, count: int) -> None:
    counts = score.by_part.setdefault(part, [0, 0])
    counts[0] += found
    counts[1] += count


def _score_found(score: Score, each: Found, labeled: set[Place], *, by_line: bool) -> None:
    is_right = _lies_in(each, labeled, by_line=by_line)
    score.told += 1
    score.told_right += is_right
    if not is_right:
        score.invented.append(each)


def _lies_in(each: Found, labeled: set[Place], *, by_line: bool) -> bool:
    line = each.line if by_line else 0
    is_elsewhere = each.kind == "elsewhere"
    return any((each.file, line, name, is_elsewhere) in labeled for name in each.names)
