"""The Hub's refusals, by the matrix of reference/hub-api.md section 1.6: status, X-Error-Code, X-Error-Message."""

import json
from dataclasses import dataclass, field

from tests.fakes.loopback import Answer

TEXT = "text/plain; charset=utf-8"
JSON = "application/json; charset=utf-8"


@dataclass
class Refusal(Exception):
    """A request that the Hub turns down; becomes an answer at the server's edge."""

    status: int
    message: str
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def answer(self, *, as_json: bool) -> Answer:
        """The answer: the API says it in JSON, file addresses in plain text."""
        headers = {"Content-Type": JSON if as_json else TEXT, "X-Error-Message": self.message} | self.headers
        headers |= {"X-Error-Code": self.code} if self.code else {}
        return Answer(self.status, headers, json.dumps({"error": self.message}).encode() if as_json else self.message.encode())


_LOGIN = {"WWW-Authenticate": 'Bearer realm="Authentication required"'}


def not_found_or_private(*, anonymous: bool, error_codes: bool) -> Refusal:
    """A repository that does not exist or is hidden. Without a token the Hub sends no code; its client then reads the
    meaning from the https address, which loopback has not: `error_codes` adds the code for it."""
    if anonymous:
        return Refusal(401, "Invalid username or password.", "RepoNotFound" if error_codes else None, dict(_LOGIN))
    return Refusal(404, "Repository not found", "RepoNotFound")


def wrong_token() -> Refusal:
    """A token that is none."""
    return Refusal(401, "Invalid credentials in Authorization header", None, dict(_LOGIN))


def disabled() -> Refusal:
    """A repository that the Hub's staff blocked."""
    return Refusal(403, "Access to this resource is disabled.")


def missing_revision(revision: str) -> Refusal:
    """A branch or commit that the repository has not."""
    return Refusal(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def missing_entry(commit: str) -> Refusal:
    """A file that the revision has not."""
    return Refusal(404, "Entry not found", "EntryNotFound", {"X-Repo-Commit": commit})


def gated(kind: str, repo_id: str, endpoint: str, *, with_token: bool) -> Refusal:
    """A file behind a gate that the asker has not passed."""
    what = f"Access to {kind.removesuffix('s')} {repo_id} is restricted"
    if with_token:
        path = repo_id if kind == "models" else f"{kind}/{repo_id}"
        message = f"{what} and you are not in the authorized list. Visit {endpoint}/{path} to ask for access."
        return Refusal(403, message, "GatedRepo")
    message = f"{what}. You must have access to it and be authenticated to access it. Please log in."
    return Refusal(401, message, "GatedRepo", dict(_LOGIN))


def bad_request(message: str) -> Refusal:
    """A parameter that the server does not take."""
    return Refusal(400, message)
