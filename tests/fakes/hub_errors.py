"""The Hub's refusals, as recorded traffic and probes of the live Hub show them (docs/audit.md): status, X-Error-Code, X-Error-Message."""

import json
from dataclasses import dataclass, field

from tests.fakes.loopback import LoopbackAnswer

TEXT_TYPE = "text/plain; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"


@dataclass
class HubRefusal(Exception):
    """A request that the Hub turns down; becomes an answer at the server's edge."""

    status: int
    message: str
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def build_answer(self, *, as_json: bool) -> LoopbackAnswer:
        """The answer: the API says it in JSON, file addresses in plain text."""
        headers = {
            "Content-Type": JSON_TYPE if as_json else TEXT_TYPE,
            "X-Error-Message": self.message,
        } | self.headers
        headers |= {"X-Error-Code": self.code} if self.code else {}
        return LoopbackAnswer(
            self.status,
            headers,
            json.dumps({"error": self.message}).encode() if as_json else self.message.encode(),
        )


_LOGIN_HEADERS = {"WWW-Authenticate": 'Bearer realm="Authentication required"'}


def build_not_found_refusal(*, anonymous: bool, error_codes: bool) -> HubRefusal:
    """A repository that does not exist or is hidden. Without a token the Hub sends no code; its client then reads the
    meaning from the https address, which loopback has not: `error_codes` adds the code for it."""
    if anonymous:
        return HubRefusal(
            401,
            "Invalid username or password.",
            "RepoNotFound" if error_codes else None,
            dict(_LOGIN_HEADERS),
        )
    return HubRefusal(404, "Repository not found", "RepoNotFound")


def build_wrong_token_refusal() -> HubRefusal:
    """A token that is none."""
    return HubRefusal(
        401, "Invalid credentials in Authorization header", None, dict(_LOGIN_HEADERS)
    )


def build_disabled_refusal() -> HubRefusal:
    """A repository that the Hub's staff blocked."""
    return HubRefusal(403, "Access to this resource is disabled.")


def build_missing_revision_refusal(revision: str) -> HubRefusal:
    """A branch or commit that the repository has not."""
    return HubRefusal(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def build_missing_entry_refusal(commit: str) -> HubRefusal:
    """A file that the revision has not."""
    return HubRefusal(404, "Entry not found", "EntryNotFound", {"X-Repo-Commit": commit})


def build_gated_refusal(kind: str, repo_id: str, endpoint: str, *, with_token: bool) -> HubRefusal:
    """A file behind a gate that the asker has not passed."""
    what = f"Access to {kind.removesuffix('s')} {repo_id} is restricted"
    if with_token:
        path = repo_id if kind == "models" else f"{kind}/{repo_id}"
        message = f"{what} and you are not in the authorized list. Visit {endpoint}/{path} to ask for access."
        return HubRefusal(403, message, "GatedRepo")
    message = (
        f"{what}. You must have access to it and be authenticated to access it. Please log in."
    )
    return HubRefusal(401, message, "GatedRepo", dict(_LOGIN_HEADERS))


def build_bad_request_refusal(message: str) -> HubRefusal:
    """A parameter that the server does not take."""
    return HubRefusal(400, message)
