"""Coverage-guided fuzzing of everything that reads foreign bytes: `nox -s fuzz -- -max_total_time=300`."""

import contextlib
import json
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]  # installed by its own nox session only

with atheris.instrument_imports(include=["audit"]):
    from audit.core.escape import escape_markdown as inert
    from audit.core.json_files import InvalidFileError, parse_json
    from audit.licenses.text.normalize import is_text, normalize_text
    from audit.observations.facts import CodeFacts
    from audit.sources.answers import decode_json_answer, parsed
    from audit.sources.failures import UndocumentedAnswer
    from audit.sources.github.repositories import parse_code_facts as code_facts
    from audit.sources.huggingface.parse import parse_hub_facts
    from audit.store.observations import TargetStateStore

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
OBSERVATION = FOLDER / "registry" / "observations" / "models" / "maker" / "m.json"
OBSERVATION.parent.mkdir(parents=True)


def fuzz_readers(data: bytes) -> None:
    """One input for every reader. Only the refusals that they promise are allowed."""
    normalize_text(data)
    is_text(data)
    OBSERVATION.write_bytes(data)
    with contextlib.suppress(InvalidFileError):
        TargetStateStore(FOLDER / "registry").load_states()
    text = data.decode("utf-8", errors="replace")
    inert(text)
    with contextlib.suppress(InvalidFileError):
        parse_json(text, "x")
    try:
        value = decode_json_answer(data)
    except (json.JSONDecodeError, UndocumentedAnswer):
        return
    if isinstance(value, dict):
        with contextlib.suppress(UndocumentedAnswer):
            parsed(parse_hub_facts, value, "models")
        with contextlib.suppress(UndocumentedAnswer):
            facts, _ = parsed(code_facts, value)
            assert isinstance(facts, CodeFacts)


if __name__ == "__main__":
    atheris.Setup(sys.argv, fuzz_readers)
    atheris.Fuzz()
