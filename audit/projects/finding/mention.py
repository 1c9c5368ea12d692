"""What is found: a name, what it means, where it stands, and what is done there."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["model", "dataset", "elsewhere"]
"""`elsewhere`: a name of another service, such as an Ollama tag, which is no id of the Hub."""
Use = Literal["loaded", "served", "trained-on", "configured", "file", "named", "prose", "comment"]
MERE_MENTIONS: frozenset[str] = frozenset({"prose", "comment"})
"""Uses that name a model without using it: told, and judged by no policy."""


@dataclass(frozen=True, order=True)
class Mention:
    """One name at one place."""

    model: str
    """As the project writes it."""
    file: str
    line: int
    kind: Kind = "model"
    use: Use = "named"
    revision: str = ""
    """Commit or branch that stands beside it; empty where the use is not pinned."""
    is_test: bool = False
    """Whether the file belongs to tests."""

    @property
    def is_use(self) -> bool:
        """Whether it is more than named to a reader."""
        return self.use not in MERE_MENTIONS
