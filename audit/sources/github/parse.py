"""From GitHub's answer about a repository to facts."""

from collections.abc import Mapping
from typing import Any

from audit.core.hidden import replace_hidden_characters
from audit.observations.facts import CodeFacts
from audit.sources.answers import identity, read_file_size
from audit.sources.failures import UndocumentedAnswer


def parse_code_facts(payload: Mapping[str, Any]) -> tuple[CodeFacts, bool]:
    """Facts of a repository and whether it is private. Raises NotAsDocumented."""
    name, archived = identity(payload.get("full_name"), "full_name"), payload.get("archived")
    if not isinstance(archived, bool) or "license" not in payload:
        raise UndocumentedAnswer("archived or license is missing")
    license_id = _read_license_id(payload["license"])
    facts = CodeFacts(
        name,
        archived,
        bool(payload.get("disabled", False)),
        license_id,
        repository_id=_read_repository_id(payload.get("id")),
        created_at=_read_moment(payload.get("created_at")),
        pushed_at=_read_moment(payload.get("pushed_at")),
    )
    return facts, bool(payload.get("private", False))


def _read_license_id(detected: object) -> str | None:
    """The SPDX id that GitHub detected; None where it detected a license that it has no id for."""
    spdx_id = detected.get("spdx_id") if isinstance(detected, Mapping) else None
    if not isinstance(spdx_id, str) or spdx_id == "NOASSERTION":
        return None
    return replace_hidden_characters(spdx_id)


def _read_repository_id(value: object) -> str | None:
    """GitHub's number, as text: it is compared and never counted with."""
    return None if value is None else str(read_file_size(value))


def _read_moment(value: object) -> str | None:
    return identity(value, "a date") if value else None
