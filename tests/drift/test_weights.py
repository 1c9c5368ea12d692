"""Weight files: gone, removed, added or replaced, by what they hold and not by what they are called."""

import pytest

from audit.drift.compare.weights import compare_weights
from audit.observations.facts import Weights
from tests.drift.builders import make_declaration, make_facts
from tests.drift.comparisons import Told, summarize_changes

ONE, TWO, THREE = "1" * 64, "2" * 64, "3" * 64
FILES = "weights.files"
SAFE = ("safetensors",)


def make_weights(*formats: str, **files: str) -> dict:
    """The facts of a repository with these files, by stem."""
    return {
        "weights": Weights(
            {f"{stem}.bin": digest for stem, digest in files.items()}, formats or SAFE, 1
        )
    }


def number_shards(count: int) -> dict[str, str]:
    """So many different files, in no order."""
    return {f"s{number}": f"{number:064}" for number in reversed(range(count))}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (make_weights(a=ONE), make_weights(b=ONE), []),
        (make_weights(a=ONE, b=ONE), make_weights(b=ONE), []),
        (
            make_weights(a=ONE),
            make_weights(),
            [Told("weights-gone", FILES, "a.bin", "none", "more-closed", 2, True, gone=True)],
        ),
        (
            make_weights(a=ONE, b=TWO),
            make_weights(a=ONE),
            [Told("weights-files-removed", FILES, "b.bin", "removed", "more-closed", 2, True)],
        ),
        (
            make_weights(a=ONE),
            make_weights(a=ONE, b=TWO),
            [Told("weights-files-added", FILES, "absent", "b.bin", "neutral")],
        ),
        (
            make_weights(),
            make_weights(a=ONE),
            [Told("weights-files-added", FILES, "absent", "a.bin", "more-open")],
        ),
        (
            make_weights(a=ONE),
            make_weights(a=TWO),
            [
                Told(
                    "weights-replaced", FILES, "a.bin@111111111111", "a.bin@222222222222", "neutral"
                )
            ],
        ),
        (
            make_weights(a=ONE, b=TWO),
            make_weights(a=ONE, b=THREE),
            [
                Told(
                    "weights-replaced", FILES, "b.bin@222222222222", "b.bin@333333333333", "neutral"
                )
            ],
        ),
        (
            make_weights(**number_shards(5)),
            make_weights(),
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
            make_weights(**number_shards(7)),
            make_weights(),
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
    assert summarize_changes(baseline=make_facts(**before), **now) == expected


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
    assert (
        summarize_changes(
            baseline=make_facts(**make_weights(*before, a=ONE)), **make_weights(*now, a=ONE)
        )
        == expected
    )


class CountedDigest(str):
    """A digest that counts how often it is compared with another."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        CountedDigest.compared += 1
        return str.__eq__(self, other)


def test_replaced_files_cost_each_file_once():
    """Twice as many files take about twice the comparisons, and not four times: counted, not timed."""
    counts = []
    for number in (500, 1000):
        before = {f"{index}.bin": CountedDigest(f"{index:064x}") for index in range(number)}
        after = {f"{index}.bin": CountedDigest(f"{index:063x}f") for index in range(number)}
        CountedDigest.compared = 0
        compare_weights(Weights(before, SAFE, 1), Weights(after, SAFE, 1))
        counts.append(CountedDigest.compared)
    assert counts[1] <= 3 * max(counts[0], 500)


def test_the_files_of_a_dataset_are_no_weights():
    """A dataset's files come and go with its revisions, and nothing is told."""
    assert (
        summarize_changes(
            make_declaration(),
            make_facts(**make_weights(a=ONE)),
            kind="dataset",
            **make_weights(b=TWO),
        )
        == []
    )
