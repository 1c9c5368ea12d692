"""Changes to an input that keep it nearly right: libFuzzer alone breaks JSON before it gets deep."""

import json
import random
from collections.abc import Callable
from typing import Any

SPOILED_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1.5,
    "",
    "x\ud800",
    "\udfff",
    "x\n",
    "\x1b]0;x\x07",
    "\u202etxt",
    "../../x",
    "https://user@evil.example/",
    [],
    {},
    [["x"]],
    "A" * 400,
)
SPOILED_TEXTS = (
    b"\xff\xfe",
    b"\x00",
    b"---\n",
    b"#" * 80,
    b"Copyright (c) 2024 X\n",
    b"not ",
    b"5 million ",
)


def mutate_json(data: bytes, chance: random.Random) -> bytes:
    """One value replaced, removed, doubled or wrapped; what is no JSON is left to libFuzzer."""
    document = json.loads(data)
    places = list(_list_places(document))
    holder, key = chance.choice(places) if places else (None, None)
    if holder is None:
        return json.dumps(chance.choice(SPOILED_VALUES)).encode()
    _spoil(holder, key, chance)
    return json.dumps(document).encode()


def _list_places(value: Any) -> Any:
    """Every place in a document: its holder and the key there."""
    keys = (
        list(value)
        if isinstance(value, dict)
        else range(len(value) if isinstance(value, list) else 0)
    )
    for key in keys:
        yield value, key
        yield from _list_places(value[key])


def _spoil(holder: Any, key: Any, chance: random.Random) -> None:
    how = chance.randrange(5)
    if how == 0:
        del holder[key]
    elif how == 1:
        holder[key] = [holder[key]]
    elif how == 2 and isinstance(holder, dict):
        holder[f"{key}{chance.choice(['', 's', '_id'])}"] = holder[key]
    elif how == 3 and isinstance(holder[key], str):
        holder[key] += chance.choice([text for text in SPOILED_VALUES if isinstance(text, str)])
    else:
        holder[key] = chance.choice(SPOILED_VALUES)


def mutate_text(data: bytes, chance: random.Random) -> bytes:
    """A piece inserted, doubled or cut out."""
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.randrange(1, 200))
    piece = chance.choice([b"", data[start:end] * 2, chance.choice(SPOILED_TEXTS)])
    return data[:start] + piece + data[end:]


MUTATORS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "hub": mutate_json,
    "record": mutate_json,
    "text": mutate_text,
}


def mutate_input(name: str, data: bytes, seed: int) -> bytes | None:
    """A changed input for the reader of that name; None where the input has not its form."""
    try:
        return MUTATORS[name](data, random.Random(seed))
    except (ValueError, RecursionError):
        return None
