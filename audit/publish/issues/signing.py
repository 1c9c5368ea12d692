"""A key in the hidden lines: what else writes under our account cannot make them.

In a scheduled job the account is one that every workflow of the repository has. The digest is of
the line alone, so that a copied line is still ours: of two issues about one finding the older one
stays. Without a key every hidden line of our own account is believed.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, field, replace

from audit.publish.issues.types import DesiredIssue, IssueClosure

DIGEST_DIGITS = 24
_MARKER = re.compile(r"(?m)^<!-- drift:v1 (?P<content>.+?)(?: key=(?P<digest>[0-9a-f]+))? -->\s*$")


@dataclass(frozen=True)
class MarkerKey:
    """The key of one registry; empty where none is set."""

    secret: bytes = field(default=b"", repr=False)

    def sign(self, text: str) -> str:
        """The text with the digest in its last hidden line, whatever digest stood there."""
        found = self._find_marker(text)
        if not self.secret or found is None:
            return text
        line = f"<!-- drift:v1 {found['content']} key={self._compute_digest(found['content'])} -->"
        return text[: found.start()] + line + text[found.start() + len(found[0].rstrip()) :]

    def is_signed(self, text: str) -> bool:
        """Whether its last hidden line has our digest. Without a key every one will do."""
        found = self._find_marker(text)
        if found is None or not self.secret:
            return found is not None
        return hmac.compare_digest(found["digest"] or "", self._compute_digest(found["content"]))

    def sign_issue(self, issue: DesiredIssue) -> DesiredIssue:
        """Body and comment."""
        return replace(issue, body=self.sign(issue.body), comment=self.sign(issue.comment))

    def sign_closure(self, closure: IssueClosure) -> IssueClosure:
        """The comment."""
        return replace(closure, comment=self.sign(closure.comment))

    def _find_marker(self, text: str) -> re.Match[str] | None:
        # The last one is ours: what stands before it can be upstream's.
        return next(reversed(list(_MARKER.finditer(text))), None)

    def _compute_digest(self, content: str) -> str:
        return hmac.new(self.secret, content.encode(), hashlib.sha256).hexdigest()[:DIGEST_DIGITS]
