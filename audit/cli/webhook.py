"""`webhook`: post what changed to an address of yours, signed."""

import argparse
import json
import os

from audit.cli.command import Command, moment
from audit.cli.digest import add_scope, digest_of
from audit.core.pausing import refuse_when_paused
from audit.publish.address import read_address
from audit.publish.digest import as_json
from audit.publish.webhook import endpoint, message, send


def _options(parser: argparse.ArgumentParser) -> None:
    add_scope(parser)
    parser.add_argument("--dry-run", action="store_true", help="print the call, without the address's path, and send nothing")


def _run(options: argparse.Namespace) -> int:
    refuse_when_paused(options.registry)
    to = endpoint(os.environ.get("WEBHOOK_URL"), os.environ.get("WEBHOOK_SECRET"))
    document = as_json(digest_of(options), read_address(options.registry))
    what = message(document, to.key, int(moment(options).timestamp()))
    if options.dry_run:
        print(json.dumps({"method": "POST", "host": to.host, "headers": dict(what.headers), "body": document}, indent=2, ensure_ascii=False))
        return 0
    count = len(document["items"])
    status = send(to, what) if count else None
    if options.json:
        print(json.dumps({"sent": status is not None, "id": what.headers["webhook-id"], "items": count, "status": status}))
    else:
        print(f"{count} items sent to {to.host} as {what.headers['webhook-id']}" if status else "nothing changed, so nothing was sent")
    return 0


WEBHOOK = Command("webhook", "Post what changed as signed JSON to WEBHOOK_URL (key: WEBHOOK_SECRET).", _options, _run)
