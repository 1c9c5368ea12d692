"""Texts that are made to cost time: what `nox -s bench` measures, and what the tests hold the answers against."""

import random

SIZE = 1 << 20
CHANCE = random.Random(1)


def draw_words(vocabulary: list[str], count: int) -> bytes:
    """So many words, drawn at random, the same ones at each start."""
    return " ".join(CHANCE.choices(vocabulary, k=count)).encode()


def shuffle_words(count: int) -> bytes:
    """So many words, each of them once."""
    return " ".join(f"w{number}" for number in CHANCE.sample(range(count), count)).encode()


LETTERS = list("abc7")
VOCABULARY = [f"w{number}" for number in range(300)]

PAIRS: dict[str, tuple[bytes, bytes]] = {
    "one word": (b"a " * (SIZE // 2), b"a " * (SIZE // 4) + b"b " * (SIZE // 4)),
    "few words": (draw_words(LETTERS, SIZE // 2), draw_words(LETTERS, SIZE // 2)),
    "many words": (draw_words(VOCABULARY, SIZE // 5), draw_words(VOCABULARY, SIZE // 5)),
    "another order": (shuffle_words(40_000), shuffle_words(40_000)),
    "one line": (b"x" * SIZE, b"y" * SIZE),
    "names": (b"Aa Bb Cc " * (SIZE // 9), b"Dd Ee Ff " * (SIZE // 9)),
    "numbers": (b"5 million " * (SIZE // 10), b"6 million " * (SIZE // 10)),
}
"""An old and a new text, to be compared."""

TEXTS: dict[str, bytes] = {
    "ten megabytes": b"Anyone may use the pebble model. Whoever changes it says so.\n" * 160_000,
    "one line": b"x" * SIZE,
    "one word again and again": b"copyright " * (SIZE // 10),
    "half a license again and again": b"permission is hereby granted free of charge to any person " * (SIZE // 58),
    "null bytes": b"Anyone may use the pebble model.\n" + b"\0" * SIZE,
    "directions": "\u202e\u2066a".encode() * (SIZE // 7),
    "a long number of a character": b"&#" + b"9" * SIZE,
    "brackets": b"<br " * (SIZE // 4),
    "addresses": b"a@" * (SIZE // 2),
    "binary": bytes(range(256)) * (SIZE // 256),
    "broken UTF-16": b"\xff\xfe" + b"\x00\xd8" * (SIZE // 2),
    "front matter without end": b"---\na: b\n" + b" " * SIZE,
}
"""A text, to be named."""
