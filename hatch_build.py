"""What the wheel carries beside the code: the schemas, and the records as they are in this tree."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

RECORDS = ("models", "families", "datasets", "licenses", "events", "indexes")
"""Folders below `registry`; their generated pages stay behind."""
FILES = ("address.json", "verdicts.json", "summaries.json")


class CarryRecords(BuildHookInterface):
    """Add `registry` to the package, without the pages for people and without observations."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name every file for the builder. An editable installation reads the tree itself."""
        if version == "editable":
            return
        registry = Path(self.root, "registry")
        paths = [registry / name for name in FILES]
        for folder in RECORDS:
            paths += sorted((registry / folder).rglob("*.json"))
        build_data["force_include"] |= {
            str(path): f"audit/registry/{path.relative_to(registry).as_posix()}"
            for path in paths
            if path.is_file()
        }
