"""The version of every JSON output.

Programs that read it can tell what they have (docs/formats.md).
"""

from collections.abc import Mapping
from typing import Any

OUTPUT_VERSIONS: Mapping[str, int] = {
    "accept": 1,
    "allows": 2,
    "bom": 1,
    "catalog": 1,
    "compare-indexes": 1,
    "coverage": 1,
    "digest": 1,
    "drill": 1,
    "explain": 1,
    "feed": 1,
    "feeds": 1,
    "fingerprint": 1,
    "from-issue": 1,
    "gaps": 1,
    "health": 1,
    "identify": 1,
    "init": 1,
    "license-bench": 1,
    "mcp": 1,
    "migrate": 1,
    "new": 1,
    "notices": 1,
    "plan": 1,
    "publish": 1,
    "report": 1,
    "review": 1,
    "save": 1,
    "screen": 1,
    "search": 1,
    "site": 1,
    "spot-check": 1,
    "update": 1,
    "validate": 1,
    "watch": 2,
    "webhook": 1,
}
"""Each output by its name. A number grows only where a reader of the old output would go wrong."""


def add_schema_version(output: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with `schema_version` in front.

    Raises KeyError for an output that the table lacks.
    """
    return {"schema_version": OUTPUT_VERSIONS[output], **name_fields(document)}


def name_fields(value: Any) -> Any:
    """The value with each named tuple as an object: `json` writes them as lists, without names."""
    if isinstance(value, Mapping):
        return {key: name_fields(member) for key, member in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return name_fields(value._asdict())
    if isinstance(value, list | tuple):
        return [name_fields(member) for member in value]
    return value
