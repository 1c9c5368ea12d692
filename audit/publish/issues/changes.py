"""Changes of issues that stand already: edits, comments, closing."""

from audit.publish.issues.session import PublishSession
from audit.publish.issues.tracker_answers import RequestRefused
from audit.publish.issues.types import CloseIssue, UpdateIssue, format_note_marker


def apply_change(session: PublishSession, action: UpdateIssue | CloseIssue) -> None:
    """Update or close an issue.

    One that GitHub does not let us change is no reason to leave the others.
    """
    try:
        if isinstance(action, UpdateIssue):
            _update_issue(session, action)
        else:
            _close_issue(session, action)
    except RequestRefused as error:
        session.hold_back(str(error))


def _update_issue(session: PublishSession, action: UpdateIssue) -> None:
    # The comment first: the next run finds one that a killed run left, and makes no second one.
    if action.comment:
        _add_comment_once(session, action.number, action.comment)
    session.tracker.edit_issue(action.number, _collect_changes(action))
    session.result.edited.append(action.number)


def _collect_changes(action: UpdateIssue) -> dict[str, object]:
    changes: dict[str, object] = {"title": action.desired.title, "body": action.desired.body}
    if action.reopen:
        changes |= {"state": "open", "state_reason": "reopened"}
    if action.labels is not None:
        changes["labels"] = list(action.labels)
    return changes


def _close_issue(session: PublishSession, action: CloseIssue) -> None:
    _add_comment_once(session, action.number, action.comment)
    reason = "not_planned" if action.reason == "duplicate" else action.reason
    session.tracker.edit_issue(action.number, {"state": "closed", "state_reason": reason})
    session.result.closed.append(action.number)


def _add_comment_once(session: PublishSession, number: int, comment: str) -> None:
    marker = comment.rpartition("\n")[2]
    if not marker.startswith("<!--"):
        marker = format_note_marker(number, comment)
        comment = f"{comment}\n\n{marker}"
    comment = session.key.sign(comment)
    marker = comment.rpartition("\n")[2]
    if not _has_comment(session, number, marker):
        session.tracker.add_comment(number, comment)


def _has_comment(session: PublishSession, number: int, marker: str) -> bool:
    return any(marker in known for known in session.tracker.list_comments(number, session.account))
