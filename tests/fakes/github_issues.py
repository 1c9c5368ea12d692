"""Issues, labels and comments of the rehearsal's GitHub: checks as GitHub makes them, state kept in the repository."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from tests.fakes.repositories import Comment, GithubRepo, Issue, Label

TITLE_LIMIT = 256
BODY_LIMIT = 65_536
"""Characters that GitHub takes in a title, and in the body of an issue or a comment."""
LABEL_LIMIT = 50
CLOSE_REASONS = ("completed", "not_planned", "duplicate")


@dataclass
class Invalid(Exception):
    """A body that GitHub turns down with 422."""

    resource: str
    errors: list[dict[str, str]] = field(default_factory=list)


def moment(day: date) -> str:
    """A day, or a moment in UTC, as GitHub writes it."""
    return day.strftime("%Y-%m-%dT%H:%M:%SZ")


def open_issue(repo: GithubRepo, body: dict[str, Any], day: date, author: str) -> Issue:
    """Create an issue; labels that do not exist yet are made, as GitHub does. Raises Invalid."""
    title = _text(body, "Issue", "title", TITLE_LIMIT, required=True)
    text = _text(body, "Issue", "body", BODY_LIMIT)
    labels = _label_names(repo, body.get("labels") or [])
    issue = Issue(len(repo.issues) + 1, title or "", text, labels, moment(day), moment(day), author=author)
    repo.issues.append(issue)
    return issue


def edit_issue(repo: GithubRepo, issue: Issue, body: dict[str, Any], day: date, author: str) -> None:
    """Change what the body names, all or nothing. Raises Invalid."""
    title = _text(body, "Issue", "title", TITLE_LIMIT, required=True) if "title" in body else issue.title
    text = _text(body, "Issue", "body", BODY_LIMIT) if "body" in body else issue.body
    state: Literal["open", "closed"] = _choice(body.get("state", issue.state))
    reason = _reason(state, body.get("state_reason"), issue)
    labels = _label_names(repo, body["labels"] or []) if "labels" in body else issue.labels
    if state == "closed" and issue.state == "open":
        issue.closed_at, issue.closed_by = moment(day), author
    elif state == "open":
        issue.closed_at = issue.closed_by = None
    issue.title, issue.body, issue.labels = title or "", text, labels
    issue.state, issue.state_reason, issue.updated_at = state, reason, moment(day)


def add_comment(issue: Issue, body: dict[str, Any], day: date) -> Comment:
    """Add a comment. Raises Invalid."""
    text = _text(body, "IssueComment", "body", BODY_LIMIT, required=True)
    comment = Comment(issue.number * 1_000 + len(issue.comments) + 1, text or "", moment(day))
    issue.comments.append(comment)
    issue.updated_at = moment(day)
    return comment


def add_label(repo: GithubRepo, body: dict[str, Any]) -> Label:
    """Create a label. Raises Invalid, also when one of this name exists."""
    name = _text(body, "Label", "name", LABEL_LIMIT, required=True) or ""
    if name.lower() in repo.labels:
        raise Invalid("Label", [{"resource": "Label", "code": "already_exists", "field": "name"}])
    label = Label(name, str(body.get("color") or "ededed"), body.get("description"))
    repo.labels[name.lower()] = label
    return label


def matching(repo: GithubRepo, state: str, labels: list[str], creator: str | None, *, ascending: bool) -> list[Issue]:
    """Issues by state (`open`, `closed`, `all`) that carry all of the labels and that `creator` opened, newest first unless ascending. Raises Invalid."""
    if state not in ("open", "closed", "all"):
        raise Invalid("Issue", [{"resource": "Issue", "code": "invalid", "field": "state"}])
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


def _text(body: dict[str, Any], resource: str, key: str, limit: int, *, required: bool = False) -> str | None:
    value = body.get(key)
    if value is None or value == "":
        if required:
            raise Invalid(resource, [{"resource": resource, "code": "missing_field", "field": key}])
        return None
    if not isinstance(value, str):
        raise Invalid(resource, [{"resource": resource, "code": "invalid", "field": key}])
    if len(value) > limit:
        message = f"{key} is too long (maximum is {limit} characters)"
        raise Invalid(resource, [{"resource": resource, "code": "custom", "field": key, "message": message}])
    return value


def _choice(value: object) -> Literal["open", "closed"]:
    if value == "open":
        return "open"
    if value == "closed":
        return "closed"
    raise Invalid("Issue", [{"resource": "Issue", "code": "invalid", "field": "state"}])


def _reason(state: str, asked: object, issue: Issue) -> str | None:
    if asked is not None and asked not in (*CLOSE_REASONS, "reopened"):
        raise Invalid("Issue", [{"resource": "Issue", "code": "invalid", "field": "state_reason"}])
    if state == issue.state and asked is None:
        return issue.state_reason
    return str(asked or ("completed" if state == "closed" else "reopened"))


def _label_names(repo: GithubRepo, value: object) -> list[str]:
    """The labels' names as the repository writes them; new ones are created. Raises Invalid."""
    if not isinstance(value, list):
        raise Invalid("Issue", [{"resource": "Issue", "code": "invalid", "field": "labels"}])
    names = [item.get("name") if isinstance(item, dict) else item for item in value]
    checked = [name for name in names if isinstance(name, str) and 0 < len(name) <= LABEL_LIMIT]
    if len(checked) < len(names):
        raise Invalid("Issue", [{"resource": "Label", "code": "invalid", "field": "name"}])
    return list({name.lower(): repo.labels.setdefault(name.lower(), Label(name)).name for name in checked}.values())
