"""Where people find this registry: one file, from which every link in feeds, digests and issues is made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from audit.core.errors import Problem
from audit.core.json_files import InvalidFileError, read_json_file
from audit.core.markdown import build_anchor

PLACEHOLDER_URL = "https://open-model-registry.example/registry"
"""Until somebody says where the registry lives: a name that nobody can own (RFC 2606), so that no link leads to a stranger."""
_ADDRESS_FIX = 'write {"pages": "https://…/registry", "files": "https://…/registry"}: where pages are read, and where files are fetched'


@dataclass(frozen=True)
class RegistryAddress:
    """Base addresses of the folder `registry`, without a slash at the end."""

    pages_url: str = PLACEHOLDER_URL
    """Where a person reads README.md."""
    files_url: str = PLACEHOLDER_URL
    """Where a program fetches a file as it is."""

    @property
    def is_configured(self) -> bool:
        """Whether somebody said where the registry lives."""
        return self.pages_url != PLACEHOLDER_URL

    def build_page_url(self, record: str) -> str:
        """The page of a record, at its section."""
        folder, _, id = record.partition("/")
        if folder in ("models", "datasets"):
            return f"{self.pages_url}/{folder}/{quote(id.partition('/')[0])}/README.md#{build_anchor(id)}"
        return f"{self.pages_url}/{quote(record)}.{'md' if folder == 'licenses' else 'json'}"

    def build_feed_url(self, path: str) -> str:
        """A file below `feeds`."""
        return f"{self.files_url}/feeds/{quote(path)}"


def read_address(root: Path) -> RegistryAddress:
    """What `address.json` says; the placeholder where there is none. Raises BadFile."""
    path, shown = root / "address.json", f"{root.name}/address.json"
    if not path.exists():
        return RegistryAddress()
    data: Any = read_json_file(path, shown)
    if not isinstance(data, dict) or set(data) != {"pages", "files"}:
        raise InvalidFileError(Problem(shown, "$", "not an address", _ADDRESS_FIX))
    for name, value in data.items():
        parts = urlsplit(value) if isinstance(value, str) else None
        if (
            parts is None
            or parts.scheme != "https"
            or not parts.hostname
            or parts.query
            or parts.fragment
            or "@" in parts.netloc
        ):
            raise InvalidFileError(
                Problem(shown, f"$.{name}", f"{value!r} is no plain https address", _ADDRESS_FIX)
            )
    return RegistryAddress(data["pages"].rstrip("/"), data["files"].rstrip("/"))
