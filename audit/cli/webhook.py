"""`webhook`: post what changed to an address of yours, signed."""

import os
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from audit.cli.command import FILE, make_command
from audit.cli.digest import ScopeOptions, add_list_options, build_requested_digest
from audit.cli.json_output import print_json
from audit.core.pausing import require_not_paused
from audit.publish.cursor import Cursor, read_cursor, write_cursor
from audit.publish.digest import Digest, serialize_digest
from audit.publish.urls import read_address
from audit.publish.webhook import SignedMessage, post_message, sign_message
from audit.publish.webhook_body import build_webhook_body
from audit.publish.webhook_endpoint import (
    WebhookEndpoint,
    keep_public,
    parse_webhook_endpoint,
    require_public_host,
)


@dataclass(frozen=True)
class WebhookOptions(ScopeOptions):
    """Options of `webhook`."""

    dry_run: bool
    allow_private: bool
    cursor: Path | None


@make_command(WebhookOptions)
@click.option(
    "--since",
    metavar="DATE",
    help="first day, as YYYY-MM-DD, or how long ago, as 7d or 36h; with --cursor only at first",
)
@add_list_options
@click.option(
    "--cursor",
    type=FILE,
    metavar="FILE",
    help="keep in this file what the receiver has taken: nothing is lost or sent twice",
)
@click.option(
    "--dry-run", is_flag=True, help="print the call, without the address's path, and send nothing"
)
@click.option(
    "--allow-private",
    is_flag=True,
    help="post to a host of a private network, too, and to this machine over http",
)
def run_command(options: WebhookOptions) -> int:
    """Sign the digest and post it, or print the call."""
    require_not_paused(options.registry)
    endpoint = _read_endpoint(options)
    cursor = read_cursor(options.cursor) if options.cursor else None
    found = build_requested_digest(options, cursor)
    document = _build_body(found, options)
    message = sign_message(document, endpoint.key, int(options.parse_now().timestamp()))
    if options.dry_run:
        _print_call(endpoint, message, document)
    else:
        _send_and_remember(found, endpoint, message, options)
    return 0


def _read_endpoint(options: WebhookOptions) -> WebhookEndpoint:
    url, secret = os.environ.get("WEBHOOK_URL"), os.environ.get("WEBHOOK_SECRET")
    return parse_webhook_endpoint(url, secret, allow_private=options.allow_private)


def _build_body(found: Digest, options: WebhookOptions) -> dict[str, Any]:
    document = serialize_digest(found, read_address(options.registry))
    return build_webhook_body(document, options.parse_now())


def _send_and_remember(
    found: Digest, endpoint: WebhookEndpoint, message: SignedMessage, options: WebhookOptions
) -> None:
    """Post, and only then move the cursor: what a receiver refused is sent by the next call."""
    with nullcontext() if options.allow_private else keep_public(endpoint):
        if found.items and not options.allow_private:
            require_public_host(endpoint)
        sent = _send_news(endpoint, message, len(found.items))
    if options.cursor:
        write_cursor(options.cursor, Cursor(found.until, found.passed))
    _print_sent(sent, endpoint, as_json=options.json)


def _send_news(endpoint: WebhookEndpoint, message: SignedMessage, count: int) -> dict[str, Any]:
    """What was posted; a digest without news is not."""
    status = post_message(endpoint, message) if count else None
    return {
        "sent": status is not None,
        "id": message.headers["webhook-id"],
        "items": count,
        "status": status,
    }


def _print_sent(sent: dict[str, Any], endpoint: WebhookEndpoint, *, as_json: bool) -> None:
    if as_json:
        print_json("webhook", sent)
    else:
        print(_describe_sent(sent, endpoint))


def _describe_sent(sent: Mapping[str, Any], endpoint: WebhookEndpoint) -> str:
    if not sent["status"]:
        return "nothing changed, so nothing was sent"
    return f"{sent['items']} items sent to {endpoint.host} as {sent['id']}"


def _print_call(
    endpoint: WebhookEndpoint, message: SignedMessage, document: Mapping[str, Any]
) -> None:
    """The call as it would be sent; the address's path is a secret of its owner."""
    call = {
        "method": "POST",
        "host": endpoint.host,
        "headers": dict(message.headers),
        "body": document,
    }
    print_json("webhook", call)
