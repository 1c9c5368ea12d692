"""Issues, labels and comments of the rehearsal's GitHub: checks as GitHub makes them, state kept in the repository."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from tests.fakes.repositories import GithubComment, GithubIssue, GithubLabel, GithubRepo

TITLE_LIMIT = 256
BODY_LIMIT = 65_536
"""Characters that GitHub takes in a title, and in the body of an issue or a comment."""
LABEL_LIMIT = 50
CLOSE_REASONS = ("completed", "not_planned", "duplicate")


@dataclass
class ValidationFailed(Exception):
    """A body that GitHub turns down with 422."""

    resource: str
    errors: list[dict[str, str]] = field(default_factory=list)


def format_github_time(day: date) -> str:
    """A day, or a moment in UTC, as GitHub writes it."""
    return day.strftime("%Y-%m-%dT%H:%M:%SZ")


def open_issue(repo: GithubRepo, body: dict[str, Any], day: date, author: str) -> GithubIssue:
    """Create an issue; labels that do not exist yet are made, as GitHub does. Raises Invalid."""
    title = _read_text(body, "Issue", "title", TITLE_LIMIT, required=True)
    text = _read_text(body, "Issue", "body", BODY_LIMIT)
    labels = _resolve_label_names(repo, body.get("labels") or [])
    issue = GithubIssue(
        len(repo.issues) + 1,
        title or "",
        text,
        labels,
        format_github_time(day),
        format_github_time(day),
        author=author,
    )
    repo.issues.append(issue)
    return issue


def edit_issue(
    repo: GithubRepo, issue: GithubIssue, body: dict[str, Any], day: date, author: str
) -> None:
    """Change what the body names, all or nothing. Raises Invalid."""
    title = (
        _read_text(body, "Issue", "title", TITLE_LIMIT, required=True)
        if "title" in body
        else issue.title
    )
    text = _read_text(body, "Issue", "body", BODY_LIMIT) if "body" in body else issue.body
    state: Literal["open", "closed"] = _parse_issue_state(body.get("state", issue.state))
    reason = _choose_state_reason(state, body.get("state_reason"), issue)
    labels = _resolve_label_names(repo, body["labels"] or []) if "labels" in body else issue.labels
    if state == "closed" and issue.state == "open":
        issue.closed_at, issue.closed_by = format_github_time(day), author
    elif state == "open":
        issue.closed_at = issue.closed_by = None
    issue.title, issue.body, issue.labels = title or "", text, labels
    issue.state, issue.state_reason, issue.updated_at = state, reason, format_github_time(day)


def add_comment(
    issue: GithubIssue, body: dict[str, Any], day: date, author: str = "rehearsal"
) -> GithubComment:
    """Add a comment. Raises Invalid."""
    text = _read_text(body, "IssueComment", "body", BODY_LIMIT, required=True)
    comment = GithubComment(
        issue.number * 1_000 + len(issue.comments) + 1, text or "", format_github_time(day), author
    )
    issue.comments.append(comment)
    issue.updated_at = format_github_time(day)
    return comment


def add_label(repo: GithubRepo, body: dict[str, Any]) -> GithubLabel:
    """Create a label. Raises Invalid, also when one of this name exists."""
    name = _read_text(body, "Label", "name", LABEL_LIMIT, required=True) or ""
    if name.lower() in repo.labels:
        raise ValidationFailed(
            "Label", [{"resource": "Label", "code": "already_exists", "field": "name"}]
        )
    label = GithubLabel(name, str(body.get("color") or "ededed"), body.get("description"))
    repo.labels[name.lower()] = label
    return label


def list_matching_issues(
    repo: GithubRepo, state: str, labels: list[str], creator: str | None, *, ascending: bool
) -> list[GithubIssue]:
    """Issues by state (`open`, `closed`, `all`) that carry all of the labels and that `creator` opened, newest first unless ascending. Raises Invalid."""
    if state not in ("open", "closed", "all"):
        raise ValidationFailed(
            "Issue", [{"resource": "Issue", "code": "invalid", "field": "state"}]
        )
    wanted = {name.lower() for name in labels}
    found = [
        issue
        for issue in repo.issues
        if state in ("all", issue.state)
        and creator in (None, issue.author)
        and not (issue.deleted or issue.moved_to)
        and wanted <= {name.lower() for name in issue.labels}
    ]
    return found if ascending else found[::-1]


def _read_text(
    body: dict[str, Any], resource: str, key: str, limit: int, *, required: bool = False
) -> str | None:
    value = body.get(key)
    if value is None or value == "":
        if required:
            raise ValidationFailed(
                resource, [{"resource": resource, "code": "missing_field", "field": key}]
            )
        return None
    if not isinstance(value, str):
        raise ValidationFailed(resource, [{"resource": resource, "code": "invalid", "field": key}])
    if len(value) > limit:
        message = f"{key} is too long (maximum is {limit} characters)"
        raise ValidationFailed(
            resource, [{"resource": resource, "code": "custom", "field": key, "message": message}]
        )
    return value


def _parse_issue_state(value: object) -> Literal["open", "closed"]:
    if value == "open":
        return "open"
    if value == "closed":
        return "closed"
    raise ValidationFailed("Issue", [{"resource": "Issue", "code": "invalid", "field": "state"}])


def _choose_state_reason(state: str, asked: object, issue: GithubIssue) -> str | None:
    if asked is not None and asked not in (*CLOSE_REASONS, "reopened"):
        raise ValidationFailed(
            "Issue", [{"resource": "Issue", "code": "invalid", "field": "state_reason"}]
        )
    if state == issue.state and asked is None:
        return issue.state_reason
    return str(asked or ("completed" if state == "closed" else "reopened"))


def _resolve_label_names(repo: GithubRepo, value: object) -> list[str]:
    """The labels' names as the repository writes them; new ones are created. Raises Invalid."""
    if not isinstance(value, list):
        raise ValidationFailed(
            "Issue", [{"resource": "Issue", "code": "invalid", "field": "labels"}]
        )
    names = [item.get("name") if isinstance(item, dict) else item for item in value]
    checked = [name for name in names if isinstance(name, str) and 0 < len(name) <= LABEL_LIMIT]
    if len(checked) < len(names):
        raise ValidationFailed("Issue", [{"resource": "Label", "code": "invalid", "field": "name"}])
    return list(
        {
            name.lower(): repo.labels.setdefault(name.lower(), GithubLabel(name)).name
            for name in checked
        }.values()
    )
