"""Coverage-guided fuzzing of one reader: `python -m tests.hostile.fuzz hub -max_total_time=600`.

`nox -s fuzz` runs it for every reader. New inputs are found from those kept in tests/hostile/corpus.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]  # installed by its own nox session only

with atheris.instrument_imports(include=["audit"]):
    from tests.hostile.readers import READERS, list_corpus

from tests.hostile.mutator import mutate_input
from tests.hostile.old_bugs import OLD_BUGS, VARIABLE, put_back


def run_fuzzer(name: str, options: list[str]) -> None:
    """Search for an input that the reader does not bear; the process ends with libFuzzer's status."""

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        changed = mutate_input(name, data, seed) if seed % 4 else None
        if changed is None or len(changed) > max_size:
            changed = atheris.Mutate(data, max_size)
        return bytes(changed)

    found = Path(tempfile.mkdtemp(prefix="corpus-"))
    with contextlib.ExitStack() as stack:
        bug = os.environ.get(VARIABLE)
        if bug:
            stack.enter_context(put_back(bug))
        for path in list_corpus(name):
            # An input that tells the fault by itself would prove nothing of the search.
            if bug is None or path.name not in OLD_BUGS:
                shutil.copy(path, found)
        arguments = [sys.argv[0], "-max_len=60000", *options, str(found)]
        atheris.Setup(arguments, READERS[name], custom_mutator=mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    run_fuzzer(sys.argv[1], sys.argv[2:])
