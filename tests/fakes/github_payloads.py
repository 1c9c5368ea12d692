"""What GitHub's REST API says of a repository, an issue, a label: field names as GitHub documents them, the few that matter."""

import base64
from typing import Any

from tests.fakes.repositories import (
    GithubComment,
    GithubIssue,
    GithubLabel,
    GithubRepo,
    compute_git_blob_id,
)

Payload = dict[str, Any]


def build_repository_payload(repo: GithubRepo, endpoint: str, stars: int) -> Payload:
    """`GET /repos/{owner}/{repo}`. `stars` grows by itself, as everywhere."""
    owner, _, name = repo.full_name.partition("/")
    return {
        "id": repo.id,
        "name": name,
        "full_name": repo.full_name,
        "private": False,
        "owner": {"login": owner, "type": "Organization"},
        "html_url": f"https://github.com/{repo.full_name}",
        "description": None,
        "fork": False,
        "url": f"{endpoint}/repos/{repo.full_name}",
        "stargazers_count": stars,
        "watchers_count": stars,
        "open_issues_count": sum(issue.state == "open" for issue in repo.issues),
        "created_at": repo.created_at,
        "pushed_at": repo.pushed_at,
        "archived": repo.archived,
        "disabled": repo.disabled,
        "has_issues": True,
        "license": build_license_payload(repo),
        "visibility": "public",
        "default_branch": "main",
    }


def build_license_payload(repo: GithubRepo) -> Payload | None:
    """The license as detected: null when there is none, `other` and NOASSERTION when it has no name."""
    if repo.license is None:
        return None
    if repo.license == "NOASSERTION":
        return {"key": "other", "name": "Other", "spdx_id": "NOASSERTION", "url": None}
    return {"key": repo.license.lower(), "name": repo.license, "spdx_id": repo.license, "url": None}


def build_license_file_payload(repo: GithubRepo, endpoint: str) -> Payload:
    """`GET /repos/{owner}/{repo}/license`: the file with its bytes. Raises KeyError without a LICENSE."""
    content = repo.files["LICENSE"]
    return {
        "name": "LICENSE",
        "path": "LICENSE",
        "sha": compute_git_blob_id(content),
        "size": len(content),
        "url": f"{endpoint}/repos/{repo.full_name}/contents/LICENSE?ref=main",
        "html_url": f"https://github.com/{repo.full_name}/blob/main/LICENSE",
        "type": "file",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
        "license": build_license_payload(repo),
    }


def build_tree_payload(repo: GithubRepo, endpoint: str, *, recursive: bool) -> Payload:
    """`GET /repos/{owner}/{repo}/git/trees/HEAD`: every file, or only those at the top."""
    rows = [
        {
            "path": path,
            "mode": "100644",
            "type": "blob",
            "sha": compute_git_blob_id(content),
            "size": len(content),
            "url": f"{endpoint}/repos/{repo.full_name}/git/blobs/{compute_git_blob_id(content)}",
        }
        for path, content in sorted(repo.files.items())
        if recursive or "/" not in path
    ]
    return {"sha": "0" * 40, "tree": rows, "truncated": False}


def build_blob_payload(repo: GithubRepo, blob_id: str) -> Payload:
    """`GET /repos/{owner}/{repo}/git/blobs/{sha}`. Raises KeyError for bytes that it does not hold."""
    content = {compute_git_blob_id(each): each for each in repo.files.values()}[blob_id]
    return {
        "sha": blob_id,
        "size": len(content),
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
    }


def build_block_payload(repo: GithubRepo) -> Payload:
    """What GitHub says of a repository that it withholds."""
    return {
        "message": "Repository access blocked",
        "block": {
            "reason": repo.blocked,
            "created_at": repo.created_at,
            "html_url": "https://github.com/github/dmca",
        },
    }


def build_label_payload(repo: GithubRepo, value: GithubLabel, endpoint: str) -> Payload:
    """A label."""
    return {
        "name": value.name,
        "color": value.color,
        "description": value.description,
        "default": False,
        "url": f"{endpoint}/repos/{repo.full_name}/labels/{value.name}",
    }


def build_issue_payload(repo: GithubRepo, value: GithubIssue, endpoint: str) -> Payload:
    """An issue."""
    url = f"{endpoint}/repos/{repo.full_name}/issues/{value.number}"
    return {
        "number": value.number,
        "title": value.title,
        "body": value.body,
        "state": value.state,
        "state_reason": value.state_reason,
        "labels": [
            build_label_payload(repo, repo.labels[name.lower()], endpoint) for name in value.labels
        ],
        "comments": len(value.comments),
        "user": {"login": value.author, "type": "User"},
        "url": url,
        "comments_url": f"{url}/comments",
        "html_url": f"https://github.com/{repo.full_name}/issues/{value.number}",
        "locked": False,
        "created_at": value.created_at,
        "updated_at": value.updated_at,
        "closed_at": value.closed_at,
        "closed_by": {"login": value.closed_by, "type": "User"} if value.closed_by else None,
    }


def build_comment_payload(value: GithubComment) -> Payload:
    """A comment of an issue."""
    return {
        "id": value.id,
        "body": value.body,
        "user": {"login": value.author, "type": "User"},
        "created_at": value.created_at,
        "updated_at": value.created_at,
    }
