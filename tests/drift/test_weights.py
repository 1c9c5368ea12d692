"""Weight files: gone, removed, added or replaced, by what they hold and not by what they are called."""

import pytest

from audit.observations.facts import Weights
from tests.drift.builders import make_declaration, make_facts
from tests.drift.comparisons import Told, tell

ONE, TWO, THREE = "1" * 64, "2" * 64, "3" * 64
FILES = "weights.files"
SAFE = ("safetensors",)


def holding(*formats: str, **files: str) -> dict:
    """The facts of a repository with these files, by stem."""
    return {
        "weights": Weights(
            {f"{stem}.bin": digest for stem, digest in files.items()}, formats or SAFE, 1
        )
    }


def shards(count: int) -> dict[str, str]:
    """So many different files, in no order."""
    return {f"s{number}": f"{number:064}" for number in reversed(range(count))}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (holding(a=ONE), holding(b=ONE), []),
        (holding(a=ONE, b=ONE), holding(b=ONE), []),
        (
            holding(a=ONE),
            holding(),
            [Told("weights-gone", FILES, "a.bin", "none", "more-closed", 2, True, gone=True)],
        ),
        (
            holding(a=ONE, b=TWO),
            holding(a=ONE),
            [Told("weights-files-removed", FILES, "b.bin", "removed", "more-closed", 2, True)],
        ),
        (
            holding(a=ONE),
            holding(a=ONE, b=TWO),
            [Told("weights-files-added", FILES, "absent", "b.bin", "neutral")],
        ),
        (
            holding(),
            holding(a=ONE),
            [Told("weights-files-added", FILES, "absent", "a.bin", "more-open")],
        ),
        (
            holding(a=ONE),
            holding(a=TWO),
            [
                Told(
                    "weights-replaced", FILES, "a.bin@111111111111", "a.bin@222222222222", "neutral"
                )
            ],
        ),
        (
            holding(a=ONE, b=TWO),
            holding(a=ONE, b=THREE),
            [
                Told(
                    "weights-replaced", FILES, "b.bin@222222222222", "b.bin@333333333333", "neutral"
                )
            ],
        ),
        (
            holding(**shards(5)),
            holding(),
            [
                Told(
                    "weights-gone",
                    FILES,
                    "s0.bin, s1.bin, s2.bin, s3.bin, s4.bin",
                    "none",
                    "more-closed",
                    2,
                    True,
                    gone=True,
                )
            ],
        ),
        (
            holding(**shards(7)),
            holding(),
            [
                Told(
                    "weights-gone",
                    FILES,
                    "s0.bin, s1.bin, s2.bin, s3.bin, s4.bin and 2 more",
                    "none",
                    "more-closed",
                    2,
                    True,
                    gone=True,
                )
            ],
        ),
    ],
)
def test_which_files_came_and_went(before: dict, now: dict, expected: list[Told]):
    """Each change names its files, five at most; what is lost needs two looks and counts for the breaker, and only the last file takes the weights."""
    assert tell(baseline=make_facts(**before), **now) == expected


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (SAFE, ("pickle",), True),
        (("onnx", "pickle"), ("pickle",), True),
        (SAFE, ("pickle", "safetensors"), False),
        (("pickle",), ("pickle",), False),
        (("other",), ("pickle",), False),
        (SAFE, ("other",), False),
    ],
)
def test_weights_that_only_run_code_are_left(
    before: tuple[str, ...], now: tuple[str, ...], told: bool
):
    """Only where a format that runs no code was there, and none is left beside pickle."""
    expected = (
        [Told("weights-only-pickle", "weights.formats", before, now, "neutral")] if told else []
    )
    assert tell(baseline=make_facts(**holding(*before, a=ONE)), **holding(*now, a=ONE)) == expected


def test_the_files_of_a_dataset_are_no_weights():
    """A dataset's files come and go with its revisions, and nothing is told."""
    assert (
        tell(make_declaration(), make_facts(**holding(a=ONE)), kind="dataset", **holding(b=TWO))
        == []
    )
