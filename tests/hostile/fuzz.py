"""Coverage-guided fuzzing of everything that reads foreign bytes: `nox -s fuzz -- -max_total_time=300`."""

import contextlib
import json
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]  # installed by its own nox session only

with atheris.instrument_imports(include=["audit"]):
    from audit.core.json_files import BadFile, parse_json
    from audit.core.markdown import text as inert
    from audit.licenses.text.normalize import is_text, normalize_text
    from audit.observations.facts import CodeFacts
    from audit.sources.answers import json_of, parsed
    from audit.sources.failures import NotAsDocumented
    from audit.sources.github import facts_of as code_facts
    from audit.sources.huggingface.parse import facts_of
    from audit.store.observations import StateStore

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
OBSERVATION = FOLDER / "registry" / "observations" / "models" / "maker" / "m.json"
OBSERVATION.parent.mkdir(parents=True)


def one(data: bytes) -> None:
    """One input for every reader. Only the refusals that they promise are allowed."""
    normalize_text(data)
    is_text(data)
    OBSERVATION.write_bytes(data)
    with contextlib.suppress(BadFile):
        StateStore(FOLDER / "registry").load()
    text = data.decode("utf-8", errors="replace")
    inert(text)
    with contextlib.suppress(BadFile):
        parse_json(text, "x")
    try:
        value = json_of(data)
    except (json.JSONDecodeError, NotAsDocumented):
        return
    if isinstance(value, dict):
        with contextlib.suppress(NotAsDocumented):
            parsed(facts_of, value, "models")
        with contextlib.suppress(NotAsDocumented):
            facts, _ = parsed(code_facts, value)
            assert isinstance(facts, CodeFacts)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
