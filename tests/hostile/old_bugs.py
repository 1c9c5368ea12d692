"""Faults that this project once had, put back: a fuzzer that does not find them again finds nothing.

`python -m tests.hostile.old_bugs` searches for each without the kept corpus, and prints how long it
took. The suite holds that the kept corpus alone tells them all.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from audit.records.schema import build_quick_validator, find_schema_problems

VARIABLE = "FUZZ_OLD_BUG"
"""Names the fault that a search puts back in its own process."""
SECONDS = 120


@dataclass(frozen=True)
class OldBug:
    """A fault: who read it, what it was, and the functions that stood in today's place."""

    reader: str
    words: str
    patches: Mapping[str, Callable[..., Any]]


def _render_unguarded(_name: str, document: Mapping[str, Any], _shown: str) -> str:
    return json.dumps({"format": "open-model-registry/observation", **document}, ensure_ascii=False)


def _call_unguarded(call: Callable[..., Any], *arguments: Any) -> Any:
    return call(*arguments)


def _take_number(value: object) -> object:
    return value if isinstance(value, int) else None


def _find_problems_quickly(
    schema: str, data: Any, shown: str, *, is_whole: bool = False
) -> list[Any]:
    del is_whole
    return (
        []
        if build_quick_validator(schema).is_valid(data)
        else find_schema_problems(schema, data, shown)
    )


UNGUARDED_STORE = {"audit.store.observations.render_stored_text": _render_unguarded}
OLD_BUGS: dict[str, OldBug] = {
    "lone-surrogate": OldBug(
        "hub",
        "half a character in a card ends the run of every model",
        {"audit.sources.answers.without_lone_escapes": str, **UNGUARDED_STORE},
    ),
    "size-of-true": OldBug(
        "hub",
        "a size that is a yes is stored and never read again",
        {"audit.sources.huggingface.files.read_file_size": _take_number, **UNGUARDED_STORE},
    ),
    "no-boundary": OldBug(
        "hub",
        "one odd value in an answer is a traceback",
        {"tests.hostile.readers.parsed": _call_unguarded},
    ),
    "deep-answer": OldBug(
        "hub",
        "a list of a thousand brackets is a traceback",
        {"tests.hostile.readers.decode_json_answer": json.loads},
    ),
    "half-in-a-record": OldBug(
        "record",
        "a record with half a character is valid, and no page can be written",
        {
            "audit.core.json_files._require_whole_characters": lambda *_: None,
            "audit.records.read.find_schema_problems": _find_problems_quickly,
            "audit.records.read.find_hidden_text_problems": lambda *_: [],
        },
    ),
}


@contextlib.contextmanager
def put_back(name: str) -> Iterator[OldBug]:
    """The program with one old fault in it."""
    bug = OLD_BUGS[name]
    with contextlib.ExitStack() as stack:
        for target, function in bug.patches.items():
            stack.enter_context(mock.patch(target, function))
        yield bug


def search_for_old_bugs(seed: str) -> int:
    """Search for each from the plain inputs; returns how many were not found."""
    missed = 0
    for name, bug in OLD_BUGS.items():
        started = time.monotonic()
        is_found = _is_found_by_search(name, bug, seed)
        missed += not is_found
        end = f"found after {time.monotonic() - started:.0f} s" if is_found else "NOT found"
        print(f"{name}: {end} ({bug.words})", flush=True)
    return missed


def _is_found_by_search(name: str, bug: OldBug, seed: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        limit = (f"-max_total_time={SECONDS}", f"-seed={seed}", f"-artifact_prefix={folder}/")
        command = [sys.executable, "-m", "tests.hostile.fuzz", bug.reader, *limit]
        environment = {**os.environ, VARIABLE: name}
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        return done.returncode != 0 and any(Path(folder).glob("crash-*"))


if __name__ == "__main__":
    sys.exit(search_for_old_bugs(sys.argv[1] if len(sys.argv) > 1 else "1") > 0)
