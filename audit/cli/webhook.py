"""`webhook`: post what changed to an address of yours, signed."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from audit.cli.command import make_command
from audit.cli.digest import ScopeOptions, add_scope_options, build_requested_digest
from audit.cli.json_output import print_json
from audit.core.pausing import require_not_paused
from audit.publish.digest import serialize_digest
from audit.publish.urls import read_address
from audit.publish.webhook import (
    SignedMessage,
    WebhookEndpoint,
    parse_webhook_endpoint,
    post_message,
    require_public_host,
    sign_message,
)


@dataclass(frozen=True)
class WebhookOptions(ScopeOptions):
    """Options of `webhook`."""

    dry_run: bool
    allow_private: bool


@make_command(WebhookOptions)
@add_scope_options
@click.option(
    "--dry-run", is_flag=True, help="print the call, without the address's path, and send nothing"
)
@click.option("--allow-private", is_flag=True, help="post to a host of a private network, too")
def run_command(options: WebhookOptions) -> int:
    """Sign the digest and post it, or print the call."""
    require_not_paused(options.registry)
    endpoint = parse_webhook_endpoint(
        os.environ.get("WEBHOOK_URL"), os.environ.get("WEBHOOK_SECRET")
    )
    document = serialize_digest(build_requested_digest(options), read_address(options.registry))
    message = sign_message(document, endpoint.key, int(options.parse_now().timestamp()))
    if options.dry_run:
        _print_call(endpoint, message, document)
    else:
        if document["items"] and not options.allow_private:
            require_public_host(endpoint)
        sent = _send_news(endpoint, message, len(document["items"]))
        _print_sent(sent, endpoint, as_json=options.json)
    return 0


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
